"""What can be said about a topology before it runs, apart from what does not resolve.

Source: knative-resources 12.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.control.flows import PARALLEL, SEQUENCE
from simulator.control.naming import service_of_host
from simulator.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.control.brokers import BrokerState
    from simulator.control.cluster import Cluster
    from simulator.control.findings import Findings
    from simulator.control.flows import FlowState
    from simulator.control.given import Admitted
    from simulator.control.settings import Delivery
    from simulator.wiring import Hub, Route


def on_delivery(
    findings: Findings, delivery: Delivery | None, *, takes_format: bool
) -> None:
    """Judge one written delivery block on its own."""
    if delivery is None or delivery.owner.origin_of(delivery.path) is not None:
        return
    spec = delivery.spec
    missing = [
        setting
        for setting in ("backoffPolicy", "backoffDelay")
        if spec.get(setting) is None
    ]
    if isinstance(spec.get("retry"), int) and spec["retry"] > 0 and missing:
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


def on_trigger(
    findings: Findings,
    trigger: Admitted,
    broker: BrokerState,
    own: Delivery | None,
) -> None:
    """Judge a trigger beside its broker."""
    legacy = trigger.spec.get("filter")
    if trigger.spec.get("filters") and isinstance(legacy, dict) and legacy:
        findings.warn(
            trigger,
            "filter-ignored",
            "filter is ignored, because filters is there and not empty",
            "spec.filter",
        )
    if own is None or broker.delivery is None:
        return
    theirs = broker.delivery.spec.get("retry")
    if theirs and own.spec.get("retry") is None:
        findings.warn(
            trigger,
            "delivery-replaced",
            f"its delivery replaces that of the broker as a whole: the retry {theirs} "
            f"of {broker.delivery.origin('retry')} does not count here",
            own.path,
        )


def on_filter(findings: Findings, trigger: Admitted, route: Route) -> None:
    """Say what of a filter can never be right, whatever the event is."""
    filters = trigger.spec.get("filters")
    path = "spec.filters" if filters else "spec.filter"
    judged = route.filter
    if judged is None:
        return
    for doubt in judged.doubts:
        findings.warn(trigger, "hopeless-filter", doubt, path)
    if not filters:
        return
    if not judged.reads and not judged.may_panic:
        if judged.verdict({}).delivers:
            every = "every event passes: there is nothing in it to judge by"
            findings.warn(trigger, "catch-all", every, path)
        elif not judged.doubts:
            findings.warn(trigger, "hopeless-filter", "no event passes", path)
    elif isinstance(filters, list) and _may_contradict(filters):
        from simulator.filters.contradictions import contradictions  # few filters

        for contradiction in contradictions(filters):
            findings.warn(trigger, "hopeless-filter", contradiction, path)


def _may_contradict(filters: list[Any]) -> bool:
    """Say whether more than one condition has to hold."""
    return len(filters) > 1 or any(name in filters[0] for name in ("all", "cesql"))


def on_flow(cluster: Cluster, flow: Admitted, state: FlowState) -> None:
    """Judge where a Sequence ends early and where a Parallel drops replies."""
    if flow.key[:2] == PARALLEL:
        for wanted in state.wanted:
            path = wanted.subscriber.path
            if path.endswith(".subscriber") and wanted.reply is None:
                cluster.findings.note(
                    flow,
                    "replies-dropped",
                    "this branch has no reply, and the Parallel has none either: what "
                    "its subscriber replies is dropped",
                    path.removesuffix(".subscriber"),
                )
    for channel in state.channels[:1]:
        on_delivery(cluster.findings, channel.delivery, takes_format=False)
    for wanted in state.wanted:
        on_delivery(cluster.findings, wanted.delivery, takes_format=False)


def on_silent_step(cluster: Cluster, flow: Admitted, route: Route, path: str) -> None:
    """Say that a step whose service never replies ends its Sequence."""
    if flow.key[:2] != SEQUENCE or route.reply is None:
        return
    place = service_of_host(host_of(route.subscriber))
    if place is None:
        return
    described = cluster.services.description(place[1], place[0])
    known = cluster.services.in_use(place[1], place[0])
    if described is not None and described.replies is False:
        why = f"{place[0]!r} never replies"
    elif described is None and known:
        why = f"{place[0]!r} is a stub and never replies"
    else:
        return
    cluster.findings.warn(
        flow, "sequence-ends", f"{why}, so every event ends at this step", path
    )


def on_dead_letters(cluster: Cluster, hubs: Iterable[Hub]) -> None:
    """Say which dead letter sinks accept and forget."""
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
    """Say which brokers and channels drop all that they accept."""
    for owner, hub in hubs:
        if not hub.routes:
            findings.note(
                owner,
                "no-routes",
                f"nothing takes events from {hub.node}: it accepts with 202 and drops",
            )


def on_services(cluster: Cluster) -> None:
    """Say which services are stubs, and which are not reached on port 80."""
    for service in cluster.services.undescribed():
        cluster.findings.note(
            service,
            "stub",
            "nobody describes what it answers; a stub accepts with 202",
        )
    for service, why in cluster.services.portless():
        cluster.findings.warn(
            service,
            "port-not-served",
            f"{why}, and a reference to a Service calls port 80: on a cluster the "
            "connection is refused",
            "spec.ports",
        )
