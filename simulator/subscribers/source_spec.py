"""One generator of events in a Simulation document, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.event import UnparsableEventError, read_written
from simulator.subscribers.service_spec import PROGRAM
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.subscribers.fields import Fields, Table
    from simulator.subscribers.life_spec import LifeSpec
    from simulator.subscribers.program_spec import Program
    from simulator.subscribers.record_spec import RecordSpec

LIFE_FIELDS: Table = {
    "service": ("told", "whose life it tells: ksvc/NAME, or its image"),
    "steps": ("list of step", "what happens to it later"),
    "vocabulary": ("vocabulary", "in which words it is told"),
    "coldStart": ("duration", "until a revision is ready"),
    "routing": ("duration", "until its route is ready"),
}
SOURCE: Table = {
    "every": ("duration", "the distance between events; the first comes after it"),
    "at": ("list of duration", "an instant since the start, or several"),
    "count": ("whole", "how many at most"),
    "rate": ("rate", "10/s, 600/m, 5/h: on average"),
    "replay": ("text", "a JSON Lines file of events"),
    "event": ("mapping", "what is sent: attributes and data"),
    "record": ("record", "a record of Kafka in place of an event"),
    **LIFE_FIELDS,
    "sink": ("sink", "where to"),
    "for": ("text", "Kind/name of the source that this one plays"),
    "namespace": ("text", "of that source, and of short references"),
    "as": ("text", "the service account in whose name it sends"),
    **PROGRAM,
    "overrides": ("overrides", "what a program of run sets in each of its events"),
}
_TIMINGS = ("every", "at", "rate", "replay")
_NOT_OF_A_PROGRAM = (*_TIMINGS, "count", "event", "record", *LIFE_FIELDS, "as")
_NOT_OF_A_LIFE = (*_TIMINGS, "count", "event", "record", "for")
_TOO_MANY_A_SECOND = 1_000_000
_OF_A_PROGRAM = (*PROGRAM, "overrides")
_MOST = 100_000_000


class SourceSpec(Value):
    """When which events are sent, and where to.

    Args:
        at_ns: Instants since the start.
        every_ns: The distance between events; the first comes after it; 0 for none.
        rate: Events per second on average, drawn as a Poisson process; 0 for none.
        count: How many at most; None for no end (``at``: one at each instant).
        replay: A JSON Lines file of events, sent with their spacing.
        event: The structured form, perhaps without id and source.
        record: Written to a topic of Kafka in place of an event; None for none.
        life: Of the Knative Service whose life it tells; None for none.
        sink: Where to: short reference, URL or Destination; None to take it from
            the resource *for_resource* or of the same name.
        for_resource: ``Kind/name`` of the source that this one plays.
        namespace: Of that resource and of short references.
        account: In whose name it sends: ``NAME``, ``NAMESPACE/NAME`` or a subject; empty
            for that of the resource.
        program: What sends in `kn-sim serve`; anywhere else, nothing is sent. None for
            one that is played.
        overrides: Extensions that the program sets in each of its events.
    """

    every_ns: int = 0
    at_ns: tuple[int, ...] = ()
    rate: float = 0.0
    count: int | None = None
    replay: str = ""
    event: Mapping[str, Any] = made(default_factory=dict)
    record: RecordSpec | None = None
    life: LifeSpec | None = None
    sink: str | Mapping[str, Any] | None = None
    for_resource: str = ""
    namespace: str = "default"
    account: str = ""
    program: Program | None = None
    overrides: Mapping[str, str] = made(default_factory=dict)


def parse_source(fields: Fields, called: str) -> SourceSpec:
    """Read the generator that is *called* so; faults go to *fields*."""
    fields.only(SOURCE)
    if any(name in fields for name in _OF_A_PROGRAM):
        return _running(fields)
    life = _life(fields, called)
    timings = [name for name in _TIMINGS if name in fields]
    if len(timings) > 1:
        fields.fault(
            "", f"expected one of {', '.join(_TIMINGS)}, found {', '.join(timings)}"
        )
    for name in ("event", "record"):
        if "replay" in fields and name in fields:
            fields.fault(name, "a replay brings its own events")
    if "event" in fields and "record" in fields:
        fields.fault("record", "expected one of event, record, found both")
    event = fields.child("event").values
    if event:
        try:
            read_written({"id": "1", "source": "/", "type": "t", **event})
        except UnparsableEventError as error:
            fields.fault("event", f"is no event: {error}")
    count = fields.number("count", 0, _MOST, -1)
    if count < 0 and not timings and life is None:
        count = 1
    return SourceSpec(
        every_ns=_positive(fields, "every"),
        at_ns=tuple(sorted(fields.durations("at"))),
        rate=_rate(fields),
        count=None if count < 0 else count,
        replay=fields.text("replay"),
        event=event,
        record=_record(fields),
        life=life,
        sink=_sink(fields),
        for_resource=fields.text("for"),
        namespace=fields.text("namespace", "default"),
        account=fields.account("as"),
    )


def _sink(fields: Fields) -> str | Mapping[str, Any] | None:
    sink: object = fields.get("sink")
    if sink is None or isinstance(sink, str | dict):
        return sink
    fields.fault(
        "sink", "expected a reference such as broker/default, a URL or a Destination"
    )
    return None


def _running(fields: Fields) -> SourceSpec:
    # Few are real.
    from simulator.subscribers.program_spec import parse_overrides, parse_program

    for name in _OF_A_PROGRAM if "run" not in fields else ():
        if name in fields:
            fields.fault(name, "goes with run, and there is none")
    for name in _NOT_OF_A_PROGRAM if "run" in fields else ():
        if name in fields:
            fields.fault(name, "does not go with run: the program sends by itself")
    return SourceSpec(
        count=0,
        sink=_sink(fields),
        for_resource=fields.text("for"),
        namespace=fields.text("namespace", "default"),
        program=parse_program(fields),
        overrides=parse_overrides(fields),
    )


def _life(fields: Fields, name: str) -> LifeSpec | None:
    if not any(each in fields.values for each in LIFE_FIELDS):
        return None
    for other in _NOT_OF_A_LIFE:
        if other in fields:
            fields.fault(other, "does not go with service: its life says what is sent")
    from simulator.subscribers.life_spec import parse_life  # few topologies have one

    return parse_life(fields, name)


def _record(fields: Fields) -> RecordSpec | None:
    if fields.get("record") is None:
        return None
    from simulator.subscribers.record_spec import parse_record  # few topologies do

    return parse_record(fields.child("record"))


def _positive(fields: Fields, name: str) -> int:
    before = len(fields.faults)
    ns = fields.duration(name)
    if name in fields and not ns and len(fields.faults) == before:
        fields.fault(name, "must be longer than nothing")
    return ns


def _rate(fields: Fields) -> float:
    """Read events per second: ``10``, ``10/s``, ``600/m`` or ``5/h``."""
    value = fields.get("rate")
    if value is None:
        return 0.0
    number, _, unit = str(value).partition("/")
    seconds = {"": 1, "s": 1, "m": 60, "h": 3_600}.get(unit.strip())
    plain = number.isascii() and "_" not in number  # which `float` does not ask for
    try:
        rate = float(number) / (seconds or 0) if plain else 0.0
    except (ValueError, ZeroDivisionError):
        rate = 0.0
    if not 0 < rate < _TOO_MANY_A_SECOND:
        fields.fault(
            "rate", f"expected events per time such as 10/s or 5/m, found {value!r}"
        )
        return 0.0
    return rate
