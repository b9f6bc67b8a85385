"""What services answer that a Simulation document describes."""

from typing import Any

import pytest

from simulator import Simulation, Topology
from simulator.event import Event
from tests.unit.session.hubs import kinds, one_service, replies


def run(service: str, *events: dict[str, Any], **options: Any) -> Simulation:
    """Send events, one of type ``a`` unless given, to a service behind a broker."""
    sim = one_service(service, **options)
    for event in events or ({"id": "e1", "data": {"qty": 1}, "subject": "x"},):
        sim.send(**{"type": "a", **event})
    sim.run()
    return sim


def reply_of(service: str, **options: Any) -> Event:
    event: Event = replies(run(service, **options))[0]
    return event


def statuses(sim: Simulation) -> list[int]:
    return [received.status for received in sim.received("s")]


def details(sim: Simulation) -> list[str]:
    records = sim.trace.select(kind="responded", node="service/s")
    return [str(record.detail) for record in records]


def test_a_service_with_nothing_said_accepts_with_200_a_stub_with_202() -> None:
    stub = Simulation(
        Topology.parse(
            "topology: t\nbrokers: {default: {}}\ntriggers: {t1: {subscriber: s}}"
        )
    )
    stub.send(type="a")
    stub.run()

    assert statuses(run("{}")) == [200]
    assert statuses(stub) == [202]


# -- responses


def test_responses_come_in_order_and_the_last_repeats() -> None:
    sim = run("{responses: [503, {status: 429, times: 2}, 204]}", *[{}] * 5)

    assert statuses(sim) == [503, 429, 429, 204, 204]


def test_one_response_needs_no_list() -> None:
    assert statuses(run("{responses: 500}")) == [500]
    assert statuses(run("{responses: {status: 404}}")) == [404]


@pytest.mark.parametrize(
    ("fault", "detail"),
    [("reset", "reset"), ("close", "closed"), ("refuse", "refused")],
)
def test_a_connection_may_fail(fault: str, detail: str) -> None:
    sim = run(f"{{responses: [{{{fault}: true, delay: 1s}}]}}")

    assert details(sim) == [detail]
    assert sim.now_ns == 1_000_000_000


def test_a_service_may_hang_until_the_sender_hangs_up() -> None:
    sim = run("{responses: [{hang: true}]}", {"timeout": "3s"})

    assert kinds(sim)[-2:] == ["cut", "answered"]


def test_a_response_has_headers_a_body_and_a_delay() -> None:
    sim = run(
        "{responses: [{status: 503, headers: {Retry-After: 2, X: true}, body: {why: load},"
        " delay: 500ms}]}"
    )
    text = run("{responses: [{status: 500, body: no}, {status: 500, body: plain}]}")
    raw = run("{responses: [{status: 500, bodyBase64: eA==}]}")

    assert sim.now_ns == 500_000_000
    assert statuses(sim) == [503]
    assert statuses(text) == statuses(raw) == [500]


def test_what_a_failure_says_is_in_the_dead_letter() -> None:
    text = """
topology: t
brokers: {default: {delivery: {retry: 0, deadLetterSink: dead}}}
triggers: {t1: {subscriber: s}}
services:
  dead: {}
  s: {responses: [{status: 500, body: {why: load}}, {status: 500, bodyBase64: eHg=}]}
"""
    sim = Simulation(Topology.parse(text))
    sim.send(type="a")
    sim.send(type="a")
    sim.run()

    data = [d.attributes["knativeerrordata"] for d in sim.dead_letters]

    assert data == ["eyJ3aHkiOiJsb2FkIn0=", "eHg="]


def test_a_reply_may_stand_in_a_response() -> None:
    sim = run(
        "{responses: [{status: 201, headers: {X-B3-Y: z}, reply: {type: b}},"
        " {status: 500, reply: {type: c, data: 1}}, {echo: true}, {echo: false}]}",
        *[{}] * 3,
    )

    assert statuses(sim) == [201, 500, 200, 200]
    assert [event.type for event in replies(sim)] == ["b", "a"]


def test_a_reply_in_a_response_comes_with_the_status_and_the_delay_of_that() -> None:
    sim = run("{responses: {status: 202, delay: 1s, reply: {type: b, data: 1}}}")

    (event,) = replies(sim)
    assert statuses(sim) == [202]
    assert (event.id, event.body, sim.now_ns) == ("e1/b", b"1", 1_000_000_000)


def test_a_response_without_reply_gives_the_reply_of_the_service() -> None:
    sim = run(
        "{reply: {type: b}, responses: [503, {status: 202, delay: 1s}, {body: x}]}",
        *[{}] * 3,
    )

    assert statuses(sim)[:2] == [503, 202]
    assert [event.type for event in replies(sim)] == ["b"]
    assert sim.trace.select(kind="replied")[0].at_ns == 1_000_000_000


def test_rules_come_first_each_with_its_own_order() -> None:
    sim = run(
        "{responses: [200], rules: [{match: {Subject: bad}, responses: [500, 501]},"
        " {match: {subject: bad}, responses: [599]}]}",
        {"subject": "bad"},
        {"subject": "good"},
        {"subject": "bad"},
        {},
    )

    assert statuses(sim) == [500, 200, 501, 200]


def test_rules_alone_leave_the_rest_to_the_reply() -> None:
    sim = run(
        "{reply: {type: b}, rules: [{match: {subject: bad}, responses: 500}]}",
        {"subject": "bad"},
        {},
    )

    assert statuses(sim) == [500, 200]
    assert len(replies(sim)) == 1


# -- replies


def test_a_static_reply_is_filled_in() -> None:
    event = reply_of("{reply: {type: b, data: {total: 42}}}")

    assert event.attributes == {
        "specversion": "1.0",
        "id": "e1/b",
        "source": "/s",
        "type": "b",
        "datacontenttype": "application/json",
    }
    assert event.body == b'{"total":42}'


def test_a_static_reply_may_say_everything_itself() -> None:
    event = reply_of(
        "{reply: {id: i, source: /o, type: b, datacontenttype: text/x, data: hi}}"
    )

    assert (event.id, event.source, event.body) == ("i", "/o", b"hi")


def test_a_reply_without_type_has_the_type_of_the_event() -> None:
    assert reply_of("{reply: {source: /o}}").type == "a"


def test_a_reply_in_structured_mode_arrives_as_the_same_event() -> None:
    binary = reply_of("{reply: {type: b, data: {total: 42}}}")
    structured = reply_of("{reply: {type: b, data: {total: 42}, mode: structured}}")

    assert structured == binary


def test_an_echo_is_the_event_with_changes() -> None:
    plain = reply_of("{echo: true}")
    changed = reply_of(
        "{echo: {set: {Type: b, data: [1], num: 5, flag: true, gone: null},"
        " remove: subject}}"
    )
    without_data = reply_of("{echo: {remove: [data, Subject]}}")

    assert plain.attributes["subject"] == "x"
    assert plain.body == b'{"qty":1}'
    assert changed.type == "b"
    assert changed.body == b"[1]"
    assert changed.attributes["num"] == "5"
    assert changed.attributes["flag"] == "true"
    assert "gone" not in changed.attributes
    assert "subject" not in changed.attributes
    assert without_data.body is None


def test_an_echo_may_be_switched_off_and_be_structured() -> None:
    assert replies(run("{echo: false}")) == []
    assert reply_of("{echo: {mode: structured}}").type == "a"


# -- JSONata


def test_a_jsonata_reply_is_made_of_the_structured_event() -> None:
    event = reply_of(
        '{reply: {jsonata: \'{"type": "b", "data": {"n": data.qty + 1}}\'}}'
    )

    assert (event.type, event.id, event.body) == ("b", "e1/b", b'{"n":2}')


def test_a_jsonata_expression_without_result_is_no_reply() -> None:
    sim = run("{reply: {jsonata: data.missing}}")

    assert statuses(sim) == [200]
    assert replies(sim) == []


@pytest.mark.parametrize(
    ("expression", "detail"),
    [
        ("data.qty", "jsonata: the result is no event: 1"),
        ('$error("no")', "jsonata: "),
        ('{"type": {"x": 1}}', "the reply is no event: "),
    ],
)
def test_a_jsonata_failure_is_a_500_with_the_reason(
    expression: str, detail: str
) -> None:
    sim = run(f"{{reply: {{jsonata: '{expression}'}}}}")

    assert statuses(sim) == [500]
    assert details(sim)[0].startswith(detail)


def test_time_and_chance_in_jsonata_come_from_the_run() -> None:
    expression = (
        '{"type": "b", "data": {"now": $now(), "ms": $millis(), "r": $random()}}'
    )
    service = f"{{reply: {{jsonata: '{expression}'}}}}"

    first, again = reply_of(service, seed=1), reply_of(service, seed=1)
    other = reply_of(service, seed=2)

    assert first == again
    assert first.body is not None
    assert first.body.startswith(
        b'{"now":"2026-01-01T00:00:00.000Z","ms":1767225600000,"r":0.'
    )
    assert first != other


# -- latency


def latencies(latency: str, seed: int = 0, number: int = 200) -> list[float]:
    """Give how long answers take, in seconds."""
    sim = one_service(f"{{latency: {latency}}}", seed=seed)
    sent = [sim.send(type="a", after=f"{n}h") for n in range(number)]
    sim.run()
    return [
        ((s.answered_ns or 0) - n * 3_600 * 10**9) / 1e9 for n, s in enumerate(sent)
    ]


def test_a_fixed_latency_is_always_the_same() -> None:
    assert set(latencies("PT0.25S")) == {0.25}


def test_a_uniform_latency_lies_between_its_bounds() -> None:
    drawn = latencies("{uniform: [1s, 3s]}")

    assert 1 <= min(drawn) < 1.2
    assert 2.8 < max(drawn) <= 3


def test_a_normal_latency_scatters_around_its_mean_and_is_never_below_zero() -> None:
    drawn = latencies("{normal: {mean: 1s, deviation: 1s}}")

    assert 0.8 < sum(drawn) / len(drawn) < 1.4
    assert min(drawn) == 0


def test_an_exponential_latency_has_its_mean() -> None:
    drawn = latencies("{exponential: 2s}")

    assert 1.6 < sum(drawn) / len(drawn) < 2.4


def test_latencies_come_from_the_seed_and_the_service() -> None:
    spec = "{exponential: 2s}"

    assert latencies(spec, 1, 5) == latencies(spec, 1, 5)
    assert latencies(spec, 1, 5) != latencies(spec, 2, 5)


# -- emissions


def test_a_service_posts_further_events_which_follow_from_the_request() -> None:
    sim = run(
        "{emit: [{event: {type: b, data: 1}, to: broker/default, after: 2s},"
        ' {event: {jsonata: \'{"type": "c"}\'}, to: broker/default},'
        " {event: {jsonata: data.missing}, to: broker/default},"
        " {event: {type: d}, to: broker/default, match: {subject: other}},"
        " {event: {type: e}, to: broker/default, match: {subject: x}}]}"
    )

    sent = sim.trace.select(kind="sent", node="service/s")
    assert [(r.event.type, r.at_ns // 10**9) for r in sent] == [
        ("c", 0),
        ("e", 0),
        ("b", 2),
    ]
    assert {sim.trace[r.cause or 0].kind for r in sent} == {"dispatched"}
    assert sent[2].event.source == "/s"


def test_nothing_is_posted_when_the_answer_is_no_success() -> None:
    emit = "emit: {event: {type: b}, to: broker/default}"

    for response in ("500", "{reset: true}"):
        sim = run(f"{{responses: [{response}], {emit}}}")
        assert sim.trace.select(kind="sent", node="service/s") == []


def test_an_event_to_post_that_cannot_be_made_is_a_500() -> None:
    sim = run("{emit: {event: {jsonata: '1'}, to: broker/default}}")

    assert statuses(sim) == [500]
    assert details(sim) == ["jsonata: the result is no event: 1"]


def test_a_service_may_answer_to_further_hosts_and_refuse_connections() -> None:
    text = """
topology: t
brokers: {default: {delivery: {retry: 0}}}
triggers: {t1: {subscriber: "http://Api.Example.com/in"}, t2: {subscriber: off}}
services: {s: {hosts: API.example.com}, off: {unreachable: true}}
""".replace("off", "down")
    sim = Simulation(Topology.parse(text))
    sim.send(type="a")
    sim.run()

    assert len(sim.received("s")) == 1
    assert [
        r.detail for r in sim.trace.select(node="service/down", kind="responded")
    ] == ["refused"]
