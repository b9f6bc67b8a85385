"""The door of a hub that asks who sends: 401 and 403, once an event is an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.access import Refusal, is_bearer
from simulator.event.rules import faults
from simulator.kernel.log import Kind

if TYPE_CHECKING:
    from simulator.event import Event
    from simulator.kernel.exchange import World
    from simulator.kernel.routes import LinkedHub

_UNAUTHENTICATED: Final = 401
_FORBIDDEN: Final = 403


def refused(
    world: World,
    hub: LinkedHub,
    event: Event,
    authorization: str | None,
    serial: int,
) -> int | None:
    """Judge who sends an event to a hub, and write down why he is not let in.

    Args:
        world: Where it is sent.
        hub: With a guard.
        event: As it arrived; an invalid one is refused for that, so it is let in here.
        authorization: The header of the request.
        serial: The record of the request.

    Returns:
        The status of the refusal; None for none.

    Source: knative-kinds 4: Broker, channel: event errors 400 before auth.
    """
    guard = hub.guard
    if guard is None or (not event.checked and faults(event)):
        return None
    found = guard.refusal(authorization, event.attributes, world.instant)
    return None if found is None else _written(world, hub, event, found, serial)


def refused_inside(
    world: World,
    hub: LinkedHub,
    event: Event,
    authorization: str | None,
    serial: int,
) -> int:
    """Refuse what does not come from the broker's own ingress, or its own channel.

    Source: knative-resources 6.4 (a Broker generates a policy for its channel);
        knative-kinds 4, Broker filter (read).
    """
    if is_bearer(authorization):
        found = Refusal(_FORBIDDEN, "only the broker itself may send here")
    else:
        found = Refusal(_UNAUTHENTICATED, "the request has no token")
    return _written(world, hub, event, found, serial)


def _written(
    world: World, hub: LinkedHub, event: Event, found: Refusal, serial: int
) -> int:
    noted = (found.status, found.why)
    world.record(serial, Kind.REFUSED, event, "", hub, 1, noted)
    return found.status
