"""What sources send, and when: generators, replays and PingSources."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from simulator.errors import TopologyError
from simulator.event import Event, UnparsableEventError, faults, read_json
from simulator.event.text import epoch_ns, instant_text
from simulator.nodes import name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from simulator.kernel import Chooser
    from simulator.processes import Timer
    from simulator.subscribers.source_spec import SourceSpec
    from simulator.wiring import Source

# A replay larger than this is read by nobody; it would fill the memory.
_LARGEST_REPLAY = 256 * 1024 * 1024
_NS = 1_000_000_000


def generated(
    source: Source, name: str, spec: SourceSpec, chooser: Chooser, sent: int
) -> Iterator[tuple[int, Event]]:
    instants = _instants(spec, f"source/{name}", source.node, chooser)
    for number, instant in enumerate(instants, 1):
        if spec.count is not None and number > spec.count:
            return
        if spec.record is not None:
            yield instant, spec.record.written(f"{name}-{sent + number}", f"/{name}")
        else:
            yield instant, _event(name, sent + number, spec.event, source)


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
    random = chooser.random(chance)
    while True:
        drawn_ns = round(random.expovariate(spec.rate) * _NS)
        instant += chooser.choose("interval/", node, drawn_ns)
        yield instant


def _event(
    name: str, number: int, template: Mapping[str, Any], source: Source
) -> Event:
    filled = {
        "id": f"{name}-{number}",
        "source": f"/{name}",
        "type": f"{name}.event",
        **source.attributes,
        **template,
    }
    if filled.get("data") is not None and "datacontenttype" not in filled:
        filled["datacontenttype"] = "application/json"
    event = read_json(filled)
    return event.with_attributes(source.overrides) if source.overrides else event


def timed(
    source: Source, timer: Timer, start_ns: int, sent: int
) -> Iterator[tuple[int, Event]]:
    """Give the instants and events of a timer; *sent* were sent before.

    Source: knative-resources 6.16; camel-knative AbstractCloudEventProcessor (read: time).
    """
    name = name_of(source.node).replace("/", "-")
    attributes = {"specversion": "1.0", **source.attributes}
    if timer.content_type:
        attributes["datacontenttype"] = timer.content_type
    for number in range(timer.count) if timer.count is not None else count():
        instant = timer.first_ns + number * timer.period_ns
        own = {
            "id": f"{name}-{sent + number + 1}",
            "time": instant_text(start_ns + instant),
        }
        yield instant, Event({**attributes, **own}, timer.data)


def lines_of(name: str, folder: str, where: str) -> list[bytes]:
    """Read the file of a replay; TopologyError if that cannot be done."""
    from pathlib import Path  # only replays pay

    path = Path(folder, name)
    try:
        if path.exists() and not path.is_file():  # a device may never end
            raise TopologyError([f"{where}: replay {path}: is no file"])
        if path.stat().st_size > _LARGEST_REPLAY:
            limit = _LARGEST_REPLAY // (1024 * 1024)
            raise TopologyError([f"{where}: replay {path}: is larger than {limit} MiB"])
        return path.read_bytes().splitlines()
    except (OSError, ValueError) as error:  # Python words the latter anew and anew
        reason = "no name of a file has a NUL in it"
        if isinstance(error, OSError):
            reason = error.strerror or str(error)
        raise TopologyError(
            [f"{where}: replay {path}: cannot be read: {reason}"]
        ) from error


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

    Source: knative-resources 6.12; knative-kinds, PingSource (no content type without data).
    """
    from base64 import b64decode  # only here

    assert source.resource is not None, "it has its schedule from one"
    _, _, namespace, name = source.resource
    attributes = {
        "specversion": "1.0",
        "source": f"/apis/v1/namespaces/{namespace}/pingsources/{name}",
        "type": "dev.knative.sources.ping",
        **source.overrides,
    }
    body = None
    if spec.get("dataBase64"):
        body = b64decode(str(spec["dataBase64"]))
    elif spec.get("data"):
        body = str(spec["data"]).encode()
    if body is not None and spec.get("contentType"):
        attributes["datacontenttype"] = str(spec["contentType"])
    for number, tick in enumerate(ticks(start), sent + 1):
        elapsed = tick - start
        instant = (elapsed.days * 86_400 + elapsed.seconds) * _NS
        time = f"{tick:%Y-%m-%dT%H:%M:%SZ}"
        event = Event({**attributes, "id": f"{name}-{number}", "time": time}, body)
        yield instant, event
