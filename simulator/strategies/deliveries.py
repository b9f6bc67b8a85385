"""Delivery specs that Knative's webhooks accept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from simulator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WAITS = ("PT1S", "PT0.2S", "PT0S", "PT1M", "PT1H")
_TIMEOUTS = ("PT5S", "PT0.3S", "PT1M", "PT1H")


def deliveries(
    *, most_retries: int = 3, dead_letter_sinks: Sequence[Mapping[str, Any]] = ()
) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a `delivery` block, as it stands in a manifest; the plainest is empty.

    Args:
        most_retries: The highest `retry`.
        dead_letter_sinks: Destinations, such as ``{"uri": "http://parking"}``, of which
            one may be the `deadLetterSink`.

    Raises:
        UsageError: There are less than no retries.

    Source: knative-resources 3: `DeliverySpec`; `retryAfterMax` is left out, since its
        feature is disabled as shipped.
    """
    if most_retries < 0:
        raise UsageError(f"most_retries: expected 0 or more, found {most_retries}")
    optional: dict[str, st.SearchStrategy[Any]] = {
        "retry": st.integers(0, most_retries),
        "backoffPolicy": st.sampled_from(("linear", "exponential")),
        "backoffDelay": st.sampled_from(_WAITS),
        "timeout": st.sampled_from(_TIMEOUTS),
    }
    if dead_letter_sinks:
        sinks = st.sampled_from([dict(sink) for sink in dead_letter_sinks])
        optional["deadLetterSink"] = sinks.map(dict)
    return st.fixed_dictionaries({}, optional=optional)
