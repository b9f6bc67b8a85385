"""The door of a hub that looks at more than an event: who sends it, what it makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.access import Refusal, is_bearer
from simulator.event.rules import faults
from simulator.event_types import KIND
from simulator.kernel.log import Kind

if TYPE_CHECKING:
    from simulator.event import Event
    from simulator.event_types import EventTypes
    from simulator.kernel.exchange import World
    from simulator.kernel.routes import LinkedHub, LinkedRoute

_UNAUTHENTICATED: Final = 401
_FORBIDDEN: Final = 403


def look_at(
    world: World,
    hub: LinkedHub,
    event: Event,
    authorization: str | None,
    serial: int,
) -> int | None:
    """Judge who sends an event to a hub, and make an object of what is let in.

    Args:
        world: Where it is sent.
        hub: With a guard, or one that makes objects.
        event: As it arrived; an invalid one is refused for that, so it is let in here.
        authorization: The header of the request.
        serial: The record of the request.

    Returns:
        The status of the refusal; None for none.

    Source: knative-kinds 4 (Broker, channel: event errors 400 before auth), 5 (an
        EventType also of what is then refused for its TTL).
    """
    if not event.checked and faults(event):
        return None
    if hub.guard is not None:
        attributes, now = event.attributes, world.instant
        found = hub.guard.refusal(authorization, attributes, now)
        if found is not None:
            return _written(world, hub, event, found, serial)
    if hub.event_types is not None:
        make(world, hub, hub.event_types, event, serial)
    return None


def make(
    world: World,
    maker: LinkedHub | LinkedRoute,
    event_types: EventTypes,
    event: Event,
    serial: int,
) -> None:
    """Make an object of an event, unless there is one of its name.

    Args:
        world: Where it is made.
        maker: By whom.
        event_types: What its objects are.
        event: Of which.
        serial: The record that it follows from.
    """
    name = event_types.name_of(event.attributes)
    place = f"{event_types.namespace}/{name}"
    if place in world.created or name in event_types.there:
        return
    world.created[place] = event_types, event.attributes
    noted = (0, f"{KIND} {name}")
    world.record(serial, Kind.CREATED, event, maker, "", 1, noted)


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
