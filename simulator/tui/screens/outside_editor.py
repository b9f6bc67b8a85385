"""A text edited in the user's own editor."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from textual.app import App

_TAKES_GOTO = ("code", "codium", "code-insiders", "cursor")
_TAKES_PLACE = ("hx", "helix", "subl", "zed")


@contextmanager
def away(app: App[Any]) -> Iterator[None]:
    """Leave the terminal to an editor, and take it back, however that ends.

    Raises:
        SuspendNotSupported: Nobody else can have this terminal.
    """
    failed: Exception | None = None
    with app.suspend():
        # A block that raises would leave it suspended for good.
        try:
            yield
        except Exception as error:  # noqa: BLE001 - raised below
            failed = error
    if failed is not None:
        raise failed


def editor_command(
    environment: Mapping[str, str] = os.environ, *, windows: bool = os.name == "nt"
) -> list[str]:
    """Give the words of VISUAL, else of EDITOR, else of what every system has.

    Raises:
        UsageError: They are no words of a shell.
    """
    named = (environment.get("VISUAL") or environment.get("EDITOR") or "").strip()
    if not named:
        return ["notepad"] if windows else ["vi"]
    try:
        return shlex.split(named, posix=not windows)
    except ValueError as error:
        raise UsageError(f"the editor {named!r} cannot be started: {error}") from error


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
    _run(command_at(editor_command(), file, line))


def _run(words: Sequence[str]) -> None:
    try:
        with _deaf_to_interrupts():
            # It is the user's own command.
            ended = subprocess.run(words, check=False)  # noqa: S603
    except OSError as error:
        raise UsageError(
            f"the editor {words[0]!r} cannot be started ({error.strerror}); "
            "set EDITOR to one that can"
        ) from error
    if ended.returncode:
        raise UsageError(f"the editor {words[0]!r} ended with {ended.returncode}")


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let ctrl-C mean what it means to the editor, and nothing to us.

    The terminal sends it to both. A handler, unlike SIG_IGN, is not passed on.
    """
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def edit_outside(text: str, command: Sequence[str] | None = None) -> str:
    """Give a text as the user left it in an editor; waits for it to end.

    Raises:
        UsageError: The editor cannot be started, it failed, or what it left is no text.
    """
    with tempfile.TemporaryDirectory(prefix="kn-sim-") as folder:
        file = Path(folder) / "event.json"
        file.write_text(text, encoding="utf-8")
        _run([*(command or editor_command()), str(file)])
        try:
            return file.read_text(encoding="utf-8")
        except ValueError as error:
            raise UsageError("what the editor left is no text in UTF-8") from error
