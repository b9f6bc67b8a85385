"""Events that a topology's filters tell apart, and events that are refused."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from simulator.errors import UsageError
from simulator.session.arguments import expect
from simulator.session.blueprint import blueprint_of
from simulator.session.samples import ANY, distinct, known_events, sides_of, takes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.session.blueprint import Blueprint
    from simulator.topology import Topology
    from simulator.wiring import Hub

    Attributes = dict[str, str]
_AFTERS = ("0s", "1s", "100ms", "10s", "1m", "1h")
_TEXTS = st.text("abz019.-_/ A", min_size=1, max_size=8)


def events(
    topology: Topology | Blueprint, *, to: str = ""
) -> st.SearchStrategy[dict[str, str]]:
    """Draw the attributes of an event: ``sim.send(attributes=event)``.

    For each trigger and subscription: events that pass its filter, and events that do
    not, on both sides of each condition: the text that is asked for, one character off,
    in other case, the limits of a number, no attribute at all. Besides: events that
    sources and services send, and others that are made at random of all of these. Only
    what filters read is set, and a type. There are no data.

    Args:
        topology: Whose filters they are.
        to: The hub that they are meant for, ``broker/default``; all hubs unless given.

    Raises:
        TopologyError: The topology is refused; every fault is named.
        UsageError: There is no such hub.
    """
    blueprint = blueprint_of(topology)
    hubs = {hub.node: hub for hub in blueprint.wiring.hubs}
    expect(to, str, "to", "a hub such as 'broker/default'")
    if to and to not in hubs:
        raise UsageError(f"to: there is no {to!r} (there are: {', '.join(hubs)})")
    return _events([hubs[to]] if to else hubs.values(), known_events(blueprint))


def sends(topology: Topology | Blueprint) -> st.SearchStrategy[dict[str, Any]]:
    """Draw what is sent, where to, and when: ``sim.send(**send)``.

    A list of them is a script: ``st.lists(sends(topology), max_size=5)``.

    Args:
        topology: To whose brokers and channels it is sent; see `events`.

    Raises:
        TopologyError: The topology is refused; every fault is named.
        UsageError: There is no hub.
    """
    blueprint = blueprint_of(topology)
    known = known_events(blueprint)
    drawn = [
        st.fixed_dictionaries(
            {"to": st.just(hub.node), "attributes": _events([hub], known)},
            optional={"after": st.sampled_from(_AFTERS)},
        )
        for hub in blueprint.wiring.hubs
    ]
    if not drawn:
        raise UsageError("there is no broker and no channel to send to")
    return st.one_of(drawn)


def _events(
    hubs: Iterable[Hub], known: list[Attributes]
) -> st.SearchStrategy[Attributes]:
    filters = {
        id(route.filter): route.filter
        for hub in hubs
        for route in hub.routes
        if route.filter is not None
    }
    passing: list[Attributes] = []
    failing: list[Attributes] = []
    for each in filters.values():
        for attributes, passes in sides_of(each):
            (passing if passes else failing).append(attributes)
    plain = [{"type": ANY["type"]}]
    found = [distinct(each) for each in (passing or plain, failing, known) if each]
    drawn = [st.sampled_from(each).map(dict) for each in found]
    return st.one_of([*drawn, _at_random([x for each in found for x in each])])


def _at_random(events_: list[Attributes]) -> st.SearchStrategy[Attributes]:
    """Draw what is put together of some events, and of texts that nobody named."""
    texts: dict[str, dict[str, None]] = {}
    for each in events_:
        for name, text in each.items():
            texts.setdefault(name, {})[text] = None
    values = {
        name: st.sampled_from(list(each)) | _TEXTS.filter(partial(takes, name))
        for name, each in texts.items()
    }
    return st.fixed_dictionaries({"type": values.pop("type")}, optional=values)


_JSON = "application/cloudevents+json"
_GOOD = {
    "ce-specversion": "1.0",
    "ce-id": "1",
    "ce-source": "/kn-sim",
    "ce-type": "event",
}
_WHOLE: Mapping[str, Any] = {
    "specversion": "1.0", "id": "1", "source": "/kn-sim", "type": "event",
}  # fmt: skip
_HEADERS: tuple[dict[str, str | None], ...] = (
    {"ce-id": None}, {"ce-source": None}, {"ce-type": None}, {"ce-specversion": None},
    {"ce-id": ""}, {"ce-source": ""}, {"ce-type": ""},
    {"ce-specversion": "2.0"}, {"ce-time": "yesterday"}, {"ce-source": "http://[::1"},
    {"ce-dataschema": "order.json"}, {"content-type": "a b/c"}, {"ce-order_id": "1"},
    {"content-type": "application/cloudevents+xml", "ce-specversion": None},
    {"content-type": "application/cloudevents-batch+json"},
)  # fmt: skip
"""Other headers than those of a good event in binary mode; None: without it."""
_MEMBERS: tuple[dict[str, Any], ...] = (
    {"id": None}, {"source": None}, {"type": None}, {"id": 1}, {"specversion": "2.0"},
    {"time": "yesterday"}, {"order": 3_000_000_000}, {"order": {"id": 1}},
    {"order": [1]}, {"order_id": "1"}, {"data_base64": "%"},
)  # fmt: skip
"""Likewise, members of one in structured mode."""


def invalid_requests(
    topology: Topology | Blueprint, *, to: str = ""
) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a request that is no valid event: ``sim.post(**request)``.

    Each is a good event but for one thing: an attribute that is missing, empty or of no
    such form, a name that none may have, a batch, JSON that breaks off. A broker answers
    400, and nothing of it comes further.

    Args:
        topology: To whose brokers and channels it is sent.
        to: The hub that it is meant for, ``broker/default``; any hub unless given.

    Raises:
        TopologyError: The topology is refused; every fault is named.
        UsageError: There is no such hub, or none at all.

    Source: knative-runtime, "What counts as valid".
    """
    hubs = [hub.node for hub in blueprint_of(topology).wiring.hubs]
    expect(to, str, "to", "a hub such as 'broker/default'")
    if not hubs or (to and to not in hubs):
        raise UsageError(f"to: there is no {to!r} (there are: {', '.join(hubs)})")
    faulty = st.sampled_from(_faulty())
    return st.builds(
        lambda url, request: {"url": url, **request},
        st.sampled_from([to] if to else hubs),
        faulty,
    )


def _faulty() -> list[dict[str, Any]]:
    binary = [{"headers": _without(_GOOD, each), "body": b"{}"} for each in _HEADERS]
    structured = [_structured(json.dumps(_without(_WHOLE, each))) for each in _MEMBERS]
    broken = [_structured(json.dumps(dict(_WHOLE))[:-1]), _structured("[]")]
    return [*binary, *structured, *broken]


def _without(good: Mapping[str, Any], spoilt: Mapping[str, Any]) -> dict[str, Any]:
    return {n: v for n, v in {**good, **spoilt}.items() if v is not None}


def _structured(text: str) -> dict[str, Any]:
    return {"headers": {"content-type": _JSON}, "body": text.encode()}
