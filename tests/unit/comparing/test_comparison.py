"""Where runs under two brokers part, and the rule behind it."""

import pytest

from tests.unit.comparing.runs import BROKER, compared, parting, reasons

SHIP = """\
triggers:
  ship:
    subscriber: shipping
    delivery: {delivery}
services:
  shipping: {service}
"""


def ship(delivery: str, service: str = "{responses: [503]}") -> str:
    return BROKER + SHIP.format(delivery=delivery, service=service)


@pytest.mark.parametrize(
    ("delivery", "service", "profile", "rule"),
    [
        ("{retry: 2, backoffPolicy: linear, backoffDelay: PT1S}", "{responses: [503]}",
         "kafka", "waits"),
        ("{retry: 2}", "{responses: [503]}", "rabbitmq", "backoff-unsaid"),
        ("{retry: 2}", "{responses: [503]}", "natss", "backoff-unsaid"),
        ("{deadLetterSink: d}", "{responses: [503]}", "rabbitmq", "retries-unsaid"),
        ("{retry: 2, backoffPolicy: linear, backoffDelay: PT0S}", "{responses: [503]}",
         "kafka", "no-delay"),
        ("{deadLetterSink: d}", "{responses: [400]}", "rabbitmq", "other-statuses"),
        ("{deadLetterSink: d}", "{responses: [{body: {ok: true}}]}", "kafka", "no-event"),
        ("{deadLetterSink: d}", "{responses: [503]}", "natss", "error-attributes"),
        ("{retry: 1, backoffPolicy: exponential, backoffDelay: PT1S}",
         "{responses: [404]}", "natss", "retried-statuses"),
    ],
)  # fmt: skip
def test_the_rule_behind_a_difference_is_found(
    delivery: str, service: str, profile: str, rule: str
) -> None:
    found = compared(ship(delivery, service), "mt-channel", profile)

    assert rule in reasons(found, "trigger/ship")


def test_filters_that_are_ignored_are_the_rule_behind_a_further_delivery() -> None:
    text = f"""{BROKER}
triggers: {{never: {{filters: [{{cesql: "type = 'never'"}}], subscriber: s}}}}
services: {{s: {{}}}}
"""

    found = compared(text, "mt-channel", "rabbitmq")

    assert reasons(found, "trigger/never") == ["filters-ignored"]
    assert parting(found, "trigger/never").where[2:] == (
        "no delivery",
        "delivery at 0s",
    )


def test_a_value_that_is_empty_is_judged_by_another_rule_than_filters() -> None:
    text = f"""{BROKER}
triggers: {{any: {{filter: {{subject: ""}}, subscriber: s}}}}
services: {{s: {{}}}}
"""

    found = compared(text, "mt-channel", "kafka")

    assert reasons(found, "trigger/any") == ["filter-values"]


def test_which_delivery_counts_is_the_rule_behind_a_lost_dead_letter() -> None:
    text = """\
topology: t
brokers: {default: {delivery: {retry: 5, deadLetterSink: d}}}
triggers: {ship: {subscriber: shipping, delivery: {retry: 0}}}
services: {shipping: {responses: [503]}}
"""

    found = compared(text, "mt-channel", "rabbitmq")

    assert reasons(found, "trigger/ship") == ["delivery-counts"]
    where = parting(found, "trigger/ship").where
    assert (where.one, where.other) == ("dead-lettered", "lost")


def test_a_queue_that_waits_is_the_rule_behind_what_comes_later() -> None:
    text = f"""{BROKER}
triggers:
  ship:
    subscriber: shipping
    delivery: {{retry: 3, backoffPolicy: linear, backoffDelay: PT1S}}
services: {{shipping: {{rules: [{{match: {{type: a}}, responses: [503]}}]}}}}
"""

    found = compared(text, "spec", "rabbitmq", types=("a", "b"))

    row = found.rows[0]
    assert {tally.last_ns for tally in row.tallies} == {3_000_000_000, 6_000_000_000}
    assert "order" in reasons(found, "trigger/ship")


def test_an_echo_that_is_swallowed_is_told_of_with_its_rule() -> None:
    text = f"""{BROKER}
triggers:
  echo: {{filter: {{type: a}}, subscriber: echoer}}
  next: {{filter: {{type: b}}, subscriber: s}}
services: {{echoer: {{echo: {{set: {{type: b}}}}}}, s: {{}}}}
"""

    found = compared(text, "spec", "natss")

    assert reasons(found, "trigger/echo") == ["duplicate-ids"]


def test_what_comes_of_the_difference_of_another_trigger_follows_from_that() -> None:
    text = f"""{BROKER}
triggers:
  price:
    filter: {{type: a}}
    subscriber: pricing
    delivery: {{retry: 1, backoffPolicy: linear, backoffDelay: PT1S}}
  ship: {{filter: {{type: priced}}, subscriber: shipping}}
services:
  pricing: {{responses: [503, 200], reply: {{type: priced}}}}
  shipping: {{}}
"""

    found = compared(text, "mt-channel", "kafka")

    assert parting(found, "trigger/ship").follows == "trigger/price"
    assert reasons(found, "trigger/price") == ["waits"]


def test_a_circle_that_nothing_ends_is_told_of_where_the_time_to_live_ends_it() -> None:
    text = f"""{BROKER}
triggers: {{loop: {{subscriber: echoer}}}}
services: {{echoer: {{echo: true}}}}
"""

    found = compared(text, "mt-channel", "kafka", most=3_000)

    assert found.played[0].stopped == ""
    assert "events go in a circle" in found.played[1].stopped
    assert reasons(found, "trigger/loop") == ["hop-limit"]


def test_what_senders_are_answered_differs_by_the_rule_of_the_sender() -> None:
    found = compared(ship("{retry: 0}"), "mt-channel", "kafka")

    assert reasons(found, "") == ["sender-answered"]
    where = parting(found, "").where
    assert (where.one, where.other) == ("answered 500", "answered 202")


def test_nothing_is_told_of_what_is_the_same_everywhere() -> None:
    text = f"""{BROKER}
triggers: {{ship: {{subscriber: shipping}}}}
services: {{shipping: {{latency: 1s}}}}
"""

    found = compared(text, "mt-channel", "kafka", "rabbitmq", "natss", "spec")

    assert found.same
    assert found.alike == ("trigger/ship",)
    assert {run.answered_ns for run in found.played} == {1_000_000_000, 0}


def test_a_delivery_that_ends_otherwise_is_told_of_beside_what_differs_before() -> None:
    text = """\
topology: t
brokers: {default: {delivery: {retry: 5, deadLetterSink: d}}}
triggers:
  ship:
    subscriber: shipping
    delivery: {retry: 1, backoffPolicy: linear, backoffDelay: PT1S}
services: {shipping: {responses: [503]}}
"""

    found = compared(text, "mt-channel", "kafka")

    (row,) = [row for row in found.rows if row.node == "trigger/ship"]
    told = [([r.code for r in p.reasons], p.where.one) for p in row.partings]
    assert told == [
        (["waits"], "attempt 2 at 0s: 503"),
        (["delivery-counts"], "dead-lettered"),
    ]


def test_a_reply_that_is_dropped_is_what_the_next_trigger_follows_from() -> None:
    text = f"""{BROKER}
triggers:
  stamp: {{filter: {{type: a}}, subscriber: stamper}}
  ship: {{filter: {{type: b}}, subscriber: shop}}
services: {{stamper: {{echo: {{set: {{type: b}}}}}}, shop: {{}}}}
"""

    found = compared(text, "spec", "natss")

    assert parting(found, "trigger/ship").follows == "trigger/stamp"
    assert reasons(found, "trigger/stamp") == ["duplicate-ids"]


def test_a_run_that_was_stopped_is_not_told_to_lack_what_it_did_not_come_to() -> None:
    text = f"""{BROKER}
triggers:
  loop: {{filter: {{type: a}}, subscriber: echoer}}
  ship:
    filter: {{type: a}}
    subscriber: shipping
    delivery: {{retry: 1, backoffPolicy: linear, backoffDelay: PT1S}}
services: {{echoer: {{echo: true}}, shipping: {{responses: [503, 200]}}}}
"""

    found = compared(text, "spec", "kafka", most=2_000)

    assert all(run.stopped for run in found.played)
    assert found.same
