"""The delivery settings in force for one route, and where each is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.profiles.profile import InForce
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.wiring import Hub, Route

DURATIONS = ("backoffDelay", "timeout", "retryAfterMax")
RETRYING = ("retry", "backoffPolicy", *DURATIONS)


class Setting(Value):
    """One field of the effective `DeliverySpec`.

    Args:
        value: The number, the policy, nanoseconds or a URL; None when not set.
        origin: ``trigger/price``, ``broker/default``, ``config-br-defaults (as
            shipped)``; empty when not set.
        written: The duration as it was written; empty for the others.
    """

    name: str
    value: int | str | None
    origin: str = ""
    written: str = ""


class Blocks(Value):
    """The `delivery` blocks as written or defaulted: the route's own and its hub's."""

    own: Mapping[str, Any] | None = None
    hub: Mapping[str, Any] | None = None
    rules: InForce = InForce()

    @property
    def ruling(self) -> Mapping[str, Any]:
        """The block that counts for retries, whole."""
        return (self.own if self.rules.is_own(self.own) else self.hub) or {}


def settings_of(hub: Hub, route: Route) -> tuple[Setting, ...]:
    """List all six settings in the order of the API, those that are not set too."""
    retries = route.retries
    values: dict[str, int | str | None] = {
        "retry": retries.retry if "retry" in route.origins else None,
        "backoffPolicy": retries.policy.value if retries.policy else None,
        "backoffDelay": retries.delay_ns,
        "timeout": retries.timeout_ns,
        "retryAfterMax": retries.retry_after_max_ns,
        "deadLetterSink": route.dead_letter,
    }
    ruling = blocks_of(hub, route).ruling
    return tuple(
        Setting(
            name=name,
            value=value,
            origin=route.origins.get(name, "") if value is not None else "",
            written=str(ruling.get(name) or "") if name in DURATIONS else "",
        )
        for name, value in values.items()
    )


def blocks_of(hub: Hub, route: Route) -> Blocks:
    return Blocks(own=route.delivery, hub=hub.delivery, rules=hub.profile.in_force)
