"""How senders by themselves, such as the adapters of sources, send again what failed."""

from __future__ import annotations

from simulator.delivery import BackoffPolicy, Retries
from simulator.profiles.profile import Retrying
from simulator.value import Value

_MS = 1_000_000


class Resending(Value):
    """What is sent again, when, and how often."""

    retries: Retries
    retrying: Retrying


# Source: knative-resources 6.12 and 10: what the CloudEvents SDK sends again; it counts
# the first retry as 1, so that twice the period comes first.
_SDK = Retrying(
    statuses=frozenset({404, 413, 425, 429, 502, 503, 504}),
    server_errors=range(0),
    first=1,
)


def _doubling(retry: int, period_ns: int) -> Resending:
    retries = Retries(retry=retry, policy=BackoffPolicy.EXPONENTIAL, delay_ns=period_ns)
    return Resending(retries=retries, retrying=_SDK)


ADAPTER = _doubling(5, 50 * _MS)
"""Of Knative's own adapters.

Source: knative-kinds 6, PingSource, ApiServerSource (run): 100, 200, 400, 800, 1600 ms.
"""
OF_2022 = _doubling(10, 10 * _MS)
"""Of the controller of Knative Serving of 2022 (client.go, injectIntoContext)."""
