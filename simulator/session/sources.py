"""What sends events by itself: generators, replays and PingSources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.errors import TopologyError
from simulator.event import Event, UnparsableEventError, faults, read_json
from simulator.event.text import epoch_ns
from simulator.kernel.calendar import Alarm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from simulator.kernel import Chooser, Kernel, Sender, Target
    from simulator.subscribers.source_spec import SourceSpec
    from simulator.wiring import Source

# Source: knative-resources 6.12 and 10: what the CloudEvents SDK sends again.
_SDK_RETRIED = (404, 413, 425, 429, 502, 503, 504)
_SDK_RETRIES = 5
_SDK_PERIOD_NS = 50_000_000
_NS = 1_000_000_000


class Clockwork:
    """Posts the events of one source, one after another.

    Args:
        kernel: Where they go.
        source: The wired source.
        target: Its sink.
        moments: Instants in ns, never falling, and the event of each.
        persistent: Whether it sends again as the CloudEvents SDK does.

    Attributes:
        target: Its sink.
        sent: How many events it has posted.
    """

    def __init__(
        self,
        kernel: Kernel,
        source: Source,
        target: Target,
        moments: Iterator[tuple[int, Event]],
        *,
        persistent: bool,
    ) -> None:
        self._alarm = Alarm(kernel, source.node, self._ring)
        self._kernel = kernel
        self._node = source.node
        self._headers = {"kn-namespace": source.namespace} if persistent else {}
        self.target = target
        self.sent = 0
        self._moments = moments
        self._persistent = persistent
        self._due: Event | None = None
        self._wind()

    def _wind(self) -> None:
        upcoming = next(self._moments, None)
        if upcoming is None:
            self._alarm.stop()
            return
        instant, self._due = upcoming
        self._alarm.set(max(instant, self._kernel.now))

    def _ring(self) -> None:
        """Post the event that is due and wait for the next."""
        assert self._due is not None, "it was wound"
        self.sent += 1
        self._post(self._due, 0, -1)
        self._wind()

    def stop(self) -> None:
        """Post nothing more."""
        self._alarm.stop()

    def _post(self, event: Event, tries: int, cause: int, after_ns: int = 0) -> None:
        sender = self._kernel.send(
            self.target,
            event,
            node=self._node,
            headers=self._headers,
            at_ns=self._kernel.now + after_ns,
            cause=cause,
        )
        if self._persistent:
            sender.then = lambda sent: self._again(sent, tries)

    def _again(self, sent: Sender, tries: int) -> None:
        """Send again what failed, as a PingSource's adapter does.

        Source: knative-resources 6.12: at most 5 retries, exponential from 50 ms;
            sdk-go counts the first retry as 1, so 100 ms come first.
        """
        failed = sent.status is None or sent.status in _SDK_RETRIED
        if failed and tries < _SDK_RETRIES:
            wait = _SDK_PERIOD_NS << (tries + 1)
            self._post(sent.event, tries + 1, sent.serial, wait)


def generated(
    source: Source, name: str, spec: SourceSpec, chooser: Chooser, sent: int
) -> Iterator[tuple[int, Event]]:
    """Give the instants and events of a generator, numbered on from those sent before."""
    instants = _instants(spec, f"source/{name}", source.node, chooser)
    for number, instant in enumerate(instants, 1):
        if spec.count is not None and number > spec.count:
            return
        yield instant, _event(name, sent + number, spec.event, source.overrides)


def _instants(
    spec: SourceSpec, chance: str, node: str, chooser: Chooser
) -> Iterator[int]:
    if spec.at_ns:
        yield from spec.at_ns
        return
    if not spec.every_ns and not spec.rate:
        # No timing: all of `count` at the start.
        while True:
            yield 0
    instant = 0
    while spec.every_ns:
        instant += spec.every_ns
        yield instant
    random, intervals = chooser.random(chance), chooser.stream(f"interval/{node}")
    while True:
        instant += intervals.choose(round(random.expovariate(spec.rate) * _NS))
        yield instant


def _event(
    name: str, number: int, template: Mapping[str, Any], overrides: Mapping[str, str]
) -> Event:
    filled = {
        "id": f"{name}-{number}",
        "source": f"/{name}",
        "type": f"{name}.event",
        **template,
    }
    if filled.get("data") is not None and "datacontenttype" not in filled:
        filled["datacontenttype"] = "application/json"
    event = read_json(filled)
    return event.with_attributes(overrides) if overrides else event


def replayed(lines: list[bytes], where: str) -> Iterator[tuple[int, Event]]:
    """Give recorded events with their spacing; the first comes at the start.

    The spacing is that of the attribute ``time``; an event without one comes with the
    event before it.

    Raises:
        TopologyError: A line is no event; all such lines are named. At once, not late.
    """
    wrong: list[str] = []
    moments: list[tuple[int, Event]] = []
    first: int | None = None
    instant = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            event = _recorded(line)
        except ValueError as error:
            wrong.append(f"{where}:{number}: is no event: {error}")
            continue
        time = epoch_ns(event.attributes.get("time", ""))
        if time is not None:
            first = time if first is None else first
            instant = max(instant, time - first)
        moments.append((instant, event))
    if wrong:
        raise TopologyError(wrong)
    return iter(moments)


def _recorded(line: bytes) -> Event:
    import orjson  # only replays pay

    data = orjson.loads(line)
    if not isinstance(data, dict):
        raise UnparsableEventError("expected a JSON object")
    event = read_json(data)
    found = faults(event)
    if found:
        raise UnparsableEventError("; ".join(found))
    return event


def pings(
    source: Source,
    spec: Mapping[str, Any],
    ticks: Callable[[datetime], Iterator[datetime]],
    start: datetime,
    sent: int,
) -> Iterator[tuple[int, Event]]:
    """Give the instants and events of a PingSource, numbered on from those sent before.

    The adapter's jitter of up to 500 ms is left out.

    Source: knative-resources 6.12.
    """
    from base64 import b64decode  # only here

    assert source.resource is not None, "a PingSource is a resource"
    _, _, namespace, name = source.resource
    attributes = {
        "specversion": "1.0",
        "source": f"/apis/v1/namespaces/{namespace}/pingsources/{name}",
        "type": "dev.knative.sources.ping",
        **source.overrides,
    }
    if spec.get("contentType"):
        attributes["datacontenttype"] = str(spec["contentType"])
    body = None
    if spec.get("dataBase64"):
        body = b64decode(str(spec["dataBase64"]))
    elif spec.get("data"):
        body = str(spec["data"]).encode()
    for number, tick in enumerate(ticks(start), sent + 1):
        elapsed = tick - start
        instant = (elapsed.days * 86_400 + elapsed.seconds) * _NS
        time = f"{tick:%Y-%m-%dT%H:%M:%SZ}"
        event = Event({**attributes, "id": f"{name}-{number}", "time": time}, body)
        yield instant, event
