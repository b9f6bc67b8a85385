"""Which attempt of a delivery meets a pod, when its service is scaled to zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.serving.config import CONFIG_MAP, NAMESPACE
from simulator.serving.revision import revision_of
from simulator.timetable.course import ladder
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.timetable.table import Timetable
    from simulator.wiring import Endpoint, Wiring


class Cold(Value):
    """A delivery to a service that has no pod when it begins.

    Args:
        service: The node that is called.
        starts_ns: How long a pod takes at least and at most, from the first attempt.
        lasts_ns: How long each attempt waits at most.
        attempt: The first that is sure to meet a pod; None where none is.
        at_ns: When that is made.
        waits: Whether it waits for the pod; else the pod is there before it.
        least: Pods that are always there, so that no start is cold.
    """

    node: str
    service: str
    starts_ns: tuple[int, int]
    lasts_ns: int
    attempt: int | None = None
    at_ns: int = 0
    waits: bool = False
    least: int = 0


def cold_start(wiring: Wiring, table: Timetable, endpoint: Endpoint) -> Cold | None:
    """Tell how a delivery to a cold service goes; None where it has no pods."""
    if endpoint.starts_ns is None:
        return None
    place = endpoint.namespace, endpoint.name
    manifest: Mapping[str, Any] = {}
    data: Mapping[str, Any] = {}
    for key, resource in wiring.resources.items():
        if key.group == "serving.knative.dev" and (key.namespace, key.name) == place:
            manifest = resource.manifest
        elif (key.kind, *key[2:]) == ("ConfigMap", NAMESPACE, CONFIG_MAP):
            data = resource.manifest.get("data") or {}
    revision = revision_of(manifest, data)
    timeout = table.route.retries.timeout_ns
    lasts = (
        revision.timeout_ns if timeout is None else min(timeout, revision.timeout_ns)
    )
    found = Cold(
        node=table.route.node,
        service=endpoint.node,
        starts_ns=endpoint.starts_ns,
        lasts_ns=lasts,
        least=revision.least,
    )
    most = endpoint.starts_ns[1]
    steps = ladder(table.route.retries, table.hub.profile.retrying, lasting_ns=lasts)
    for number, at_ns in enumerate(steps.instants_ns, start=1):
        if at_ns + lasts > most:
            return found.replace(attempt=number, at_ns=at_ns, waits=at_ns < most)
    return found
