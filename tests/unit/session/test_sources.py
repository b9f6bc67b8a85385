"""What sends events by itself: generators, replays, PingSources."""

from pathlib import Path
from typing import Any

import pytest

from simulator import Simulation, Topology, TopologyError

SINK = "\nbrokers: {default: {}}\n"
PAST = """\
{"specversion":"1.0","id":"1","source":"/p","type":"p","time":"2020-01-01T00:00:00Z"}

{"specversion":"1.0","id":"2","source":"/p","type":"p"}
{"specversion":"1.0","id":"3","source":"/p","type":"p","time":"2020-01-01T00:00:05Z"}
{"specversion":"1.0","id":"4","source":"/p","type":"p","time":"2020-01-01T00:00:03Z"}
"""


def source(spec: str, **options: Any) -> Simulation:
    text = f"topology: t{SINK}sources: {{gen: {spec}}}\n"
    return Simulation(Topology.parse(text), **options)


def sent(sim: Simulation) -> list[tuple[float, str]]:
    """Give the instants in seconds and the ids of what was sent."""
    return [(r.at_ns / 1e9, r.event.id) for r in sim.trace.select(kind="sent")]


def test_events_come_at_a_distance_the_first_after_it() -> None:
    sim = source("{every: 2s, count: 3, sink: broker/default}")

    sim.run()

    assert sent(sim) == [(2, "gen-1"), (4, "gen-2"), (6, "gen-3")]
    assert sim.endless == ()


def test_events_come_at_instants_in_their_order() -> None:
    sim = source("{at: [3s, PT1S], sink: broker/default}")

    sim.run()

    assert sent(sim) == [(1, "gen-1"), (3, "gen-2")]


def test_a_single_instant_needs_no_list_and_count_is_a_limit() -> None:
    one = source("{at: 3s, sink: broker/default}")
    none = source("{at: [1s, 2s], count: 0, sink: broker/default}")

    one.run()
    none.run()

    assert sent(one) == [(3, "gen-1")]
    assert sent(none) == []


def test_without_timing_events_come_at_the_start_one_unless_counted() -> None:
    one, three = (
        source("{sink: broker/default}"),
        source("{count: 3, sink: broker/default}"),
    )

    one.run()
    three.run()

    assert sent(one) == [(0, "gen-1")]
    assert [at for at, _ in sent(three)] == [0, 0, 0]


def test_a_rate_is_a_poisson_process_from_the_seed() -> None:
    def instants(seed: int) -> list[tuple[float, str]]:
        sim = source("{rate: 10/s, count: 500, sink: broker/default}", seed=seed)
        sim.run()
        return sent(sim)

    first, again, other = instants(1), instants(1), instants(2)

    assert first == again
    assert first != other
    assert 40 < first[-1][0] < 60


def test_an_event_is_filled_in_and_its_data_is_json() -> None:
    sim = source(
        "{event: {type: order, data: {qty: 1}, subject: x}, sink: broker/default}"
    )

    sim.run()

    event = sim.trace[0].event
    assert event.attributes == {
        "specversion": "1.0",
        "id": "gen-1",
        "source": "/gen",
        "type": "order",
        "subject": "x",
        "datacontenttype": "application/json",
    }
    assert event.body == b'{"qty":1}'


def test_a_source_plays_a_source_of_the_topology_with_its_overrides() -> None:
    text = """
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata: {name: default}
---
apiVersion: sources.knative.dev/v1beta1
kind: RedisStreamSource
metadata: {name: orders}
spec:
  sink: {ref: {apiVersion: eventing.knative.dev/v1, kind: Broker, name: default}}
  ceOverrides: {extensions: {env: test}}
---
apiVersion: simulator/v1
kind: Simulation
metadata: {name: s}
spec: {sources: {orders: {count: 1, event: {type: o}, for: RedisStreamSource/orders}}}
"""
    sim = Simulation(Topology.parse(text))

    sim.run()

    assert sim.trace[0].event.attributes["env"] == "test"


def test_a_source_that_nobody_plays_is_silent() -> None:
    text = """
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata: {name: default}
---
apiVersion: sources.knative.dev/v1beta1
kind: RedisStreamSource
metadata: {name: orders}
spec:
  sink: {ref: {apiVersion: eventing.knative.dev/v1, kind: Broker, name: default}}
"""
    sim = Simulation(Topology.parse(text))

    sim.run()

    assert len(sim.trace) == 0


def test_a_replay_keeps_the_spacing_of_the_attribute_time(tmp_path: Path) -> None:
    (tmp_path / "past.jsonl").write_text(PAST)
    sim = source("{replay: past.jsonl, sink: broker/default}", folder=str(tmp_path))

    sim.run()

    assert sent(sim) == [(0, "1"), (0, "2"), (5, "3"), (5, "4")]


def test_every_bad_line_of_a_replay_is_named(tmp_path: Path) -> None:
    bad = ["[]", "{", "{}", PAST.splitlines()[0], '{"specversion":"1.0","id":"x"}']
    (tmp_path / "past.jsonl").write_text("\n".join(bad))
    sim = source("{replay: past.jsonl, sink: broker/default}", folder=str(tmp_path))

    with pytest.raises(TopologyError) as caught:
        sim.run()

    assert [f.partition(":")[2].partition(":")[0] for f in caught.value.faults] == [
        "1",
        "2",
        "3",
        "5",
    ]
    assert "expected a JSON object" in caught.value.faults[0]
    assert "source: MUST be a non-empty string" in caught.value.faults[3]


def test_a_replay_whose_name_no_file_can_have_names_the_place_that_wants_it() -> None:
    sim = source('{replay: "a\\0b", sink: broker/default}')

    with pytest.raises(
        TopologyError, match="cannot be read: no name of a file has a NUL"
    ):
        sim.run()


def test_a_replay_that_is_not_there_names_the_place_that_wants_it() -> None:
    sim = source("{replay: gone.jsonl, sink: broker/default}", folder="nowhere")

    with pytest.raises(
        TopologyError,
        match=r"<text>:3:.*replay nowhere.gone.jsonl: cannot be read: No such file",
    ):
        sim.run()


def test_a_replay_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "past.jsonl").open("wb") as file:
        file.truncate(257 * 1024 * 1024)
    sim = source("{replay: past.jsonl, sink: broker/default}", folder=str(tmp_path))

    with pytest.raises(TopologyError, match="is larger than 256 MiB"):
        sim.run()


PING = """
apiVersion: sources.knative.dev/v1
kind: PingSource
metadata: {{name: tick}}
spec:
  schedule: "*/5 * * * *"
  {more}
  sink: {{ref: {{apiVersion: v1, kind: Service, name: s}}}}
"""


def ping(more: str, services: str = "{}") -> Simulation:
    text = (
        PING.format(more=more)
        + "---\napiVersion: simulator/v1\nkind: Simulation\nmetadata: {name: s}\n"
        + f"spec: {{services: {{s: {services}}}}}\n"
    )
    return Simulation(Topology.parse(text))


def test_a_ping_source_ticks_by_its_schedule_for_ever() -> None:
    sim = ping('data: "{}"\n  contentType: application/json')

    sim.run(until="11m")

    (first, second) = sim.received("s")
    assert sim.endless == ("pingsource/tick",)
    assert (first.at, second.at) == ("2026-01-01T00:05:00Z", "2026-01-01T00:10:00Z")
    assert first.attributes == {
        "specversion": "1.0",
        "id": "tick-1",
        "source": "/apis/v1/namespaces/default/pingsources/tick",
        "type": "dev.knative.sources.ping",
        "time": "2026-01-01T00:05:00Z",
        "datacontenttype": "application/json",
    }
    assert first.body == b"{}"
    assert first.headers["kn-namespace"] == "default"


def test_a_ping_source_may_send_bytes_or_nothing() -> None:
    with_bytes = ping('dataBase64: "/wA="')
    empty = ping("timezone: Europe/Paris")
    with_bytes.run(until="5m")
    empty.run(until="5m")

    assert with_bytes.received("s")[0].body == b"\xff\x00"
    assert empty.received("s")[0].body == b""


def test_a_ping_source_sends_again_what_failed_at_most_five_times() -> None:
    sim = ping("data: x", "{responses: [503]}")

    sim.run(until="9m")

    instants = [received.at_ns // 1_000_000 - 300_000 for received in sim.received("s")]
    assert instants == [0, 100, 300, 700, 1_500, 3_100]


def test_a_ping_source_does_not_send_again_what_was_refused() -> None:
    sim = ping("data: x", "{responses: [400]}")

    sim.run(until="9m")

    assert len(sim.received("s")) == 1


def test_a_source_of_the_same_name_elsewhere_is_no_part_of_it() -> None:
    text = """
topology: t
brokers: {default: {}}
pingsources:
  shop/ping:
    schedule: "*/2 * * * *"
    sink: {ref: {apiVersion: eventing.knative.dev/v1, kind: Broker, name: default, namespace: default}}
sources: {ping: {at: 1s, event: {type: a}, sink: broker/default}}
"""
    sim = Simulation(Topology.parse(text))
    sim.run(until="PT3M")

    assert [
        (r.at_ns // 10**9, r.event.type) for r in sim.trace.select(kind="sent")
    ] == [
        (1, "a"),
        (120, "dev.knative.sources.ping"),
    ]


def test_a_namespace_is_no_part_of_the_name_of_a_source() -> None:
    text = """
topology: t
brokers: {default: {}}
sources: {shop/ping: {at: 1s, event: {type: a}, sink: broker/default}}
"""
    with pytest.raises(TopologyError, match="expected 'ping' with namespace: shop"):
        Simulation(Topology.parse(text))


@pytest.mark.parametrize(
    ("api", "spec"),
    [
        (
            "sources.knative.dev/v1",
            "{schedule: / * * * *, sink: {uri: http://x.example}}",
        ),
        ("sources.knative.dev/v1", "{timezone: Mars, sink: {uri: http://x.example}}"),
        (
            "sources.example/v1",
            "{schedule: '* * * * *', sink: {uri: http://x.example}}",
        ),
    ],
)
def test_what_the_adapter_of_ping_sources_cannot_read_or_does_not_know_sends_nothing(
    api: str, spec: str
) -> None:
    text = (
        f"apiVersion: {api}\nkind: PingSource\nmetadata: {{name: tick}}\nspec: {spec}\n"
    )
    sim = Simulation(Topology.parse(text), validate=False)

    sim.run(until="1h")

    assert sent(sim) == []
