"""ApiServerSources as they were recorded: objects change, and what comes of each change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from simulator import Simulation, Topology
from simulator.discovery import guessed_plural
from tests.conformance.placeholders import of_headers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.session.views import Received

Json = dict[str, Any]
# Each operation has some time for itself; what has to be done before it, comes before it.
_APART_S, _BEFORE_S, _LASTS_S = 100, 50, 40
_TOLERANCE_MS = 5
_NS_PER_MS, _NS_PER_S = 1_000_000, 1_000_000_000


def differences(case: Json) -> Iterator[str]:
    """Say where what we send differs from what was recorded."""
    operations = case["operations"]
    came = _requests(case)
    for number, recorded in enumerate(case["expected"]["requests"]):
        begin = (number + 1) * _APART_S * _NS_PER_S
        end = begin + _LASTS_S * _NS_PER_S
        found = [each for each in came if begin <= each.at_ns < end]
        what = f"{operations[number]['op']} {number}"
        if len(found) != len(recorded):
            yield f"{what}: {len(found)} requests, recorded {len(recorded)}"
            continue
        for one, wanted in zip(found, recorded, strict=True):
            after_ms = (one.at_ns - begin) / _NS_PER_MS
            for difference in _differences(one, wanted, after_ms):
                yield f"{what}: {difference}"


def _requests(case: Json) -> list[Received]:
    """Play the operations, each in its own time."""
    simulation = {
        "apiVersion": "simulator/v1",
        "kind": "Simulation",
        "metadata": {"name": "recorded"},
        "spec": {
            "apiServer": case["apiServer"],
            "objects": list(_changes(case["operations"])),
        },
    }
    source = _selecting(case["source"], case["operations"])
    definitions = _definitions(case["operations"])
    sim = Simulation(Topology.of(simulation, source, *definitions), validate=False)
    left: list[int] = list(case.get("sinkStatuses") or [202])

    @sim.service("sink")
    def _(_: object) -> int:
        if sim.now_ns % (_APART_S * _NS_PER_S) >= _LASTS_S * _NS_PER_S:
            return 202  # what came before an operation
        return left.pop(0) if len(left) > 1 else left[0]

    sim.run()
    return sim.received("sink")


def _changes(operations: Sequence[Json]) -> Iterator[Json]:
    """Give the changes; what an operation needs to be there, or not, is seen to."""
    there: dict[str, Json] = {}
    for number, each in enumerate(operations, 1):
        operation, manifest = each["op"], each["object"]
        key = json.dumps(
            [
                manifest["kind"],
                manifest["metadata"].get("namespace"),
                manifest["metadata"]["name"],
            ]
        )
        before = f"{number * _APART_S - _BEFORE_S}s"
        if operation == "add" and key in there:
            yield {"at": before, "delete": manifest}
        elif operation != "add" and key not in there:
            yield {"at": before, "add": manifest}
        change = manifest
        if operation == "update" and key in there:
            change = _patch(there[key], manifest)
        yield {"at": f"{number * _APART_S}s", operation: change}
        there[key] = manifest
        if operation == "delete":
            del there[key]


def _patch(before: Json, after: Json) -> Json:
    """Give what is merged into an object to make another one of it."""
    gone: Json = dict.fromkeys(name for name in before if name not in after)
    for name, value in after.items():
        both = isinstance(value, dict) and isinstance(before.get(name), dict)
        gone[name] = _patch(before[name], value) if both else value
    return gone


def _definitions(operations: Sequence[Json]) -> list[Json]:
    """Let the API server serve each kind under the plural that Knative guesses."""
    found = {}
    for each in operations:
        manifest = each["object"]
        group = manifest["apiVersion"].rpartition("/")[0]
        kind, scoped = manifest["kind"], "namespace" in manifest["metadata"]
        plural = guessed_plural(kind)
        found[group, kind] = {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": f"{plural}.{group}"},
            "spec": {
                "group": group,
                "names": {"kind": kind, "plural": plural},
                "scope": "Namespaced" if scoped else "Cluster",
            },
        }
    return list(found.values())


def _selecting(source: Json, operations: Sequence[Json]) -> Json:
    """Let the source select all that changes, as the API server had done."""
    resources = [
        {"apiVersion": each["object"]["apiVersion"], "kind": each["object"]["kind"]}
        for each in operations
    ]
    unique = [each for at, each in enumerate(resources) if each not in resources[:at]]
    spec = {**source["spec"], "resources": unique, "namespaceSelector": {}}
    return {**source, "spec": spec}


def _differences(found: Received, wanted: Json, after_ms: float) -> Iterator[str]:
    tolerance = max(_TOLERANCE_MS, wanted["atMs"] / 10)
    if abs(after_ms - wanted["atMs"]) > tolerance:
        yield f"after {after_ms:g} ms, recorded {wanted['atMs']}"
    if found.status != wanted["answer"]:
        yield f"answered {found.status}, recorded {wanted['answer']}"
    target = found.request.target.path
    if (found.request.method, target) != (wanted["method"], wanted["path"]):
        yield f"{found.request.method} {target}, recorded {wanted['path']}"
    if found.request.body.decode() != wanted["body"]:
        yield f"body {found.request.body!r}, recorded {wanted['body']!r}"
    yield from of_headers(found.request.headers, wanted["headers"])
