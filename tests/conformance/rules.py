"""The rules of the specification as questions to a run: whether a profile keeps each.

`KEPT` has a function for each rule that a run can tell; `NOT_TRIED` says of the others
why not.
"""

from __future__ import annotations

import json
from textwrap import dedent
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
    "trigger-once": "how often a filter is judged leaves no record",
    "status-dls-uri": "statuses have no addresses here",
}
OF_CHANNELS = {"delivery-channel-ignored"}
"""The specification's profile plays brokers only."""
UNSAID = {"dedup-key", "congestion", "loop-detection"}
"""What an implementation may leave, or has to find a way for: the profile does nothing."""
CHANNELS = {"natss-channel": "NatsJetStreamChannel"}
"""Profiles of channels that are tried, and their kinds."""
CHANNEL = """
---
apiVersion: messaging.knative.dev/v1alpha1
kind: {kind}
metadata: {{name: c}}
"""
FAILS = "retry: 2, backoffPolicy: exponential, backoffDelay: PT1S"


def run(profile: str, topology: str, **event: Any) -> Simulation:
    """Send one event with id ``a`` and type ``t``, run to the end."""
    sim = simulation(topology, profile=profile)
    sim.send(id="a", type="t", **event)
    sim.run()
    return sim


def work(profile: str, one: str, delivery: str = FAILS, **event: Any) -> Simulation:
    """Let one service answer so, behind a trigger with such a delivery."""
    if profile in CHANNELS:
        kind = CHANNELS[profile]
        ref = f"{{apiVersion: messaging.knative.dev/v1alpha1, kind: {kind}, name: c}}"
        text = f"""
        subscriptions: {{s: {{channel: {ref}, subscriber: one, delivery: {{{delivery}}}}}}}
        services: {{one: {{{one}}}, two: {{}}, dead: {{}}}}
        """
        sim = simulation(dedent(text) + CHANNEL.format(kind=kind))
        sim.send(id="a", type="t", to="channel/c", **event)
        sim.run()
        return sim
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
    sim = work(profile, "")
    to = "channel/c" if profile in CHANNELS else "broker/default"
    good, bad = sim.send(type="t", to=to), sim.post(to, headers={"ce-id": "1"})
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


def ignores_the_channels_where_the_subscription_says_anything(profile: str) -> bool:
    kind = "kafkachannel" if profile == "kafka" else "inmemorychannel"
    sim = simulation(
        f"""
        {kind}s: {{c: {{delivery: {{{FAILS}, deadLetterSink: dead}}}}}}
        subscriptions: {{s: {{channel: {kind}/c, subscriber: one, delivery: {{retry: 1}}}}}}
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


def takes_two_events_of_one_id(profile: str) -> bool:
    """See that another source makes another event of it."""
    sim = work(profile, "", source="/first")
    to = "channel/c" if profile in CHANNELS else "broker/default"
    sim.send(id="a", type="t", source="/second", to=to)
    sim.run()
    return attempts(sim) == 2


def waits_where_nobody_says_how_long(profile: str) -> bool:
    sim = work(profile, "responses: [503]", "retry: 2")
    scheduled = sim.trace.select(kind=Kind.RETRY_SCHEDULED)
    return len(scheduled) == 2 and all(record.detail for record in scheduled)


def ends_a_circle(profile: str) -> bool:
    sim = simulation(
        """
        brokers: {default: {}}
        triggers: {work: {subscriber: one}}
        services: {one: {echo: true}}
        """,
        profile=profile,
        max_ttl=5,
    )
    sim.send(type="t", data=1)
    sim.run()
    return bool(sim.trace.select(kind=Kind.EXPIRED))


# -- what is kept in part


def moved(profile: str, status: int, delivery: str = FAILS, *, to: bool) -> list[int]:
    """Count the requests to one, to where it points, and to the dead letter sink."""
    where = "headers: {location: 'http://two.default.svc.cluster.local'}"
    answer = f"{{status: {status}, {where if to else 'body: none'}}}"
    sim = work(profile, f"responses: [{answer}]", f"{delivery}, deadLetterSink: dead")
    return [len(sim.received(name)) for name in ("one", "two", "dead")]


def dies(profile: str, delivery: str) -> bool:
    sim = work(profile, "responses: [503]", delivery)
    return attempts(sim) == 1 and bool(sim.trace.select(kind=Kind.UPSTREAM_BUG))


def retries_a_200_that_is_no_event(profile: str) -> bool:
    return [
        attempts(work(profile, f"responses: [{{status: 200, {body}}}]"))
        for body in ("delay: 0s", "body: no event")
    ] == [1, 3]


def buries_a_200_that_is_no_event(profile: str) -> bool:
    answer = "responses: [{status: 200, body: no event}]"
    sim = work(profile, answer, f"{FAILS}, deadLetterSink: dead")
    return [attempts(sim), len(sim.received("dead"))] == [1, 1]


def follows_a_redirect_and_buries_other_3xx(profile: str) -> bool:
    return [moved(profile, 302, to=to) for to in (True, False)] == [
        [1, 1, 0],
        [1, 0, 1],
    ]


def follows_303_alone(profile: str) -> bool:
    return [moved(profile, status, to=True) for status in (303, 302, 307)] == [
        [1, 1, 0],
        [1, 0, 1],
        [1, 0, 1],
    ]


def buries_other_3xx_on_the_last_attempt(profile: str) -> bool:
    at_once = [moved(profile, 302, to=to) for to in (True, False)]
    last = moved(profile, 302, "retry: 0", to=False)
    return [*at_once, last] == [[1, 1, 0], [1, 0, 0], [1, 0, 1]]


def retries_with_a_policy_and_dies_without(profile: str) -> bool:
    return retries_at_all(profile) and dies(profile, "retry: 2")


def never_matches_a_content_type(profile: str) -> bool:
    json_ = "datacontenttype: application/json"
    return not filtered(profile, json_, data=1) and filtered(profile, "type: t")


def leaves_the_data_but_takes_an_inner_event(profile: str) -> bool:
    """See which id arrives of an event whose data is one, with its type."""
    inner = b'{"specversion":"1.0","id":"inner","source":"/i","type":"t"}'
    type_ = "application/cloudevents+json"
    (received,) = work(profile, "", data=inner, datacontenttype=type_).received("one")
    read = received.request.headers.get("ce-id")
    by_content = received.request.headers.get("content-type") == type_
    took = read == "inner" if profile == "rabbitmq" else read == "a" and by_content
    return leaves_the_data_alone(profile) and took


def tries_dead_letters_three_times_more(profile: str) -> bool:
    sim = run(
        profile,
        """
        brokers: {default: {}}
        triggers: {work: {subscriber: one, delivery: {retry: 0, deadLetterSink: dead}}}
        services: {one: {responses: [503]}, dead: {responses: [503]}}
        """,
    )
    return [r.at_ns // 10**6 for r in sim.received("dead")] == [0, 0, 500, 1_500]


def tries_dead_letters_with_the_first_wait_left_out(profile: str) -> bool:
    kind = CHANNELS[profile]
    ref = f"{{apiVersion: messaging.knative.dev/v1alpha1, kind: {kind}, name: c}}"
    linear = "retry: 2, backoffPolicy: linear, backoffDelay: PT1S, deadLetterSink: dead"
    text = f"""
        subscriptions: {{s: {{channel: {ref}, subscriber: one, delivery: {{{linear}}}}}}}
        services: {{one: {{responses: [503]}}, dead: {{responses: [503]}}}}
        """
    sim = simulation(dedent(text) + CHANNEL.format(kind=kind))
    sim.send(id="a", type="t", to="channel/c")
    sim.run()
    return [r.at_ns // 10**9 for r in sim.received("dead")] == [3, 3, 4]


def gives_up_at_a_delay_of_nothing(profile: str) -> bool:
    none = "retry: 2, backoffPolicy: linear, backoffDelay: PT0S"
    return retries_as_often_as_said(profile) and (
        attempts(work(profile, "responses: [503]", none)) == 1
    )


def dies_of_a_delay_of_nothing(profile: str) -> bool:
    none = "retry: 2, backoffPolicy: linear, backoffDelay: PT0S"
    return retries_as_often_as_said(profile) and dies(profile, none)


def waits_only_as_is_said(profile: str) -> bool:
    return not waits_where_nobody_says_how_long(profile) and bool(
        waits(profile, "exponential")
    )


PARTLY: Mapping[tuple[str, str], Callable[[str], bool]] = {
    ("status-2xx", "mt-channel"): retries_a_200_that_is_no_event,
    ("status-2xx", "kafka"): buries_a_200_that_is_no_event,
    ("status-3xx", "mt-channel"): follows_a_redirect_and_buries_other_3xx,
    ("status-3xx", "kafka"): follows_303_alone,
    ("status-3xx", "natss"): buries_other_3xx_on_the_last_attempt,
    ("status-5xx", "natss-channel"): retries_with_a_policy_and_dies_without,
    ("retries", "natss"): retries_with_a_policy_and_dies_without,
    ("retries", "natss-channel"): retries_with_a_policy_and_dies_without,
    ("congestion", "mt-channel"): waits_only_as_is_said,
    ("congestion", "natss"): waits_only_as_is_said,
    ("filter-missing", "rabbitmq"): never_matches_a_content_type,
    ("data-untouched", "rabbitmq"): leaves_the_data_but_takes_an_inner_event,
    ("data-untouched", "natss"): leaves_the_data_but_takes_an_inner_event,
    ("dead-letter-retried", "natss"): tries_dead_letters_three_times_more,
    ("dead-letter-retried", "natss-channel"): (
        tries_dead_letters_with_the_first_wait_left_out
    ),
    ("retry-count", "kafka"): gives_up_at_a_delay_of_nothing,
    ("retry-count", "rabbitmq"): dies_of_a_delay_of_nothing,
}
"""Rule and profile -> whether that keeps it in the part that the recording names."""

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
    "dedup-key": takes_two_events_of_one_id,
    "retries": retries_at_all,
    "congestion": waits_where_nobody_says_how_long,
    "loop-detection": ends_a_circle,
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
