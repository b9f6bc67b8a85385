"""The questions on which broker implementations answer differently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.delivery import BackoffPolicy

if TYPE_CHECKING:
    from simulator.delivery import Retries


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
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
        return status >= 500 or status in self.retried_statuses  # noqa: PLR2004 - 5xx

    def backoff_ns(self, retries: Retries, retry: int) -> int:
        """Return how long to wait before a retry.

        Args:
            retries: The settings in force.
            retry: 0 for the first retry; the first attempt is not counted.

        Returns:
            Nanoseconds; 0 unless policy and delay are both set.

        Source: knative-runtime, Retries; knative/eventing,
            pkg/kncloudevents/retries.go. The API's text counts from 1, the running
            client from 0.
        """
        if retries.policy is None or not retries.delay_ns:
            return 0
        number = self.first_retry + retry
        if retries.policy is BackoffPolicy.LINEAR:
            return retries.delay_ns * number
        return retries.delay_ns << number

    def wait_ns(self, retries: Retries, retry: int, status: int, after: str) -> int:
        """Return the wait before a retry, a `Retry-After` header counted in.

        Args:
            retries: The settings in force.
            retry: 0 for the first retry.
            status: What the last attempt was answered.
            after: The value of its `Retry-After`, in seconds; empty for none.

        Source: knative-runtime, Retries: ``max(backoff, min(Retry-After,
            retryAfterMax))``, for 429 and 503 only; dates in the past and junk are 0.
        """
        backoff = self.backoff_ns(retries, retry)
        most = retries.retry_after_max_ns
        if most is None or status not in self.retry_after_statuses:
            return backoff
        seconds = int(after) if after.isascii() and after.isdigit() else 0
        return max(backoff, min(seconds * 1_000_000_000, most))
