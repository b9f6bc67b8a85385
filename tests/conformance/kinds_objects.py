"""What controllers make of a manifest, as it was recorded, kind by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.control import ClusterConfig, admit
from simulator.control.config import FEATURES
from tests.conformance import expanded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = dict[str, Any]
# Kind -> what tells where what its controller makes of a case differs.
EXPANDED: dict[str, Callable[[Json], Iterator[str]]] = {
    "ApiServerSource": expanded.adapter,
    "ContainerSource": expanded.made,
    "EventTransform": expanded.made,
    "IntegrationSink": expanded.made,
    "IntegrationSource": expanded.made,
    "SinkBinding": expanded.bound,
}


def differences(case: Json) -> Iterator[str]:
    """Say where admission, or what a controller makes, differs from what was recorded."""
    expected = case["expected"]
    config = ClusterConfig.from_configmaps({FEATURES: case.get("features") or {}})
    admission = admit(case["manifest"], config=config)
    said = "\n".join(fault.text for fault in admission.faults)
    if said != expected.get("admission", ""):
        yield f"the webhook says {said!r}, recorded {expected.get('admission', '')!r}"
    if not {"objects", "subject", "env"} & expected.keys():
        return  # nothing is made of it
    compared = EXPANDED.get(case["kind"])
    if compared is None and admission.faults:
        return
    if compared is None:
        yield f"nothing here compares what is made of a {case['kind']}"
        return
    yield from compared(case)
