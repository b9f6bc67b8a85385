"""The numbers of Knative's own broker: knative-runtime, Retries."""

from __future__ import annotations

import pytest

from simulator.delivery import BackoffPolicy, Retries
from simulator.profiles import MT_CHANNEL, PROFILES
from simulator.profiles.specification import SPEC

S = 1_000_000_000
NOON = 1_767_268_800 * S  # 2026-01-01T12:00:00Z
LINEAR, EXPONENTIAL = BackoffPolicy.LINEAR, BackoffPolicy.EXPONENTIAL


def retries(
    policy: BackoffPolicy | None, delay: int | None, most: int | None = None
) -> Retries:
    return Retries(retry=5, policy=policy, delay_ns=delay, retry_after_max_ns=most)


def test_the_profile_is_found_by_its_name() -> None:
    assert (PROFILES["mt-channel"], PROFILES["spec"]) == (MT_CHANNEL, SPEC)
    assert all(name == profile.name for name, profile in PROFILES.items())


@pytest.mark.parametrize("status", [404, 408, 409, 429, 500, 502, 503, 504, 599, 600])
def test_these_statuses_are_retried(status: int) -> None:
    assert MT_CHANNEL.retrying.is_retried(status)


@pytest.mark.parametrize(
    "status",
    [100, 300, 301, 304, 400, 401, 403, 405, 410, 413, 418, 422, 425, 451, 499],
)
def test_all_other_statuses_are_not_retried(status: int) -> None:
    assert not MT_CHANNEL.retrying.is_retried(status)


@pytest.mark.parametrize(
    ("policy", "delay", "waits"),
    [
        (EXPONENTIAL, S, [S, 2 * S, 4 * S, 8 * S]),
        (LINEAR, S, [0, S, 2 * S, 3 * S]),
        (EXPONENTIAL, None, [0, 0, 0, 0]),
        (LINEAR, None, [0, 0, 0, 0]),
        (None, S, [0, 0, 0, 0]),
        (None, None, [0, 0, 0, 0]),
        (EXPONENTIAL, 0, [0, 0, 0, 0]),
    ],
)
def test_the_wait_before_a_retry_follows_policy_and_delay(
    policy: BackoffPolicy | None, delay: int | None, waits: list[int]
) -> None:
    settings = retries(policy, delay)

    assert [MT_CHANNEL.retrying.backoff_ns(settings, n) for n in range(4)] == waits


@pytest.mark.parametrize(
    ("status", "after", "most", "wait"),
    [
        (429, "3", 10 * S, 3 * S),
        (503, "3", 10 * S, 3 * S),
        (503, "30", 10 * S, 10 * S),
        (503, "1", 10 * S, 2 * S),
        (503, "3", 0, 2 * S),
        (503, "3", None, 2 * S),
        (500, "3", 10 * S, 2 * S),
        (503, "soon", 10 * S, 2 * S),
        (503, "-3", 10 * S, 2 * S),
        (503, "٣", 10 * S, 2 * S),
        (503, "", 10 * S, 2 * S),
        (503, "Thu, 01 Jan 2026 12:00:07 GMT", 10 * S, 7 * S),
        (503, "Thu, 01 Jan 2026 11:59:59 GMT", 10 * S, 2 * S),
        (503, "Thu, 41 Jan 2026 12:00:07 GMT", 10 * S, 2 * S),
    ],
)
def test_retry_after_counts_for_429_and_503_within_its_maximum(
    status: int, after: str, most: int | None, wait: int
) -> None:
    settings = retries(EXPONENTIAL, 2 * S, most)

    assert MT_CHANNEL.retrying.wait_ns(settings, 0, status, after, NOON) == wait
