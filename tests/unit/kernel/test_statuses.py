"""Which answers are retried, and when: knative-runtime, Retries."""

from __future__ import annotations

import pytest

from simulator.duration import duration_text
from tests.playbook import simulation

AFTER = {"config-features": {"delivery-retryafter": "enabled"}}


def attempts_at(delivery: str, responses: str, **options: object) -> list[str]:
    sim = simulation(
        f"""
        brokers: {{default: {{{delivery}}}}}
        triggers: {{work: {{subscriber: one}}}}
        services: {{one: {responses}}}
        """,
        **options,
    )
    sim.send(id="a", type="t")
    sim.run()
    return [duration_text(received.at_ns) for received in sim.received("one")]


@pytest.mark.parametrize("status", [404, 408, 409, 429, 500, 501, 502, 503, 504, 599])
def test_404_408_409_429_and_every_status_from_500_on_are_retried(status: int) -> None:
    at = attempts_at("delivery: {retry: 2}", f"{{responses: [{status}]}}")

    assert at == ["0s", "0s", "0s"]


@pytest.mark.parametrize(
    "status", [300, 301, 304, 307, 400, 401, 403, 405, 410, 413, 418, 422, 425, 451]
)
def test_all_other_4xx_and_all_3xx_are_not_retried(status: int) -> None:
    at = attempts_at("delivery: {retry: 2}", f"{{responses: [{status}]}}")

    assert at == ["0s"]


@pytest.mark.parametrize("fault", ["reset", "close"])
def test_any_transport_error_is_retried(fault: str) -> None:
    at = attempts_at("delivery: {retry: 1}", f"{{responses: [{{{fault}: true}}]}}")

    assert at == ["0s", "0s"]


@pytest.mark.parametrize("status", [200, 201, 202, 203, 204, 299])
def test_2xx_is_success(status: int) -> None:
    at = attempts_at("delivery: {retry: 2}", f"{{responses: [{status}]}}")

    assert at == ["0s"]


def test_a_broker_without_delivery_tries_eleven_times_over_204_6_seconds() -> None:
    at = attempts_at("", "{responses: [503]}")

    assert at == [
        "0s", "200ms", "600ms", "1.4s", "3s", "6.2s", "12.6s", "25.4s", "51s",
        "1m 42.2s", "3m 24.6s",
    ]  # fmt: skip


def test_an_empty_delivery_gets_no_retries() -> None:
    assert attempts_at("delivery: {}", "{responses: [503]}") == ["0s"]


def test_durations_are_cut_to_tenths_of_a_second() -> None:
    delivery = "retry: 1, backoffPolicy: exponential, backoffDelay: PT0.25S"

    at = attempts_at(f"delivery: {{{delivery}}}", "{responses: [503]}")

    assert at == ["0s", "200ms"]


@pytest.mark.parametrize(
    ("most", "after", "second"),
    [
        ("PT10S", "3", "3s"),
        ("PT2S", "3", "2s"),
        ("PT10S", "0", "1s"),
        ("PT0S", "3", "1s"),
        ("PT10S", "soon", "1s"),
        ("PT10S", "Wed, 21 Oct 2015 07:28:00 GMT", "1s"),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_counts_within_retry_after_max(
    status: int, most: str, after: str, second: str
) -> None:
    at = attempts_at(
        "delivery: {retry: 1, backoffPolicy: exponential, backoffDelay: PT1S, "
        f"retryAfterMax: {most}}}",
        f"{{responses: [{{status: {status}, headers: {{retry-after: '{after}'}}}}]}}",
        configmaps=AFTER,
    )

    assert at == ["0s", second]


@pytest.mark.parametrize(("status", "most"), [(500, "retryAfterMax: PT10S"), (503, "")])
def test_retry_after_is_ignored_without_its_maximum_and_for_other_statuses(
    status: int, most: str
) -> None:
    at = attempts_at(
        "delivery: {retry: 1, backoffPolicy: exponential, backoffDelay: PT1S, "
        f"{most}}}",
        f"{{responses: [{{status: {status}, headers: {{retry-after: '3'}}}}]}}",
        configmaps=AFTER,
    )

    assert at == ["0s", "1s"]
