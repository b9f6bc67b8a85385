"""Files that a command writes: over nothing that it reads, and each but once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from simulator.errors import UsageError

if TYPE_CHECKING:
    import argparse

# How a trace begins, as it is and compressed; see RFC 8878, 3.1.1.
TRACE = (b'{"format":"kn-sim-trace/', b"\x28\xb5\x2f\xfd")
SPANS = (b'{"resourceSpans":',)
PAGE = (b'<!doctype html>\n<html lang="en" data-of="kn-sim">',)


def refuse_an_input(
    args: argparse.Namespace,
    option: str,
    begins: tuple[bytes, ...],
    what: str,
    output: str = "",
) -> None:
    """See to it that a file is written over nothing but another of its sort.

    Args:
        option: Names the file: ``trace``.
        begins: How files of its sort begin.
        what: One of them: ``trace``.

    Raises:
        UsageError: It would be.
    """
    output = output or getattr(args, option)
    option = option.replace("_", "-")
    if os.path.isdir(output):
        raise UsageError(f"--{option} {output}: is a folder, expected a file")
    folder = os.path.dirname(output) or os.curdir
    if not os.path.isdir(folder):
        raise UsageError(f"--{option} {output}: there is no folder {folder}")
    first = (
        vars(args)
        .setdefault("written", {})
        .setdefault(os.path.realpath(output), option)
    )
    if first != option:
        raise UsageError(f"--{option} {output}: is what --{first} writes; name another")
    if not os.path.isfile(output):
        return
    from simulator.manifests.files import SUFFIXES  # loaded by then

    read = [*args.files, *args.handlers, *args.send]
    read += [
        getattr(args, name, None) or "" for name in ("choices", "replay", "answers")
    ]
    read.append(getattr(args, "check", "").rpartition(":")[0])
    for name in (each.removeprefix("@") for each in read):
        below = (
            os.path.isdir(name)
            and output.endswith(SUFFIXES)
            and (os.path.realpath(output).startswith(os.path.realpath(name) + os.sep))
        )
        if below or (os.path.isfile(name) and os.path.samefile(name, output)):
            raise UsageError(
                f"--{option} {output}: is a file that is read; name another"
            )
    with open(output, "rb") as file:
        begin = file.read(max(map(len, begins)))
    if begin and not begin.startswith(begins):
        raise UsageError(
            f"--{option} {output}: is there, and is no {what}; name another"
        )


def check_new(output: str, read: str, *, force: bool) -> None:
    """See that a file that ``-o`` names can be written.

    Args:
        read: The file that it is made from.
        force: Whether it may be written over.

    Raises:
        UsageError: It is a folder, that very file, or there already.
    """
    if os.path.isdir(output):
        raise UsageError(f"-o {output}: is a folder, expected a file")
    if not os.path.isfile(output):  # nothing is there, or a device
        return
    if os.path.isfile(read) and os.path.samefile(read, output):
        raise UsageError(f"-o {output}: is the file that is read; name another")
    if not force:
        raise UsageError(f"-o {output}: is there already; --force writes over it")
