"""One fact of a run, unpacked from the kernel's cells; and a trace that has no such."""

from __future__ import annotations

from simulator.event import Event
from simulator.kernel import Envelope, Request
from simulator.kernel.log import Kind, Row, name_of
from simulator.statuses import SUCCESS
from simulator.value import NamedTuple

HANDED_OVER = (Kind.SENT, Kind.REPLIED, Kind.DEAD_LETTERED)
"""An event goes to an address."""
ATTEMPTS = (Kind.DISPATCHED, Kind.REPLIED, Kind.DEAD_LETTERED, Kind.PANICKED)
"""A request of a delivery, which may be made again."""


class Record(NamedTuple):
    """One fact.

    Args:
        serial: Its number in the run, from 0.
        at_ns: When, in nanoseconds of virtual time since the start.
        kind: What; `Kind` explains each.
        cause: The serial of the record that it follows from; None for the first.
        event: The event with what the hops added to it so far.
        source: The node that it comes from; empty for the caller of the API.
        target: The node that it goes to.
        attempt: 1 for the first.
        status: The HTTP status; 0 where there is none; for ``accepted`` the number
            of routes that match.
        detail: The wait of a retry in ns, the way a connection failed, a traceback.
    """

    serial: int
    at_ns: int
    kind: Kind
    cause: int | None
    event: Event
    source: str
    target: str
    attempt: int
    status: int
    detail: str | int | None

    @property
    def ok(self) -> bool:
        """Whether an answer is a success: 2xx, and nothing says that it counts otherwise.

        A broker takes a 2xx whose body is no event for a failure; the detail says so.
        """
        return self.status in SUCCESS and self.detail is None


def unpack(row: Row) -> Record:
    """Make the record of a row of the log."""
    serial, instant, back, kind, held, source, target, attempt, noted = row
    status, detail = noted if type(noted) is tuple else (noted, None)
    return Record(
        serial,
        instant,
        kind,
        serial - back if back else None,
        event_in(held, kind),
        name_of(source),
        name_of(target),
        attempt,
        status,
        None if isinstance(detail, Request) else detail,
    )


def event_in(held: Event | Envelope, kind: Kind) -> Event:
    """Give the event of a cell as a record of this kind has it."""
    if not isinstance(held, Envelope):
        return held
    event = held.event
    added = held.added(with_ttl=kind is Kind.DEAD_LETTERED)
    return Event({**event.attributes, **added}, event.body) if added else event


_LONGEST = 60


class FaultyLineError(ValueError):
    """A line says something else than a trace does; the message tells what."""


def found_text(value: object) -> str:
    """Spell what was found, as JSON, cut short."""
    import orjson  # not whoever only has records: a cold start

    try:
        text = orjson.dumps(value).decode()
    except TypeError:  # nested too deeply, or no Unicode
        return f"a value of the type {type(value).__name__}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def unexpected(expected: str, found: object) -> FaultyLineError:
    """Make the fault of a line that has something else than *expected*, as that says."""
    return FaultyLineError(f"{expected}, found {found_text(found)}")
