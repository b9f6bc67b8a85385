"""A file that keeps what was found out so far, so that a search can go on later.

JSON Lines: the first line says what is searched and by which kn-sim, each other one what
came of a piece. Each is written as a whole, so the file can be read whenever whoever
writes it is killed: a last line that is none is left out.
"""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from simulator import __version__
from simulator.errors import UsageError, naming_file
from simulator.explore.working import Found, Outcome

if TYPE_CHECKING:
    from typing import Self

    from simulator.explore.plan import Choices, Plan
    from simulator.explore.working import Piece

_FORMAT = "kn-sim campaign 1"
_DIGITS = 16


class Campaign:
    """The file, open to go on with.

    Args:
        path: Of the file; it is made where there is none.
        plan: What is searched.

    Raises:
        UsageError: There is one that is no campaign, or that of another search.
        OSError: It cannot be read or written.
    """

    def __init__(self, path: str | os.PathLike[str], plan: Plan) -> None:
        self._path = Path(path)
        self._known: dict[int, Outcome] = {}
        header = {"format": _FORMAT, "kn-sim": __version__, "searched": _parts(plan)}
        if self._path.exists() and self._path.stat().st_size:
            whole = self._read(header)
            self._file = self._path.open("r+", encoding="utf-8")
            self._file.truncate(whole)
            self._file.seek(0, os.SEEK_END)
        else:
            self._file = self._path.open("w", encoding="utf-8")
            self._write(header)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def outcome(self, piece: Piece) -> Outcome | None:
        """Give what came of a piece before; None if it is not known."""
        return self._known.get(piece.number)

    def keep(self, outcome: Outcome) -> None:
        """Write what came of a piece."""
        self._write(outcome._asdict())

    def _write(self, line: dict[str, Any]) -> None:
        with naming_file(self._path):
            self._file.write(json.dumps(line, separators=(",", ":")) + "\n")
            self._file.flush()

    def _read(self, header: dict[str, Any]) -> int:
        """Read what is there; give the length of what is whole, in bytes."""
        lines = self._path.read_bytes().split(b"\n")
        lines.pop()  # what was being written; empty after a whole line
        if not lines:
            raise UsageError(f"{self._path}: no campaign")
        self._check(_object(lines[0]), header)
        for number, line in enumerate(lines[1:], 2):
            try:
                outcome = _outcome(json.loads(line))
            except (ValueError, TypeError, KeyError) as error:
                raise UsageError(
                    f"{self._path}:{number}: not what came of a piece of work"
                ) from error
            self._known[outcome.number] = outcome
        return sum(len(line) + 1 for line in lines)

    def _check(self, found: dict[str, Any], header: dict[str, Any]) -> None:
        if found.get("format") != _FORMAT:
            raise UsageError(f"{self._path}: no campaign: its first line is not of one")
        version = found.get("kn-sim")
        if version != __version__:
            raise UsageError(
                f"{self._path}: was begun with kn-sim {version}, this is {__version__}; "
                "begin a new file"
            )
        before = found.get("searched") or {}
        others = [
            name for name, it in header["searched"].items() if before.get(name) != it
        ]
        if others:
            raise UsageError(
                f"{self._path}: was begun with other {', '.join(others)}; begin a new file"
            )


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _outcome(line: dict[str, Any]) -> Outcome:
    found = line.pop("found")
    fresh, digests = map(_choices, line.pop("fresh")), line.pop("digests")
    return Outcome(
        **line,
        found=None if found is None else Found(_choices(found[0]), *found[1:]),
        fresh=tuple(fresh),
        digests=tuple(digests),
    )


def _choices(written: list[list[Any]]) -> Choices:
    return tuple((point, value) for point, value in written)


def _parts(plan: Plan) -> dict[str, str]:
    """Give digests of what is searched, by what the user calls it."""
    options = dict(plan.options)
    code = [*(options.pop("handlers", None) or ()), plan.predicate.rpartition(":")[0]]
    parts: dict[str, list[object]] = {
        "manifests": [resource.manifest for resource in plan.topology.resources],
        "handlers": [*map(_code, code), *map(_called, (plan.given, plan.holds))],
        "events": [
            (i.event.attributes, i.event.body, i.to, i.account, i.after, i.timeout)
            for i in plan.inputs
        ],
        "checks": [*plan.checks, plan.predicate],
        "settings": [plan.blueprint, options, plan.until],
        "bounds": [
            plan.faults, plan.delays, plan.kinds, plan.seeds, plan.stateless,
            plan.prunes, plan.gathers,
        ],
    }  # fmt: skip
    texts = {
        n: repr(part).encode("utf-8", "surrogateescape") for n, part in parts.items()
    }
    return {name: sha256(text).hexdigest()[:_DIGITS] for name, text in texts.items()}


def _code(handlers: object) -> object:
    """Give what a file or module of handlers says; what else there is, as it is."""
    file = handlers.__file__ if isinstance(handlers, ModuleType) else handlers
    if isinstance(file, str | os.PathLike) and Path(file).is_file():
        return Path(file).read_bytes()
    return file


def _called(function: object) -> str:
    return getattr(function, "__qualname__", str(function))
