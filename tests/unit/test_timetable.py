"""Timetables: what an author is told about a delivery before it runs."""

import pytest

from simulator.delivery import BackoffPolicy, Retries
from simulator.errors import UsageError
from simulator.kernel import AddressBook
from simulator.profiles import MT_CHANNEL
from simulator.session.blueprint import Blueprint
from simulator.timetable import (
    Setting,
    Timetable,
    course,
    idle_routes,
    ladder,
    timetables,
)
from simulator.timetable.course import MOST_LISTED
from simulator.timetable.warnings import in_words
from simulator.topology import Topology
from simulator.wiring import Wiring

S = 1_000_000_000
SINK = "deadLetterSink: dead-letters"
FEATURES = {
    "config-features": {
        "delivery-timeout": "enabled",
        "delivery-retryafter": "enabled",
    }
}


def wired(text: str) -> Wiring:
    topology = Topology.parse(f"topology: test\n{text}")
    return Blueprint(topology, configmaps=FEATURES).wiring


def of_trigger(delivery: str, broker: str = f"{{{SINK}}}", more: str = "") -> Timetable:
    """Give the timetable of a trigger that has a delivery of its own."""
    wiring = wired(
        f"""\
{more}
brokers: {{default: {{delivery: {broker}}}}}
triggers: {{price: {{subscriber: pricing, delivery: {delivery}}}}}
services: {{pricing: {{}}, dead-letters: {{}}}}
"""
    )
    return timetables(wiring)[0]


def codes(table: Timetable) -> list[str]:
    return [warned.code for warned in table.warnings]


def text(table: Timetable, code: str) -> str:
    return next(warned.text for warned in table.warnings if warned.code == code)


def exponential(retry: int, delay: str) -> str:
    return f"{{retry: {retry}, backoffPolicy: exponential, backoffDelay: {delay}}}"


# -- instants


def test_exponential_backoff_doubles_from_the_delay() -> None:
    retries = Retries(retry=3, policy=BackoffPolicy.EXPONENTIAL, delay_ns=S)

    found = ladder(retries, MT_CHANNEL.retrying)

    assert found.instants_ns == (0, S, 3 * S, 7 * S)
    assert found.settled_ns == 7 * S


def test_linear_backoff_does_not_wait_before_the_first_retry() -> None:
    retries = Retries(retry=3, policy=BackoffPolicy.LINEAR, delay_ns=S)

    assert ladder(retries, MT_CHANNEL.retrying).instants_ns == (0, 0, S, 3 * S)


def test_a_failure_that_is_not_retried_ends_after_one_attempt() -> None:
    retries = Retries(retry=3, policy=BackoffPolicy.LINEAR, delay_ns=S)

    found = course(retries, MT_CHANNEL, status=400, dead_letter=True)

    assert found.delivery.instants_ns == (0,)
    assert found.dead_letter == ladder(Retries(), MT_CHANNEL.retrying)


def test_the_dead_letter_sink_is_tried_as_often_as_the_subscriber() -> None:
    retries = Retries(retry=1, policy=BackoffPolicy.EXPONENTIAL, delay_ns=S)

    found = course(retries, MT_CHANNEL, status=503, dead_letter=True)

    assert found.dead_letter is not None
    assert found.dead_letter.instants_ns == (S, 2 * S)


def test_each_attempt_lasts_as_long_as_its_timeout() -> None:
    retries = Retries(
        retry=1, policy=BackoffPolicy.EXPONENTIAL, delay_ns=S, timeout_ns=2 * S
    )

    found = course(retries, MT_CHANNEL, status=None, dead_letter=False)

    assert found.delivery.instants_ns == (0, 3 * S)
    assert found.delivery.settled_ns == 5 * S


def test_retries_beyond_what_can_be_listed_are_counted() -> None:
    found = ladder(Retries(retry=2**31 - 1), MT_CHANNEL.retrying)

    assert len(found.instants_ns) == MOST_LISTED
    assert found.count == 2**31
    assert found.settled_ns is None


def test_a_wait_that_go_cannot_count_ends_the_list() -> None:
    retries = Retries(retry=100, policy=BackoffPolicy.EXPONENTIAL, delay_ns=S)

    found = ladder(retries, MT_CHANNEL.retrying)

    assert len(found.instants_ns) == 35
    assert found.unlisted == 66


def test_without_a_timeout_there_is_one_course() -> None:
    assert [each.status for each in of_trigger("{}").courses] == [503]


def test_with_a_timeout_there_are_two_courses() -> None:
    table = of_trigger("{timeout: PT2S}")

    assert [each.status for each in table.courses] == [503, None]


# -- settings


def test_settings_name_the_trigger_that_wrote_them_and_the_broker_behind() -> None:
    table = of_trigger("{retry: 2, backoffPolicy: linear, backoffDelay: PT0.25S}")

    assert table.settings == (
        Setting(name="retry", value=2, origin="trigger/price"),
        Setting(name="backoffPolicy", value="linear", origin="trigger/price"),
        Setting(
            name="backoffDelay",
            value=S // 5,
            origin="trigger/price",
            written="PT0.25S",
        ),
        Setting(name="timeout", value=None),
        Setting(name="retryAfterMax", value=None),
        Setting(
            name="deadLetterSink",
            value="http://dead-letters.default.svc.cluster.local",
            origin="broker/default",
        ),
    )


def test_settings_of_a_bare_broker_come_from_the_cluster() -> None:
    wiring = wired("brokers: {default: {}}\ntriggers: {price: {subscriber: pricing}}")

    table = timetables(wiring)[0]

    origins = {each.name: each.origin for each in table.settings if each.origin}
    assert origins == dict.fromkeys(
        ("retry", "backoffPolicy", "backoffDelay"), "config-br-defaults (as shipped)"
    )
    assert codes(table) == ["sender-waits", "no-dead-letter-sink"]


def test_each_step_of_a_sequence_has_its_own_delivery() -> None:
    step = "{uri: http://s.org, delivery: {retry: 1, backoffPolicy: exponential, backoffDelay: %s}}"
    wiring = wired(
        f"sequences: {{steps: {{steps: [{step % 'PT0.25S'}, {step % 'PT0.2S'}, s]}}}}"
    )

    first, second, third = timetables(wiring)

    assert codes(first) == ["duration-cut", "no-dead-letter-sink"]
    assert codes(second) == ["no-dead-letter-sink"]
    assert [each.value for each in third.settings] == [None] * 6


def test_each_branch_of_a_parallel_has_its_own_delivery() -> None:
    wiring = wired(
        """\
parallels:
  ways:
    branches:
    - {filter: f, subscriber: s, delivery: {retry: 1}}
    - {subscriber: s}
"""
    )

    found = {each.route.node: codes(each) for each in timetables(wiring)}

    assert found == {
        "subscription/ways-kn-parallel-filter-0": ["no-dead-letter-sink"],
        "subscription/ways-kn-parallel-filter-1": ["no-dead-letter-sink"],
        "subscription/ways-kn-parallel-0": ["immediate-retries", "no-dead-letter-sink"],
        "subscription/ways-kn-parallel-1": ["no-dead-letter-sink"],
    }


# -- warnings


@pytest.mark.parametrize(
    ("delivery", "expected"),
    [
        pytest.param(exponential(3, "PT0.5S"), [], id="nothing to say"),
        pytest.param("{retry: 0}", [], id="no retries"),
        pytest.param("{retry: 2}", ["immediate-retries"], id="neither"),
        pytest.param(
            "{retry: 1, backoffDelay: PT1S}", ["immediate-retries"], id="no policy"
        ),
        pytest.param(
            exponential(2, "PT0.05S"), ["immediate-retries", "duration-cut"], id="0 s"
        ),
        pytest.param(
            "{retry: 2, backoffPolicy: linear, backoffDelay: PT1S}",
            ["immediate-first-retry"],
            id="linear",
        ),
        pytest.param(exponential(3, "PT0.1S"), ["sub-second-storm"], id="storm"),
        pytest.param(exponential(5, "PT1S"), ["sender-waits"], id="31 s"),
        pytest.param(exponential(10, "PT0.8S"), ["sink-cut-off"], id="13 min twice"),
        pytest.param(exponential(11, "PT1S"), ["cut-off"], id="34 min"),
        pytest.param("{retry: 200000}", ["immediate-retries", "too-many"], id="many"),
        pytest.param("{timeout: PT20M}", ["cut-off"], id="long timeout"),
        pytest.param(
            "{retry: 1, backoffPolicy: exponential, backoffDelay: PT1S, retryAfterMax: PT9S}",
            ["retry-after"],
            id="Retry-After",
        ),
        pytest.param(
            "{deadLetterSink: pricing}", ["sink-is-subscriber"], id="own sink"
        ),
        pytest.param(
            "{deadLetterSink: broker/default}", ["sink-is-hub"], id="back to the broker"
        ),
    ],
)
def test_an_author_is_warned_of_what_surprises(
    delivery: str, expected: list[str]
) -> None:
    found = codes(of_trigger(delivery))

    assert [code for code in found if code != "sender-waits"] == [
        code for code in expected if code != "sender-waits"
    ]
    assert "sender-waits" in found or "sender-waits" not in expected


def test_a_profile_that_ignores_retry_after_is_named() -> None:
    table = of_trigger("{retryAfterMax: PT9S}", more="profile: spec")

    assert text(table, "retry-after-ignored") == (
        "retryAfterMax has no effect: broker/default is played by spec, which ignores "
        "Retry-After"
    )


def test_a_delivery_of_a_trigger_replaces_that_of_its_broker() -> None:
    table = of_trigger("{retry: 1}", f"{{retry: 5, backoffDelay: PT1S, {SINK}}}")

    assert text(table, "delivery-replaced") == (
        "its own delivery replaces that of broker/default as a whole; not in force "
        "here: backoffDelay PT1S"
    )


def test_a_delivery_without_retry_replaces_the_default_retries_of_a_broker() -> None:
    wiring = wired(
        f"brokers: {{default: {{delivery: {{{SINK}}}}}}}\n"
        "triggers: {price: {subscriber: pricing}}"
    )

    assert codes(timetables(wiring)[0]) == ["defaults-replaced"]


def test_a_ladder_of_years_is_told_in_words() -> None:
    table = of_trigger(exponential(30, "PT1S"))

    assert text(table, "cut-off") == (
        "to give up takes 34 years; attempts from number 11 on are never made: "
        "broker/default waits 15 minutes for a delivery, then calls it off, answers the "
        "sender with 500, and the event is lost, not even dead-lettered"
    )


def test_a_sender_that_was_answered_before_waits_for_nothing() -> None:
    wiring = wired(
        """\
brokers:
  default:
    annotations: {messaging.knative.dev/async-handler: "true"}
triggers: {price: {subscriber: pricing}}
"""
    )

    table = timetables(wiring)[0]

    assert [(each.code, each.text) for each in table.warnings] == [
        (
            "no-dead-letter-sink",
            "there is no dead letter sink: an event that fails is lost",
        )
    ]


@pytest.mark.parametrize(
    ("ns", "expected"),
    [
        (S // 2, "500ms"),
        (42 * S, "42s"),
        (61 * S, "1m 1s"),
        (900 * S, "15 minutes"),
        (3_600 * S, "1 hour"),
        (12_300 * S, "3.4 hours"),
        (86_400 * S, "1 day"),
        (32_000_000 * S, "1 year"),
        (10**9 * S, "31.7 years"),
    ],
)
def test_durations_are_said_in_their_largest_unit(ns: int, expected: str) -> None:
    assert in_words(ns) == expected


# -- names

TWO = """\
brokers: {default: {}}
triggers:
  price: {subscriber: pricing}
  ship: {subscriber: "http://shipping.default.svc.cluster.local/in"}
  lost: {broker: nowhere, subscriber: pricing}
channels: {audit: {}}
subscriptions: {price: {channel: audit, subscriber: "http://example.org"}}
"""


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((), ["trigger/price", "trigger/ship", "subscription/price"]),
        (("price",), ["trigger/price", "subscription/price"]),
        (("trigger/price",), ["trigger/price"]),
        (("ship", "lost"), ["trigger/ship"]),
    ],
)
def test_routes_are_named_short_or_in_full(
    names: tuple[str, ...], expected: list[str]
) -> None:
    found = timetables(wired(TWO), names=names)

    assert [each.route.node for each in found] == expected


def test_unknown_names_are_told_all_at_once_with_the_nearest() -> None:
    with pytest.raises(UsageError) as raised:
        timetables(wired(TWO), names=("prise", "trigger/shop"))

    assert str(raised.value).splitlines() == [
        (
            "there is no trigger or subscription 'prise'; did you mean 'price'? "
            "(there are: price, ship, lost)"
        ),
        (
            "there is no trigger or subscription 'trigger/shop'; did you mean "
            "'trigger/ship'? (there are: trigger/price, trigger/ship, "
            "subscription/price, trigger/lost)"
        ),
    ]


def test_a_name_in_a_topology_without_routes_is_unknown() -> None:
    with pytest.raises(UsageError, match=r"'price' \(there are: none\)"):
        timetables(wired("brokers: {}"), names=("price",))


def test_a_status_that_does_not_fail_is_refused() -> None:
    with pytest.raises(UsageError, match="202 is no status that fails"):
        timetables(wired(TWO), status=202)


def test_a_trigger_that_gets_no_events_says_why() -> None:
    found = idle_routes(wired(TWO))

    assert [(each.node, each.reason) for each in found] == [
        ("trigger/lost", 'BrokerDoesNotExist: Broker "nowhere" does not exist')
    ]


def test_a_url_is_named_after_what_answers_there() -> None:
    wiring = wired(TWO)
    subscribers = [route.subscriber for hub in wiring.hubs for route in hub.routes]

    others = [wiring.hubs[0].url, "http://unknown.org/x"]
    book = AddressBook(wiring)
    found = [book.name_of(url) for url in [*subscribers, *others]]

    assert found == [
        "service/pricing",
        "service/shipping at /in",
        "host/example.org",
        "broker/default",
        "http://unknown.org/x",
    ]
