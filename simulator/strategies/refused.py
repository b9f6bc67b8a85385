"""Requests that are no valid event, each by one fault."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from simulator.errors import UsageError
from simulator.session.blueprint import blueprint_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.session.blueprint import Blueprint
    from simulator.topology import Topology

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
