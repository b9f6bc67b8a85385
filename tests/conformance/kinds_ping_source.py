"""PingSources as they were recorded: one tick, and what comes of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from simulator import Simulation, Topology
from simulator.control import ClusterConfig, admit
from tests.conformance.placeholders import of_headers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.session.views import Received

Json = dict[str, Any]
_LASTS_S = 10  # longer than all attempts together
_NS_PER_S = 1_000_000_000
_TOLERANCE_MS = 2


def differences(case: Json) -> Iterator[str]:
    """Say where what we send differs from what was recorded."""
    expected, source = case["expected"], case["source"]
    admission = admit(source, config=ClusterConfig.shipped())
    said = "; ".join(fault.text for fault in admission.faults)
    if said != expected.get("admission", ""):
        yield f"the webhook says {said!r}, recorded {expected.get('admission', '')!r}"
    if admission.faults:
        return  # it goes no further here
    came = _requests(source, case.get("sinkStatuses") or [])
    recorded = expected["requests"]
    if len(came) != len(recorded):
        yield f"{len(came)} requests, recorded {len(recorded)}"
        return
    for number, (found, wanted) in enumerate(zip(came, recorded, strict=True)):
        for difference in _differences(found, wanted, came[0]):
            yield f"request {number}: {difference}"


def _requests(source: Json, statuses: Sequence[int]) -> list[Received]:
    """Give the requests of the first tick; the last status answers the rest, too."""
    sim = Simulation(Topology.parse(json.dumps(source)))
    left = list(statuses) or [202]

    @sim.service("sink")
    def _(_: object) -> int:
        return left.pop(0) if len(left) > 1 else left[0]

    while not sim.received("sink") and sim.step():
        pass
    sim.run(until=sim.now_ns // _NS_PER_S + _LASTS_S)
    came = sim.received("sink")
    return [each for each in came if each.event.id == came[0].event.id]


def _differences(found: Received, wanted: Json, first: Received) -> Iterator[str]:
    after_ms = (found.at_ns - first.at_ns) / 1_000_000
    if abs(after_ms - wanted["afterFirstMs"]) > max(
        _TOLERANCE_MS, wanted["afterFirstMs"] / 10
    ):
        yield f"after {after_ms:g} ms, recorded {wanted['afterFirstMs']}"
    if found.status != wanted["answer"]:
        yield f"answered {found.status}, recorded {wanted['answer']}"
    if found.request.target.path != wanted["path"]:
        yield f"path {found.request.target.path}, recorded {wanted['path']}"
    if found.request.body.decode() != wanted["body"]:
        yield f"body {found.request.body!r}, recorded {wanted['body']!r}"
    yield from of_headers(found.request.headers, wanted["headers"])
