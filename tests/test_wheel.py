"""What an installed wheel does outside of a checkout; `make check-wheel` runs this.

`KN_SIM_INSTALLED` names the folder of the environment that the wheel is installed in,
with what the wheel asks for, and pytest.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.pages import ROOT, follow, run
from tests.terminal import Terminal

pytestmark = pytest.mark.skipif(
    "KN_SIM_INSTALLED" not in os.environ, reason="make check-wheel runs it"
)
PROGRAMS = Path(os.environ.get("KN_SIM_INSTALLED", "")) / "bin"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder of a user, with topologies and examples of the checkout."""
    for name in ("topologies", "examples"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def printed_by(command: str, folder: Path) -> str:
    return run(command, folder, PROGRAMS)


@pytest.mark.parametrize("module", ["simulator", "kn_sim_pytest"])
def test_the_modules_are_those_of_the_wheel(folder: Path, module: str) -> None:
    found = printed_by(f"python -c 'import {module} as m; print(m.__file__)'", folder)

    assert Path(found).is_relative_to(PROGRAMS.parent)


@pytest.mark.parametrize("page", ["README.md", "docs/how-to/test-in-ci.md"])
def test_a_page_shows_what_happens(folder: Path, page: str) -> None:
    wrong = follow(ROOT / page, folder, PROGRAMS)

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("pytest_command", ["pytest", "python -m pytest"])
def test_a_project_with_a_simulator_of_its_own_keeps_its_tests(
    folder: Path, pytest_command: str
) -> None:
    (folder / "pytest.ini").write_text("[pytest]\npythonpath = .\n", "utf-8")
    (folder / "simulator.py").write_text("class Robot: pass\n", "utf-8")
    (folder / "test_robot.py").write_text(
        "from simulator import Robot\ndef test_robot(): assert Robot()\n", "utf-8"
    )
    (folder / "test_orders.py").write_text("def test_orders(simulate): pass\n", "utf-8")

    printed = printed_by(f"{pytest_command} -q test_robot.py test_orders.py", folder)

    assert "1 passed, 1 error" in printed
    assert f"`simulator` is {folder.resolve()}/simulator.py here, and hides" in printed


def test_the_terminal_ui_offers_the_examples(folder: Path) -> None:
    command = [str(PROGRAMS / "kn-sim"), "ui"]
    env = {"XDG_STATE_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}

    with Terminal(command, folder, env) as terminal:
        terminal.read_until(b"enter")
        terminal.press(b"\r")
        terminal.read_until(b"pipeline")


def test_what_the_index_shows_has_no_link_that_only_a_checkout_has(
    folder: Path,
) -> None:
    code = "from importlib.metadata import metadata; print(metadata('kn-sim'))"

    shown = printed_by(f'python -c "{code}"', folder)

    assert "# kn-sim" in shown
    assert re.findall(r"\]\((?!https://)[^)]*\)", shown) == []
