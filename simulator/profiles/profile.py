"""The questions on which broker implementations answer differently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.delivery import BackoffPolicy
from simulator.statuses import SERVER_ERROR
from simulator.value import Value

if TYPE_CHECKING:
    from simulator.delivery import Retries

_NS_PER_SECOND = 1_000_000_000
# A longer number of seconds is more than Go's ParseInt reads: junk.
_SECONDS_DIGITS = 18


class Profile(Value):
    """One implementation; each field is looked up, never asked for by name.

    Args:
        first_retry: The number that the first retry counts as in the backoff formula.
        retried_statuses: Retried besides everything from 500 on and transport errors.
        max_ttl: Passes through brokers that an event may make; `MAX_TTL`.
        error_data_limit: Characters of base64 kept in ``knativeerrordata``.
        fanout_wait_ns: The longest a hub waits for the next of its deliveries.
        retry_after_statuses: For which `Retry-After` counts.
        redirects: How many redirects one request follows.
    """

    name: str
    first_retry: int
    retried_statuses: frozenset[int]
    max_ttl: int
    error_data_limit: int
    fanout_wait_ns: int
    retry_after_statuses: frozenset[int]
    redirects: int

    def is_retried(self, status: int) -> bool:
        """Tell whether a final status is worth another attempt."""
        return status >= SERVER_ERROR or status in self.retried_statuses

    def backoff_ns(self, retries: Retries, retry: int) -> int:
        """Return how long to wait before a retry.

        Args:
            retries: The settings in force.
            retry: 0 for the first retry; the first attempt is not counted.

        Returns:
            Nanoseconds; 0 unless policy and delay are both set, and for a negative
            delay, which the webhook lets pass and Go's timer does not wait for.

        Source: knative-runtime, Retries; knative/eventing,
            pkg/kncloudevents/retries.go. The API's text counts from 1, the running
            client from 0.
        """
        if retries.policy is None or retries.delay_ns is None or retries.delay_ns <= 0:
            return 0
        number = self.first_retry + retry
        if retries.policy is BackoffPolicy.LINEAR:
            return retries.delay_ns * number
        return retries.delay_ns << number

    def wait_ns(
        self, retries: Retries, retry: int, status: int, after: str, now_ns: int
    ) -> int:
        """Return the wait before a retry, a `Retry-After` header counted in.

        Args:
            retries: The settings in force.
            retry: 0 for the first retry.
            status: What the last attempt was answered.
            after: The value of its `Retry-After`: seconds or an HTTP date; empty for
                none.
            now_ns: The virtual time, nanoseconds since 1970.

        Source: knative-runtime, Retries: ``max(backoff, min(Retry-After,
            retryAfterMax))``, for 429 and 503 only; dates in the past and junk are 0.
            knative-resources 3.2 (seconds or HTTP date).
        """
        backoff = self.backoff_ns(retries, retry)
        most = retries.retry_after_max_ns
        if most is None or status not in self.retry_after_statuses:
            return backoff
        return max(backoff, min(_retry_after_ns(after, now_ns), most))


def _retry_after_ns(text: str, now_ns: int) -> int:
    """Read a `Retry-After` header; 0 for what is past or no time at all."""
    if text.isascii() and text.isdigit() and len(text) <= _SECONDS_DIGITS:
        return int(text) * _NS_PER_SECOND
    if not text.endswith("GMT"):
        return 0
    from email.utils import parsedate_to_datetime  # hardly ever met

    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0
    return max(0, int(moment.timestamp()) * _NS_PER_SECOND - now_ns)
