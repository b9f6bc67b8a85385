"""How a `DeliverySpec` becomes numbers, and where each of them comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.delivery import (
    NO_RETRIES,
    BackoffPolicy,
    PeriodError,
    Retries,
    parse_period,
)
from simulator.nodes import node_name
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.control.findings import Findings
    from simulator.control.given import Admitted
    from simulator.profiles.profile import InForce

SETTINGS = ("retry", "backoffPolicy", "backoffDelay", "timeout", "retryAfterMax")
_POLICIES = {policy.value: policy for policy in BackoffPolicy}


class Delivery(Value):
    """A delivery block of a resource.

    Args:
        owner: The resource that holds it.
        path: Where it stands in *owner*: ``spec.delivery``.
        spec: The block itself.
    """

    owner: Admitted
    path: str
    spec: Mapping[str, Any]

    @property
    def dead_letter_sink(self) -> Mapping[str, Any] | None:
        """The Destination of dead letters, or None."""
        sink = self.spec.get("deadLetterSink")
        return sink if isinstance(sink, dict) else None

    @property
    def format(self) -> str:
        """``json``, ``binary`` or empty."""
        return str(self.spec.get("format") or "")

    def origin(self, setting: str) -> str:
        """Say where a setting comes from, ``trigger/price`` or ``config-br-defaults``."""
        default = self.owner.origin_of(f"{self.path}.{setting}")
        if default is not None:
            return default
        key = self.owner.key
        return node_name(key.kind.lower(), key.namespace, key.name)


class Effective(Value):
    """The settings that are in force for one route."""

    retries: Retries = NO_RETRIES
    dead_letter: str | None = None
    origins: Mapping[str, str] = made(default_factory=dict)


def delivery_of(owner: Admitted, spec: object, path: str) -> Delivery | None:
    """Give the delivery block *spec* of *owner*; None when there is none."""
    if not isinstance(spec, dict):
        return None
    return Delivery(owner=owner, path=path, spec=spec)


def unread_setting(delivery: Delivery) -> str | None:
    """Give the setting over which Knative fails to read a whole delivery; None for none.

    Source: E:pkg/kncloudevents/retries.go, RetryConfigFromDeliverySpec: a delay counts
        only beside a policy (read, not run).
    """
    for setting in ("backoffDelay", "timeout", "retryAfterMax"):
        text = delivery.spec.get(setting)
        if text is None or (
            setting == "backoffDelay" and delivery.spec.get("backoffPolicy") is None
        ):
            continue
        try:
            parse_period(str(text))
        except PeriodError:
            return setting
    return None


def in_force(
    rules: InForce,
    own: tuple[str | None, Delivery | None],
    hub: tuple[str | None, Delivery | None],
    findings: Findings,
) -> Effective:
    """Decide which settings count: those of a route's own block, or of its hub's.

    Args:
        rules: Of the implementation.
        own: The URL of the dead letter sink that the route's own block names, and the
            block.
        hub: Likewise of its broker or channel.
        findings: Takes durations that nobody can read.

    Source: knative-resources 3.1; knative-runtime, Retries.
    """
    is_own = own[1] is not None and rules.is_own(own[1].spec)
    retries = own[1] if is_own else hub[1]
    dead_letter = own if is_own else hub
    if dead_letter[0] is None and rules.keeps_sink:
        dead_letter = hub
    origins: dict[str, str] = {}
    numbers = NO_RETRIES
    if retries is not None:
        numbers = _numbers(retries, findings)
        for setting in SETTINGS:
            if retries.spec.get(setting) is not None:
                origins[setting] = retries.origin(setting)
    url, named_by = dead_letter
    if url is not None and named_by is not None:
        origins["deadLetterSink"] = named_by.origin("deadLetterSink")
    return Effective(retries=numbers, dead_letter=url, origins=origins)


def _numbers(delivery: Delivery, findings: Findings) -> Retries:
    spec = delivery.spec
    retry = spec.get("retry")
    return Retries(
        # Below 0 is none; only the webhook of a Parallel lets it in, for a branch.
        retry=max(0, retry) if isinstance(retry, int) else 0,
        policy=_POLICIES.get(str(spec.get("backoffPolicy"))),
        delay_ns=_duration(delivery, "backoffDelay", findings),
        timeout_ns=_duration(delivery, "timeout", findings),
        retry_after_max_ns=_duration(delivery, "retryAfterMax", findings),
    )


def _duration(delivery: Delivery, setting: str, findings: Findings) -> int | None:
    text = delivery.spec.get(setting)
    if text is None:
        return None
    try:
        return parse_period(str(text))
    except PeriodError:
        findings.warn(
            delivery.owner,
            "bad-duration",
            f"{text!r} is no ISO 8601 duration such as PT0.5S; it is left out",
            f"{delivery.path}.{setting}",
        )
        return None
