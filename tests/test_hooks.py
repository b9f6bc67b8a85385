"""The hook of pre-commit and the action of GitHub run what they say."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.pages import ROOT

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "topology: t\nbrokers: {b: {}}\ntriggers: {t: {broker: b, subscriber: s}}\n"
BAD = GOOD.replace("broker: b", "broker: c")


def done(script: str, folder: Path, **environment: str) -> tuple[int, str]:
    """Run a script of bash where kn-sim is this one."""
    command = folder / "bin" / "kn-sim"
    command.parent.mkdir(exist_ok=True)
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m simulator "$@"\n'
    )
    command.chmod(0o755)
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(  # noqa: S603 - our own scripts
        ["bash", "-eo", "pipefail", "-c", script],  # noqa: S607 - as GitHub starts it
        cwd=folder,
        env={"PATH": path, "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.parametrize(("text", "code"), [(GOOD, 0), (BAD, 1)])
def test_the_hook_checks_all_files_together(
    text: str, code: int, tmp_path: Path
) -> None:
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (tmp_path / "t.yaml").write_text(text)

    ended, shown = done(f"{hook['entry']} {shlex.join(hook['args'])}", tmp_path)

    assert hook["pass_filenames"] is False
    assert ended == code, shown


def steps() -> list[dict[str, Any]]:
    """Give the steps of the action behind that which installs."""
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    found: list[dict[str, Any]] = action["runs"]["steps"]
    assert found[0]["run"].startswith("python -m pip install")
    return found[1:]


@pytest.mark.parametrize(("text", "code"), [(GOOD, 0), (BAD, 1)])
def test_the_action_annotates_and_writes_sarif(
    text: str, code: int, tmp_path: Path
) -> None:
    (tmp_path / "t.yaml").write_text(text)
    given = {
        "inputs.files": "t.yaml",
        "inputs.arguments": "--ignore KN202",
        "inputs.sarif": "out.sarif",
    }
    sarif, check = steps()
    environment = {
        name: given[value.strip("${} ")] for name, value in sarif["env"].items()
    }

    written = done(sarif["run"], tmp_path, **environment)
    ended, shown = done(check["run"], tmp_path, **environment)

    assert written == (0, "")
    assert json.loads((tmp_path / "out.sarif").read_bytes())["version"] == "2.1.0"
    assert ended == code
    assert shown.count("::error file=t.yaml,line=3") == code
    assert "KN202" not in shown


def test_what_cannot_be_read_fails_the_action_before_it_is_uploaded(
    tmp_path: Path,
) -> None:
    sarif, _ = steps()
    names = {"FILES": "no.yaml", "ARGUMENTS": "", "SARIF": "out.sarif"}

    ended, shown = done(sarif["run"], tmp_path, **names)

    assert (ended, "no such file or folder" in shown) == (1, True)
