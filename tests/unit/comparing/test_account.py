"""What came of each hop, told for a comparison."""

from tests.unit.comparing.runs import BROKER, told


def ends(text: str, profile: str = "mt-channel") -> list[tuple[str, str, str]]:
    return [(a.what, a.node, a.end) for a in told(text, profile).values()]


def test_each_hop_has_an_account_with_its_end() -> None:
    text = f"""{BROKER}
triggers:
  price: {{filter: {{type: a}}, subscriber: pricing}}
  ship:
    filter: {{type: priced}}
    subscriber: shipping
    delivery: {{retry: 1, backoffPolicy: linear, backoffDelay: PT1S, deadLetterSink: d}}
services:
  pricing: {{reply: {{type: priced}}}}
  shipping: {{responses: [503]}}
"""

    assert ends(text) == [
        ("sent", "", "taken"),
        ("delivery", "trigger/price", "delivered"),
        ("reply", "trigger/price", "taken"),
        ("delivery", "trigger/ship", "dead-lettered"),
        ("dead letter", "trigger/ship", "delivered"),
    ]


def test_what_a_dead_process_leaves_in_its_queue_is_stuck_begun_or_not() -> None:
    text = f"""{BROKER}
triggers:
  ship: {{subscriber: down, delivery: {{retry: 1}}}}
  mail: {{subscriber: mailer}}
services: {{down: {{responses: [503]}}}}
"""

    assert ends(text, "natss") == [
        ("sent", "", "taken"),
        ("delivery", "trigger/ship", "stuck"),
        ("delivery", "trigger/mail", "stuck"),
    ]


def test_a_duplicate_is_told_of_where_it_is_dropped() -> None:
    text = f"""{BROKER}
triggers: {{echo: {{filter: {{type: a}}, subscriber: echoer}}}}
services: {{echoer: {{echo: {{set: {{type: b}}}}}}}}
"""

    assert ends(text, "natss")[-1] == (
        "reply",
        "trigger/echo",
        "dropped as a duplicate",
    )


def test_a_failure_that_rabbitmq_acknowledges_counts_as_delivered() -> None:
    text = f"""{BROKER}
triggers: {{ship: {{subscriber: shipping}}}}
services: {{shipping: {{responses: [400]}}}}
"""

    assert ends(text, "rabbitmq")[-1] == (
        "delivery", "trigger/ship", "counts as delivered",
    )  # fmt: skip
    assert ends(text, "kafka")[-1][2] == "lost"
