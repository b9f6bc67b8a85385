"""A text edited in the user's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TAKES_GOTO = ("code", "codium", "code-insiders", "cursor")
_TAKES_PLACE = ("hx", "helix", "subl", "zed")


def editor_command(environment: Mapping[str, str], *, windows: bool) -> list[str]:
    named = environment.get("VISUAL") or environment.get("EDITOR")
    if named:
        return shlex.split(named, posix=not windows)
    return ["notepad"] if windows else ["vi"]


def command_at(words: Sequence[str], file: str, line: int) -> list[str]:
    """Give the command that opens a file at a line, from 1, in the editor's own way."""
    name = Path(words[0]).stem.lower()
    if name in _TAKES_GOTO:
        return [*words, "--goto", f"{file}:{line}"]
    if name in _TAKES_PLACE:
        return [*words, f"{file}:{line}"]
    if name == "notepad":
        return [*words, file]
    return [*words, f"+{line}", file]


def open_at(file: str, line: int) -> None:
    """Open a file at a line, from 1, in the user's editor; waits for it to end.

    Raises:
        UsageError: The editor cannot be started, or it failed.
    """
    _run(command_at(_own_editor(), file, line))


def _own_editor() -> list[str]:
    return editor_command(os.environ, windows=os.name == "nt")


def _run(words: Sequence[str]) -> None:
    try:
        # It is the user's own command.
        ended = subprocess.run(words, check=False)  # noqa: S603
    except OSError as error:
        raise UsageError(
            f"the editor {words[0]!r} cannot be started ({error.strerror}); "
            "set EDITOR to one that can"
        ) from error
    if ended.returncode:
        raise UsageError(f"the editor {words[0]!r} ended with {ended.returncode}")


def edit_outside(text: str, command: Sequence[str] | None = None) -> str:
    """Give a text as the user left it in an editor; waits for it to end.

    Raises:
        UsageError: The editor cannot be started, or it failed.
    """
    with tempfile.TemporaryDirectory(prefix="kn-sim-") as folder:
        file = Path(folder) / "event.json"
        file.write_text(text, encoding="utf-8")
        _run([*(command or _own_editor()), str(file)])
        return file.read_text(encoding="utf-8")
