"""Markdown pages as programs: what their blocks write, run and print.

The language of a block says what it is:

    console            commands after ``$`` and what they print, both in full; a line
                       ``…`` stands for any lines left out. One that ends in ``&`` goes
                       on, until ``kill %1``; what it prints meanwhile stands below what
                       the commands print. Of such a page, instants, how long requests
                       took, and ports do not count
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
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
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
USUAL_PORT = "8780"
_OF_A_CLOCK = re.compile(
    r"(?m)^\+[\d.]+[a-zµ]+ *|(?<= after )[\d.]+[a-zµ]+|(?<=\) )in [^;]+ of virtual time"
)
_PORT = re.compile(r"(://127\.0\.0\.1:)\d{5}\b")
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
    with ExitStack() as behind:
        server: Background | None = None
        for block, after in zip_longest(there, there[1:]):
            where = f"{page}:{block.line}"
            if block.title:
                (folder / block.title).write_text(block.text, encoding="utf-8")
            elif block.language == "console":
                for command, shown in commands(block):
                    if command.endswith("&\n"):
                        server = Background(command, folder, programs)
                        behind.callback(server.end)
                    printed = (
                        run(command, folder, programs)
                        if server is None
                        else server.beside(command, shown, folder, programs)
                    )
                    wrong += _differing(where, command, printed, shown)
            elif block.language == "python":
                shown = after.text if after and after.language == "text" else ""
                program = f"python -W error - <<'END'\n{block.text}END\n"
                printed = run(program, folder, programs)
                wrong += _differing(where, program, printed, shown)
    return wrong


class Background:
    """A server that a page has started; at a free port, whatever the page says."""

    def __init__(self, command: str, folder: Path, programs: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = str(free.getsockname()[1])
        words = command.rstrip("&\n ").replace(
            "kn-sim serve", f"kn-sim serve --port {self._port}"
        )
        self._process = subprocess.Popen(  # noqa: S602 - what our own pages say
            f"exec {words}",
            shell=True, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, encoding="utf-8",
            env=_environment(programs),
        )  # fmt: skip
        self._lines: list[str] = []
        self._more = threading.Condition()
        self._read = 0
        self._reading = threading.Thread(target=self._listen)
        self._reading.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._more:
                self._lines.append(line)
                self._more.notify()

    def beside(self, command: str, shown: str, folder: Path, programs: Path) -> str:
        """Run a command, and give what it and the server print until that is as shown."""
        printed = ""
        if command == "kill %1\n":
            self.end()
        elif not command.endswith("&\n"):
            printed = run(command.replace(USUAL_PORT, self._port), folder, programs)

        def as_shown() -> bool:
            return matches(self._same(printed + self._unread()), self._same(shown))

        with self._more:
            self._more.wait_for(as_shown, timeout=20)
            told = self._same(printed + self._unread())
            self._read = len(self._lines)
        return shown if matches(told, self._same(shown)) else told

    def _unread(self) -> str:
        return "".join(self._lines[self._read :])

    def _same(self, text: str) -> str:
        text = text.replace(self._port, USUAL_PORT)
        return re.sub(" {2,}", "  ", _OF_A_CLOCK.sub("", _PORT.sub(r"\1", text)))

    def end(self) -> None:
        """End the server, as ``kill`` does."""
        self._process.terminate()
        self._process.wait(20)
        self._reading.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


def run(command: str, folder: Path, programs: Path = PROGRAMS) -> str:
    """Run a command as the reader would, those of one folder first.

    Ours is called in this process, where that folder is the usual one and the command
    asks for nothing of a shell.
    """
    if programs == PROGRAMS and _is_ours_alone(command):
        return _called(shlex.split(command)[1:], folder)
    ran = subprocess.run(  # noqa: S602 - what our own pages say
        command,
        shell=True, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, encoding="utf-8", timeout=120, check=False,
        env=_environment(programs),
    )  # fmt: skip
    return ran.stdout


def _environment(programs: Path) -> dict[str, str]:
    path = os.pathsep.join([str(programs), os.environ["PATH"]])
    at_home = {name: told for name, told in os.environ.items() if name not in _OF_CI}
    return {
        **at_home,
        # Which connections are open when a cluster ends is not the same each time.
        "DASK_LOGGING__DISTRIBUTED": "warning",
        "PATH": path, "COLUMNS": "88", "NO_COLOR": "1", "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_ADDOPTS": _ADDOPTS,
        "GITLAB_CI": "1",  # where Hypothesis draws the same each time, and may be slow
        "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache"),
    }  # fmt: skip


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
        # What the command itself starts is found as in a shell.
        patch.dict(os.environ, _environment(PROGRAMS)),
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
