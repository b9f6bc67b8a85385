"""Every example runs as a reader would run it, and prints what stands beside it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
PROGRAMS = sorted(EXAMPLES.glob("[0-9][0-9]_*.py"))
PRINTING = [path for path in PROGRAMS if "_test_" not in path.name]
TESTS = [path for path in PROGRAMS if "_test_" in path.name]


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own programs
        [sys.executable, "-W", "error", *arguments],
        capture_output=True, text=True, check=False, timeout=60, cwd=folder,
    )  # fmt: skip


@pytest.mark.parametrize("program", PRINTING, ids=lambda path: path.stem)
def test_an_example_prints_what_stands_beside_it(program: Path, tmp_path: Path) -> None:
    expected = program.with_suffix(".out").read_text()

    ran = run(str(program), folder=tmp_path)

    assert ran.stderr == ""
    assert ran.stdout == expected


@pytest.mark.parametrize("program", TESTS, ids=lambda path: path.stem)
def test_an_example_of_a_test_passes(program: Path, tmp_path: Path) -> None:
    ran = run(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest",
        str(program), folder=tmp_path,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout
    assert "3 passed" in ran.stdout


def test_the_tests_in_yaml_pass(tmp_path: Path) -> None:
    ran = run(
        "-m", "simulator", "test", str(EXAMPLES / "13_tests.yaml"), folder=tmp_path
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "3 passed" in ran.stdout


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_an_example_shows_one_idea_on_one_page(program: Path) -> None:
    lines = program.read_text().splitlines()

    assert lines[0].startswith('"""')
    assert len(lines) <= 60


def test_every_output_belongs_to_an_example() -> None:
    outputs = sorted(path.stem for path in EXAMPLES.glob("*.out"))

    assert outputs == [path.stem for path in PRINTING]
