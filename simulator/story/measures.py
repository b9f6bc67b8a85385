"""DORA's four measures of a delivery pipeline, from what a run came to.

Source: dora.dev/guides/dora-metrics-four-keys (deployment frequency, lead time for
    changes, change failure rate, time to restore), as far as a run shows them: lead time
    begins with the package.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from simulator.story.milestones import Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.story.chains import Chain
    from simulator.story.milestones import Milestone

PRODUCTION = "production"
_FAILURES = (Step.DETECTED, Step.ROLLED_BACK)


class Incident(NamedTuple):
    chain: Chain
    detected: Milestone
    resolved_ns: int | None = None


class Measures(NamedTuple):
    """What a run shows of how well is delivered.

    Args:
        environment: Whose deployments count; empty for all, where none went to
        deployments: That many.
        failed: Of these, before the next one of the same service.
        lead_ns: Of each chain that was packaged and deployed, in their order.
        restore_ns: Of each incident that was resolved.
    """

    environment: str
    deployments: int
    failed: int
    lead_ns: tuple[int, ...]
    restore_ns: tuple[int, ...]
    open: int

    @property
    def failure_rate(self) -> float | None:
        return self.failed / self.deployments if self.deployments else None

    @property
    def lead_median_ns(self) -> int | None:
        return _median(self.lead_ns)

    @property
    def restore_median_ns(self) -> int | None:
        return _median(self.restore_ns)


def measures_of(chains: Iterable[Chain]) -> Measures:
    all_ = list(chains)
    environment = environment_of(all_)
    told = sorted(
        ((m, chain) for chain in all_ for m in counted(chain, environment)),
        key=lambda each: each[0].record.serial,
    )
    milestones = [each for each, _ in told]
    leads = (lead_ns(chain, environment) for chain in all_)
    incidents = list(_incidents(told))
    return Measures(
        environment,
        sum(each.step is Step.DEPLOYED for each in milestones),
        sum(_failed(number, milestones) for number in range(len(milestones))),
        tuple(ns for ns in leads if ns is not None),
        tuple(
            each.resolved_ns - each.detected.at_ns
            for each in incidents
            if each.resolved_ns is not None
        ),
        sum(each.resolved_ns is None for each in incidents),
    )


def environment_of(chains: Iterable[Chain]) -> str:
    """Give whose deployments count: ``production``; empty for all if none went there."""
    there = any(
        each.step is Step.DEPLOYED and each.environment == PRODUCTION
        for chain in chains
        for each in chain.milestones
    )
    return PRODUCTION if there else ""


def counted(chain: Chain, environment: str) -> Iterator[Milestone]:
    """Give the milestones of a chain that count; what Keptn repeats of others does not."""
    told = [m for m in chain.milestones if not m.keptn]
    for each in chain.milestones:
        if environment and each.environment not in ("", environment):
            continue
        if not each.keptn or not any(
            m.step is each.step and m.concerns(each) for m in told
        ):
            yield each


def lead(chain: Chain, environment: str) -> tuple[Milestone, Milestone] | None:
    """Give how an artefact was packaged, and first deployed; None where it was not."""
    packaged = next((m for m in chain.milestones if m.step is Step.PACKAGED), None)
    if packaged is None:
        return None
    deployed = (
        (packaged, each)
        for each in counted(chain, environment)
        if each.step is Step.DEPLOYED and each.at_ns >= packaged.at_ns
    )
    return next(deployed, None)


def lead_ns(chain: Chain, environment: str) -> int | None:
    found = lead(chain, environment)
    return None if found is None else found[1].at_ns - found[0].at_ns


def _failed(number: int, milestones: list[Milestone]) -> bool:
    deployment = milestones[number]
    if deployment.step is not Step.DEPLOYED:
        return False
    for each in islice(milestones, number + 1, None):
        if each.concerns(deployment):
            if each.step is Step.DEPLOYED:
                return False
            if each.step in _FAILURES:
                return True
    return False


def _incidents(told: Iterable[tuple[Milestone, Chain]]) -> Iterator[Incident]:
    open_: list[Incident] = []
    for each, chain in told:
        if each.step is Step.DETECTED:
            open_.append(Incident(chain, each))
        elif each.step is Step.RESOLVED:
            resolved = _resolved(each, chain, open_)
            if resolved is not None:
                open_.remove(resolved)
                yield resolved._replace(resolved_ns=each.at_ns)
    yield from open_


def _resolved(each: Milestone, chain: Chain, open_: list[Incident]) -> Incident | None:
    """Find the incident that is over: that of the chain, else of the same service."""
    own = [incident for incident in open_ if incident.chain is chain]
    others = [incident for incident in open_ if incident.detected.concerns(each)]
    return next(iter([*own, *others]), None)


def _median(values: tuple[int, ...]) -> int | None:
    if not values:
        return None
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) // 2
