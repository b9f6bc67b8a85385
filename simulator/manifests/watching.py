"""Whether files changed on disk, told by looking now and then; no thread, no service."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# A folder of manifests with more files than this is not looked through each time.
_MOST_FILES = 5_000
_SUFFIXES = (".yaml", ".yml", ".json")

Mark = tuple[tuple[str, int, int], ...]


class Watch:
    """Tells when files changed since the last look.

    Args:
        paths: Files, and folders with all the YAML below them.
        most: Files that are looked at; the rest of larger folders is not.
    """

    def __init__(self, paths: Sequence[str], most: int = _MOST_FILES) -> None:
        self._most = most
        self._paths = [path for path in paths if path != "-"]
        self._mark = self._look()

    def changed(self) -> bool:
        """Tell whether anything is other than at the last call."""
        mark = self._look()
        if mark == self._mark:
            return False
        self._mark = mark
        return True

    def _look(self) -> Mark:
        found = []
        for path in self._files():
            try:
                stat = os.stat(path)  # noqa: PTH116 - thousands of them at once
            except OSError:  # gone for a moment, as editors write anew
                found.append((path, 0, -1))
            else:
                found.append((path, stat.st_mtime_ns, stat.st_size))
        return tuple(found)

    def _files(self) -> list[str]:
        files: list[str] = []
        for path in self._paths:
            if not os.path.isdir(path):  # noqa: PTH112
                files.append(path)
                continue
            for folder, folders, names in os.walk(path):
                folders.sort()
                files += [
                    os.path.join(folder, name)  # noqa: PTH118
                    for name in sorted(names)
                    if name.endswith(_SUFFIXES)
                ]
                if len(files) > self._most:
                    return files[: self._most]
        return files
