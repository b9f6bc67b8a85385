"""Services that somebody describes and that nothing in the topology sends to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import nearest
from simulator.nodes import Role, name_of
from simulator.urls import host_of
from simulator.wiring import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from simulator.subscribers.service_spec import ServiceSpec
    from simulator.wiring import Endpoint, Wiring

UNCALLED = "nothing-sends"


def uncalled(
    wiring: Wiring,
    specs: Mapping[str, ServiceSpec],
    places: Mapping[str, str],
    *,
    strict: bool,
) -> Iterator[Finding]:
    """Tell of each described service that nothing sends to, and which may be meant.

    A name like that of a service that is called is worth a warning; where every name has
    to resolve, a fault. Others may be there to be called by hand: a note.

    Args:
        wiring: Of the topology; one without a hub and a source is called by hand.
        specs: What Simulation documents say of services.
        places: ``services.NAME`` -> where it is described.
        strict: Whether every name has to resolve.
    """
    if not (wiring.hubs or wiring.sources):
        return
    called = _called(wiring, specs)
    others = [e for e in wiring.endpoints if not called.isdisjoint(e.hosts)]
    told = [finding.message for finding in wiring.findings]
    # Whoever describes both in the same place means both.
    unnamed = [e for e in others if e.described not in specs]
    for endpoint in wiring.endpoints:
        if endpoint.described is None or not called.isdisjoint(endpoint.hosts):
            continue
        if any(f"did you mean {endpoint.name!r}" in each for each in told):
            continue  # the reference that has its name wrong is told of
        here = endpoint.described in specs
        meant = _meant(endpoint, unnamed if here else others)
        if strict and not meant:
            continue  # what is not resolved, and so calls nothing, is told of
        yield Finding(
            severity=_severity(strict=strict, sure=bool(meant)),
            code=UNCALLED,
            subject=f"service {endpoint.described}",
            message=f"is described, but nothing sends to it{meant}",
            where=places.get(f"services.{endpoint.described}", ""),
        )


def _severity(*, strict: bool, sure: bool) -> Severity:
    if not sure:
        return Severity.NOTE
    return Severity.FAULT if strict else Severity.WARNING


def _meant(endpoint: Endpoint, others: Collection[Endpoint]) -> str:
    """Name the service that is called and has nearly this name."""
    by_name = {other.name: name_of(other.node) for other in others}
    close = nearest(endpoint.name, by_name)
    for name, other in by_name.items():
        close = close.replace(repr(name), repr(other))
    return close


def _called(wiring: Wiring, specs: Mapping[str, ServiceSpec]) -> frozenset[str]:
    """Collect the hosts that anything in the topology sends to."""
    urls: dict[str | None, None] = {}
    for hub in wiring.hubs:
        for route in hub.routes:
            urls.update(
                dict.fromkeys((route.subscriber, route.reply, route.dead_letter))
            )
    urls.update(dict.fromkeys(source.sink for source in wiring.sources))
    for spec in specs.values():
        for emission in spec.emissions:
            to = emission.to
            known = wiring.addresses
            urls[known.get(to) or known.get(f"{Role.SERVICE.value}/{to}") or to] = None
    return frozenset(host_of(url) for url in urls if url and "://" in url)
