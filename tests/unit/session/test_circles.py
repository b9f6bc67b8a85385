"""What is said of circles before anything runs."""

import pytest

from simulator import Topology
from simulator.session.blueprint import Blueprint
from simulator.wiring import Finding, Severity

LINE = "sequence/line"
THROUGH_LINE = (
    "broker/hub → trigger/start → channel/line-kn-sequence-0 → "
    "subscription/line-kn-sequence-0 → service/one → broker/hub"
)


def circles(text: str) -> list[Finding]:
    found = Blueprint(Topology.parse(f"topology: x\n{text}")).findings
    return [each for each in found if each.code == "loop"]


def said(text: str) -> list[str]:
    return [each.message for each in circles(text)]


HUB = "brokers: {hub: {delivery: {retry: 0}}}\n"
BY_REPLY = (
    HUB + "triggers: {t: {broker: hub, subscriber: one, %s}}\nservices: {one: %s}"
)


def test_brokers_that_call_each_other_are_a_circle_that_nothing_ends() -> None:
    text = """
brokers: {east: {}, west: {}}
triggers:
  t: {broker: east, subscriber: broker/west}
  u: {broker: west, subscriber: broker/east}
"""

    found = circles(text)

    assert [each.message for each in found] == [
        (
            "events go in a circle: broker/east → trigger/t → broker/west → trigger/u → "
            "broker/east; nothing ends it: the time to live starts anew where trigger/t "
            "hands the event to broker/west"
        )
    ]
    assert found[0].severity is Severity.WARNING
    assert (found[0].subject, found[0].id) == ("Trigger t", "KN106")
    assert found[0].where.endswith(":5:3")


@pytest.mark.parametrize(
    "there",
    [
        "broker/west",
        "'http://broker-ingress.knative-eventing.svc.cluster.local/default/west'",
        "'http://broker-ingress.knative-eventing/default/west'",
        "{ref: {apiVersion: eventing.knative.dev/v1, kind: Broker, name: west}}",
    ],
)
def test_a_broker_is_found_however_it_is_addressed(there: str) -> None:
    text = f"""
brokers: {{east: {{}}, west: {{}}}}
triggers:
  t: {{broker: east, subscriber: {there}}}
  u: {{broker: west, subscriber: broker/east}}
"""

    assert len(circles(text)) == 1


def test_a_circle_of_filters_that_differ_by_type_is_none() -> None:
    text = """
brokers: {east: {}, west: {}}
triggers:
  t: {broker: east, filter: {type: a}, subscriber: broker/west}
  u: {broker: west, filter: {type: b}, subscriber: broker/east}
"""

    assert circles(text) == []


def test_a_filter_that_an_event_has_passed_lets_it_pass_again() -> None:
    text = """
brokers: {east: {}, west: {}}
triggers:
  t: {broker: east, filters: [{prefix: {type: order.}}], subscriber: broker/west}
  u: {broker: west, filters: [{prefix: {type: order.}}], subscriber: broker/east}
"""

    assert said(text)[0].startswith("events go in a circle: broker/east → ")


@pytest.mark.parametrize(
    ("filter_", "service", "verdict"),
    [
        ("", "{reply: {type: next}}", "go"),
        ("filter: {type: next}", "{reply: {type: next}}", "go"),
        ("filter: {type: raw}", "{reply: {type: next}}", ""),
        ("filter: {type: next, region: eu}", "{reply: {type: next}}", ""),
        ("filter: {source: /one}", "{reply: {type: next}}", "go"),
        ("filters: [{suffix: {type: xt}}]", "{reply: {type: next}}", "go"),
        ("filters: [{not: {exact: {type: next}}}]", "{reply: {type: next}}", ""),
        ("filters: [{cesql: \"type LIKE 'n%'\"}]", "{reply: {type: next}}", "go"),
        ("filters: [{cesql: 'id > 5'}]", "{reply: {type: next}}", "may go"),
        ("filter: {type: raw}", "{echo: true}", "go"),
        ("filter: {type: raw}", "{echo: {set: {type: done}}}", ""),
        ("", "{echo: {set: {seen: 'y'}}}", "go"),
        ("filters: [{not: {exact: {seen: 'y'}}}]", "{echo: {set: {seen: 'y'}}}", ""),
        ("", "{responses: [202, {reply: {type: next}}]}", "may go"),
        ("", "{responses: [500]}", ""),
        ("", "{responses: [{status: 404, reply: {type: next}}]}", ""),
        ("", "{responses: [{body: {ok: true}}]}", ""),
        (
            "",
            (
                "{responses: [{headers: {ce-id: '1', ce-source: /s, ce-type: a, "
                "ce-specversion: '1.0'}}]}"
            ),
            "go",
        ),
        (
            "",
            "{rules: [{match: {type: a}, responses: [{reply: {type: b}}]}]}",
            "",
        ),
        (
            "",
            "{rules: [{match: {type: b}, responses: [{reply: {type: b}}]}]}",
            "go",
        ),
        ("filter: {type: raw}", '{reply: {jsonata: \'{"type": "done"}\'}}', ""),
        ("filter: {type: done}", '{reply: {jsonata: \'{"type": "done"}\'}}', "go"),
        ("filter: {type: done}", "{reply: {jsonata: '$'}}", "may go"),
        ("", '{reply: {jsonata: \'data.n > 1 ? {"type": "a"}\'}}', "may go"),
        ("", "{unreachable: true}", ""),
        ("", "{}", ""),
        ("", "{approval: {approve: {reply: {type: yes.it.is}}}}", "may go"),
        ("", "{emit: [{event: {type: x}, to: broker/hub}]}", "go"),
        ("", "{emit: [{event: {type: x}, to: broker/hub, match: {type: a}}]}", ""),
        ("filter: {type: y.z}", "{emit: [{event: {type: x}, to: broker/hub}]}", ""),
    ],
)
def test_what_a_service_answers_comes_back_where_the_filter_takes_it(
    filter_: str, service: str, verdict: str
) -> None:
    found = said(BY_REPLY % (filter_, service))

    begins = [each.partition(" in a circle")[0] for each in found]
    assert begins == ([f"events {verdict}"] if verdict else [])


def test_a_reply_to_the_same_broker_ends_with_its_time_to_live() -> None:
    assert said(BY_REPLY % ("", "{reply: {type: next}}")) == [
        (
            "events go in a circle: broker/hub → trigger/t → service/one → broker/hub "
            "(type 'next'); its time to live ends it after 255 passes (255 requests)"
        )
    ]


def test_retries_of_replies_are_counted() -> None:
    text = """
maxTTL: 3
brokers: {hub: {delivery: {retry: 2}}}
triggers: {t: {broker: hub, subscriber: one}}
services: {one: {reply: {type: next}}}
"""

    # as recorded of Knative: 1 + 3 + 9
    assert said(text)[0].endswith("after 3 passes (13 requests, retries included)")


def test_retries_that_never_come_to_an_end_are_said() -> None:
    text = """
brokers: {hub: {}}
triggers: {t: {broker: hub, subscriber: one}}
services: {one: {reply: {type: next}}}
"""

    assert said(text)[0].endswith(
        "its time to live would end it after 255 passes, but each retry of a reply "
        "runs the rest again: more requests than can be made"
    )


def test_a_sequence_that_replies_to_its_broker_starts_the_time_to_live_anew() -> None:
    text = """
brokers: {hub: {}}
triggers: {start: {broker: hub, subscriber: sequence/line}}
sequences: {line: {steps: [one], reply: broker/hub}}
services: {one: {reply: {type: next}}}
"""

    assert said(text) == [
        (
            f"events go in a circle: {THROUGH_LINE} (type 'next'); nothing ends it: the "
            "time to live starts anew where trigger/start hands the event to "
            "channel/line-kn-sequence-0"
        )
    ]


def test_a_sequence_of_another_type_is_no_circle() -> None:
    text = """
brokers: {hub: {}}
triggers: {start: {broker: hub, filter: {type: raw}, subscriber: sequence/line}}
sequences: {line: {steps: [one], reply: broker/hub}}
services: {one: {reply: {type: next}}}
"""

    assert circles(text) == []


def test_a_sequence_of_stubs_that_comes_back_unfiltered_is_a_note() -> None:
    text = """
brokers: {hub: {}}
triggers: {start: {broker: hub, subscriber: sequence/line}}
sequences: {line: {steps: [one], reply: broker/hub}}
"""

    found = circles(text)

    assert [each.severity for each in found] == [Severity.NOTE]
    assert "events may go in a circle" in found[0].message


def test_channels_count_no_time_to_live() -> None:
    text = """
channels: {a: {}, b: {}}
subscriptions:
  s: {channel: a, subscriber: channel/b}
  t: {channel: b, subscriber: echo, reply: channel/a}
services: {echo: {echo: true}}
"""

    assert said(text)[0].endswith("nothing ends it: channels count no time to live")


def test_a_way_between_two_circles_is_none() -> None:
    text = """
channels: {a: {}, b: {}}
subscriptions:
  a-a: {channel: a, subscriber: echo, reply: channel/a}
  a-b: {channel: a, subscriber: echo, reply: channel/b}
  b-b: {channel: b, subscriber: echo, reply: channel/b}
services: {echo: {echo: true}}
"""

    assert [each.subject for each in circles(text)] == [
        "Subscription a-a",
        "Subscription b-b",
    ]


def test_a_dead_letter_comes_back_for_sure_where_the_service_always_fails() -> None:
    text = """
brokers: {hub: {}}
triggers:
  t: {broker: hub, filter: {type: q}, subscriber: %s, delivery: {deadLetterSink: broker/hub}}
services: {good: {}, bad: {responses: [400]}}
"""

    assert said(text % "bad")[0].startswith("events go in a circle")
    assert said(text % "good")[0].startswith("events may go in a circle")
    assert said(text % "bad")[0].endswith(
        "broker/hub (dead letter) (type 'q'); its time to live ends it after 255 passes"
    )


def test_the_circles_of_an_event_that_becomes_several_hardly_end() -> None:
    text = (
        HUB
        + """
triggers: {t: {broker: hub, subscriber: a}, u: {broker: hub, subscriber: b}}
services: {a: {reply: {type: aa}}, b: {reply: {type: bb}}}
"""
    )

    found = said(text)

    assert len(found) == 2
    assert all("each pass makes several events of one" in each for each in found)


def test_a_function_behind_a_filter_that_takes_all_is_a_note() -> None:
    blueprint = Blueprint(
        Topology.parse(
            "topology: x\n" + HUB + "triggers: {t: {broker: hub, subscriber: f}}"
        )
    )

    found = blueprint.book(["f"]).wiring.findings

    assert [f.severity for f in found if f.code == "loop"] == [Severity.NOTE]
    assert [f for f in blueprint.findings if f.code == "loop"] == []


def test_retries_that_last_for_years_are_said_where_they_are_written() -> None:
    text = """
topology: x
brokers: {hub: {}}
triggers:
  t: {broker: hub, subscriber: fn, delivery: {retry: 30, backoffPolicy: exponential, backoffDelay: 1s}}
  u: {broker: hub, subscriber: fn, delivery: {retry: 5, backoffPolicy: exponential, backoffDelay: 1s}}
services: {fn: {}}
"""

    found = [f for f in Blueprint(Topology.parse(text)).findings if f.id == "KN108"]

    assert [(each.subject, each.path) for each in found] == [
        ("Trigger t", "spec.delivery")
    ]
    assert found[0].message.startswith("to give up takes 34 years; attempts from")


def test_retries_of_a_broker_that_last_too_long_are_said_once() -> None:
    text = """
topology: x
brokers: {hub: {delivery: {retry: 12, backoffPolicy: exponential, backoffDelay: 1s}}}
triggers: {t: {broker: hub, subscriber: fn}, u: {broker: hub, subscriber: fn}}
services: {fn: {}}
"""

    found = [f for f in Blueprint(Topology.parse(text)).findings if f.id == "KN108"]

    assert [each.subject for each in found] == ["Broker hub"]
