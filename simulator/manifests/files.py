"""Files and standard input become texts, or faults; and whether they have changed."""

from __future__ import annotations

import os
import re
import sys
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from typing import TYPE_CHECKING

from simulator.errors import Fault, Position, Unreadable
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import IO, TextIO

MAX_BYTES = 16 * 1024 * 1024
"""Of one file; 20 times 2,000 manifests."""

MAX_STREAM_BYTES = 128 * 1024 * 1024
"""Of standard input, which nobody can split: all that `kubectl get -A` says."""

STDIN = "-"
_OF_OTHER_ENCODINGS = (BOM_UTF32_LE, BOM_UTF32_BE, BOM_UTF16_LE, BOM_UTF16_BE)
_WILD = "*?["
SUFFIXES = (".yaml", ".yml", ".json")


class Text(Value):
    """A text and the name that its positions carry; *named* itself, not its folder."""

    name: str
    text: str
    named: bool = True


def texts_of(
    sources: tuple[str | os.PathLike[str], ...], stdin: TextIO | None
) -> Iterator[Text | Fault]:
    """Give the texts in the order asked for, those of a folder sorted by path.

    A file that is named in two ways is read once.
    """
    named = {_real(os.fspath(source)) for source in sources if source != STDIN}
    read: dict[str, None] = {}
    for source in sources:
        if source == STDIN:
            stream = stdin or sys.stdin
            name = getattr(stream, "name", None)
            yield checked(
                name if isinstance(name, str) else "<stdin>",
                _bytes_of(stream),
                named=True,
                most=MAX_STREAM_BYTES,
            )
            continue
        path = _spelled(os.fspath(source))
        for found in _folder(path) if os.path.isdir(path) else (path,):
            real = found if isinstance(found, Fault) else _real(found)
            if real in read:
                continue
            read[real] = None
            if isinstance(found, Fault):
                yield found
            else:
                yield _file(found, named=real in named)


def _real(path: str) -> str:
    try:
        return os.path.realpath(path)
    except ValueError:  # a NUL in it, which reading tells
        return path


def _spelled(path: str) -> str:
    """Spell a path as pathlib does: no ``//`` and no ``/./`` in it."""
    if os.path.normpath(path) == path:
        return path
    from pathlib import Path  # costs a cold start 1.5 ms

    return str(Path(path))


def _folder(folder: str) -> Iterator[str | Fault]:
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
    yield from sorted(found, key=lambda path: path.split(os.sep))


def _file(path: str, *, named: bool) -> Text | Fault:
    try:
        with open(path, "rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return _fault(path, why_missing(path))
    except OSError as error:
        return _fault(path, f"cannot be read: {error.strerror}")
    except ValueError:  # which Python words anew and anew
        return _fault(path, "cannot be read: no name of a file has a NUL in it")
    return checked(path, raw, named=named)


def checked(
    name: str, raw: bytes, *, named: bool, most: int = MAX_BYTES
) -> Text | Fault:
    """Decode what a file holds, or say why it is no manifest.

    Of a larger one than *most* bytes, one more byte than that is enough.
    """
    if len(raw) > most:
        way = "split it into several files"
        way += ", or give it to stdin" if most == MAX_BYTES else ""
        return _fault(name, f"is larger than {most // 1024**2} MB; {way}")
    if raw.startswith(_OF_OTHER_ENCODINGS):
        return _decoded(name, raw, named=named)
    if b"\0" in raw:
        wide = b"\0" in raw[:2] and raw[:200:2].count(0) != raw[1:200:2].count(0)
        what = (
            "looks like UTF-16: save it as UTF-8"
            if wide
            else ("is binary: it holds NUL bytes; a manifest is UTF-8 text")
        )
        return _fault(name, what)
    try:
        text = without_bookkeeping(_without_marks(raw.decode()))
        return Text(name=name, text=text, named=named)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        position = Position(file=name, line=line, column=column)
        byte = f"0x{raw[error.start]:02X}"
        reason = f"is not UTF-8: the byte {byte} starts no character"
        return Unreadable(reason, position)


def _decoded(name: str, raw: bytes, *, named: bool) -> Text | Fault:
    """Read what begins with the byte order mark of UTF-16 or UTF-32.

    Source: YAML 1.1, 5.2 (character encoding); Windows PowerShell 5 writes UTF-16.
    """
    bits = 32 if raw.startswith((BOM_UTF32_LE, BOM_UTF32_BE)) else 16
    try:
        text = raw.decode(f"utf-{bits}")
    except UnicodeDecodeError as error:
        return _fault(name, f"is no UTF-{bits}: {error.reason}; save it as UTF-8")
    return Text(name=name, text=_without_marks(text), named=named)


def _without_marks(text: str) -> str:
    """Leave out byte order marks, at the start and where files were put together.

    Source: YAML 1.2.2, 5.2: one may stand before each document.
    """
    if "\ufeff" not in text:
        return text
    return text.removeprefix("\ufeff").replace("\n\ufeff", "\n")


def _bytes_of(stream: TextIO) -> bytes:
    binary: IO[bytes] | None = getattr(stream, "buffer", None)
    if binary is not None:
        return binary.read(MAX_STREAM_BYTES + 1)
    return stream.read(MAX_STREAM_BYTES + 1).encode(errors="surrogatepass")


def why_missing(path: str) -> str:
    from simulator.errors import nearest  # only on a fault

    if os.path.islink(path):
        return f"is a link to {os.readlink(path)!r}, which is not there"
    if any(sign in path for sign in _WILD):
        return "no file matches this pattern, and no file is called so"
    folder, name = os.path.split(path)
    try:
        stem = os.path.splitext(name)[0]
        near = nearest(
            name,
            [
                other
                for other in sorted(os.listdir(folder or os.curdir))
                if nearest(stem, [os.path.splitext(other)[0]], cutoff=0.75)
            ],
        )
    except OSError:
        near = ""
    return f"no such file or folder{near}"


def _fault(path: str, reason: str) -> Fault:
    return Unreadable(reason, Position(file=path))


_FROM = 1024 * 1024  # characters; a smaller text costs nothing worth a look
_LIST = r"(?m)^items:\n- apiVersion:"
_JSON_LIST = r'\A\{\n {4}"apiVersion": "v1",\n {4}"items": \['
# An item of a List: its own keys two spaces in, those of its metadata four.
_BLOCKS = (
    r"(?m)^(?: {4}managedFields:\n(?: {4}-.*\n| {6}.*\n)*| {2}status:\n(?: {4}.*\n)*)"
)
_MEMBERS = r'(?m)^(?:( {16})"managedFields": \[|( {12})"status": \{)\n(?:\1\2 .*\n)*\1\2[\]}],?\n'


def without_bookkeeping(text: str) -> str:
    """Leave out `managedFields` and `status` of a long List, each line of it made empty.

    A cluster's whole output is mostly those, and a node of YAML takes fifty times the
    memory of its text. Every other line stays where it was.
    """
    if len(text) < _FROM:
        return text
    if re.search(_LIST, text):
        return re.sub(_BLOCKS, _lines, text)
    return re.sub(_MEMBERS, _lines, text) if re.match(_JSON_LIST, text) else text


def _lines(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


# A folder of manifests with more files than this is not looked through each time.
_MOST_FILES = 5_000
_SUFFIXES = (".yaml", ".yml", ".json")

Mark = tuple[tuple[str, int, int], ...]


class Watch:
    """Tells when files changed since the last look, up to so many in folders."""

    def __init__(self, paths: Sequence[str], most: int = _MOST_FILES) -> None:
        self._most = most
        self._paths = [path for path in paths if path != "-"]
        self._mark = self._look()

    def changed(self) -> bool:
        mark = self._look()
        if mark == self._mark:
            return False
        self._mark = mark
        return True

    def _look(self) -> Mark:
        found = []
        for path in self._files():
            try:
                stat = os.stat(path)
            except OSError:  # gone for a moment, as editors write anew
                found.append((path, 0, -1))
            else:
                found.append((path, stat.st_mtime_ns, stat.st_size))
        return tuple(found)

    def _files(self) -> list[str]:
        files: list[str] = []
        for path in self._paths:
            if not os.path.isdir(path):
                files.append(path)
                continue
            for folder, folders, names in os.walk(path):
                folders.sort()
                files += [
                    os.path.join(folder, name)
                    for name in sorted(names)
                    if name.endswith(_SUFFIXES)
                ]
                if len(files) > self._most:
                    return files[: self._most]
        return files
