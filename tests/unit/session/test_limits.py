"""Wrong and extreme use: told in one sentence, never endless, never a stack trace."""

from itertools import count
from typing import Any

import pytest

from simulator import CloudEvent, Simulation, Topology
from simulator.errors import (
    HandlerError,
    TopologyError,
    UnknownAddressError,
    UsageError,
)
from simulator.trace import Kind
from tests.playbook import simulation
from tests.unit.session.hubs import kinds, one_service

ECHO = """
brokers: {default: {delivery: {retry: 0}}}
triggers: {again: {subscriber: s}}
services: {s: {echo: true, latency: 1s}}
"""
CIRCLE = """
brokers: {default: {}}
triggers: {work: {subscriber: quiet}}
channels: {c: {}}
subscriptions: {again: {channel: c, subscriber: s, reply: channel/c}}
services: {s: {echo: true}, quiet: {}}
"""
RETRIED = """
brokers: {default: {delivery: {retry: %d, backoffPolicy: linear, backoffDelay: PT0S}}}
triggers: {work: {subscriber: s}}
services: {s: {responses: [503]}}
"""


def step_to_the_end(sim: Simulation) -> None:
    while sim.step():
        pass


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"keep": 0}, "keep: expected 1 or more records, found 0"),
        ({"most": -1}, "most: expected 1 or more records, found -1"),
        ({"max_ttl": 0}, "max_ttl: expected 1 or more passes, found 0"),
        (
            {"start": "9999-12-31T23:59:59Z"},
            "start: expected a time before the year 9700, found 9999-12-31T23:59:59Z",
        ),
        ({"start": "now"}, "start: 'now' is no RFC 3339 time such as .*"),
    ],
)
def test_an_argument_out_of_range_is_wrong_use(
    option: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=rf"^{said}$"):
        Simulation(Topology(), **option)


def test_a_single_file_of_handlers_is_told_to_be_a_list() -> None:
    topology = Topology.parse("topology: t\nservices: {s: {handler: 'h:f'}}")

    with pytest.raises(UsageError, match=r"^handlers: .*\['h\.py'\]$"):
        Simulation(topology, handlers="h.py")
    with pytest.raises(HandlerError, match=r"h\.py: there is no such Python file"):
        Simulation(topology, handlers=["h.py"])


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("99999999999h", "until: '99999999999h' is too long; expected at most 292 years"),
        (b"5s", "until: expected an ISO 8601 duration .*; found b'5s'"),
        (True, "until: expected an ISO 8601 duration .*; found True"),
        (-1, "until: expected a duration of 0 to 292 years, found -1"),
        (float("nan"), "until: expected a duration of 0 to 292 years, found nan"),
    ],
)  # fmt: skip
def test_a_time_that_is_none_is_wrong_use(until: Any, said: str) -> None:
    with pytest.raises(UsageError, match=rf"^{said}$"):
        one_service().run(until)


def test_an_address_that_is_no_url_is_unknown() -> None:
    with pytest.raises(UnknownAddressError, match=r"http://\[bad"):
        one_service().send(type="a", to="http://[bad")


def test_a_redirect_to_no_url_is_a_failed_request() -> None:
    sim = one_service(
        "{responses: [{status: 302, headers: {location: 'http://[bad'}}]}"
    )
    sent = sim.send(type="a")

    sim.run()

    assert sent.status == 500


def test_a_handler_cannot_drive_the_run_that_called_it() -> None:
    sim = one_service()
    refused: list[str] = []

    @sim.service("s")
    def handler(event: CloudEvent) -> None:
        for drive in (sim.run, sim.step):
            with pytest.raises(UsageError) as caught:
                drive()
            refused.append(str(caught.value))

    sim.send(type="a")
    sim.run()

    assert [text.partition(":")[0] for text in refused] == [
        "the run is going on already"
    ] * 2
    assert kinds(sim)[-1] == "answered"


def test_retries_without_end_and_without_a_wait_come_to_the_limit() -> None:
    sim = simulation(RETRIED % (2**31 - 1), most=20_000)
    sim.send(type="a")

    with pytest.raises(UsageError, match=r"^stopped after 2.* records"):
        sim.run()


def test_a_thousand_retries_without_a_wait_are_all_made() -> None:
    sim = simulation(RETRIED % 2_500)
    sim.send(type="a")

    sim.run()

    attempts = [r.attempt for r in sim.trace.select(kind=Kind.DISPATCHED)]
    assert attempts == list(range(1, 2_502))


def test_a_small_limit_is_kept() -> None:
    sim = one_service(most=10)
    for _ in range(50):
        sim.send(type="a")

    with pytest.raises(UsageError, match=r"^stopped after 1[0-9] records"):
        sim.run()


def test_steps_come_to_the_limit_too() -> None:
    sim = one_service(most=10)
    for _ in range(50):
        sim.send(type="a")

    with pytest.raises(UsageError, match=r"^stopped after 1[0-9] records"):
        step_to_the_end(sim)


def test_steps_drop_the_oldest_records_too() -> None:
    sim = one_service(keep=100)
    for _ in range(1_000):
        sim.send(type="a")

    step_to_the_end(sim)

    assert len(sim.log) == 5_000
    assert 100 <= len(sim.trace) < 1_000


def test_a_sender_may_hang_up_on_hundreds_of_hops() -> None:
    sim = simulation(ECHO, max_ttl=3_000)
    sent = sim.send(type="a", timeout="800s")

    sim.run()

    assert sent.error == "context deadline exceeded"
    assert len(sim.trace.select(kind=Kind.CUT)) == 800


def test_records_may_be_looked_at_while_more_are_made() -> None:
    sim = one_service()
    sim.send(type="a")
    sim.run()

    seen = []
    for record in sim.trace:
        seen.append(record.serial)
        for _ in range(200):
            sim.send(type="a")
        sim.run()

    assert seen == [0, 1, 2, 3, 4]


def test_what_cannot_be_encoded_in_an_error_is_replaced() -> None:
    sim = one_service()

    @sim.service("s")
    def handler(event: CloudEvent) -> None:
        raise ValueError("a\ud800b")

    sim.send(type="a")
    sim.run()

    (answer,) = sim.trace.select(kind=Kind.RESPONDED)
    assert str(answer.detail).endswith("ValueError: a?b")


def test_a_replay_is_a_file() -> None:
    sim = simulation(
        "brokers: {default: {}}\nsources: {x: {replay: ., sink: broker/default}}"
    )

    with pytest.raises(TopologyError, match=r"replay \.: is no file$"):
        sim.run()


def test_who_emits_to_nowhere_is_named_with_the_place() -> None:
    sim = one_service(
        "{emit: [{to: broker/default, event: {type: b}}, {to: brokr/default, event: {type: b}}]}"
    )

    with pytest.raises(TopologyError) as caught:
        sim.run()

    (fault,) = caught.value.faults
    assert fault.startswith("<text>:5:64: Simulation one: spec.services.s.emit[1].to: ")
    assert "nothing has the address 'brokr/default'" in fault


def test_any_number_of_events_may_be_sent_in_an_instant_when_the_newest_are_kept() -> (
    None
):
    sim = one_service(keep=100, most=1_000)

    for _ in range(100):
        for _ in range(10):
            sim.send(type="a")
        sim.run()

    assert (sim.now_ns, len(sim.log)) == (0, 5_000)


def test_a_source_may_send_any_number_of_events_in_an_instant() -> None:
    sim = simulation(
        """
        brokers: {default: {}}
        triggers: {work: {subscriber: s}}
        services: {s: {}}
        sources: {burst: {count: 1000, event: {type: t}, sink: broker/default}}
        """,
        keep=100,
        most=1_000,
    )

    sim.run()

    assert (sim.now_ns, len(sim.log)) == (0, 5_000)


@pytest.mark.parametrize("sent", [1, 3])
def test_a_circle_is_stopped_a_thousand_records_later_for_each_event_sent(
    sent: int,
) -> None:
    sim = simulation(CIRCLE, keep=100, most=5_000)
    for _ in range(50):
        sim.send(type="a")  # over before the circle begins: that was another instant
    sim.run("1s")
    before = len(sim.log)
    for _ in range(sent):
        sim.send(type="a", to="channel/c")

    with pytest.raises(UsageError, match="events go in a circle"):
        sim.run()

    most = 5_000 + sent * 1_000
    assert most <= len(sim.log) - before < most + 200  # looks once in 100 records


def test_a_circle_of_further_events_is_told_with_the_service_that_sends_them() -> None:
    sim = Simulation(
        Topology.parse(
            """
            topology: circle
            brokers: {default: {}}
            triggers: {again: {subscriber: s}}
            services: {s: {emit: {event: {type: b}, to: broker/default}}}
            """
        ),
        most=5_000,
    )
    sim.send(type="a")

    with pytest.raises(UsageError, match=r"events go in a circle: .*service/s → "):
        sim.run()


def test_a_long_run_of_which_the_newest_records_are_kept_has_no_end() -> None:
    sim = Simulation(
        Topology.parse(
            """
            topology: long
            brokers: {default: {}}
            triggers: {work: {subscriber: s}}
            services: {s: {}}
            sources: {tick: {every: 1s, event: {type: t}}}
            """
        ),
        keep=100,
        most=1_000,
    )

    sim.run("PT1H")

    assert sim.now.isoformat() == "2026-01-01T01:00:00+00:00"


def test_a_jsonata_expression_without_end_ends_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("simulator.jsonata.expression._LONGEST_S", 0.05)
    sim = simulation(
        """
        brokers: {default: {}}
        triggers: {work: {subscriber: s}}
        services: {s: {reply: {jsonata: "($f := function($x){$f($x)}; $f(1))"}}}
        """
    )
    sim.send(type="a")

    with pytest.raises(UsageError, match=r"^service s: jsonata: no result after"):
        sim.run()


def test_a_run_may_last_longer_than_one_of_its_jsonata_expressions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = count()  # each look at the clock is a hundredth of a second later
    monkeypatch.setattr(
        "simulator.jsonata.expression.thread_time", lambda: next(clock) / 100
    )
    sim = Simulation(
        Topology.parse(
            "topology: t\nbrokers: {default: {}}\ntriggers: {t: {subscriber: s}}\n"
            'services: {s: {reply: {jsonata: \'{"type": "b"}\'}}}'
        )
    )

    for _ in range(50):
        sim.send(type="a", to="service/s")
    sim.run()

    assert {r.status for r in sim.received("s")} == {200}
