from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator.control.kind import Checking
from simulator.control.shared_rules import check_delivery
from tests.unit.control.examples import SHIPPED, broker, channel, features, said

if TYPE_CHECKING:
    from simulator.control import ClusterConfig

RETRY_AFTER = features(delivery_retryafter="ENABLED")


@pytest.mark.parametrize(
    ("delivery", "config", "expected"),
    [
        ({"retry": -1}, SHIPPED, ["invalid value: -1: spec.delivery.retry"]),
        ({"retry": 0}, SHIPPED, []),
        (
            {"backoffPolicy": "Linear"},
            SHIPPED,
            ["invalid value: Linear: spec.delivery.backoffPolicy"],
        ),
        ({"format": "xml"}, SHIPPED, ["invalid value: xml: spec.delivery.format"]),
        ({"format": "json", "backoffPolicy": "linear"}, SHIPPED, []),
        (
            {"backoffDelay": "1s"},
            SHIPPED,
            ["invalid value: 1s: spec.delivery.backoffDelay"],
        ),
        ({"backoffDelay": "PT0S"}, SHIPPED, []),
        (
            {"timeout": "PT0.05S"},
            SHIPPED,
            ["invalid value: PT0.05S: spec.delivery.timeout"],
        ),
        ({"timeout": "-PT1S"}, SHIPPED, []),
        (
            {"timeout": "PT1S"},
            features(delivery_timeout="disabled"),
            ["must not set the field(s): spec.delivery.timeout"],
        ),
        ({}, features(delivery_timeout="disabled"), []),
        (
            {"retryAfterMax": "PT1S"},
            SHIPPED,
            ["must not set the field(s): spec.delivery.retryAfterMax"],
        ),
        ({"retryAfterMax": "PT0S"}, RETRY_AFTER, []),
        (
            {"retryAfterMax": "-PT1S"},
            RETRY_AFTER,
            ["invalid value: -PT1S: spec.delivery.retryAfterMax"],
        ),
        (
            {"retryAfterMax": "x"},
            RETRY_AFTER,
            ["invalid value: x: spec.delivery.retryAfterMax"],
        ),
        (
            {"deadLetterSink": {}},
            SHIPPED,
            [
                (
                    "expected at least one, got none: spec.delivery.deadLetterSink.ref, "
                    "spec.delivery.deadLetterSink.uri"
                )
            ],
        ),
    ],
)
def test_a_delivery_is_checked(
    delivery: dict[str, Any], config: ClusterConfig, expected: list[str]
) -> None:
    assert said(broker({"delivery": delivery}), config) == expected


def test_the_delivery_of_an_in_memory_channel_is_not_checked() -> None:
    assert said(channel({"delivery": {"retry": -1}}, kind="InMemoryChannel")) == []


@pytest.mark.parametrize(
    ("text", "expected"), [("PT0S", "PT0.1S or longer"), ("2s", "an ISO 8601 duration")]
)
def test_a_duration_that_is_too_short_is_not_told_to_be_none(
    text: str, expected: str
) -> None:
    (fault,) = check_delivery({"timeout": text}, Checking(config=SHIPPED))

    assert expected in fault.ours
