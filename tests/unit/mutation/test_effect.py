"""What is known of a mutant before a test runs."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import Blueprint, Topology
from simulator.filters import compile_filters
from simulator.mutation.apart import Apart, apart, passing
from simulator.mutation.effect import Effect, Original
from simulator.mutation.mutant import mutants_of


def effects(text: str) -> dict[str, Effect]:
    topology = Topology.parse(f"topology: play\n{text}")
    original = Original(Blueprint(topology), lambda _: "")
    return {m.name: original.effect(m, b) for m, b in mutants_of(topology)}


def compared(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> Apart:
    return apart(compile_filters(one, None), compile_filters(other, None))


@pytest.mark.parametrize(
    ("one", "other", "event"),
    [
        ([{"exact": {"type": "a"}}], [{"prefix": {"type": "a"}}], {"type": "ab"}),
        ([{"prefix": {"type": "a."}}], [{"prefix": {"type": "a"}}], {"type": "a"}),
        ([{"exact": {"x": "1"}}], [{"not": {"exact": {"x": "1"}}}], {}),
        (
            [{"exact": {"type": "a", "x": "1"}}],
            [{"exact": {"type": "a"}}],
            {"type": "a"},
        ),
        ([{"cesql": "total > 1"}], [{"cesql": "total >= 1"}], {"total": "1"}),
    ],
)
def test_the_smallest_event_tells_two_filters_apart(
    one: list[dict[str, Any]], other: list[dict[str, Any]], event: dict[str, str]
) -> None:
    assert compared(one, other) == Apart(event)
    assert compared(other, one) == Apart(event)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            [{"prefix": {"type": "a"}}, {"prefix": {"type": "ab"}}],
            [{"prefix": {"type": "ab"}}],
        ),
        (
            [{"any": [{"exact": {"x": "1"}}, {"prefix": {"x": "1"}}]}],
            [{"prefix": {"x": "1"}}],
        ),
        (
            [{"exact": {"x": "1"}}, {"exact": {"x": "2"}}],
            [{"exact": {"x": "1"}}, {"suffix": {"x": "2"}}],
        ),
    ],
)
def test_filters_that_no_event_tells_apart_are_proved_to_be_the_same(
    one: list[dict[str, Any]], other: list[dict[str, Any]]
) -> None:
    assert compared(one, other) == Apart(None, proved=True)


def test_expressions_are_never_proved_to_be_the_same() -> None:
    found = compared(
        [{"cesql": "EXISTS x AND x = 'a'"}], [{"cesql": "x = 'a' AND x = 'a'"}]
    )

    assert not found.proved


def test_what_has_a_grammar_of_its_own_is_never_proved_either() -> None:
    twice = [{"prefix": {"time": "2026"}}, {"prefix": {"time": "2026-01"}}]

    assert not compared(twice, [{"prefix": {"time": "2026-01"}}]).proved


def test_any_event_passes_where_there_is_no_filter() -> None:
    assert passing(None) == {}


def test_a_setting_that_nothing_uses_makes_an_equivalent_mutant() -> None:
    found = effects(
        """
brokers: {default: {delivery: {retry: 3, backoffPolicy: linear, backoffDelay: 1s}}}
triggers: {a: {subscriber: s, delivery: {retry: 0}}}
"""
    )

    assert found["broker/default:delivery.retry:no-retry"].same
    assert found["broker/default:delivery:drop-delivery"].same
    assert not found["trigger/a:delivery:drop-delivery"].same


def test_what_has_no_part_in_the_files_that_are_named_is_not_proved_to_be_without_use() -> (
    None
):
    found = effects(
        """
brokers: {default: {delivery: {retry: 3, backoffPolicy: linear, backoffDelay: 1s}}}
triggers: {a: {broker: elsewhere, subscriber: s}}
"""
    )

    assert [each for each in found.values() if each.same] == []
    assert {each.items for each in found.values()} == {None}


def test_a_delivery_is_noticed_by_the_fault_that_makes_use_of_it() -> None:
    found = effects(
        """
brokers: {default: {delivery: {retry: 2, backoffPolicy: linear, backoffDelay: 1s,
  timeout: 5s, deadLetterSink: parking}}}
triggers: {a: {filter: {type: x}, subscriber: s}}
"""
    )

    told = {name.rpartition(":")[2]: each.noticed for name, each in found.items()}
    assert {name: told[name] for name in ("no-retry", "drop-dead-letter-sink")} == {
        "no-retry": "is answered 503 by service/s once",
        "drop-dead-letter-sink": "is answered 503 by service/s 3 times",
    }
    assert told["drop-timeout"] == "is answered by service/s after more than 5s"
    assert told["backoff-policy"].endswith("with an eye on the time")
    assert {str(each.event) for each in found.values()} >= {"{'type': 'x'}"}


def test_a_reply_that_is_dropped_is_noticed_where_it_went() -> None:
    found = effects(
        """
channels: {a: {}}
subscriptions: {s: {channel: a, subscriber: x, reply: y}, t: {channel: a, subscriber: z}}
"""
    )

    told = {name.rpartition(":")[2]: each.noticed for name, each in found.items()}
    assert told["drop-reply"] == (
        "has a reply of service/x that goes on only without the mutant"
    )
    assert found["subscription/s:drop-subscription"].noticed == (
        "goes to service/x only without the mutant"
    )


def test_the_first_retry_of_a_linear_backoff_does_not_wait_whatever_the_delay() -> None:
    found = effects(
        """
brokers: {default: {delivery: {retry: 1, backoffPolicy: linear, backoffDelay: 1s}}}
triggers: {a: {subscriber: s}}
"""
    )

    told = {name.rpartition(":")[2]: each for name, each in found.items()}
    assert told["drop-backoff-delay"].same
    assert not told["backoff-policy"].same


def test_a_test_notices_a_retry_that_is_gone_only_if_it_retries() -> None:
    found = effects(
        """
brokers: {default: {delivery: {retry: 2, backoffPolicy: linear, backoffDelay: 1s}}}
triggers: {a: {filter: {type: x}, subscriber: s}}
"""
    )

    assert found["broker/default:delivery.retry:no-retry"].items == frozenset(
        {": broker/default delivery.retry: retried"}
    )
    assert found["trigger/a:drop-trigger"].items == frozenset(
        {": trigger/a subscriber: matched"}
    )
    assert ": trigger/a filter: not matched" in (
        found["trigger/a:filter:drop-filter"].items or ()
    )


def test_where_a_filter_may_panic_any_run_may_notice() -> None:
    found = effects(
        """
brokers: {default: {}}
triggers: {a: {filters: [{cesql: LENGTH(type) + 1}], subscriber: s}}
"""
    )

    assert {each.items for each in found.values()} == {None}


def test_a_retry_that_is_new_with_the_mutant_may_be_noticed_by_any_event() -> None:
    found = effects(
        """
brokers: {default: {delivery: {retry: 2, backoffPolicy: linear, backoffDelay: 1s}}}
triggers: {a: {subscriber: s, delivery: {deadLetterSink: parking}}}
"""
    )

    [sink, whole] = [
        found[name] for name in found if name.startswith("trigger/a:delivery")
    ]
    assert sink.items == frozenset(
        {": trigger/a delivery.deadLetterSink: dead-lettered"}
    )
    assert ": trigger/a subscriber: matched" in (whole.items or ())
