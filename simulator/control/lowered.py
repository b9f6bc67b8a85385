"""What Subscriptions and flows are lowered to: channels, and who takes their events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.control.destinations import Resolution
    from simulator.control.given import Admitted
    from simulator.control.hubs import HubState
    from simulator.control.settings import Delivery


class Part(Value):
    """A Destination of a subscription and where it is written.

    Args:
        url: Already resolved, for objects that a controller made itself.
        audience: Of those.
    """

    destination: Mapping[str, Any] | None = None
    path: str = ""
    url: str | None = None
    audience: str | None = None


class Wanted(Value):
    """A subscription to be wired, written by hand or made by a flow.

    Args:
        owner: The resource it was made from; findings are about it.
        name: Of the Subscription object.
    """

    owner: Admitted
    name: str
    channel: HubState
    subscriber: Part
    reply: Part | None = None
    delivery: Delivery | None = None


class FlowState(Value):
    """A lowered flow.

    Args:
        channels: Its channels, the one that is its address first.
        wanted: Its subscriptions.
        is_whole: The webhooks took all that its controller made for it.
    """

    channels: tuple[HubState, ...]
    wanted: tuple[Wanted, ...]
    is_whole: bool = True

    def ending_at(self, found: Resolution) -> FlowState:
        """Give it with the dead letter sink of its channels, if that resolves."""
        ending = {
            channel.name: channel.replace(
                dead_letter=found.url,
                sink_audience=found.audience,
                url=channel.url if found.url else None,
            )
            for channel in self.channels
        }
        return self.replace(
            channels=tuple(ending.values()),
            wanted=tuple(
                each.replace(channel=ending[each.channel.name]) for each in self.wanted
            ),
        )


def part_of(spec: Mapping[str, Any], field: str, path: str) -> Part | None:
    """Give the Destination in *field*, which stands at *path*; None for none."""
    destination = spec.get(field)
    if not isinstance(destination, dict) or not destination:
        return None
    return Part(destination=destination, path=path)
