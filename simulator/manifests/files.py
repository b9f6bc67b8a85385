"""Files, folders and standard input become texts, or faults that say why not."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from simulator.manifests.faults import Fault
from simulator.resource import Position

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO, TextIO

MAX_BYTES = 16 * 1024 * 1024
"""Of one file; 20 times 2,000 manifests."""

STDIN = "-"
SUFFIXES = (".yaml", ".yml", ".json")


class Text(NamedTuple):
    """A text and the name that its positions carry."""

    name: str
    text: str
    named: bool = True
    """Whether somebody asked for just this file, not for the folder it lies in."""


def texts_of(
    sources: tuple[str | os.PathLike[str], ...], stdin: TextIO | None
) -> Iterator[Text | Fault]:
    """Give the texts in the order asked for, those of a folder sorted by path."""
    for source in sources:
        if source == STDIN:
            stream = stdin or sys.stdin
            yield _checked("<stdin>", _bytes_of(stream), named=True)
            continue
        path = Path(source)
        if path.is_dir():
            yield from _folder(path)
        else:
            yield _file(path, named=True)


def _folder(folder: Path) -> Iterator[Text | Fault]:
    unreadable: list[OSError] = []
    found = [
        Path(parent, name)
        for parent, _, names in os.walk(folder, onerror=unreadable.append)
        for name in names
        if name.endswith(SUFFIXES)
    ]
    for error in unreadable:
        yield _fault(error.filename, f"cannot be read: {error.strerror}")
    if not found and not unreadable:
        yield _fault(folder, f"the folder holds no {', '.join(SUFFIXES)} file")
    for path in sorted(found, key=lambda p: p.parts):
        yield _file(path, named=False)


def _file(path: Path, *, named: bool) -> Text | Fault:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return _fault(path, f"no such file or folder{_near(path)}")
    except OSError as error:
        return _fault(path, f"cannot be read: {error.strerror}")
    return _checked(str(path), raw, named=named)


def _checked(name: str, raw: bytes, *, named: bool) -> Text | Fault:
    if len(raw) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1024**2} MB"
        return _fault(name, f"is larger than {limit}; split it into several files")
    if b"\0" in raw:
        return _fault(name, "is binary: it holds NUL bytes; a manifest is UTF-8 text")
    try:
        return Text(name, raw.decode().removeprefix("\ufeff"), named)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        position = Position(file=name, line=line, column=column)
        byte = f"0x{raw[error.start]:02X}"
        return Fault(position, f"is not UTF-8: the byte {byte} starts no character")


def _bytes_of(stream: TextIO) -> bytes:
    binary: IO[bytes] | None = getattr(stream, "buffer", None)
    if binary is not None:
        return binary.read(MAX_BYTES + 1)
    return stream.read(MAX_BYTES + 1).encode(errors="surrogatepass")


def _near(path: Path) -> str:
    from simulator.errors import nearest  # only on a fault

    try:
        return nearest(path.name, sorted(p.name for p in path.parent.iterdir()))
    except OSError:
        return ""


def _fault(path: Path | str, reason: str) -> Fault:
    return Fault(Position(file=str(path)), reason)
