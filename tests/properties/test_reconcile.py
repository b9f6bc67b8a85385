"""Laws of reconciling: it always ends in a wiring, whatever refers to whatever."""

from typing import Any
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from simulator.control import ServiceDescription
from simulator.graph.build import build
from simulator.graph.writing import to_dot, to_json, to_mermaid, to_text
from simulator.wiring import Wiring
from tests.unit.control.topologies import (
    Manifest,
    broker,
    broker_ref,
    channel,
    channel_ref,
    messages,
    ping,
    ref,
    sequence,
    service,
    subscription,
    trigger,
    wire,
)

NAMES = ["a", "b", "c"]
FLOWS = "flows.knative.dev/v1"

names = st.sampled_from(NAMES)
destinations = st.one_of(
    names.map(service),
    names.map(broker_ref),
    names.map(channel_ref),
    names.map(lambda name: ref("Sequence", name, FLOWS)),
    names.map(lambda name: ref("Deployment", name, "apps/v1")),
    st.sampled_from(["http://a.default/x", "http://x.org", "bad://uri", "/x"]).map(
        lambda uri: {"uri": uri}
    ),
    st.builds(
        lambda to, uri: {**service(to), "uri": uri}, names, st.sampled_from("/x")
    ),
)
deliveries = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {},
        optional={
            "retry": st.integers(0, 3),
            "backoffPolicy": st.sampled_from(["linear", "exponential"]),
            "backoffDelay": st.sampled_from(["PT0.2S", "junk"]),
            "deadLetterSink": destinations,
        },
    ),
)
brokers = st.builds(lambda name, d: broker(name, delivery=d), names, deliveries)
triggers = st.builds(
    lambda name, to, subscriber, d: trigger(
        name, broker=to, subscriber=subscriber, delivery=d
    ),
    names,
    names,
    destinations,
    deliveries,
)
channels = st.builds(
    lambda name, kind, d: channel(name, kind, delivery=d),
    names,
    st.sampled_from(["Channel", "InMemoryChannel"]),
    deliveries,
)
subscriptions = st.builds(
    lambda name, to, subscriber, reply: subscription(
        name, to, subscriber=subscriber, reply=reply
    ),
    names,
    names,
    destinations,
    st.none() | destinations,
)
sequences = st.builds(
    lambda steps, name: sequence(*steps, name=name),
    st.lists(destinations, min_size=1, max_size=3),
    names,
)
pings = st.builds(lambda name, sink: ping(name, sink=sink), names, destinations)


def key(made: Manifest) -> tuple[str, str]:
    return made["kind"], made["metadata"]["name"]


topologies = st.lists(
    st.one_of(brokers, triggers, channels, subscriptions, sequences, pings),
    max_size=10,
    unique_by=key,
)
described = st.lists(names, max_size=2, unique=True).map(
    lambda known: {name: ServiceDescription() for name in known}
)


def shown(wiring: Wiring) -> dict[str, Any]:
    """Give what may not depend on the order of declaration."""
    return {
        "routes": sorted(
            (hub.node, r.node, r.subscriber, str(r.reply), str(r.dead_letter))
            for hub in wiring.hubs
            for r in hub.routes
        ),
        "conditions": dict(wiring.conditions),
        "endpoints": sorted(
            (each.node, each.hosts, each.stub) for each in wiring.endpoints
        ),
        "sources": sorted((each.node, str(each.sink)) for each in wiring.sources),
        "addresses": dict(wiring.addresses),
    }


@given(topologies, described, st.booleans())
def test_every_topology_is_wired_to_absolute_urls(
    made: list[Manifest], known: dict[str, ServiceDescription], strict: Any
) -> None:
    wiring = wire(*made, described=known, strict=strict)

    sinks = [source.sink for source in wiring.sources if source.sink is not None]
    urls = [sink for sink in sinks if not sink.startswith("bad:")]  # it fails at once
    for hub in wiring.hubs:
        for route in hub.routes:
            urls += [route.subscriber, route.reply or hub.url]
            urls.append(route.dead_letter or hub.url)
    for url in urls:
        assert urlsplit(url).scheme in {"http", "https"}
        assert urlsplit(url).hostname


@given(topologies, described, st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_declaration_changes_no_route_and_no_condition(
    made: list[Manifest],
    known: dict[str, ServiceDescription],
    strict: Any,
    random: Any,
) -> None:
    mixed = list(made)
    random.shuffle(mixed)

    first = wire(*made, described=known, strict=strict)
    second = wire(*mixed, described=known, strict=strict)

    assert shown(first) == shown(second)


@given(topologies, described)
def test_without_strictness_every_url_is_answered(
    made: list[Manifest], known: dict[str, ServiceDescription]
) -> None:
    wiring = wire(*made, described=known)

    lost = [n.name for n in build(wiring).nodes if n.name.startswith("nowhere/")]
    # What a source cannot call at all goes nowhere, and is told.
    told = messages(wiring, "foreign-scheme")
    assert lost == ["nowhere/uri"] * bool(lost and told)


@given(topologies)
def test_what_is_strictly_ready_is_ready_with_stubs(made: list[Manifest]) -> None:
    strictly = wire(*made, strict=True)
    loosely = wire(*made)

    ready = [
        key
        for key, found in strictly.conditions.items()
        if any(each.type == "Ready" and each.status.value == "True" for each in found)
    ]
    for each in ready:
        (top,) = [c for c in loosely.conditions[each] if c.type == "Ready"]
        assert top.status.value == "True"


@given(topologies)
def test_every_graph_is_drawn_and_names_each_node_once(made: list[Manifest]) -> None:
    graph = build(wire(*made))

    drawn = [node.name for node in graph.nodes]
    assert len(drawn) == len(set(drawn))
    assert all(edge.start in drawn and edge.end in drawn for edge in graph.edges)
    text = to_text(graph)
    assert all(name in text for name in drawn)
    for write in (to_dot, to_json, to_mermaid):
        assert write(graph)
