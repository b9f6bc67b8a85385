"""Delivery specs that Knative's webhooks accept."""

from __future__ import annotations

from copy import deepcopy
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
    return _deliveries(
        {
            "retry": range(most_retries + 1),
            "backoffPolicy": ("linear", "exponential"),
            "backoffDelay": _WAITS,
            "timeout": _TIMEOUTS,
            "deadLetterSink": dead_letter_sinks,
        }
    )


@st.composite
def _deliveries(
    draw: st.DrawFn, values: Mapping[str, Sequence[object]]
) -> dict[str, Any]:
    """Draw it; composed, so that all of it shrinks field by field."""
    drawn = {
        name: draw(st.none() | st.sampled_from(each))
        for name, each in values.items()
        if each
    }
    return {name: deepcopy(each) for name, each in drawn.items() if each is not None}
