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
        difference: Of the table.
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
            name = each.name if each.known_from == "run" else f"{each.name} (read)"
            found[said] = (*found.get(said, ()), name)
        return found


def known(
    wiring: Wiring, describe: Describe, profiles: Sequence[Profile]
) -> tuple[Known, ...]:
    """List the differences that apply, in the order of the table.

    Args:
        wiring: What runs.
        describe: Knows what is said of services.
        profiles: What the brokers might be played by.
    """
    found: dict[tuple[object, ...], Known] = {}
    for case in _cases(wiring, describe):
        for each in DIFFERENCES:
            for because, others in _reasons(case, each, profiles).items():
                names = tuple(other.name for other in others)
                key = each.code, case.hub.profile.name, because, names
                new = Known(each, case.hub.profile, others, because, ())
                before = found.get(key, new)
                found[key] = before._replace(nodes=(*before.nodes, case.route.node))
    order = {each.code: number for number, each in enumerate(DIFFERENCES)}
    return tuple(sorted(found.values(), key=lambda known: order[known.difference.code]))


def _reasons(
    case: Case, difference: Difference, profiles: Sequence[Profile]
) -> dict[str, tuple[Profile, ...]]:
    """Give why a difference matters to a route -> the profiles of which it is so."""
    found: dict[str, tuple[Profile, ...]] = {}
    here, matters = case.hub.profile, MATTERS.get(difference.code)
    for other in profiles:
        if matters is None or difference.says(here) == difference.says(other):
            continue
        because = matters(case, here, other)
        if because:
            found[because] = (*found.get(because, ()), other)
    return found


def _cases(wiring: Wiring, describe: Describe) -> Iterator[Case]:
    """Give each route of a broker, with what its subscriber and its sink answer."""
    at = {host: each for each in wiring.endpoints for host in each.hosts}
    circling = {each.subject for each in wiring.findings if each.code == "loop"}

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
