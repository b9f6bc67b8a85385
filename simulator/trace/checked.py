"""Records as a file tells them, each checked before anybody relies on it.

What the file says may be anything that JSON can say. What comes out is such as a run
makes it: serials rise, time does not go back, causes come before what follows, and
every member is of its type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.duration import LONGEST_NS
from simulator.errors import nearest
from simulator.kernel.log import Kind
from simulator.trace.record import FaultyLineError, Record, found_text

if TYPE_CHECKING:
    from simulator.trace.recorded import Recorded

# 64 bits with a sign, which columns and other programs have room for.
LARGEST = LONGEST_NS
_KINDS = {str(kind): kind for kind in Kind}


class _Names(dict[str, str]):
    """The names of nodes, each once, however many records have it."""

    def __missing__(self, name: str) -> str:
        if type(name) is not str:
            raise KeyError(name)
        self[name] = name
        return name


class ReadRecords(list[Record]):
    """The records of a file, and what it says besides.

    Attributes:
        recorded: How the run was made, and its inputs; None where nothing says so.
    """

    recorded: Recorded | None = None


class CheckedRecords:
    """Takes records in order.

    Attributes:
        records: Those that were right.
        serial: The least that the next record may have.
    """

    def __init__(self) -> None:
        self.records = ReadRecords()
        self.serial = 0
        self._since = 0
        self._names = _Names()

    def add(self, said: tuple[Any, ...]) -> None:
        """Take the next record.

        Args:
            said: Serial, instant, kind, cause, event, from, to, attempt, status, detail;
                an event, and anything that JSON can say.

        Raises:
            FaultyLineError: It can be none.
        """
        serial, at, kind, cause, event, source, target, attempt, status, detail = said
        try:
            if (
                type(serial) is type(at) is type(attempt) is type(status) is int
                and self.serial <= serial < LARGEST
                and self._since <= at <= LARGEST
                and (cause is None or (type(cause) is int and 0 <= cause < serial))
                and 1 <= attempt <= LARGEST
                and 0 <= status <= LARGEST
                and (detail is None or type(detail) is str or _is_wait(detail))
            ):
                values = (
                    serial, at, _KINDS[kind], cause, event,
                    self._names[source], self._names[target], attempt, status, detail,
                )  # fmt: skip
                # A third of the time that the class itself takes to make one.
                self.records.append(tuple.__new__(Record, values))
                self._since = at
                self.serial = serial + 1
                return
        except (KeyError, TypeError):  # no such thing, or what no dict has
            pass
        raise FaultyLineError(self._fault(said))

    def _fault(self, said: tuple[Any, ...]) -> str:
        """Say which member is wrong; the first, in the order of a record."""
        serial, at, kind, cause, _, source, target, attempt, status, detail = said
        of_text = isinstance(kind, str)
        before = serial if type(serial) is int else LARGEST
        rules = (
            ("serial", serial, f"a number from {self.serial} on",
             _is_whole(serial, self.serial, LARGEST - 1)),
            ("at", at, f"nanoseconds from 0 to {LARGEST}", _is_whole(at, 0)),
            ("at", at, f"nanoseconds from {self._since} on: time does not go back",
             _is_whole(at, self._since)),
            ("kind", kind, "a kind of record" + (nearest(kind, _KINDS) if of_text else ""),
             of_text and kind in _KINDS),
            ("cause", cause, f"null, or a number below {before}",
             cause is None or _is_whole(cause, 0, before - 1)),
            ("from", source, "the name of a node", type(source) is str),
            ("to", target, "the name of a node", type(target) is str),
            ("attempt", attempt, "a number from 1 on", _is_whole(attempt, 1)),
            ("status", status, "a number from 0 on", _is_whole(status, 0)),
        )  # fmt: skip
        for name, value, expected, right in rules:
            if not right:
                return f"{name}: expected {expected}, found {found_text(value)}"
        expected = "null, a text, or a number of nanoseconds"
        return f"detail: expected {expected}, found {found_text(detail)}"


def _is_whole(value: object, least: int, most: int = LARGEST) -> bool:
    return type(value) is int and least <= value <= most


def _is_wait(value: object) -> bool:
    return _is_whole(value, 0)
