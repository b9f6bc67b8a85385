"""The rules of the specification as questions to a run: whether a profile keeps each.

`KEPT` has a function for each rule that a run can tell; `NOT_TRIED` says of the others
why not.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from simulator import CloudEvent, reply
from simulator.kernel import Kind
from tests.playbook import simulation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator import Simulation

VERDICTS = {"conforms": True, "violates": False}
NOT_TRIED = {
    "durable-enqueue": "no process of a run dies",
    "options-allow": "responses to OPTIONS have no headers here",
    "dedup-key": "none of them looks for duplicates",
    "congestion": "nothing is ever too much for a broker here",
    "trigger-once": "how often a filter is judged leaves no record",
    "loop-detection": "what goes in a circle is stopped in its own way; see test_limits",
    "status-dls-uri": "statuses have no addresses here",
}
OF_CHANNELS = {"delivery-channel-ignored"}
"""The specification's profile plays brokers only."""
FAILS = "retry: 2, backoffPolicy: exponential, backoffDelay: PT1S"


def run(profile: str, topology: str, **event: Any) -> Simulation:
    """Send one event with id ``a`` and type ``t``, run to the end."""
    sim = simulation(topology, profile=profile)
    sim.send(id="a", type="t", **event)
    sim.run()
    return sim


def work(profile: str, one: str, delivery: str = FAILS, **event: Any) -> Simulation:
    """Let one service answer so, behind a trigger with such a delivery."""
    return run(
        profile,
        f"""
        brokers: {{default: {{}}}}
        triggers: {{work: {{subscriber: one, filter: {{type: t}}, delivery: {{{delivery}}}}}}}
        services: {{one: {{{one}}}, two: {{}}, dead: {{}}}}
        """,
        **event,
    )


def attempts(sim: Simulation) -> int:
    return len(sim.received("one"))


def attempts_after(profile: str, *statuses: int) -> list[int]:
    """Count the attempts after each of these statuses, of three that are possible."""
    return [attempts(work(profile, f"responses: [{status}]")) for status in statuses]


def waits(profile: str, policy: str) -> list[int]:
    """Give the seconds before each of four retries, of a delay of one second."""
    delivery = f"retry: 4, backoffPolicy: {policy}, backoffDelay: PT1S"
    sim = work(profile, "responses: [503]", delivery)
    scheduled = sim.trace.select(kind=Kind.RETRY_SCHEDULED)
    return [int(record.detail or 0) // 10**9 for record in scheduled]


def is_told_by_the_status(profile: str) -> bool:
    sim = simulation("brokers: {default: {}}", profile=profile)
    good, bad = (
        sim.send(type="t"),
        sim.post("broker/default", headers={"ce-id": "1"}),
    )
    sim.run()
    return (good.status, bad.status) == (202, 400)


def is_answered_after_it_is_taken(profile: str) -> bool:
    kinds = [record.kind for record in work(profile, "").trace]
    return kinds.index(Kind.ACCEPTED) < kinds.index(Kind.ANSWERED)


def posts_binary_or_structured(profile: str) -> bool:
    modes = {
        (received.request.method, received.request.mode)
        for name in ("binary", "json")
        for received in work(profile, "", delivery=f"format: {name}").received("one")
    }
    return bool(modes) and modes <= {("POST", "binary"), ("POST", "structured")}


def takes_no_reply_from_a_202(profile: str) -> bool:
    sim = work(profile, "reply: {type: b, data: {n: 1}}, responses: [202]")
    return not sim.trace.select(kind=Kind.REPLIED)


def does_not_retry_2xx(profile: str) -> bool:
    bodies = ("", ", body: no event")
    return [
        attempts(work(profile, f"responses: [{{status: {status}{body}}}]"))
        for status in (200, 202, 204)
        for body in bodies
    ] == [1] * 6


def takes_3xx_for_an_error(profile: str) -> bool:
    moved = "{status: 302, headers: {location: 'http://two.default.svc.cluster.local'}}"
    sim = work(profile, f"responses: [{moved}]", f"{FAILS}, deadLetterSink: dead")
    return [attempts(sim), len(sim.received("two")), len(sim.received("dead"))] == [
        1, 0, 1,
    ]  # fmt: skip


def takes_other_4xx_for_an_error(profile: str) -> bool:
    """See that they are not retried, and the event is dead-lettered."""
    runs = [
        work(profile, f"responses: [{status}]", f"{FAILS}, deadLetterSink: dead")
        for status in (400, 401, 403, 405, 410, 413, 422)
    ]
    return {(attempts(sim), len(sim.received("dead"))) for sim in runs} == {(1, 1)}


def retries_four_4xx(profile: str) -> bool:
    return set(attempts_after(profile, 404, 408, 409, 429)) == {3}


def retries_5xx(profile: str) -> bool:
    return set(attempts_after(profile, 500, 502, 503, 504, 599)) == {3}


def retries_what_is_in_no_table(profile: str) -> bool:
    return set(attempts_after(profile, 600, 999)) == {3}


def retries_at_all(profile: str) -> bool:
    return attempts_after(profile, 503) == [3]


def prefers_a_reply(profile: str) -> bool:
    (received,) = work(profile, "").received("one")
    return received.headers.get("prefer") == "reply"


def filtered(profile: str, filter_: str, **event: Any) -> bool:
    sim = run(
        profile,
        f"""
        brokers: {{default: {{}}}}
        triggers: {{work: {{subscriber: one, filter: {{{filter_}}}}}}}
        services: {{one: {{}}}}
        """,
        **event,
    )
    return bool(sim.received("one"))


def wants_what_a_filter_names(profile: str) -> bool:
    return not filtered(profile, "region: ''")


def lets_any_value_pass_where_none_is_said(profile: str) -> bool:
    return filtered(profile, "region: ''", region="eu")


def delivers_once_for_each_trigger(profile: str) -> bool:
    sim = run(
        profile,
        """
        brokers: {default: {}}
        triggers: {first: {subscriber: one}, second: {subscriber: one}}
        services: {one: {}}
        """,
    )
    return attempts(sim) == 2


def leaves_the_data_alone(profile: str) -> bool:
    data = {"total": 1.50, "name": "ä"}
    (received,) = work(profile, "", data=data).received("one")
    return bool(json.loads(received.body) == data)


def replied(profile: str, data: object = None) -> Simulation:
    """Let a service reply with an event that it takes itself, and another one takes."""
    sim = simulation(
        """
        brokers: {default: {}}
        triggers: {all: {subscriber: one}, b: {filter: {type: b}, subscriber: two}}
        services: {one: {}, two: {}}
        """,
        profile=profile,
    )

    @sim.service("one")
    def _(event: CloudEvent) -> CloudEvent | None:
        return reply(event, type="b", data=data) if event.get_type() == "t" else None

    sim.send(id="a", type="t", data={"n": 1})
    sim.run()
    return sim


def routes_replies(profile: str) -> bool:
    return [r.attributes["type"] for r in replied(profile).received("two")] == ["b"]


def routes_replies_to_whom_replied(profile: str) -> bool:
    taken = [r.attributes["type"] for r in replied(profile, 1).received("one")]
    return taken == ["t", "b"]


def tries_the_delivery_again_whose_reply_is_refused(profile: str) -> bool:
    sim = simulation(
        f"""
        brokers: {{default: {{}}}}
        triggers: {{work: {{filter: {{type: t}}, subscriber: one, delivery: {{{FAILS}}}}}}}
        services: {{one: {{reply: {{type: b}}}}}}
        """,
        profile=profile,
    )
    sim.fault("broker/default", status=503, where="type = 'b'", count=1)
    sim.send(id="a", type="t")
    sim.run()
    return attempts(sim) == 2


def sends_dead_letters(profile: str) -> bool:
    runs = [
        work(profile, f"responses: [{status}]", f"{FAILS}, deadLetterSink: dead")
        for status in (503, 400)
    ]
    return [len(sim.received("dead")) for sim in runs] == [1, 1]


def tries_dead_letters_again(profile: str) -> bool:
    sim = run(
        profile,
        f"""
        brokers: {{default: {{}}}}
        triggers: {{work: {{subscriber: one, delivery: {{{FAILS}, deadLetterSink: dead}}}}}}
        services: {{one: {{responses: [503]}}, dead: {{responses: [503]}}}}
        """,
    )
    return len(sim.received("dead")) == 3


def of_broker_and_trigger(profile: str, own: str = "") -> Simulation:
    return run(
        profile,
        f"""
        brokers: {{default: {{delivery: {{{FAILS}, deadLetterSink: dead}}}}}}
        triggers: {{work: {{subscriber: one{own}}}}}
        services: {{one: {{responses: [503]}}, dead: {{}}}}
        """,
    )


def ignores_the_brokers_where_the_trigger_says_anything(profile: str) -> bool:
    sim = of_broker_and_trigger(
        profile, ", delivery: {retry: 1, backoffPolicy: linear, backoffDelay: PT1S}"
    )
    return [attempts(sim), len(sim.received("dead"))] == [2, 0]


def takes_the_brokers_where_the_trigger_says_nothing(profile: str) -> bool:
    sim = of_broker_and_trigger(profile)
    return [attempts(sim), len(sim.received("dead"))] == [3, 1]


def ignores_the_channels_where_the_subscription_says_anything(_: str) -> bool:
    sim = simulation(
        f"""
        channels: {{c: {{delivery: {{{FAILS}, deadLetterSink: dead}}}}}}
        subscriptions: {{s: {{channel: c, subscriber: one, delivery: {{retry: 1}}}}}}
        services: {{one: {{responses: [503]}}, dead: {{}}}}
        """
    )
    sim.send(id="a", type="t", to="channel/c")
    sim.run()
    return [attempts(sim), len(sim.received("dead"))] == [2, 0]


def retries_as_often_as_said(profile: str) -> bool:
    backoff = "backoffPolicy: linear, backoffDelay: PT1S"
    return [
        attempts(work(profile, "responses: [503]", f"{backoff}, retry: {retry}"))
        for retry in (0, 1, 5)
    ] == [1, 2, 6]


def waits_alike_when_linear(profile: str) -> bool:
    return waits(profile, "linear") == [1, 1, 1, 1]


def doubles_the_wait_when_exponential(profile: str) -> bool:
    # From which number on it counts is not said.
    return waits(profile, "exponential") in ([1, 2, 4, 8], [2, 4, 8, 16])


KEPT: Mapping[str, Callable[[str], bool]] = {
    "ack-code": is_told_by_the_status,
    "ack-after-store": is_answered_after_it_is_taken,
    "methods": posts_binary_or_structured,
    "status-202-no-reply": takes_no_reply_from_a_202,
    "status-2xx": does_not_retry_2xx,
    "status-3xx": takes_3xx_for_an_error,
    "status-4xx": takes_other_4xx_for_an_error,
    "status-retried-4xx": retries_four_4xx,
    "status-5xx": retries_5xx,
    "status-other": retries_what_is_in_no_table,
    "retries": retries_at_all,
    "prefer-reply": prefers_a_reply,
    "filter-missing": wants_what_a_filter_names,
    "filter-empty": lets_any_value_pass_where_none_is_said,
    "one-delivery-per-match": delivers_once_for_each_trigger,
    "data-untouched": leaves_the_data_alone,
    "reply-requeued": routes_replies,
    "reply-to-all": routes_replies_to_whom_replied,
    "reply-store-fails": tries_the_delivery_again_whose_reply_is_refused,
    "dead-letter": sends_dead_letters,
    "dead-letter-retried": tries_dead_letters_again,
    "delivery-broker-ignored": ignores_the_brokers_where_the_trigger_says_anything,
    "delivery-broker-default": takes_the_brokers_where_the_trigger_says_nothing,
    "delivery-channel-ignored": ignores_the_channels_where_the_subscription_says_anything,
    "retry-count": retries_as_often_as_said,
    "backoff-linear": waits_alike_when_linear,
    "backoff-exponential": doubles_the_wait_when_exponential,
}
