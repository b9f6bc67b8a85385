"""The README shows what really happens, and its first screen fits on one."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from tests.pages import ROOT, blocks, folder_of_the_reader, follow, run

if TYPE_CHECKING:
    from pathlib import Path

README = ROOT / "README.md"
FIRST_SCREEN = README.read_text(encoding="utf-8").partition("\n## ")[0]


def without_comment(text: str) -> str:
    return re.sub(r"\A(?:#.*\n)+", "", text)


def test_the_topology_is_the_one_of_the_quickstart() -> None:
    quickstart = (ROOT / "topologies" / "quickstart.yaml").read_text(encoding="utf-8")

    [shown] = [block for block in blocks(README) if block.language == "yaml"]

    assert shown.text == without_comment(quickstart)
    assert shown.text.count("\n") <= 15


def test_the_first_screen_has_forty_lines() -> None:
    lines = [
        line
        for line in FIRST_SCREEN.splitlines()
        if line.strip() and not line.startswith("```")
    ]

    assert len(lines) <= 40


def test_all_that_it_prints_is_printed(tmp_path: Path) -> None:
    wrong = follow(README, folder_of_the_reader(tmp_path))

    assert not wrong, "\n".join(wrong)


def test_its_test_has_eight_lines_and_passes(tmp_path: Path) -> None:
    folder = folder_of_the_reader(tmp_path)
    [test] = [block for block in blocks(README) if block.title.startswith("test_")]
    (folder / test.title).write_text(test.text, encoding="utf-8")

    printed = run(f"python -m pytest -q {test.title}", folder)

    assert test.text.count("\n") == 8
    assert "1 passed" in printed


def test_its_commands_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = re.findall(r"^make (\w+)", README.read_text(encoding="utf-8"), re.MULTILINE)

    assert named == ["demo", "test", "check", "bench"]
    assert [name for name in named if f"\n{name}: " not in makefile] == []


def test_it_names_the_python_that_the_package_requires() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    requires = project["project"]["requires-python"]

    assert f"Python {requires.removeprefix('>=')} or later" in FIRST_SCREEN


def test_on_the_index_it_has_no_link_that_only_a_checkout_has() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    hook = project["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]

    shown = README.read_text(encoding="utf-8")
    for each in hook["substitutions"]:
        shown = re.sub(each["pattern"], each["replacement"], shown)

    assert [
        found for found in re.findall(r"\]\(([^)]*)\)", shown) if "://" not in found
    ] == []
    assert "What is simulated, and how truly" in shown
