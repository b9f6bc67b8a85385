"""Laws of every run, over small topologies and scripts made at random."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from simulator import Simulation, Topology
from simulator.kernel import Kind
from simulator.strategies import deliveries as drawn_deliveries
from simulator.trace.writing import TraceWriter

if TYPE_CHECKING:
    from io import BytesIO

    from simulator import Record, Sent

TYPES = ("a", "b")
ENDS = (Kind.LOST, Kind.CUT)
BESIDE = (Kind.REFUSED, Kind.EXPIRED, Kind.FAULT_HIT, Kind.WAITING)
"""Follow from a request, and are no part of its delivery."""
EVENTING, MESSAGING = "eventing.knative.dev/v1", "messaging.knative.dev/v1"


class Play(NamedTuple):
    """A topology, what its services answer, and what is sent."""

    manifests: list[dict[str, Any]]
    services: dict[str, Any]
    sends: list[dict[str, Any]]
    seed: int


def _manifest(
    api_version: str, kind: str, name: str, spec: dict[str, Any]
) -> dict[str, Any]:
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": name, "namespace": "default"},
        "spec": spec,
    }


def _service(name: str) -> dict[str, Any]:
    return {"ref": {"apiVersion": "v1", "kind": "Service", "name": name}}


services = st.sampled_from(["one", "two", "three"])
delays = st.sampled_from(["0ms", "300ms", "2s", "1h"])

deliveries = drawn_deliveries(most_retries=2, dead_letter_sinks=[_service("dead")])


@st.composite
def responses(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["status", "reply", "body", "fault", "redirect"]))
    made: dict[str, Any] = {"delay": draw(delays)}
    if kind == "fault":
        made[draw(st.sampled_from(["reset", "close", "hang"]))] = True
    elif kind == "reply":
        made["reply"] = {"type": draw(st.sampled_from(TYPES))}
    elif kind == "body":
        made["body"] = "no event"
    elif kind == "redirect":
        made["status"] = draw(st.sampled_from([301, 307]))
        made["headers"] = {"location": "/elsewhere"}
    else:
        made["status"] = draw(st.sampled_from([200, 202, 400, 404, 429, 503]))
    return made


@st.composite
def triggers(draw: st.DrawFn, number: int) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "broker": "default",
        "subscriber": draw(
            services.map(_service)
            | st.just(
                {
                    "ref": {
                        "apiVersion": MESSAGING,
                        "kind": "InMemoryChannel",
                        "name": "c",
                    }
                }
            )
        ),
    }
    filter_ = draw(st.sampled_from([None, {"type": "a"}, {"type": "b"}]))
    if filter_ is not None:
        spec["filter"] = {"attributes": filter_}
    if draw(st.booleans()):
        spec["delivery"] = draw(deliveries)
    return _manifest(EVENTING, "Trigger", f"t{number}", spec)


@st.composite
def plays(draw: st.DrawFn) -> Play:
    broker = _manifest(EVENTING, "Broker", "default", {"delivery": draw(deliveries)})
    if draw(st.booleans()):
        async_ = {"messaging.knative.dev/async-handler": "true"}
        broker["metadata"]["annotations"] = async_
    channel = _manifest(MESSAGING, "InMemoryChannel", "c", {})
    to_channel = {
        "apiVersion": MESSAGING,
        "kind": "InMemoryChannel",
        "name": "c",
    }
    spec: dict[str, Any] = {
        "channel": to_channel,
        "subscriber": _service(draw(services)),
        "delivery": draw(deliveries),
    }
    if draw(st.booleans()):
        spec["reply"] = _service("three")
    made = [draw(triggers(number)) for number in range(draw(st.integers(1, 3)))]
    sends = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "type": st.sampled_from(TYPES),
                    "to": st.sampled_from(["broker/default", "channel/c", "one"]),
                },
                optional={"after": delays, "timeout": st.sampled_from(["1s", "2h"])},
            ),
            min_size=1,
            max_size=3,
        )
    )
    described = {
        name: {"responses": draw(st.lists(responses(), min_size=1, max_size=3))}
        for name in ("one", "two", "three")
    }
    subscription = _manifest(MESSAGING, "Subscription", "s", spec)
    return Play(
        [broker, channel, subscription, *made],
        {**described, "dead": {"responses": [draw(st.sampled_from([200, 503]))]}},
        sends,
        draw(st.integers(0, 9)),
    )


def staged(play: Play) -> Simulation:
    document = _manifest("simulator/v1", "Simulation", "s", {"services": play.services})
    return Simulation(
        Topology.of(*play.manifests, document), seed=play.seed, max_ttl=3, most=500_000
    )


def run(play: Play) -> tuple[Simulation, list[Sent]]:
    sim = staged(play)
    sent = [sim.send(**send) for send in play.sends]
    sim.run()
    return sim, sent


@given(plays())
def test_no_topology_and_no_script_makes_a_run_fail(play: Play) -> None:
    sim, sent = run(play)

    assert sim.step() is False
    assert all(s.status is None or 200 <= s.status < 600 for s in sent)


@given(plays())
def test_the_clock_never_goes_back_and_causes_come_first(play: Play) -> None:
    sim, _ = run(play)

    records = list(sim.trace)
    instants = [record.at_ns for record in records]
    assert instants == sorted(instants)
    assert [record.serial for record in records] == list(range(len(records)))
    assert all(r.cause is None or r.cause < r.serial for r in records)
    assert all(r.cause is None or records[r.cause].at_ns <= r.at_ns for r in records)


@given(plays())
def test_the_same_seed_gives_the_same_records(play: Play) -> None:
    (first, _), (second, _) = run(play), run(play)

    assert list(first.trace) == list(second.trace)


@given(plays())
def test_no_delivery_is_tried_more_often_than_its_retries_allow(play: Play) -> None:
    sim, _ = run(play)

    retries = {
        route.node: route.retries.retry
        for hub in sim.wiring.hubs
        for route in hub.routes
    }
    over = [
        record
        for record in sim.trace
        if record.source in retries and record.attempt > retries[record.source] + 1
    ]
    assert over == []


def ends_of(sim: Simulation) -> list[tuple[Record, list[str]]]:
    """Tell for each first attempt of a delivery how the delivery ended."""
    children: dict[int | None, list[Record]] = {}
    for record in sim.trace:
        children.setdefault(record.cause, []).append(record)
    deliveries = []
    for accepted in sim.trace.select(kind=Kind.ACCEPTED):
        for first in children.get(accepted.serial, []):
            ends: list[str] = []
            _follow(first, children, ends)
            deliveries.append((first, ends))
    return deliveries


def _follow(
    record: Record, children: dict[int | None, list[Record]], ends: list[str]
) -> None:
    """Walk along one delivery; deliveries of another hub are not its own."""
    own = [c for c in children.get(record.serial, []) if c.kind is not Kind.ACCEPTED]
    own = [c for c in own if c.kind not in BESIDE]
    if record.kind in ENDS:
        ends.append(str(record.kind))
    elif not own:
        done = record.kind in (Kind.RESPONDED, Kind.REPLY_DROPPED)
        ends.append("settled" if done else "open")
    for child in own:
        if child.kind is not Kind.UPSTREAM_BUG:
            _follow(child, children, ends)


@given(plays())
def test_each_event_ends_exactly_once_per_matching_route(play: Play) -> None:
    sim, _ = run(play)

    accepted = sum(r.status for r in sim.trace.select(kind=Kind.ACCEPTED))
    found = ends_of(sim)
    assert len(found) == accepted
    # "open": a script hangs, nothing bounds the request, and nobody waits for it.
    assert [ends for _, ends in found if len(ends) != 1] == []


@given(plays())
def test_every_sender_of_a_hub_is_answered_once(play: Play) -> None:
    sim, sent = run(play)

    answered = Counter(r.cause for r in sim.trace.select(kind=Kind.ANSWERED))
    assert all(count == 1 for count in answered.values())
    for one, send in zip(sent, play.sends, strict=True):
        if send["to"] != "one":
            assert (one.status is None) is (one.error is not None)
            assert answered[one.serial] == 1


@given(plays())
def test_a_sender_is_answered_202_if_and_only_if_nothing_behind_it_was_lost(
    play: Play,
) -> None:
    sim, sent = run(play)

    broker = play.manifests[0]
    if "annotations" in broker["metadata"]:
        return
    for one, send in zip(sent, play.sends, strict=True):
        if send["to"] != "channel/c" or one.status is None or one.serial is None:
            continue
        _, tree = sim.trace.lineage(one.serial)
        lost = [r for r in tree if r.kind in ENDS]
        assert (one.status == 202) is (lost == [])


@given(plays())
def test_a_trace_on_disk_is_the_same_bytes_again(play: Play) -> None:
    from io import BytesIO  # only here

    def written() -> bytes:
        sim, _ = run(play)
        file: BytesIO = BytesIO()
        TraceWriter(file).write(sim.log)
        return file.getvalue()

    assert written() == written()
