"""Which events a question or an expectation is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypedDict

from simulator.errors import UsageError, nearest
from simulator.session.views import Received, Sent
from simulator.subscribers.condition import condition
from simulator.trace import Record

if TYPE_CHECKING:
    from simulator.event import Event
    from simulator.event.sdk import EventView
    from simulator.kernel import Log


class Which(TypedDict, total=False):
    """Events for which all that is said holds; nothing said is every event.

    Args:
        where: CESQL that is true of them; its names are attributes, extensions included.
        data: Their data: of a mapping, at least these members, at any depth; a list, a text
            and any other value is the same.
        caused_by: What they follow from: an event that was sent, a request that a service
            received, or a record.
    """

    type: str
    id: str
    source: str
    subject: str
    where: str
    data: object
    caused_by: Sent | Received | Record


class Selection:
    """Events as a caller describes them; UsageError if there can be none."""

    def __init__(self, which: Mapping[str, object]) -> None:
        names = tuple(Which.__annotations__)
        for name in which:
            if name not in names:
                hint = f"{nearest(name, names)} (there are: {', '.join(names)})"
                raise UsageError(f"unknown {name!r}{hint}")
        cause = which.get("caused_by")
        if cause is not None and not isinstance(cause, Sent | Received | Record):
            raise UsageError(
                "caused_by: expected what send gave, what a service received, or a "
                f"record, found {cause!r}"
            )
        self.cause: Sent | Received | Record | None = cause
        self._texts: dict[str, str] = {}
        for name, value in which.items():
            if name not in ("caused_by", "data") and value is not None:
                if not isinstance(value, str):
                    raise UsageError(f"{name}: expected text, found {value!r}")
                self._texts[name] = value
        self._data = which.get("data")
        where = self._texts.get("where")
        try:
            self._condition = None if where is None else condition(where)
        except ValueError as error:
            raise UsageError(f"where: {error}") from None

    def __str__(self) -> str:
        said = [f"{name} {text!r}" for name, text in self._texts.items()]
        if self._data is not None:
            said.append(f"data {self._data!r}")
        if self.cause is not None:
            event = self.cause.event
            said.append(f"caused by {event.type} {event.id}")
        return ", ".join(said)

    @property
    def asked(self) -> tuple[str, ...]:
        """What they are told by: attributes, ``where`` and ``data``."""
        return (*self._texts, *(() if self._data is None else ("data",)))

    @property
    def type(self) -> str:
        return self._texts.get("type", "")

    @property
    def first(self) -> int | None:
        """The record that they follow from: 0 for the first, None for one to come."""
        return 0 if self.cause is None else self.cause.serial

    def holds(self, attributes: Mapping[str, str]) -> bool:
        """Tell whether an event is one of them, what it follows from aside."""
        return all(
            name == "where" or attributes.get(name) == text
            for name, text in self._texts.items()
        ) and (self._condition is None or self._condition.holds(attributes))

    def fits(self, event: Event) -> bool:
        return self._data is None or _is_in(self._data, event.data)

    def offspring(self, log: Log) -> set[int] | None:
        """Collect the records of what they follow from; None for all records."""
        if self.cause is None:
            return None
        first = self.cause.serial
        if first is None:
            return set()
        _check_origin(self.cause.event, first, log)
        found = {first}
        for row in log.rows(first + 1):
            if row[2] and row[0] - row[2] in found:
                found.add(row[0])
        found.discard(first)
        return found

    def of(self, received: list[Received], log: Log) -> list[Received]:
        offspring = self.offspring(log)
        return [
            each
            for each in received
            if (offspring is None or each.serial in offspring)
            and self.holds(each.attributes)
            and self.fits(each.request.envelope.event)
        ]


def _check_origin(event: EventView | Event, serial: int, log: Log) -> None:
    """Raise UsageError where what an event follows from, a record, is of another run."""
    if serial < log.first:
        return  # it is told elsewhere that the record was dropped
    shown = log.row(serial)[4] if serial < len(log) else None
    there = getattr(shown, "event", shown)
    if there is None or (there.id, there.type) != (event.id, event.type):
        raise UsageError(
            f"caused_by: {event.type} {event.id} is not of this simulation"
        )


def _is_in(wanted: object, found: object) -> bool:
    """Tell whether all that is wanted is there; true is no 1."""
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(
            name in found and _is_in(value, found[name])
            for name, value in wanted.items()
        )
    if isinstance(wanted, list | tuple):
        return (
            isinstance(found, list)
            and len(found) == len(wanted)
            and all(map(_is_in, wanted, found))
        )
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    return wanted == found
