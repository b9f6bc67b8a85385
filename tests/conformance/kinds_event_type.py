"""EventTypes that a broker's ingress makes by itself, as they were recorded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from simulator import Simulation, Topology
from simulator.control.config import FEATURES
from tests.conformance.kinds_event_transform import request_of

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
_INGRESS = "http://broker-ingress.knative-eventing.svc.cluster.local"
_FAILING = 300


def differences(case: Json) -> Iterator[str]:
    """Say where an answer, or what is made, differs from what was recorded."""
    documents = list(case["brokers"])
    if case["channelStatus"] >= _FAILING:
        documents += [_failing(broker) for broker in documents]
    topology = Topology.parse("\n---\n".join(map(json.dumps, documents)))
    sim = Simulation(topology, configmaps={FEATURES: case["features"]})
    sim.service("fails", lambda _: case["channelStatus"])
    made = 0
    for number, (request, wanted) in enumerate(
        zip(case["requests"], case["expected"]["responses"], strict=True)
    ):
        method, path, headers, body = request_of(request)
        sent = sim.post(f"{_INGRESS}{path}", method=method, headers=headers, body=body)
        sim.run()
        if sent.status != wanted["status"]:
            yield f"request {number}: {sent.status}, recorded {wanted['status']}"
        found = [_as_recorded(each) for each in sim.created[made:]]
        recorded = [_as_recorded(each) for each in wanted["created"]]
        made = len(sim.created)
        if found != recorded:
            yield f"request {number}: {found}, recorded {recorded}"


def _failing(broker: Json) -> Json:
    """Let the channel behind a broker fail, by a trigger whose subscriber does."""
    metadata = broker["metadata"]
    service = {"apiVersion": "v1", "kind": "Service", "name": "fails"}
    return {
        "apiVersion": "eventing.knative.dev/v1",
        "kind": "Trigger",
        "metadata": {**metadata, "name": f"{metadata['name']}-fails"},
        "spec": {
            "broker": metadata["name"],
            "subscriber": {"ref": service},
            "delivery": {"retry": 0},
        },
    }


def _as_recorded(made: Json) -> Json:
    """Leave out what a recording does not have, and UIDs, which are made up."""
    metadata = dict(made["metadata"])
    metadata["ownerReferences"] = [
        {name: value for name, value in each.items() if name != "uid"}
        for each in metadata["ownerReferences"]
    ]
    return {"metadata": metadata, "spec": made["spec"]}
