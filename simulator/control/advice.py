"""What can be said about a topology before it runs, apart from what does not resolve.

Source: knative-resources 12.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.control.naming import EVENTING, FLOWS, MESSAGING, SOURCES
from simulator.wiring import HubKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.control.cluster import Cluster
    from simulator.control.given import Admitted, Findings
    from simulator.control.hubs import HubState
    from simulator.control.settings import Delivery
    from simulator.profiles import Profile
    from simulator.wiring import Hub, Route


def on_delivery(
    findings: Findings,
    delivery: Delivery | None,
    profile: Profile | None = None,
    *,
    takes_format: bool = False,
    of_hub: bool = False,
) -> None:
    """Judge one written delivery block; *profile* is None for Knative's own."""
    if delivery is None or delivery.owner.origin_of(delivery.path) is not None:
        return
    spec = delivery.spec
    written = any(
        delivery.owner.origin_of(f"{delivery.path}.{name}") is None for name in spec
    )
    if profile is not None and of_hub and not profile.in_force.reads_hub and written:
        findings.warn(
            delivery.owner,
            "no-effect",
            f"{profile.name} does not read it: only that of a trigger or subscription "
            "counts",
            delivery.path,
        )
        return
    missing = [
        setting
        for setting in ("backoffPolicy", "backoffDelay")
        if spec.get(setting) is None
    ]
    fills_in = profile is not None and (
        profile.in_force.policy is not None or profile.hazards.no_backoff is not None
    )
    retries = isinstance(spec.get("retry"), int) and spec["retry"] > 0
    if retries and missing and not fills_in:
        findings.warn(
            delivery.owner,
            "immediate-retries",
            f"without {' and '.join(missing)} all {spec['retry']} retries follow at "
            "once, without waiting",
            f"{delivery.path}.retry",
        )
    if delivery.format and not takes_format:
        findings.note(
            delivery.owner,
            "no-effect",
            "format takes effect only in the delivery of a Trigger",
            f"{delivery.path}.format",
        )


def on_hazards(
    findings: Findings, owner: Admitted, profile: Profile, route: Route
) -> None:
    hazards = profile.hazards
    hazard = hazards.of(route.retries)
    if hazard is not None:
        dies = f"{hazard.process.format(route=owner.name)} dies: "
        said = f"{dies if hazard.process else ''}{hazard.text}"
        findings.warn(owner, "hazard", f"at the first retry {said}", "spec.delivery")
    gone = hazards.no_exchange
    if gone is not None and route.inherited and route.dead_letter is None:
        findings.warn(owner, "hazard", f"after a failure {gone.text}", "spec")


def on_dead_letters(cluster: Cluster, hubs: Iterable[Hub]) -> None:
    idle = {hub.url: hub.node for hub in hubs if not hub.routes}
    for owner, path, url in cluster.dead_letters:
        if url in idle:
            cluster.findings.warn(
                owner,
                "dead-letters-unread",
                f"{idle[url]} has no subscriber: dead letters are accepted there and "
                "dropped",
                path,
            )


def on_idle_hubs(findings: Findings, hubs: Iterable[tuple[Admitted, Hub]]) -> None:
    for owner, hub in hubs:
        if not hub.routes:
            said = (
                f"nothing takes events from {hub.node}: it accepts with 202 and drops"
            )
            if hub.kind is HubKind.TOPIC:
                said = f"nothing here reads {hub.node}: what is written stays there"
            findings.note(owner, "no-routes", said)


def on_services(cluster: Cluster) -> None:
    for service in cluster.services.undescribed():
        cluster.findings.note(
            service, "stub", "nobody describes what it answers; a stub accepts with 202"
        )
    for service, why in cluster.services.portless():
        cluster.findings.warn(
            service,
            "port-not-served",
            f"{why}, and a reference to a Service calls port 80: the connection is "
            "refused",
            "spec.ports",
        )


_NO_TOKENS = "authentication-oidc is off, so no token is sent"
_OF_DESTINATIONS = {"CACerts": "TLS is not simulated", "audience": _NO_TOKENS}
_WITH_DESTINATIONS = (EVENTING, MESSAGING, FLOWS, SOURCES)


def on_destinations(cluster: Cluster, admitted: Admitted) -> None:
    if admitted.key.group in _WITH_DESTINATIONS:
        for path, why in _of_destinations(admitted.resource.spec, "spec"):
            if why != _NO_TOKENS or not cluster.authorization.on:
                what = f"has no effect: {why}"
                cluster.findings.note(admitted, "field-ignored", what, path)


def _of_destinations(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _of_destinations(item, f"{path}[{index}]")
    if not isinstance(value, dict):
        return
    if "ref" in value or "uri" in value:
        for name, why in _OF_DESTINATIONS.items():
            if value.get(name):
                yield f"{path}.{name}", why
        return
    for name, item in value.items():
        yield from _of_destinations(item, f"{path}.{name}")


def on_trigger(
    findings: Findings, trigger: Admitted, broker: HubState, own: Delivery | None
) -> None:
    legacy = trigger.spec.get("filter")
    if trigger.spec.get("filters") and isinstance(legacy, dict) and legacy:
        findings.warn(
            trigger,
            "filter-ignored",
            "filter is ignored, because filters is there and not empty",
            "spec.filter",
            also=(trigger, "spec.filters"),
        )
    profile = broker.profile
    if trigger.spec.get("filters") and not profile.filtering.dialects:
        findings.warn(
            trigger,
            "filter-ignored",
            f"{profile.name} does not look at filters: only filter counts, and without "
            "it every event is delivered",
            "spec.filters",
        )
    rules = profile.in_force
    if own is None or broker.delivery is None or rules.merges or not rules.reads_hub:
        return
    theirs = broker.delivery.spec.get("retry")
    if theirs and own.spec.get("retry") is None:
        findings.warn(
            trigger,
            "delivery-replaced",
            f"its delivery replaces that of the broker as a whole: the retry {theirs} "
            f"of {broker.delivery.origin('retry')} does not count here",
            own.path,
            also=_written(broker.delivery, "retry"),
        )


def _written(delivery: Delivery, setting: str) -> tuple[Admitted, str] | None:
    path = f"{delivery.path}.{setting}"
    return None if delivery.owner.origin_of(path) else (delivery.owner, path)
