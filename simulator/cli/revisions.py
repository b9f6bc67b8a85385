"""Files as they were at a revision of git: ``git:REV`` and ``git:REV:PATH``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from simulator.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.errors import Fault
    from simulator.manifests.files import Text

_PREFIX = "git:"
_FILE_MODES = ("100644", "100755", "100664")
_MOST_FILES = 5_000
_MOST_BYTES = 256 * 1024 * 1024


class Revision(NamedTuple):
    """Files at whatever git takes for a commit; *path* is empty where none is named."""

    typed: str
    revision: str
    path: str


def revision_of(word: str) -> Revision | None:
    """Read ``git:REV`` or ``git:REV:PATH``; None for a path, UsageError for no revision."""
    if not word.startswith(_PREFIX):
        return None
    revision, _, path = word.removeprefix(_PREFIX).partition(":")
    if not revision or revision.startswith("-") or not revision.isprintable():
        raise UsageError(
            f"{word}: expected git:REV or git:REV:PATH, such as git:HEAD~1"
        )
    return Revision(word, revision, path)


def texts_at(asked: Revision) -> Iterator[Text | Fault]:
    """Give manifests at a revision, by path; UsageError for no git, revision or file."""
    from simulator.manifests.files import MAX_BYTES, checked  # yaml is not needed yet

    folder, path = _inside(asked.path)
    tree = _tree(asked, folder)
    found = _listed(asked, folder, tree, path)
    name = f"{_PREFIX}{asked.revision}"
    for file, blob, size in found:
        raw = b"\0" * (MAX_BYTES + 1)  # too large to be read at all
        if size <= MAX_BYTES:
            raw = _git(asked, folder, "cat-file", "blob", blob)
        shown = os.path.normpath(os.path.join(os.path.relpath(folder), file))
        named = len(found) == 1 and file == path
        yield checked(f"{name}:{shown}", raw, named=named)


def _inside(path: str) -> tuple[str, str]:
    whole = os.path.abspath(path)
    folder = os.path.dirname(whole)
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    return folder, os.path.relpath(whole, folder)


def _tree(asked: Revision, folder: str) -> str:
    """Find the commit of a revision; UsageError for none, or no repository."""
    _git(asked, folder, "rev-parse", "--git-dir")
    try:
        named = f"{asked.revision}^{{commit}}"
        return (
            _git(asked, folder, "rev-parse", "--verify", "-q", named).decode().strip()
        )
    except _GitError:
        known = _git(
            asked, folder, "for-each-ref", "--format=%(refname:short)", "--count=1000"
        )
        near = nearest(asked.revision, known.decode(errors="replace").split())
        raise UsageError(
            f"{asked.typed}: git knows no revision {asked.revision!r}{near}"
        ) from None


def _listed(
    asked: Revision, folder: str, tree: str, path: str
) -> list[tuple[str, str, int]]:
    """List files: path from the folder, blob, size; UsageError for none, or too many."""
    from simulator.manifests.files import SUFFIXES

    listed = _git(asked, folder, "ls-tree", "-r", "-l", "-z", tree, "--", path)
    found = []
    for line in listed.decode(errors="surrogateescape").split("\0")[:-1]:
        facts, _, file = line.partition("\t")
        mode, _, blob, size = facts.split()
        if mode in _FILE_MODES and (file == path or file.endswith(SUFFIXES)):
            found.append((file, blob, int(size)))
    if not found:
        what = f"holds no {', '.join(SUFFIXES)} file" if listed else "is not there"
        shown = os.path.normpath(asked.path)
        raise UsageError(f"{asked.typed}: at {asked.revision}, {shown} {what}")
    if len(found) > _MOST_FILES or sum(size for *_, size in found) > _MOST_BYTES:
        raise UsageError(
            f"{asked.typed}: {len(found)} files of "
            f"{sum(size for *_, size in found) // 1024**2} MB are too many; at most "
            f"{_MOST_FILES} files of {_MOST_BYTES // 1024**2} MB are read"
        )
    return sorted(found, key=lambda each: each[0].split("/"))


class _GitError(UsageError):
    """Git says no."""


def _git(asked: Revision, folder: str, *words: str) -> bytes:
    """Run git without a shell, or raise UsageError with what it says."""
    import subprocess  # only this form of a file runs a program

    try:
        ran = subprocess.run(  # noqa: S603 - no shell; the revision is no option
            ["git", "-C", folder, "--no-pager", "--literal-pathspecs", *words],  # noqa: S607 - the git that the user has on the PATH
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
            env={**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"},
        )
    except FileNotFoundError:
        raise UsageError(f"{asked.typed}: git is not on the PATH") from None
    if ran.returncode:
        said = ran.stderr.decode(errors="replace").strip().splitlines()
        reason = (said or [f"git {words[0]}: exit code {ran.returncode}"])[0]
        raise _GitError(f"{asked.typed}: {reason.removeprefix('fatal: ')}")
    return ran.stdout
