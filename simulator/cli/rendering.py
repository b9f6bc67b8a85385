"""Templates of other tools: the command that renders them, and kustomize itself."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
from typing import TYPE_CHECKING

from simulator.errors import Fault, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_RENDERED = "kn-sim run -"  # as `simulator.manifests` says it, which knows no command
# How kubectl logs why it failed.
_LOGGED = re.compile(r'[EF]\d{4} .*"command failed" err=("(?:[^"\\]|\\.)*")')
_TOOLS = (("kubectl", "kustomize"), ("kustomize", "build"))


def as_typed(faults: Iterable[Fault], words: Sequence[str]) -> list[Fault]:
    """Put the command that was typed, without ``kn-sim``, in place of the usual one."""
    return [_as_typed(f, words) if _RENDERED in f.reason else f for f in faults]


def _as_typed(fault: Fault, words: Sequence[str]) -> Fault:
    file = "" if fault.position is None else fault.position.file
    holding = next((w for w in words if _holds(w, file)), None)
    typed = [word if word != holding else "-" for word in words]
    reason = fault.reason.replace(_RENDERED, shlex.join(["kn-sim", *typed]))
    if holding is not None and holding != "-":
        folder = os.path.dirname(file) or "."
        chart = file.partition("/templates/")[0] if "/templates/" in file else folder
        reason = reason.replace("FOLDER", shlex.quote(folder))
        reason = reason.replace("CHART", shlex.quote(chart))
        reason = reason.replace("FILE", shlex.quote(file))
    return Fault(reason, fault.position, fault.path, fault.subject)


def _holds(word: str, file: str) -> bool:
    if word == "-":
        return file == "<stdin>"
    return bool(file) and (word == file or file.startswith(os.path.join(word, "")))


class Rendered(io.StringIO):
    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        self.name = name


def kustomized(folder: str) -> Rendered:
    """Let kubectl or kustomize render a folder; UsageError for neither, or a refusal."""
    import shutil
    import subprocess  # only this option runs a program

    for tool in _TOOLS:
        if shutil.which(tool[0]) is None:
            continue
        ran = subprocess.run(  # noqa: S603 - no shell, and the user named the folder
            [*tool, folder],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if ran.returncode:
            said = _said(ran.stderr.strip()) or f"exit code {ran.returncode}"
            raise UsageError(f"{' '.join(tool)} {folder}: {said}")
        return Rendered(ran.stdout, f"{folder} (rendered)")
    raise UsageError(
        f"--kustomize {folder}: neither kubectl nor kustomize is on the PATH; "
        "install one, or pipe what it renders elsewhere into kn-sim … -"
    )


def _said(stderr: str) -> str:
    """Give what kubectl says without the form of its log."""
    found = _LOGGED.fullmatch(stderr)
    return stderr if found is None else str(json.loads(found[1])).strip()
