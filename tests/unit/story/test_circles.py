"""Runs that go in a circle are stopped, and name it; long honest ones are not."""

from typing import Any

import pytest

from simulator import Context, Simulation, Topology
from simulator.errors import RunStoppedError
from simulator.story.circles import circle_in, turns_of

TWO_BROKERS = """
brokers: {east: {}, west: {}}
triggers:
  t: {broker: east, subscriber: broker/west}
  u: {broker: west, subscriber: broker/east}
"""
DOUBLING = TWO_BROKERS + "  v: {broker: west, subscriber: broker/east}\n"
LINE = """
brokers: {east: {}}
triggers: {start: {broker: east, subscriber: sequence/line}}
sequences: {line: {steps: [one, two], reply: broker/east}}
services: {one: {reply: {type: mid}, latency: %s}, two: {reply: {type: done}}}
"""
POSTS = """
brokers: {east: {}}
triggers: {t: {broker: east, subscriber: s}}
services: {s: {emit: [{event: {type: x}, to: broker/east, after: %s}]}}
"""
HANDLER = """
brokers: {east: {}}
triggers: {t: {broker: east, subscriber: s}}
"""


def simulation(text: str, keep: int | None) -> Simulation:
    return Simulation(Topology.parse(f"topology: x\n{text}"), keep=keep)


ROUND_LINE = "subscription/line-kn-sequence-1 → service/two → broker/east"
ROUND_POSTS = "broker/east → trigger/t → service/s → broker/east (type 'x')"


@pytest.mark.parametrize(
    ("text", "way", "sent", "keep"),
    [
        (TWO_BROKERS, "broker/east → trigger/t → broker/west", 1, None),
        (TWO_BROKERS, "broker/east → trigger/t → broker/west", 3, 1_000),
        (LINE % "0s", ROUND_LINE, 3, 1_000),
        (LINE % "10ms", ROUND_LINE, 1, None),
        (POSTS % "0s", ROUND_POSTS, 1, None),
        (POSTS % "1s", ROUND_POSTS, 3, 1_000),
    ],
)
def test_a_circle_that_nothing_ends_is_stopped_and_named(
    text: str,
    way: str,
    sent: int,
    keep: int | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("simulator.story.circles._PASSES", 2_000)
    monkeypatch.setattr("simulator.story.circles._PART", 2_500)
    sim = simulation(text, keep)
    for _ in range(sent):
        sim.send(type="a", to="broker/east")

    with pytest.raises(RunStoppedError, match="events go in a circle: ") as raised:
        sim.run()

    assert way in str(raised.value)
    assert len(sim.log) < 40_000


def test_a_circle_may_go_round_20_000_times() -> None:
    sim = simulation(TWO_BROKERS, 1_000)
    sim.send(type="a", to="broker/east")

    with pytest.raises(RunStoppedError, match="events go in a circle: "):
        sim.run()

    assert 40_000 < len(sim.log) < 400_000


def test_a_circle_that_doubles_events_is_stopped_although_no_chain_is_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("simulator.story.circles._AT_ONCE", 50_000)
    monkeypatch.setattr("simulator.story.circles._PART_AT_ONCE", 100)
    sim = simulation(DOUBLING, 1_000)
    sim.send(type="a", to="broker/east")

    with pytest.raises(RunStoppedError, match="records at once"):
        sim.run()

    assert len(sim.log) < 100_000


def test_what_takes_its_time_goes_on_as_long_as_somebody_says() -> None:
    sim = simulation(POSTS % "1s", 1_000)
    sim.send(type="a")

    sim.run("25000s")

    assert sim.now_ns == 25_000 * 10**9


def test_a_handler_may_count_down() -> None:
    sim = simulation(HANDLER, 1_000)
    left = 30_000

    @sim.service("s")
    def count(event: Any, context: Context) -> None:
        nonlocal left
        left -= 1
        if left:
            context.emit(event, "broker/east", "1s")

    sim.send(type="a")
    sim.run()

    assert left == 0


def test_a_handler_that_never_ends_is_stopped_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("simulator.story.circles._PASSES_OF_CODE", 20_000)
    monkeypatch.setattr("simulator.story.circles._PART_OF_CODE", 250)
    sim = Simulation(
        Topology.parse(
            "topology: x\nchannels: {c: {}}\n"
            "subscriptions: {s: {channel: c, subscriber: f, reply: channel/c}}\n"
        ),
        keep=1_000,
    )
    sim.service("f", lambda event: event)
    sim.send(type="a")

    with pytest.raises(RunStoppedError, match="channel/c → subscription/s → service/f"):
        sim.run()


def test_many_long_chains_that_end_are_no_circle() -> None:
    sim = simulation(
        "brokers: {east: {delivery: {retry: 0}}}\n"
        "triggers: {t: {broker: east, subscriber: s}}\n"
        "services: {s: {reply: {type: x}}}",
        100,
    )
    for _ in range(100):  # 255 passes each
        sim.send(type="a")

    sim.run()

    assert len(sim.log) > 100 * 255


def test_a_run_that_comes_to_its_limit_goes_in_no_circle() -> None:
    sim = Simulation(
        Topology.parse(f"topology: x\n{HANDLER}services: {{s: {{}}}}"), most=5
    )
    for _ in range(10):
        sim.send(type="a")

    with pytest.raises(RunStoppedError) as raised:
        sim.run()

    assert "circle" not in str(raised.value)
    assert "retries" not in str(raised.value)
    assert "Simulation(most=…) sets the limit" in str(raised.value)


def test_services_that_post_to_each_other_go_in_a_circle_without_a_hub() -> None:
    sim = Simulation(
        Topology.parse("""
topology: x
services:
  a: {emit: [{event: {type: x}, to: service/b}]}
  b: {emit: [{event: {type: x}, to: service/a}]}
"""),
        most=5_000,
    )
    sim.send(type="x", to="service/a")

    with pytest.raises(RunStoppedError, match=r"circle: service/\w → service/\w → ser"):
        sim.run()

    circle = circle_in(sim.log)
    assert circle is not None
    assert turns_of(sim.log, circle) > 500


def test_further_attempts_are_no_circle() -> None:
    sim = Simulation(
        Topology.parse("""
topology: x
brokers: {east: {delivery: {retry: 9}}}
triggers: {t: {broker: east, subscriber: s}}
services: {s: {responses: [503]}}
""")
    )
    sim.send(type="x")
    sim.run()

    assert circle_in(sim.log) is None
