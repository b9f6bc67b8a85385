"""Shells complete the command by asking it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.cli import main

ROOT = Path(__file__).parents[3]


@pytest.fixture
def shell_path(tmp_path: Path) -> str:
    """A PATH on which kn-sim is this one."""
    command = tmp_path / "bin" / "kn-sim"
    command.parent.mkdir()
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m simulator "$@"\n'
    )
    command.chmod(0o755)
    return f"{command.parent}{os.pathsep}{os.environ['PATH']}"


def completed(shell: str, script: str, path: str, folder: Path) -> list[str]:
    done = subprocess.run(  # noqa: S603 - a shell and our own text
        [shell, "-c", script],
        cwd=folder,
        env={"PATH": path, "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["ch"], ["check"]),
        (["rule", "KN104"], ["KN104"]),
        (["check", "shop.yaml", "--ignore", "KN1,catch"], ["KN1,catch-all"]),
        (["run", "--fo"], ["--for", "--format"]),
        (["test", "shop.yaml", "--cov-report", "l"], ["lcov:"]),
        (["run", "shop.yaml", "--format", "j"], ["json"]),
        (["run", "shop.yaml", "--format", "="], ["text", "json", "mermaid"]),
        (["run", "--format", "=", "j"], ["json"]),
        (["run", "--format=j"], ["--format=json"]),
        (["graph", "-o", ""], ["text", "mermaid", "dot", "json"]),
        (
            ["trace", ""],
            ["show", "coverage", "test", "dead-letters", "export", "import"],
        ),
        (["run", '""'], [":files"]),
        (["run", "--seed", ""], []),
        (["completion", "f"], ["fish"]),
        (["nothing", "x"], []),
        (["run", "--profile", "na"], ["natss"]),
        (["run", "--fail-on", "st"], ["stub"]),
        (["run", "--fail-on", "stub,w"], ["stub,warning"]),
        (["trace", "show", "--kind", "retry"], ["retry-scheduled"]),
        (["run", "nothing.yaml", "--to", ""], []),
    ],
)
def test_the_command_says_what_may_come_next(
    words: list[str], found: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["__complete", *words])

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert [line.partition("\t")[0] for line in lines] == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("kn-sim ti", ["timetable"]),
        ("kn-sim run --color a", ["auto", "always"]),
        ("kn-sim run sh", ["shop.yaml"]),
    ],
)
def test_bash_completes(
    line: str, found: list[str], shell_path: str, tmp_path: Path
) -> None:
    (tmp_path / "shop.yaml").write_text("")
    words = line.split()
    script = (
        'source <(kn-sim completion bash); complete -p kn-sim | grep -q "_kn_sim" && '
        f'COMP_WORDS=({line}) COMP_CWORD={len(words) - 1} && _kn_sim kn-sim && echo "${{COMPREPLY[@]}}"'
    )

    assert completed("bash", script, shell_path, tmp_path) == found


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish here")
def test_fish_completes(shell_path: str, tmp_path: Path) -> None:
    script = "kn-sim completion fish | source; complete -C 'kn-sim ti'"

    assert completed("fish", script, shell_path, tmp_path)[0] == "timetable"


@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh here")
def test_zsh_reads_its_completion(shell_path: str, tmp_path: Path) -> None:
    script = (
        "autoload -U compinit; compinit -u -d dump; source <(kn-sim completion zsh); "
        "print ${_comps[kn-sim]}"
    )

    assert completed("zsh", script, shell_path, tmp_path) == ["_kn_sim"]


@pytest.mark.parametrize("words", [["help"], ["help", "trace", "show"]])
def test_help_is_a_word_as_well(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(words)

    assert code == 0
    prog = " ".join(["kn-sim", *words[1:]])
    assert capsys.readouterr().out.startswith(f"usage: {prog}")


def test_version_is_a_word_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["version"]) == 0
    assert capsys.readouterr().out.startswith("kn-sim ")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["run", "FILE", "--to", "b"], ["broker/default"]),
        (["run", "FILE", "--to", ""], ["broker/default", "service/s"]),
        (["explain", "FILE", "--trigger", ""], ["trigger/ship"]),
        (["timetable", "FILE", "tr"], ["trigger/ship"]),
        (["check", "FILE", "-n", ""], ["default"]),
    ],
)
def test_names_are_those_of_the_files_that_stand_before(
    words: list[str],
    found: list[str],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(
        "topology: t\nbrokers: {default: {}}\ntriggers: {ship: {subscriber: s}}\n"
    )

    main(["__complete", *(str(file) if word == "FILE" else word for word in words)])

    told = capsys.readouterr().out.splitlines()
    assert [line for line in told if line != ":files"] == found


def test_files_that_cannot_be_read_name_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text("{")

    assert main(["__complete", "run", str(file), "--to", ""]) == 0
    assert capsys.readouterr().out == ""


def test_files_are_offered_once_where_two_of_them_may_stand(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # given
    words = ["diff", ""]

    # when
    main(["__complete", *words])

    # then
    assert capsys.readouterr().out == ":files\n"
