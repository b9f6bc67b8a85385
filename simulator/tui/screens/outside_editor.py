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


def editor_command(environment: Mapping[str, str], *, windows: bool) -> list[str]:
    """Give the command that edits a file, without the file.

    Args:
        environment: ``VISUAL`` and ``EDITOR`` are asked, in this order.
        windows: Whether there is no ``vi`` to fall back on.
    """
    named = environment.get("VISUAL") or environment.get("EDITOR")
    if named:
        return shlex.split(named, posix=not windows)
    return ["notepad"] if windows else ["vi"]


def edit_outside(
    text: str, command: Sequence[str] | None = None, *, suffix: str = ".json"
) -> str:
    """Give a text as the user left it in an editor; waits for the editor to end.

    Args:
        text: What is edited.
        command: The editor; None for the user's own.
        suffix: Of the file, so that the editor knows what it edits.

    Raises:
        UsageError: The editor cannot be started, or it failed.
    """
    words = command or editor_command(os.environ, windows=os.name == "nt")
    with tempfile.TemporaryDirectory(prefix="kn-sim-") as folder:
        file = Path(folder) / f"event{suffix}"
        file.write_text(text, encoding="utf-8")
        try:
            # It is the user's own command.
            ended = subprocess.run([*words, str(file)], check=False)  # noqa: S603
        except OSError as error:
            raise UsageError(
                f"the editor {words[0]!r} cannot be started ({error.strerror}); "
                "set EDITOR to one that can"
            ) from error
        if ended.returncode:
            raise UsageError(f"the editor {words[0]!r} ended with {ended.returncode}")
        return file.read_text(encoding="utf-8")
