"""Changes to where events go: subscribers swapped, routes and replies dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.mutation.change import Change, at, dropped, field
from simulator.nodes import role_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.mutation.change import Spec, Step
    from simulator.resource import Resource

_HUBS = ("broker", "brokerRef", "channel")  # what a route names its hub by
_LISTS = ("steps", "branches")  # of a Sequence, a Parallel
_FEWEST = 2


def route_changes(route: Resource, resources: Iterable[Resource]) -> Iterator[Change]:
    """Drop a route, or give it the subscriber of the next one of its hub.

    Args:
        route: Nothing is made of a resource of another kind.
        resources: Of the topology, in order.
    """
    kind = route.kind.lower()
    role = role_of(f"{kind}/")
    if role is None or not role.is_route or "sink" in route.spec:  # a source reads, too
        return
    yield Change("", f"drop-{kind}", f"{kind} dropped", None)
    mine = route.spec.get("subscriber")
    peers = [each for each in resources if _hub_of(each) == _hub_of(route)]
    place = next(n for n, each in enumerate(peers) if each is route)
    for peer in peers[place + 1 :] + peers[:place]:
        theirs = peer.spec.get("subscriber")
        if mine and theirs and theirs != mine:
            words = (
                f"subscriber {told(mine)} → {told(theirs)}, that of {kind}/{peer.name}"
            )
            spec = {**route.spec, "subscriber": theirs}
            yield Change("spec.subscriber", "swap-subscriber", words, spec)
            return


def _hub_of(route: Resource) -> object:
    return (route.kind, route.namespace, [route.spec.get(name) for name in _HUBS])


def flow_changes(spec: Spec) -> Iterator[Change]:
    """Drop replies, steps and branches, and the filters of branches."""
    yield from _reply(spec, ("reply",))
    for name in _LISTS:
        members = spec.get(name)
        if not isinstance(members, list):
            continue
        for number, member in enumerate(members):
            steps = (name, number)
            if len(members) >= _FEWEST:
                words = f"{name}[{number}] dropped"
                yield Change(field(steps), "drop-member", words, dropped(spec, steps))
            yield from _reply(spec, (*steps, "reply"))
            if isinstance(member, dict) and member.get("filter"):
                here = (*steps, "filter")
                words = f"{name}[{number}].filter dropped, every event passes"
                yield Change(field(here), "drop-filter", words, dropped(spec, here))


def _reply(spec: Spec, steps: tuple[Step, ...]) -> Iterator[Change]:
    if at(spec, steps):
        words = f"{field(steps).removeprefix('spec.')} dropped"
        yield Change(field(steps), "drop-reply", words, dropped(spec, steps))


def told(destination: Any) -> str:
    """Name a destination: ``service/shipping``, or its URI."""
    ref = at(destination, ("ref",))
    if isinstance(ref, dict):
        return f"{str(ref.get('kind')).lower()}/{ref.get('name')}"
    return str(at(destination, ("uri",)))
