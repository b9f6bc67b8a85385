"""Changes to a `delivery`, wherever in a spec one stands, and to flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.mutation.change import Change, at, dropped, field, replaced
from simulator.nodes import role_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.mutation.change import Spec, Step
    from simulator.resource import Resource

    Steps = tuple[Step, ...]
_DELIVERY = "delivery"
_OTHER_POLICY = {"linear": "exponential", "exponential": "linear"}
_SWITCHED_OFF = {
    "deadLetterSink": "drop-dead-letter-sink",
    "timeout": "drop-timeout",
    "backoffDelay": "drop-backoff-delay",
    "retryAfterMax": "drop-retry-after",
}


def delivery_changes(spec: Spec) -> Iterator[Change]:
    """Give the changes to each of its settings, and to all of them at once."""
    for steps, delivery in _deliveries(spec, ()):
        where = field(steps).removeprefix("spec.")
        if delivery.get("retry"):
            here, words = (*steps, "retry"), f"{where}.retry {delivery['retry']} → 0"
            yield Change(field(here), "no-retry", words, replaced(spec, here, 0))
        policy = delivery.get("backoffPolicy")
        if other := _OTHER_POLICY.get(str(policy)):
            here, words = (
                (*steps, "backoffPolicy"),
                f"{where}.backoffPolicy {policy} → {other}",
            )
            yield Change(
                field(here), "backoff-policy", words, replaced(spec, here, other)
            )
        for setting, operator in _SWITCHED_OFF.items():
            if setting in delivery:
                here, words = (*steps, setting), f"{where}.{setting} dropped"
                yield Change(field(here), operator, words, dropped(spec, here))
        if delivery:
            words = f"{where} dropped, all of it"
            yield Change(field(steps), "drop-delivery", words, dropped(spec, steps))


def _deliveries(part: Any, steps: Steps) -> Iterator[tuple[Steps, dict[str, Any]]]:
    inside = enumerate(part) if isinstance(part, list) else ()
    for step, each in part.items() if isinstance(part, dict) else inside:
        if step == _DELIVERY and isinstance(each, dict):
            yield (*steps, step), each
        else:
            yield from _deliveries(each, (*steps, step))


_HUBS = ("broker", "brokerRef", "channel")  # what a route names its hub by
_LISTS = ("steps", "branches")  # of a Sequence, a Parallel
_FEWEST = 2


def route_changes(route: Resource, resources: Iterable[Resource]) -> Iterator[Change]:
    """Drop a route, or give it the subscriber of the next one of its hub.

    Nothing is made of a resource of another kind.
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
