"""RequestReplies are hops of a run that stay open until a reply comes."""

import json
import re
from typing import Any

import pytest

from simulator import Simulation, Topology
from simulator.kernel import Kind

POD = "http://request-reply-0.request-reply.knative-eventing.svc.cluster.local:8080"
SHORT = """\
topology: ask
brokers: {default: %s}
requestreplies: {ask: {brokerRef: default%s}}
triggers:
  price: {filter: {type: asked}, subscriber: pricing}
services:
  pricing:
    latency: %s
    reply: {jsonata: '{"type": "told", "replyid": correlationid, "data": {"n": 1}}'}
%s
"""
TWICE = """\
  also: {latency: 100ms, reply: {jsonata: '{"type": "told", "replyid": correlationid}'}}"""
ALSO = """\
---
topology: also
triggers: {also: {filter: {type: asked}, subscriber: also}}
"""
STATEFUL_SET = """\
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: request-reply, namespace: knative-eventing}
spec: {replicas: 3}
"""


def simulation(
    *,
    broker: str = "{}",
    spec: str = "",
    latency: str = "100ms",
    more: str = "",
    beside: str = "",
    **options: int,
) -> Simulation:
    text = SHORT % (broker, spec, latency, more) + beside
    return Simulation(Topology.parse(text), **options)  # type: ignore[arg-type]  # seed


def value_for(sim: Simulation, service: str = "pricing") -> str:
    """Give the value that replies to the last question are to bear."""
    return str(sim.received(service)[-1].event.get_extension("correlationid"))


def reply(sim: Simulation, value: str, id_: str = "r1") -> object:
    headers = {
        "ce-specversion": "1.0",
        "ce-id": id_,
        "ce-source": "/s",
        "ce-type": "told",
        "ce-replyid": value,
    }
    return sim.post(f"{POD}/default/ask/reply", headers=headers)


def test_the_client_gets_the_reply_when_it_has_come() -> None:
    sim = simulation()

    sent = sim.send(type="asked", id="q1", to="requestreply/ask")
    sim.run()

    assert (sent.status, sent.answered_ns) == (200, 100_000_000)
    assert sent.reply is not None
    assert sent.reply.get_type() == "told"
    assert sent.headers["allow"] == "POST, OPTIONS"


def test_the_question_bears_a_value_in_place_of_what_the_client_gave() -> None:
    sim = simulation(spec=", correlationAttribute: corr")

    given: dict[str, Any] = {"correlationid": "mine", "replyid": "theirs", "corr": "x"}
    sim.send(type="asked", id="q1", to="requestreply/ask", **given)
    sim.run()

    (question,) = [r.event for r in sim.received("pricing")]
    assert question.get_extension("correlationid") == "mine"
    assert question.get_extension("replyid") == "theirs"
    assert re.fullmatch(r"q1:[\w-]{40}:0", str(question.get_extension("corr")))


def test_values_are_the_same_in_each_run_of_a_seed() -> None:
    values = []
    for seed in (1, 1, 2):
        sim = simulation(seed=seed)
        sim.send(type="asked", id="q1", to="requestreply/ask")
        sim.run()
        values.append(value_for(sim))

    assert values[0] == values[1] != values[2]


def test_headers_that_cross_every_hop_do_so_and_the_trace_ends() -> None:
    sim = simulation()
    headers = {"x-request-id": "r", "knative-a": "b", "traceparent": "00-a-b-01"}

    sim.send(type="asked", to="requestreply/ask", headers=headers)
    sim.run()

    (request,) = [r.request for r in sim.received("pricing")]
    assert request.headers["x-request-id"] == "r"
    assert request.headers["knative-a"] == "b"
    assert "traceparent" not in request.headers


def test_without_a_reply_the_client_gets_an_empty_200_after_a_minute() -> None:
    sim = simulation(spec=", timeout: PT5S")

    sent = sim.send(type="other", to="requestreply/ask")
    sim.run()

    assert (sent.status, sent.reply) == (200, None)
    assert sent.answered_ns == 60_000_000_000


def test_a_reply_after_the_timeout_of_the_spec_counts_all_the_same() -> None:
    sim = simulation(spec=", timeout: PT5S", latency="50s")

    sent = sim.send(type="asked", to="requestreply/ask")
    sim.run()

    assert sent.reply is not None
    assert sent.answered_ns == 50_000_000_000


def test_a_broker_that_takes_longer_than_a_minute_ends_in_500() -> None:
    sim = simulation(latency="61s")

    sent = sim.send(type="asked", to="requestreply/ask")
    sim.run()

    assert (sent.status, sent.answered_ns) == (500, 60_000_000_000)


def test_a_broker_that_does_not_take_the_event_ends_in_500() -> None:
    sim = simulation(more="  failing: {responses: [400]}")
    sim.fault("broker/default", status=503)

    sent = sim.send(type="asked", to="requestreply/ask")
    sim.run()

    assert (sent.status, sent.answered_ns) == (500, 0)


def test_an_id_with_a_colon_never_gets_its_reply() -> None:
    sim = simulation()

    sent = sim.send(type="asked", id="q:1", to="requestreply/ask")
    sim.run()

    assert (sent.status, sent.reply, sent.answered_ns) == (200, None, 60_000_000_000)
    (bug,) = sim.trace.select(kind=Kind.UPSTREAM_BUG)
    assert str(bug.detail).startswith("its id has a colon")
    assert bug.target == "requestreply/ask"


def test_a_client_that_hangs_up_does_not_end_the_question() -> None:
    sim = simulation()

    sent = sim.send(type="asked", to="requestreply/ask", timeout="50ms")
    sim.run()

    assert (sent.status, sent.error) == (None, "context deadline exceeded")
    assert [r.status for r in sim.received("pricing")] == [200]


def test_two_replies_while_the_broker_dispatches_freeze_the_pod() -> None:
    sim = simulation(more=TWICE, beside=ALSO)

    first = sim.send(type="asked", id="q1", to="requestreply/ask")
    later = sim.send(type="other", id="q2", to="requestreply/ask", after="90s")
    sim.run()

    assert (first.status, first.answered_ns) == (500, 60_000_000_000)
    assert (later.status, later.error) == (None, None)
    (bug,) = sim.trace.select(kind=Kind.UPSTREAM_BUG)
    assert str(bug.detail).startswith(
        "a second reply, while the broker has not answered"
    )


def test_once_frozen_what_needs_no_lock_is_answered_still() -> None:
    sim = simulation(more=TWICE, beside=ALSO)
    sim.send(type="asked", id="q1", to="requestreply/ask")
    sim.run()

    unknown = sim.post(f"{POD}/default/none", headers={"ce-specversion": "1.0"})
    sim.run()

    assert unknown.status == 400


def test_a_broker_that_answers_in_time_frees_the_pod() -> None:
    broker = "{delivery: {retry: 0, timeout: 30s, deadLetterSink: parking}}"
    sim = simulation(broker=broker, more=TWICE + "\n  parking: {}", beside=ALSO)

    first = sim.send(type="asked", id="q1", to="requestreply/ask")
    sim.run()
    second = sim.send(type="other", id="q2", to="requestreply/ask")
    sim.run()

    assert first.reply is not None
    assert first.answered_ns == 30_100_000_000
    assert second.status == 200


def test_a_second_reply_after_the_broker_has_answered_is_dropped() -> None:
    sim = simulation(latency="0s")
    sim.send(type="asked", id="q1", to="requestreply/ask")
    sim.run()

    again = reply(sim, value_for(sim))
    sim.run()

    assert getattr(again, "status", None) == 202


def test_the_same_id_again_takes_the_place_of_the_first() -> None:
    sim = simulation(latency="0s")
    first = sim.send(type="other", id="q1", to="requestreply/ask")
    sim.run(until=1)

    second = sim.send(type="asked", id="q1", to="requestreply/ask")
    sim.run()

    assert second.reply is not None
    assert (first.reply, first.answered_ns) == (None, 60_000_000_000)


@pytest.mark.parametrize("value", ["", "junk", "a:b:0", "q1:AAAA:0"])
def test_a_reply_with_no_value_made_here_is_400(value: str) -> None:
    sim = simulation()

    sent = reply(sim, value)
    sim.run()

    assert getattr(sent, "status", None) == 400


def test_a_reply_to_nobody_is_taken_and_dropped() -> None:
    sim = simulation()
    sim.send(type="asked", id="q1", to="requestreply/ask")
    sim.run()

    sent = reply(sim, value_for(sim))
    sim.run()

    assert getattr(sent, "status", None) == 202


def test_a_structured_reply_bears_the_value_in_its_body() -> None:
    sim = simulation(latency="0s")
    event = {"specversion": "1.0", "id": "r", "source": "/s", "type": "t", "replyid": 5}
    headers = {"content-type": "application/cloudevents+json", "ce-replyid": "x"}

    sent = sim.post(
        f"{POD}/default/ask/reply", headers=headers, body=json.dumps(event).encode()
    )
    sim.run()

    assert sent.status == 400  # a number is no text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("OPTIONS", "/nowhere/at/all/of/it", 200),
        ("GET", "/default/ask", 405),
        ("POST", "/", 404),
        ("POST", "/default", 400),
        ("POST", "/default/ask/reply/more", 400),
        ("POST", "/default/none", 404),
        ("POST", "/default/ask?x=1", 404),
    ],
)
def test_method_and_path_are_judged_first(method: str, path: str, status: int) -> None:
    sim = simulation()
    headers = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s", "ce-type": "t"}

    sent = sim.post(f"{POD}{path}", method=method, headers=headers)
    sim.run()

    assert sent.status == status


def test_a_third_part_other_than_reply_counts_as_none() -> None:
    sim = simulation()
    headers = {
        "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s", "ce-type": "asked"
    }  # fmt: skip

    sent = sim.post(f"{POD}/default/ask/it", headers=headers)
    sim.run()

    assert sent.reply is not None


def test_one_without_a_key_or_a_broker_answers_500() -> None:
    text = "topology: x\nbrokers: {default: {}}\nrequestreplies: {asking: {brokerRef: default}, ask: {brokerRef: default}, lone: {brokerRef: none}}"
    sim = Simulation(Topology.parse(text))
    url = "http://request-reply.knative-eventing.svc.cluster.local/default"

    sent = [sim.send(type="a", to=f"{url}/{name}") for name in ("ask", "lone")]
    sim.run()

    assert [each.status for each in sent] == [500, 500]


def test_a_service_of_the_same_name_is_another_one() -> None:
    sim = simulation(more="  ask: {responses: [418]}")

    service = sim.send(type="asked", to="service/ask")
    asked = sim.send(type="asked", to="requestreply/ask")
    sim.run()

    assert (service.status, asked.status) == (418, 200)


def test_each_pod_gets_the_replies_to_its_own_questions() -> None:
    sim = simulation(beside=STATEFUL_SET, seed=3)

    sent = [sim.send(type="asked", id=f"q{n}", to="requestreply/ask") for n in range(9)]
    sim.run()

    pods = {
        str(r.event.get_extension("correlationid"))[-1] for r in sim.received("pricing")
    }
    assert all(each.reply is not None for each in sent)
    assert pods == {"0", "1", "2"}


def test_as_the_subscriber_of_a_trigger_its_answer_is_a_reply() -> None:
    beside = (
        "---\ntopology: more\nbrokers: {front: {}}\n"
        "triggers: {in: {broker: front, filter: {type: asked}, subscriber: requestreply/ask},"
        " out: {broker: front, filter: {type: told}, subscriber: log}}\nservices: {log: {}}\n"
    )
    sim = simulation(beside=beside)

    sim.send(type="asked", id="q1", to="broker/front")
    sim.run()

    assert [r.event.get_type() for r in sim.received("log")] == ["told"]
