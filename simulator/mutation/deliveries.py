"""Changes to a `delivery`, wherever in a spec one stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.mutation.change import Change, dropped, field, replaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.mutation.change import Spec, Step

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
