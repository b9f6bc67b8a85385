"""Which differences between brokers apply to manifests, told without a run."""

import pytest

from simulator import Simulation, Topology
from simulator.comparing.known import Known, known
from simulator.implementations import USUAL
from simulator.profiles import PROFILES

TRIGGER = """\
topology: t
brokers: {{default: {broker}}}
triggers: {{t: {trigger}}}
services: {{s: {service}, dlq: {dlq}}}
"""


def applying(
    trigger: str = "{subscriber: s}",
    service: str = "{}",
    broker: str = "{delivery: {retry: 0, deadLetterSink: dlq}}",
    dlq: str = "{}",
    profile: str = "mt-channel",
) -> list[Known]:
    text = TRIGGER.format(trigger=trigger, service=service, broker=broker, dlq=dlq)
    sim = Simulation(Topology.parse(text), profile=profile)
    return list(known(sim.wiring, sim.service_spec, [PROFILES[n] for n in USUAL]))


def told(found: list[Known], code: str) -> dict[str, tuple[str, ...]]:
    """Why a difference applies -> who answers otherwise."""
    return {
        each.because: tuple(other.name for other in each.elsewhere)
        for each in found
        if each.difference.code == code
    }


@pytest.mark.parametrize(
    ("trigger", "code", "because", "others"),
    [
        ("{subscriber: s, filters: [{prefix: {type: a}}]}",
         "filters-ignored", "only filters", ("rabbitmq",)),
        ("{subscriber: s, filter: {type: b}, filters: [{prefix: {type: a}}]}",
         "filters-ignored", "filter and filters", ("rabbitmq",)),
        ("{subscriber: s, filter: {subject: ''}}",
         "filter-values", 'the value "" in a filter', ("kafka", "rabbitmq")),
        ("{subscriber: s, filters: [{not: {exact: {subject: ''}}}]}",
         "filter-values", 'the value "" in a filter', ("kafka",)),
        ("{subscriber: s, filters: [{any: [{prefix: {subject: a}}, {exact: {type: b}}]}]}",
         "filter-values", "a filter by how subject begins or ends", ("kafka",)),
        ("{subscriber: s, delivery: {retry: 2}}",
         "delivery-counts", "a delivery without a dead letter sink, under a broker with one",
         ("kafka", "rabbitmq", "natss", "spec")),
        ("{subscriber: s}",
         "delivery-counts", "no delivery, under a broker with one", ("natss",)),
        ("{subscriber: s, delivery: {deadLetterSink: dlq}}",
         "retries-unsaid", "a delivery without retry", ("rabbitmq",)),
        ("{subscriber: s, delivery: {retry: 2}}",
         "backoff-unsaid", "retries without backoffPolicy and backoffDelay",
         ("kafka", "rabbitmq", "natss")),
        ("{subscriber: s, delivery: {retry: 2, backoffPolicy: linear, backoffDelay: PT0.05S}}",
         "no-delay", "retries with backoffDelay PT0.05S", ("kafka", "rabbitmq")),
        ("{subscriber: s, delivery: {retry: 2, backoffPolicy: linear, backoffDelay: PT1S}}",
         "waits", "retries with linear backoff", ("kafka", "rabbitmq", "natss", "spec")),
        ("{subscriber: s, delivery: {retry: 2, backoffPolicy: exponential, backoffDelay: PT1S}}",
         "waits", "retries with exponential backoff", ("kafka", "rabbitmq", "natss")),
    ],
)  # fmt: skip
def test_what_a_trigger_says_makes_a_difference_matter(
    trigger: str, code: str, because: str, others: tuple[str, ...]
) -> None:
    assert told(applying(trigger), code) == {because: others}


@pytest.mark.parametrize(
    ("service", "code", "because", "others"),
    [
        ("{responses: [{body: {ok: true}}]}",
         "no-event", "service/s answers 200 with a body that is no event",
         ("kafka", "rabbitmq", "natss", "spec")),
        ("{responses: [400]}", "other-statuses", "service/s answers 400", ("rabbitmq",)),
        ("{responses: [{status: 202, reply: {type: b, data: {}}}]}",
         "reply-statuses", "service/s answers 202 with an event", ("spec",)),
        ("{reply: {type: b}}",
         "reply-without-data", "service/s replies without data", ("natss",)),
        ("{echo: {set: {type: b}}}",
         "duplicate-ids", "service/s replies with the id of the event", ("natss",)),
        ("{reply: {type: b, data: {}, whenPreferred: true}}",
         "prefer", "service/s replies only when asked", ("rabbitmq",)),
        ("{echo: true}", "hop-limit", "events go in a circle",
         ("kafka", "rabbitmq", "natss", "spec")),
        ("{responses: [{hang: true}]}", "timeout-unsaid", "service/s may hang",
         ("kafka", "rabbitmq", "natss")),
    ],
)  # fmt: skip
def test_what_a_service_answers_makes_a_difference_matter(
    service: str, code: str, because: str, others: tuple[str, ...]
) -> None:
    assert told(applying(service=service), code) == {because: others}


def test_what_is_retried_otherwise_matters_where_anything_is_retried() -> None:
    retried = "{subscriber: s, delivery: {retry: 1, backoffPolicy: linear, backoffDelay: PT1S}}"
    service = "{responses: [404, 400]}"

    with_retries = applying(retried, service)
    without = applying(service=service)

    assert told(with_retries, "retried-statuses") == {
        "service/s answers 404": ("natss",)
    }
    assert told(with_retries, "other-statuses") == {
        "service/s answers 400": ("rabbitmq", "natss")
    }
    assert told(without, "retried-statuses") == {}


def test_what_a_dead_letter_sink_does_makes_a_difference_matter() -> None:
    own = "{subscriber: s, delivery: {retry: 0, deadLetterSink: dlq}}"

    replies = applying(own, dlq="{reply: {type: b, data: {}}}")
    fails = applying(own, dlq="{responses: [503]}")

    assert told(replies, "sink-replies") == {
        "the dead letter sink service/dlq replies": ("kafka", "rabbitmq")
    }
    assert told(fails, "dead-letters-sent") == {
        "the dead letter sink service/dlq may fail": ("rabbitmq", "natss")
    }
    assert told(replies, "dead-letters-sent") == {}


def test_differences_are_those_from_the_broker_that_runs() -> None:
    found = applying(
        "{subscriber: s, filters: [{exact: {type: a}}]}", profile="rabbitmq"
    )

    assert told(found, "filters-ignored") == {
        "only filters": ("mt-channel", "kafka", "natss", "spec")
    }
    assert {each.here.name for each in found} == {"rabbitmq"}


def test_triggers_with_one_reason_are_told_of_together() -> None:
    text = """\
topology: t
brokers: {default: {}}
triggers:
  a: {subscriber: s, filters: [{exact: {type: a}}]}
  b: {subscriber: s, filters: [{exact: {type: b}}]}
"""
    sim = Simulation(Topology.parse(text))

    found = known(sim.wiring, sim.service_spec, [PROFILES["rabbitmq"]])

    (ignored,) = [each for each in found if each.difference.code == "filters-ignored"]
    assert ignored.nodes == ("trigger/a", "trigger/b")


def test_an_answer_that_was_only_read_says_so() -> None:
    found = applying("{subscriber: s, delivery: {retry: 2}}")

    (backoff,) = [each for each in found if each.difference.code == "backoff-unsaid"]

    assert backoff.answers == {
        "200ms exponential": ("kafka (read)",),
        "50ms exponential": ("rabbitmq",),
        "the filter process dies": ("natss",),
    }


def test_a_trigger_is_served_as_its_annotation_says() -> None:
    order = "kafka.eventing.knative.dev/delivery.order"
    backoff = "retry: 2, backoffPolicy: linear, backoffDelay: PT1S"
    plain = f"subscriber: s, delivery: {{{backoff}}}"
    ordered = f"{{{plain}, annotations: {{{order}: ordered}}}}"

    said = [
        each.difference.says(each.here)
        for trigger in (f"{{{plain}}}", ordered)
        for each in applying(trigger, profile="kafka")
        if each.difference.code == "order"
    ]

    assert said == ["up to 50 at once", "one by one in each partition"]
