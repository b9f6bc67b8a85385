"""Which routes an event takes, whatever the filters read."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from tests.playbook import line, play, simulation


def receivers(filters: str, *sends: dict[str, Any]) -> list[list[str]]:
    """Give for each event the ids, and which of two triggers took it."""
    sim = simulation(
        f"""
        brokers: {{default: {{}}}}
        triggers:
          filtered: {{{filters}, subscriber: one}}
          exact: {{filter: {{type: t, source: /b}}, subscriber: two}}
        services: {{one: {{}}, two: {{}}}}
        """
    )
    for number, send in enumerate(sends):
        sim.send(**{"id": str(number), "type": "t", "source": "/a", **send})
    sim.run()
    return [[r.attributes["id"] for r in sim.received(name)] for name in ("one", "two")]


@pytest.mark.parametrize(
    ("filters", "first"),
    [
        ("filter: {type: t, source: /a}", ["0"]),
        ("filter: {source: /b}", ["1"]),
        ("filters: [{prefix: {id: '1'}}]", ["1"]),
        ("filters: [{suffix: {time: '01Z'}}]", ["2"]),
        ("filters: [{prefix: {knativearrivaltime: '2026-01-01'}}]", ["0", "1", "2"]),
        ("filters: [{exact: {extra: x}}, {exact: {type: t}}]", ["2"]),
    ],
)
def test_a_filter_may_read_any_attribute(filters: str, first: list[str]) -> None:
    found = receivers(
        filters,
        {},
        {"source": "/b"},
        {"time": "2026-01-01T00:00:01Z", "source": "/c", "extra": "x"},
    )

    assert found == [first, ["1"]]


@pytest.mark.parametrize(
    "members",
    permutations(
        ("exact: {type: a}", "exact: {type: a, source: /x}", "exact: {type: b}")
    ),
    ids="-".join,
)
def test_an_event_that_one_of_three_alternatives_matches_is_delivered(
    members: tuple[str, ...],
) -> None:
    any_of = ", ".join(f"{{{member}}}" for member in members)
    sim = simulation(
        f"""
        brokers: {{default: {{}}}}
        triggers: {{work: {{filters: [{{any: [{any_of}]}}], subscriber: one}}}}
        services: {{one: {{}}}}
        """
    )

    for type_ in ("a", "b", "c"):
        sim.send(type=type_)
    sim.run()

    assert [r.attributes["type"] for r in sim.received("one")] == ["a", "b"]


def test_matches_are_found_however_many_values_there_are() -> None:
    sim = simulation(
        """
        brokers: {default: {}}
        triggers: {work: {filter: {subject: '7'}, subscriber: one}}
        services: {one: {}}
        """
    )
    for number in (7, *range(5_000), 7):
        sim.send(type="t", subject=str(number))
    sim.run()

    assert len(sim.received("one")) == 3


def test_a_foreign_scheme_is_called_as_http_at_its_host() -> None:
    records = play(
        """
        brokers: {default: {delivery: {}}}
        triggers:
          work: {subscriber: {uri: 'kafka://one.default.svc.cluster.local/topic'}}
        services: {one: {}}
        """
    )

    assert "0s dispatched a trigger/work -> service/one" in records


def test_a_filter_that_panics_on_some_events_passes_others() -> None:
    sim = simulation(
        """
        brokers: {default: {delivery: {}}}
        triggers: {odd: {filters: [{cesql: flag}], subscriber: one}}
        services: {one: {}}
        """
    )
    sim.send(id="a", type="t", flag=True)
    sim.send(id="b", type="t")
    sim.run()

    assert [line(r) for r in sim.trace if r.event.id == "b"][1:] == [
        "0s accepted b broker/default for 0",
        "0s answered b broker/default 202",
    ]
    assert [line(r) for r in sim.trace if r.event.id == "a"][1:] == [
        "0s accepted a broker/default for 1",
        "0s panicked a trigger/odd -> broker-filter",
        "0s responded a broker-filter -> trigger/odd (panic)",
        "0s lost a trigger/odd -> broker-filter 500 (no dead letter sink)",
        "0s answered a broker/default 500",
    ]
