"""Which differences between brokers apply to a topology, told without a run.

Each difference of the table is asked whether a route gives it a reason to matter: a
setting, a filter, or an answer that a service is described to give.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.comparing.matters import MATTERS, Case
from simulator.profiles.differences import DIFFERENCES
from simulator.urls import host_of
from simulator.wiring import HubKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from simulator.profiles import Profile
    from simulator.profiles.difference import Difference
    from simulator.subscribers.service_spec import ServiceSpec
    from simulator.wiring import Wiring

    Describe = Callable[[str], ServiceSpec | None]
    """Gives what is said of a service, by its node."""


class Known(NamedTuple):
    """One difference that applies.

    Args:
        here: What plays the broker.
        elsewhere: Those that answer otherwise.
        because: What of the topology makes it matter.
        nodes: The routes that it matters to, in document order.
    """

    difference: Difference
    here: Profile
    elsewhere: tuple[Profile, ...]
    because: str
    nodes: tuple[str, ...]

    @property
    def answers(self) -> Mapping[str, tuple[str, ...]]:
        """What the others answer, in words -> those that do; where only read, it says so."""
        found: dict[str, tuple[str, ...]] = {}
        for each in self.elsewhere:
            said = self.difference.says(each)
            name = f"{each.name} (read)" if each.known_from == "read" else each.name
            found[said] = (*found.get(said, ()), name)
        return found


def known(
    wiring: Wiring, describe: Describe, profiles: Sequence[Profile]
) -> tuple[Known, ...]:
    found: dict[tuple[object, ...], tuple[Known, list[str]]] = {}
    differing: dict[str, list[tuple[Difference, list[Profile]]]] = {}
    for case in _cases(wiring, describe):
        here = case.hub.profile
        if here.name not in differing:
            differing[here.name] = list(_differing(here, profiles))
        for each, others in differing[here.name]:
            for because, named in _reasons(case, each, others).items():
                names = tuple(other.name for other in named)
                key = each.code, here.name, because, names
                new = Known(each, here, named, because, ())
                found.setdefault(key, (new, []))[1].append(case.route.node)
    order = {each.code: number for number, each in enumerate(DIFFERENCES)}
    listed = [each._replace(nodes=tuple(nodes)) for each, nodes in found.values()]
    return tuple(sorted(listed, key=lambda known: order[known.difference.code]))


def _differing(
    here: Profile, profiles: Sequence[Profile]
) -> Iterator[tuple[Difference, list[Profile]]]:
    for each in DIFFERENCES:
        if each.code in MATTERS:
            said = each.says(here)
            yield each, [other for other in profiles if each.says(other) != said]


def _reasons(
    case: Case, difference: Difference, others: Sequence[Profile]
) -> dict[str, tuple[Profile, ...]]:
    """Give why a difference matters to a route -> the profiles of which it is so."""
    found: dict[str, tuple[Profile, ...]] = {}
    matters = MATTERS[difference.code]
    for other in others:
        because = matters(case, case.hub.profile, other)
        if because:
            found[because] = (*found.get(because, ()), other)
    return found


def _cases(wiring: Wiring, describe: Describe) -> Iterator[Case]:
    at = {host: each for each in wiring.endpoints for host in each.hosts}
    found = (*wiring.findings, *wiring.ignored)
    circling = {each.subject for each in found if each.code == "loop"}

    def spec(url: str | None) -> tuple[str, ServiceSpec | None]:
        endpoint = at.get(host_of(url or ""))
        if endpoint is None:
            return "", None
        return endpoint.node, describe(endpoint.node)

    for hub in wiring.hubs:
        if hub.kind is not HubKind.BROKER:
            continue
        for route in hub.routes:
            name, service = spec(route.subscriber)
            sink_name, sink = spec(route.dead_letter)
            resource = wiring.resources.get(route.resource)
            served = hub.profile.queue if route.queue is None else route.queue
            yield Case(
                hub=hub.replace(profile=hub.profile.replace(queue=served)), route=route, spec={} if resource is None else resource.spec,
                name=name, service=service, sink_name=sink_name, sink=sink,
                circles=str(resource) in circling,
            )  # fmt: skip
