"""Retries that multiply: each of a chain of replies is tried again with all behind it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from simulator.filters import Verdict
from simulator.filters.form import ANY, judged
from simulator.wiring import Finding, HubKind, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.control import Admitted
    from simulator.filters.form import Form
    from simulator.graph.steps import Steps
    from simulator.resource import ResourceKey
    from simulator.wiring import Hub, Route, Wiring

CODE = "retry-storm"
_MOST_REQUESTS = 100
_DEEPEST = 6
_MOST_CHAINS = 20_000  # that are followed from one hub

Chain = tuple["Route", ...]


def storm_findings(
    wiring: Wiring, steps: Steps, admitted: Mapping[ResourceKey, Admitted]
) -> Iterator[Finding]:
    """Warn of chains whose last subscriber may get more than 100 requests of one event.

    Source: knative-runtime, Shape of one delivery (the sender is answered after the whole
        tree of replies) and Dead letters (one that arrives ends it).
    """
    worst: dict[str, Chain] = {}
    for hub in wiring.hubs:
        for chain in islice(_chains(steps, hub, ANY, ()), _MOST_CHAINS):
            first = chain[0].node
            if len(chain) > 1 and _requests(chain) > _requests(worst.get(first, ())):
                worst[first] = chain
    for chain in worst.values():
        about, there = (admitted.get(r.resource) for r in (chain[0], chain[-1]))
        if (
            about is not None
            and there is not None
            and _requests(chain) > _MOST_REQUESTS
        ):
            yield _finding(chain, about, there)


def _requests(chain: Chain) -> int:
    product = 1
    for route in chain:
        product *= 1 + route.retries.retry
    return product


def _chains(steps: Steps, hub: Hub, event: Form, before: Chain) -> Iterator[Chain]:
    """Give the chains of routes that each try again when the next one fails."""
    if hub.kind is not HubKind.BROKER or (before and hub.answers_first):
        return
    for route in hub.routes:
        lost = not before or route.dead_letter is None
        if lost and route not in before and judged(event, route.filter)[0] is not Verdict.FAIL:  # fmt: skip
            yield (*before, route)
    if len(before) < _DEEPEST:
        for step in steps.of(hub, event):
            buried = before and step.buried
            if step.by == "reply" and step.route not in before and not buried:
                yield from _chains(steps, step.to, step.event, (*before, step.route))


def _finding(chain: Chain, about: Admitted, there: Admitted) -> Finding:
    path = "spec.delivery" if "delivery" in about.spec else ""
    tries = ", ".join(f"{r.node} {1 + r.retries.retry} times" for r in chain)
    return Finding(
        severity=Severity.WARNING,
        code=CODE,
        subject=str(about.resource),
        message=f"while the subscriber of {chain[-1].node} fails, it may get "
        f"{_requests(chain):,} requests of one event: each waits for what its reply leads "
        f"to, and tries again with it ({tries})",
        where=str(about.resource.position(path)),
        path=path,
        also=((str(there.resource.position("")), str(there.resource)),),
        possible=True,
    )
