"""Why an event reached a trigger's subscriber, or why it did not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from simulator.errors import likeness
from simulator.event import (
    Event,
    NotAnEventError,
    UnparsableEventError,
    faults,
    read_http,
)
from simulator.event.kafka import OFFSET, PARTITION
from simulator.event.text import instant_text
from simulator.event.writing import binary_headers
from simulator.filters import Verdict, compile_filters
from simulator.kernel.envelope import ARRIVAL, TTL
from simulator.names import resolve
from simulator.profiles.profile import Stamp
from simulator.session.arguments import unexpected
from simulator.session.views import Received, Sent
from simulator.story.phrases import answer
from simulator.trace import Kind
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cloudevents.core.v1.event import CloudEvent

    from simulator.filters import Explanation, Filter
    from simulator.filters.rendering import Row
    from simulator.filters.verdict import Change
    from simulator.trace import Record, Trace
    from simulator.wiring import Hub, Route, Wiring

    Shown = CloudEvent | Event | Sent | Received

NO_FILTER = compile_filters(None, None)
_SHOWN = (Kind.ACCEPTED, Kind.DISPATCHED, Kind.PANICKED, Kind.RESPONDED)


class Why(Value):
    """The explanation for one event and one trigger or subscription.

    Args:
        trigger: Its node, such as ``trigger/price``.
        hub: The node of its broker or channel.
        explanation: What its filter says, leaf by leaf.
        subscriber: The URL that is called when it matches.
        attempts: What happened in the run: requests and their answers, in order.
        filter: What explains itself here.
        seen: The attributes that it sees.
        unsent: Those of them, there or not, that are not as a sender says: the hub sets
            them, or takes them away.
    """

    trigger: str
    hub: str
    event_type: str
    event_id: str
    explanation: Explanation
    subscriber: str
    attempts: tuple[Record, ...] = ()
    filter: Filter = NO_FILTER
    seen: Mapping[str, str] = made(default_factory=dict)
    unsent: tuple[str, ...] = ()

    _uncompared: ClassVar[tuple[str, ...]] = ("filter", "seen", "unsent")

    @property
    def remedy(self) -> Mapping[str, str] | None:
        """The fewest attributes with which the event would match, tried on the filter.

        None where it matches, where none are known, and where what the conditions ask
        for one by one does not go together, or is in no event.
        """
        misses = self.explanation.nearest_miss
        if not misses:
            return None
        wanted = {c.attribute: c.example for c in misses if c.example}
        plain = all(wanted.get(c.attribute) == c.example for c in misses)
        if plain and self._passes({**self.seen, **wanted}):
            return wanted
        from simulator.filters.nearest import remedy  # few questions need it

        return remedy(self.explanation, self.seen, self._passes)

    def rows(self) -> Iterator[Row]:
        """Say it in lines: each part of the filter, then what would let the event pass."""
        from simulator.filters.rendering import Row, part_rows  # few questions need it

        yield from part_rows(self.explanation)
        advice = self._advice()
        if advice:
            yield Row(0, None, advice)

    def _advice(self) -> str:
        remedy = self.remedy
        if remedy is not None:
            wanted = ", ".join(f"{name}={value}" for name, value in remedy.items())
            return f"it would match with {wanted}"
        misses = self.explanation.nearest_miss
        if misses:
            wanted = "; ".join(dict.fromkeys(c.text for c in misses))
            asked = {name for c in misses for name in c.attribute.split(", ")}
            decided = " and ".join(name for name in self.unsent if name in asked)
            but = f"; but no sender decides on {decided}" if decided else ""
            return f"to match: {wanted}{but}"
        return "no event can match it" if self.verdict is Verdict.FAIL else ""

    def _passes(self, attributes: Mapping[str, str]) -> bool:
        can_be = all(attributes.get(n) == self.seen.get(n) for n in self.unsent)
        return (
            can_be and self.filter.verdict(attributes).delivers and _travels(attributes)
        )

    @property
    def verdict(self) -> Verdict:
        """What the router decides for this event."""
        return self.explanation.verdict

    @property
    def matches(self) -> bool:
        """Whether the event passes the filter."""
        return self.verdict.delivers

    @property
    def delivered(self) -> bool:
        """Whether, in this run, the subscriber took it."""
        answers = [r for r in self.attempts if r.kind is Kind.RESPONDED]
        return any(answer.ok for answer in answers)

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON data."""
        return {
            "trigger": self.trigger,
            "hub": self.hub,
            "event": {"id": self.event_id, "type": self.event_type},
            "verdict": self.verdict.name.lower(),
            "matches": self.matches,
            "subscriber": self.subscriber,
            "filter": self.explanation.to_json(),
            "attempts": [
                {
                    "at_ns": r.at_ns,
                    "attempt": r.attempt,
                    "status": r.status,
                    "detail": r.detail,
                }
                for r in self.attempts
                if r.kind is Kind.RESPONDED
            ],
        }

    def __str__(self) -> str:
        headline = {
            Verdict.PASS: "matches",
            Verdict.NO_FILTER: "has no filter, so every event passes",
            Verdict.FAIL: "does not match",
            Verdict.PANIC: "makes the filter panic: the CESQL result is no boolean",
        }[self.verdict]
        return "\n".join([f"{self.trigger}: {headline}", *self._indented()])

    def _indented(self) -> list[str]:
        lines = [f"  {line}" for line in str(self.explanation).splitlines()]
        for record in self.attempts:
            if record.kind is Kind.RESPONDED:
                how = " answered" if record.status else ":"
                who = f"attempt {record.attempt}: {record.source}"
                lines.append(f"  {who}{how} {answer(record)}")
        return lines


class Clock(NamedTuple):
    epoch_ns: int
    now_ns: int


def explain(
    wiring: Wiring, trace: Trace, clock: Clock, event: Shown, trigger: str
) -> Why:
    """Explain one route; UnknownAddressError for none, UsageError for several."""
    routes = {route.node: (hub, route) for hub, route in _routes(wiring)}
    found = routes[resolve(trigger, routes)]
    return _whys([found], trace, clock, event)[0]


def explain_all(
    wiring: Wiring, trace: Trace, clock: Clock, event: Shown, at: str = ""
) -> list[Why]:
    """Explain all, matching first, then the near misses; *at* is the only hub, or empty."""
    routes = [each for each in _routes(wiring) if not at or each[0].node == at]
    whys = _whys(routes, trace, clock, event)
    return sorted(whys, key=lambda why: why.explanation.distance)


def explain_at(hub: Hub, event: Event, arrival: str) -> list[Why]:
    """Explain an event to the routes of one hub; *arrival* is RFC 3339."""
    return nearest_first(
        _why(hub, route, event.attributes, arrival) for route in hub.routes
    )


def _routes(wiring: Wiring) -> list[tuple[Hub, Route]]:
    return [(hub, route) for hub in wiring.hubs for route in hub.routes]


def _whys(
    routes: Sequence[tuple[Hub, Route]], trace: Trace, clock: Clock, event: Shown
) -> list[Why]:
    given = _attributes(event)
    seen_ns, attempts = _attempts(trace, given)
    arrived_ns = clock.now_ns if seen_ns is None else seen_ns
    arrival = instant_text(clock.epoch_ns + arrived_ns)
    return [
        _why(hub, route, given, arrival, attempts.get(route.node, ()))
        for hub, route in routes
    ]


def _why(
    hub: Hub,
    route: Route,
    given: Mapping[str, str],
    arrival: str,
    attempts: Iterable[Record] = (),
) -> Why:
    seen = _seen(hub, given, arrival)
    filter_ = route.filter or NO_FILTER
    return Why(
        trigger=route.node,
        hub=hub.node,
        event_type=given.get("type", ""),
        event_id=given.get("id", ""),
        explanation=filter_.explain(seen),
        subscriber=route.subscriber,
        attempts=tuple(attempts),
        filter=filter_,
        seen=seen,
        unsent=_unsent(hub),
    )


def _travels(attributes: Mapping[str, str]) -> bool:
    """Tell whether an event has these attributes when it has come over HTTP."""
    try:
        read = read_http(binary_headers(attributes), b"")
    except (NotAnEventError, UnparsableEventError):
        return False
    return read.attributes == attributes and not faults(read)


def _seen(hub: Hub, given: Mapping[str, str], arrival: str) -> Mapping[str, str]:
    """Give what the filters of a hub see of an event.

    Source: knative-runtime, Ingress: it sets the time of arrival; Filter service: the
        time to live is taken away before.
    """
    door = hub.profile.door
    seen = {n: value for n, value in given.items() if n != TTL or door.hops is None}
    return {**seen, ARRIVAL: arrival} if door.stamps_arrival else seen


def _unsent(hub: Hub) -> tuple[str, ...]:
    """Name the attributes that a hub sets or takes away, whatever a sender says.

    Source: knative-runtime, Ingress and TTL; profiles 20.
    """
    door = hub.profile.door
    decided = {
        TTL: door.hops is not None,
        ARRIVAL: door.stamps_arrival,
        PARTITION: hub.profile.queue.stamp is Stamp.PARTITION,
        OFFSET: hub.profile.queue.stamp is Stamp.PARTITION,
    }
    return tuple(name for name, is_decided in decided.items() if is_decided)


def _attributes(event: Shown) -> dict[str, str]:
    if isinstance(event, Event):
        return event.attributes
    from simulator.event.sdk import event_of, is_cloud_event  # the SDK

    shown = event.event if isinstance(event, Sent | Received) else event
    if not is_cloud_event(shown):
        raise unexpected("event", "a CloudEvent, or what was sent or received", event)
    return event_of(shown).attributes


def _attempts(
    trace: Trace, attributes: Mapping[str, str]
) -> tuple[int | None, dict[str, list[Record]]]:
    """Collect the requests with an event and their answers, by the route's node.

    Before them stands when the event was first seen, ns since the start.
    """
    # Its type, too: what a service or a sender has made of it is another one to a filter.
    identity = tuple(attributes.get(name) for name in ("id", "source", "type"))
    found: dict[str, list[Record]] = {}
    seen_ns = None
    for record in trace.select(kind=_SHOWN, id=attributes.get("id")):
        seen = record.event
        if (seen.id, seen.source, seen.type) == identity:
            seen_ns = record.at_ns if seen_ns is None else seen_ns
            if record.kind is Kind.ACCEPTED:
                continue
            answered = record.kind is Kind.RESPONDED
            node = record.target if answered else record.source
            found.setdefault(node, []).append(record)
    return seen_ns, found


def nearest_first(whys: Iterable[Why]) -> list[Why]:
    """Sort: matching ones, then the fewest changes, then those that change least."""
    return sorted(whys, key=_distance)


def _distance(why: Why) -> tuple[int, float]:
    explanation = why.explanation
    return explanation.distance, sum(_unlike(c) for c in explanation.nearest_miss)


def _unlike(change: Change) -> float:
    """0 for a value that is nearly right, 1 for one that has nothing in common."""
    if change.actual is None or change.example is None:
        return 1.0
    return 1 - likeness(change.example, change.actual)


def missed(why: Why) -> str:
    misses = why.explanation.nearest_miss
    if not misses:
        return f"{why.trigger}, which no event can match"
    return f"{why.trigger}: {'; '.join(change.text for change in misses)}"
