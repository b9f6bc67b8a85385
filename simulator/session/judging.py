"""What is found of a topology once all of it is wired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters.form import ANY
from simulator.graph.steps import Steps
from simulator.session.findings import ladder_findings, with_others
from simulator.subscribers.outcomes import asking

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from simulator.kernel import AddressBook
    from simulator.manifests.comments import Ignore
    from simulator.session.prepared import Prepared
    from simulator.story.circles import Foreseen
    from simulator.wiring import Finding, Wiring

_STORM = "retry-storm"


def judge(
    book: AddressBook, prepared: Prepared, ignores: Collection[Ignore]
) -> tuple[Foreseen, ...]:
    """Add to the findings of a wiring what takes all of it to see; give its circles."""
    wiring = book.wiring
    admitted = {each.key: each for each in prepared.admitted}
    ask = asking(prepared.spec.services)
    steps = Steps(book, ask)
    told = ladder_findings(wiring, admitted)
    endless: tuple[Foreseen, ...] = ()
    if any(True for hub in wiring.hubs for _ in steps.of(hub, ANY)):
        # Where no hub leads on to another, or back to itself, nothing goes round.
        from simulator.session.circles import circle_findings, foreseen

        found = circle_findings(book, steps, admitted, prepared.spec.max_ttl)
        told = [finding for _, finding in found] + told
        endless = foreseen(circle for circle, _ in found)
    if _may_disagree(wiring):
        from simulator.session.between import Between  # few topologies do

        services, places = prepared.spec.services, prepared.places
        told += Between(book, services, places, admitted, steps).findings()
    if wiring.sources or any(endpoint.emits for endpoint in wiring.endpoints):
        from simulator.session.senders import unsent_findings

        told += unsent_findings(book, steps, ask, prepared.spec.sources, admitted)
    if told:
        book.wiring = wiring.replace(
            findings=with_others(wiring.findings, told, prepared.admitted)
        )
    if ignores:
        from simulator.session.ignoring import with_ignored  # few files say any

        def asked(names: Collection[str]) -> Iterator[Finding]:
            return asked_findings(book, prepared, names)

        book.wiring = with_ignored(book.wiring, ignores, asked)
    return endless


def _may_disagree(wiring: Wiring) -> bool:
    hubs = {hub.url for hub in wiring.hubs}
    for hub in wiring.hubs:
        called: set[str] = set()
        for route in hub.routes:
            limited = bool(route.retries.timeout_ns)
            if limited or route.subscriber in called or route.dead_letter in hubs:
                return True
            called.add(route.subscriber)
    return False


def asked_findings(
    book: AddressBook, prepared: Prepared, asked: Collection[str]
) -> Iterator[Finding]:
    if not asked:
        return
    admitted = {each.key: each for each in prepared.admitted}
    yield from ladder_findings(book.wiring, admitted, asked)
    if _STORM in asked:
        from simulator.session.storms import storm_findings

        steps = Steps(book, asking(prepared.spec.services))
        yield from storm_findings(book.wiring, steps, admitted)
