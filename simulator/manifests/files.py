"""Files, folders and standard input become texts, or faults that say why not."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from simulator.errors import Fault, Position
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO, TextIO

MAX_BYTES = 16 * 1024 * 1024
"""Of one file; 20 times 2,000 manifests."""

STDIN = "-"
SUFFIXES = (".yaml", ".yml", ".json")


class Text(Value):
    """A text and the name that its positions carry.

    Args:
        named: Somebody asked for just this file, not for the folder it lies in.
    """

    name: str
    text: str
    named: bool = True


def texts_of(
    sources: tuple[str | os.PathLike[str], ...], stdin: TextIO | None
) -> Iterator[Text | Fault]:
    """Give the texts in the order asked for, those of a folder sorted by path."""
    for source in sources:
        if source == STDIN:
            stream = stdin or sys.stdin
            yield _checked("<stdin>", _bytes_of(stream), named=True)
            continue
        path = _spelled(os.fspath(source))
        if os.path.isdir(path):
            yield from _folder(path)
        else:
            yield _file(path, named=True)


def _spelled(path: str) -> str:
    """Spell a path as pathlib does: no ``//`` and no ``/./`` in it."""
    if os.path.normpath(path) == path:
        return path
    from pathlib import Path  # costs a cold start 1.5 ms

    return str(Path(path))


def _folder(folder: str) -> Iterator[Text | Fault]:
    unreadable: list[OSError] = []
    found = [
        _spelled(os.path.join(parent, name))
        for parent, _, names in os.walk(folder, onerror=unreadable.append)
        for name in names
        if name.endswith(SUFFIXES)
    ]
    for error in unreadable:
        yield _fault(error.filename, f"cannot be read: {error.strerror}")
    if not found and not unreadable:
        yield _fault(folder, f"the folder holds no {', '.join(SUFFIXES)} file")
    for path in sorted(found, key=lambda path: path.split(os.sep)):
        yield _file(path, named=False)


def _file(path: str, *, named: bool) -> Text | Fault:
    try:
        with open(path, "rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return _fault(path, f"no such file or folder{_near(path)}")
    except OSError as error:
        return _fault(path, f"cannot be read: {error.strerror}")
    except ValueError:  # which Python words anew and anew
        return _fault(path, "cannot be read: no name of a file has a NUL in it")
    return _checked(path, raw, named=named)


def _checked(name: str, raw: bytes, *, named: bool) -> Text | Fault:
    if len(raw) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1024**2} MB"
        return _fault(name, f"is larger than {limit}; split it into several files")
    if b"\0" in raw:
        return _fault(name, "is binary: it holds NUL bytes; a manifest is UTF-8 text")
    try:
        text = raw.decode().removeprefix("\ufeff")
        return Text(name=name, text=text, named=named)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        position = Position(file=name, line=line, column=column)
        byte = f"0x{raw[error.start]:02X}"
        reason = f"is not UTF-8: the byte {byte} starts no character"
        return Fault(reason, position)


def _bytes_of(stream: TextIO) -> bytes:
    binary: IO[bytes] | None = getattr(stream, "buffer", None)
    if binary is not None:
        return binary.read(MAX_BYTES + 1)
    return stream.read(MAX_BYTES + 1).encode(errors="surrogatepass")


def _near(path: str) -> str:
    from simulator.errors import nearest  # only on a fault

    folder, name = os.path.split(path)
    try:
        return nearest(name, sorted(os.listdir(folder or os.curdir)))
    except OSError:
        return ""


def _fault(path: str, reason: str) -> Fault:
    return Fault(reason, Position(file=path))
