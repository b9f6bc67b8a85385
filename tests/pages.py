"""Markdown pages as programs: what their blocks write, run and print.

The language of a block says what it is:

    console            commands after ``$`` and what they print, both in full; a line
                       ``…`` stands for any lines left out
    yaml, python …     with ``title="NAME"`` a file that the reader writes; python
                       without one is a program, which prints the ``text`` block after
                       it, or nothing
    anything else      is shown only
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from simulator.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PROGRAMS = Path(sys.executable).parent
ELLIPSIS = "…"
#: Where one of these is set, pytest prints more than on the reader's machine.
_OF_CI = {"CI", "BUILD_NUMBER"}
# Plugins that a reader need not have, each of which takes longer to load than the tests.
_ADDOPTS = (
    "-p no:cacheprovider -p no:hypothesispytest -p no:textual-snapshot -p no:syrupy"
)
_FENCE = re.compile(
    r"^```(?P<language>\w*)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
# What a shell would do something with, outside of quotes.
_OF_THE_SHELL = re.compile(r"[|&;<>()$`*?\[#~{}!]")
_QUOTED = re.compile(r"'[^']*'|\"[^\"$`\\]*\"")
_TOOK = re.compile(r"(passed|errors?|warnings?) in \d+\.\d\ds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One fenced block; *line* is that of its first line in the page."""

    language: str
    title: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            language=found["language"],
            title=found["title"] or "",
            text=found["text"],
            line=text.count("\n", 0, found.start("text")) + 1,
        )
        for found in _FENCE.finditer(text)
    ]


def commands(block: Block) -> Iterator[tuple[str, str]]:
    """Give each command of a console block, and what it is said to print."""
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert parts[0] == "", f"line {block.line}: a console block begins with a command"
    for part in parts[1:]:
        lines = part.splitlines(keepends=True)
        last = next(i for i, line in enumerate(lines) if not line.endswith("\\\n"))
        yield "".join(lines[: last + 1]), "".join(lines[last + 1 :])


def matches(printed: str, shown: str) -> bool:
    """Compare, but for the time that pytest took and what is left out."""
    printed, shown = (
        _TOOK.sub(r"\1 in 0.00s", text).rstrip("\n") for text in (printed, shown)
    )
    pattern = "\n".join(
        "(?s:.*?)" if line == ELLIPSIS else re.escape(line)
        for line in shown.split("\n")
    )
    return re.fullmatch(pattern, printed) is not None


def folder_of_the_reader(folder: Path) -> Path:
    """Make a folder look like a checkout in which one may write."""
    for name in ("topologies", "examples", "tests"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def follow(page: Path, folder: Path, programs: Path = PROGRAMS) -> list[str]:
    """Do all that a page says, in order; give what came out otherwise."""
    wrong: list[str] = []
    there = blocks(page)
    for block, after in zip_longest(there, there[1:]):
        where = f"{page}:{block.line}"
        if block.title:
            (folder / block.title).write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            for command, shown in commands(block):
                wrong += _differing(
                    where, command, run(command, folder, programs), shown
                )
        elif block.language == "python":
            shown = after.text if after and after.language == "text" else ""
            program = f"python -W error - <<'END'\n{block.text}END\n"
            wrong += _differing(where, program, run(program, folder, programs), shown)
    return wrong


def run(command: str, folder: Path, programs: Path = PROGRAMS) -> str:
    """Run a command as the reader would, those of one folder first.

    Ours is called in this process, where that folder is the usual one and the command
    asks for nothing of a shell.
    """
    if programs == PROGRAMS and _is_ours_alone(command):
        return _called(shlex.split(command)[1:], folder)
    path = os.pathsep.join([str(programs), os.environ["PATH"]])
    at_home = {name: told for name, told in os.environ.items() if name not in _OF_CI}
    ran = subprocess.run(  # noqa: S602 - what our own pages say
        command,
        shell=True, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, encoding="utf-8", timeout=120, check=False,
        env={
            **at_home,
            "PATH": path, "COLUMNS": "88", "NO_COLOR": "1", "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_ADDOPTS": _ADDOPTS,
            "GITLAB_CI": "1",  # where Hypothesis draws the same each time, and may be slow
            "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache"),
        },
    )  # fmt: skip
    return ran.stdout


def _is_ours_alone(command: str) -> bool:
    return command.startswith("kn-sim ") and not _OF_THE_SHELL.search(
        _QUOTED.sub("", command)
    )


def _called(words: list[str], folder: Path) -> str:
    written = io.BytesIO()
    printed = io.TextIOWrapper(written, encoding="utf-8", write_through=True)
    with (
        chdir(folder),
        Path(os.devnull).open(encoding="utf-8") as nothing,
        patch.object(sys, "stdin", nothing),
        patch.object(sys, "path", list(sys.path)),
        patch.dict(os.environ, {"COLUMNS": "88", "NO_COLOR": "1"}),
        redirect_stdout(printed),
        redirect_stderr(printed),
    ):
        main(words)
    for name, module in list(sys.modules.items()):  # what the page wrote
        if (getattr(module, "__file__", None) or "").startswith(f"{folder}{os.sep}"):
            del sys.modules[name]
    return written.getvalue().decode()


def _differing(where: str, command: str, printed: str, shown: str) -> list[str]:
    if command.rstrip().endswith("--help"):  # each Python lays it out its own way
        agrees = printed.split() == shown.split()
    else:
        agrees = matches(printed, shown)
    if agrees:
        return []
    return [f"{where}: {command}printed\n{printed}\nthe page says\n{shown}"]
