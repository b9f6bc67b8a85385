"""Which routes an event takes, whatever the filters read."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from simulator.delivery import NO_RETRIES
from simulator.filters import Filter, compile_filters
from simulator.kernel.router import Router
from simulator.kernel.routes import LinkedHub, Target
from simulator.resource import ResourceKey
from simulator.wiring import Hub, HubKind, Route
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


def of(*filters: dict[str, Any]) -> Filter:
    return compile_filters(filters, None)


ON_TYPE = of({"exact": {"type": "t"}})
ON_ID = of({"suffix": {"id": "1"}})
PANICS_ON_FLAG = of({"cesql": "flag"})


def test_a_router_gives_filters_by_their_place_and_those_that_panic_inverted() -> None:
    router = Router([ON_TYPE, PANICS_ON_FLAG, None, ON_ID, ON_TYPE])

    assert router.match({"type": "t", "id": "1"}, 0) == (0, 2, 3, 4)
    assert router.match({"type": "x", "id": "2", "flag": "true"}, 0) == (~1, 2)
    assert router.match({"type": "x", "id": "1", "flag": "true"}, 0) == (~1, 2, 3)


def test_a_router_without_filters_matches_nothing() -> None:
    assert Router([]).match({"type": "t"}, 0) == ()


def test_the_one_attribute_that_filters_read_is_the_key() -> None:
    assert Router([ON_TYPE, of({"suffix": {"type": "t"}}), None]).key == "type"


@pytest.mark.parametrize(
    "filters",
    [
        [None],
        [ON_ID],
        [ON_TYPE, ON_ID],
        [ON_TYPE, PANICS_ON_FLAG],
        [of({"exact": {"time": "2026-01-01T00:00:00Z"}})],
        [of({"exact": {"knativearrivaltime": "2026-01-01T00:00:00Z"}})],
    ],
)
def test_there_is_no_key_where_none_alone_decides_or_it_differs_in_every_event(
    filters: list[Filter | None],
) -> None:
    assert Router(filters).key == ""


def test_what_matches_can_be_remembered_by_a_few_attributes_that_do_not_differ() -> (
    None
):
    own = [of({"exact": {f"own{number}": "1"}}) for number in range(17)]

    assert Router([PANICS_ON_FLAG, ON_TYPE, None]).reads == ("flag", "type")
    assert Router([None]).reads == ()
    assert Router([PANICS_ON_FLAG, ON_TYPE, ON_ID]).reads is None
    assert Router(own[1:]).reads == tuple(f"own{number}" for number in range(1, 17))
    assert Router(own).reads is None


def test_one_router_serves_events_of_many_instants() -> None:
    router = Router(
        [of({"prefix": {"knativearrivaltime": "1970-01-01T00:00:01"}}), ON_TYPE]
    )
    event = {"type": "t", "knativearrivaltime": "1970-01-01T00:00:01Z"}

    found = [router.match(event, second * 10**9) for second in (0, 1, 2)]

    assert found == [(1,), (0, 1), (1,)]


def hub(*filters: Filter | None) -> LinkedHub:
    routes = tuple(
        Route(
            node=f"trigger/{number}",
            resource=ResourceKey("", "", "default", str(number)),
            filter=filter_,
            subscriber="http://one.default.svc.cluster.local",
            reply=None,
            dead_letter=None,
            retries=NO_RETRIES,
        )
        for number, filter_ in enumerate(filters)
    )
    key = ResourceKey("", "", "default", "")
    linked = LinkedHub(
        Hub(
            node="broker/default",
            kind=HubKind.BROKER,
            resource=key,
            namespace="default",
            name="default",
            url="http://ingress/default/default",
            routes=routes,
        )
    )
    for route in linked.routes:
        route.target = Target("service/one", "http://one.default.svc.cluster.local")
    return linked


def test_a_hub_gives_its_routes_and_whether_their_filter_panics() -> None:
    running = hub(ON_TYPE, PANICS_ON_FLAG, ON_ID)

    matched = running.match({"type": "t", "id": "1", "flag": "x"}, 0)

    assert [(route.node, route.panics) for route in matched.routes] == [
        ("trigger/0", False),
        ("trigger/1", True),
        ("trigger/2", False),
    ]
    assert running.match({"type": "x", "id": "2"}, 0).routes == ()


@pytest.mark.parametrize(
    "filters", [[ON_TYPE, None], [ON_TYPE, PANICS_ON_FLAG], [ON_TYPE, ON_ID]]
)
def test_a_hub_gives_the_same_object_for_the_same_routes(filters: list[Filter]) -> None:
    running = hub(*filters)

    found = [
        running.match({"type": type_, "source": source, "id": "2"}, 0)
        for type_, source in (("t", "/a"), ("u", "/a"), ("v", "/a"), ("t", "/b"))
    ]

    assert found[1].routes != found[0].routes
    assert found[1] is found[2]
    assert found[0] is found[3]


def test_what_matches_a_key_is_known_from_then_on() -> None:
    running = hub(ON_TYPE)

    running.match({"type": "t", "id": "1"}, 0)
    running.match({"id": "2"}, 0)

    known = {key: plan.routes for key, plan in running.known.items()}
    assert known == {"t": running.routes, None: ()}


def test_what_matches_is_not_known_by_a_key_that_does_not_decide() -> None:
    for running in (hub(ON_TYPE, PANICS_ON_FLAG), hub(ON_TYPE, ON_ID)):
        running.match({"type": "t", "id": "1"}, 0)

        assert None not in running.known
        assert "t" not in running.known


def test_a_hub_of_which_every_event_matches_the_same_knows_it_by_no_key() -> None:
    running = hub(None, None)

    running.match({"type": "t", "id": "1"}, 0)

    known = {key: plan.routes for key, plan in running.known.items()}
    assert known == {None: running.routes}


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
    sim.send(id="a", type="t", attributes={"flag": True})
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
