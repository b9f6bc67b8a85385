"""What a DeliverySpec and a channel template may say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.control.faults import Fault, disallowed, invalid, missing, via
from simulator.control.features import DELIVERY_RETRY_AFTER, DELIVERY_TIMEOUT
from simulator.control.references import check_destination
from simulator.delivery import PeriodError, parse_period

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking

A_DURATION = "expected an ISO 8601 duration such as PT0.5S"
_TOO_SHORT = {
    "timeout": "expected PT0.1S or longer, in which Knative counts; without it, no limit",
    "retryAfterMax": "expected PT0S or longer",
}
_CHOICES = {
    "backoffPolicy": ("exponential", "linear"),
    "format": ("binary", "json"),
}


def check_delivery(delivery: Fields | None, checking: Checking) -> list[Fault]:
    """Check a DeliverySpec; an absent one is fine.

    Source: knative-resources 3; knative/eventing pkg/apis/duck/v1/delivery_types.go.
    """
    if not delivery:
        return []
    sink = delivery.get("deadLetterSink")
    faults = via(check_destination(sink, checking), "deadLetterSink")
    if delivery.get("retry", 0) < 0:
        faults.append(invalid(delivery["retry"], "retry", ours="expected 0 or more"))
    for name, allowed in _CHOICES.items():
        if name in delivery and delivery[name] not in allowed:
            ours = f"expected {' or '.join(allowed)}"
            faults.append(invalid(delivery[name], name, ours=ours))
    faults += _check_period(delivery, "backoffDelay", lambda _: True)
    config = checking.config
    if config.enabled(DELIVERY_TIMEOUT):
        faults += _check_period(delivery, "timeout", lambda length: length != 0)
    elif "timeout" in delivery:
        faults.append(disallowed("timeout"))
    if config.enabled(DELIVERY_RETRY_AFTER):
        faults += _check_period(delivery, "retryAfterMax", lambda length: length >= 0)
    elif "retryAfterMax" in delivery:
        faults.append(disallowed("retryAfterMax"))
    return faults


def _check_period(
    delivery: Fields, name: str, allowed: Callable[[int], bool]
) -> list[Fault]:
    """Check that a text is an ISO 8601 duration of an allowed length in ns."""
    text = delivery.get(name)
    if text is None:
        return []
    try:
        if allowed(parse_period(text)):
            return []
    except PeriodError:
        return [invalid(text, name, ours=A_DURATION)]
    return [invalid(text, name, ours=_TOO_SHORT[name])]


def check_template(template: Fields | None) -> list[Fault]:
    """Check a channel template that defaulting should have set.

    Source: knative-resources 6.7; messaging/v1 channel_validation.go,
        IsValidChannelTemplate.
    """
    if template is None:
        return [missing("channelTemplate")]
    absent = [name for name in ("kind", "apiVersion") if not template.get(name)]
    return via([missing(name) for name in absent], "channelTemplate")
