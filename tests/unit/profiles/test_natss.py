"""What brokers and channels of NATS JetStream do that others do not."""

from __future__ import annotations

import pytest

from simulator import Simulation, Topology
from tests.unit.profiles.topologies import LADDER, errors, kinds, run, times


def test_an_id_that_was_taken_just_before_is_dropped_whatever_its_source_is() -> None:
    sim = run("natss")

    again = [sim.send(id="1", type="t", source=f"/{n}", after="119s") for n in "ab"]
    later = sim.send(id="1", type="t", after="121s")
    sim.run()

    assert [sent.status for sent in (*again, later)] == [202, 202, 202]
    assert kinds(sim, "duplicate") == ["duplicate broker/default"] * 2
    assert times(sim) == [0, 121]


def test_an_echo_is_swallowed_and_a_reply_with_another_id_is_not() -> None:
    echo = run("natss", "echo: {set: {type: re}}")
    other = run("natss", "reply: {type: re, data: 1}")

    assert (times(echo, "two"), times(other, "two")) == ([], [0])


def test_a_binary_reply_without_data_is_lost() -> None:
    bare = run("natss", "reply: {type: re}")
    structured = run("natss", "reply: {type: re, mode: structured}")

    assert (times(bare, "two"), times(structured, "two")) == ([], [0])


@pytest.mark.parametrize(
    ("responses", "at", "dead"),
    [
        ("[503]", [0, 1, 3], 1),
        ("[429]", [0, 1, 3], 1),
        ("[404]", [0], 0),
        ("[600]", [0], 0),
        ("[503, 503, 400]", [0, 1, 3], 1),
    ],
)
def test_what_is_not_retried_is_dead_lettered_on_the_last_attempt_only(
    responses: str, at: list[float], dead: int
) -> None:
    sim = run("natss", f"responses: {responses}")

    assert (times(sim), len(errors(sim))) == (at, dead)


def test_a_dead_letter_tells_nothing_and_is_tried_four_times() -> None:
    sim = run("natss", "responses: [503]", dead="responses: [503]")

    assert errors(sim) == [{}] * 4
    assert times(sim, "dead") == [3, 3, 3.5, 4.5]


def test_a_retry_goes_back_to_the_stream_and_a_dead_letter_holds_the_trigger_up() -> (
    None
):
    one = "rules: [{match: {id: '1'}, responses: [503]}], responses: [200]"

    retried = run("natss", one, events="123")
    buried = run(
        "natss", one, "retry: 0, deadLetterSink: dead", events="12", dead="latency: 2s"
    )

    assert times(retried) == [0, 0, 0, 1, 3]
    assert times(buried) == [0, 2]


def test_what_was_fetched_is_worked_off_before_a_retry() -> None:
    one = (
        "rules: [{match: {id: '2'}, responses: [{status: 503, delay: 1s}, 200]}], "
        "responses: [{delay: 1s}]"
    )
    delivery = "retry: 1, backoffPolicy: linear, backoffDelay: PT0.1S"

    sim = run("natss", one, delivery, events="1234")

    ids = [received.attributes["id"] for received in sim.received("one")]
    assert ids == ["1", "2", "3", "4", "2"]


def test_the_delivery_of_a_broker_is_not_read_and_check_says_so() -> None:
    sim = run("natss", "responses: [503]", None, broker=LADDER)

    assert (times(sim), times(sim, "dead")) == ([0], [])
    assert "no-effect" in [finding.code for finding in sim.findings]


@pytest.mark.parametrize(
    "settings",
    ["retry: 1", "retry: 1, backoffPolicy: linear", "retry: 1, backoffDelay: PT1S"],
)
def test_a_retry_without_backoff_kills_the_filter_of_all_triggers(
    settings: str,
) -> None:
    sim = run("natss", "responses: [503]", settings)
    sim.send(id="2", type="re")
    sim.run()

    assert kinds(sim, "upstream-bug") == ["upstream-bug trigger/a"]
    assert kinds(sim, "stuck") == ["stuck trigger/a", "stuck trigger/b"]
    assert "hazard" in [finding.code for finding in sim.findings]


def channel(delivery: str = "", one: str = "responses: [503]") -> Simulation:
    sim = Simulation(
        Topology.parse(
            f"""
            apiVersion: messaging.knative.dev/v1alpha1
            kind: NatsJetStreamChannel
            metadata: {{name: c}}
            ---
            apiVersion: messaging.knative.dev/v1
            kind: Subscription
            metadata: {{name: s}}
            spec:
              channel:
                apiVersion: messaging.knative.dev/v1alpha1
                kind: NatsJetStreamChannel
                name: c
              subscriber: {{uri: http://one.default.svc.cluster.local}}
              {delivery}
            ---
            topology: test
            services: {{one: {{{one}}}, dead: {{}}}}
            """.replace("\n            ", "\n")
        )
    )
    for each in "12":
        sim.send(id=each, type="t", to="channel/c")
    sim.run()
    return sim


CHANNEL_LADDER = (
    "delivery: {retry: 1, backoffPolicy: linear, backoffDelay: PT1S, "
    "deadLetterSink: {uri: http://dead.default.svc.cluster.local}"
)


def test_a_channel_delivers_all_at_once_and_names_the_failure() -> None:
    sim = channel(CHANNEL_LADDER + "}")

    assert times(sim) == [0, 0, 1, 1]
    assert [found["code"] for found in errors(sim)] == ["503", "503"]
    assert sim.wiring.hubs[0].url == "http://c-kn-jsm-channel.default.svc.cluster.local"


@pytest.mark.parametrize(("timeout", "second"), [("", 30.8), (", timeout: PT1S", 2.3)])
def test_a_channel_waits_for_0_2_s_less_than_its_stream(
    timeout: str, second: float
) -> None:
    sim = channel(f"{CHANNEL_LADDER}{timeout}}}", "latency: 1h")

    assert times(sim)[::2] == pytest.approx([0, second])


def test_without_any_delivery_the_dispatcher_of_channels_dies() -> None:
    sim = channel()

    assert times(sim) == [0]
    assert len(kinds(sim, "upstream-bug")) == 1
    assert len(kinds(sim, "stuck")) == 2


def test_an_echo_is_no_circle_and_a_reply_with_another_id_is_one() -> None:
    echo = run("natss", "echo: true", events="", trigger="filter: {}")
    other = run("natss", "reply: {type: t, data: 1}", events="", trigger="filter: {}")

    found = [
        [finding.code for finding in sim.findings].count("loop")
        for sim in (echo, other)
    ]
    assert found == [0, 1]
