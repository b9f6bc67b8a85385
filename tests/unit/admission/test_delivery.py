from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator.delivery import NS_PER_SECOND, PeriodError, parse_period
from tests.unit.admission.examples import SHIPPED, broker, channel, features, said

if TYPE_CHECKING:
    from simulator.admission import ClusterConfig

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
    ("text", "tenths"),
    [
        ("P0", 0),
        ("PT0S", 0),
        ("PT0.25S", 2),
        ("PT1,5S", 15),
        ("PT1.S", 10),
        ("-PT1S", -10),
        ("+PT1S", 10),
        ("PT-1S", -10),
        ("P1DT1S", 864_010),
        ("P1W", 6_048_000),
        ("PT1S1M", 610),
    ],
)
def test_a_period_is_read_in_tenths_of_a_second(text: str, tenths: int) -> None:
    assert parse_period(text) == tenths * NS_PER_SECOND // 10


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "expected 'P' period mark"),
        ("-", "expected 'P' period mark"),
        ("1s", "expected 'P' period mark"),
        ("pt1s", "expected 'P' period mark"),
        ("P", "designator"),
        ("PT", "designator"),
        ("PT1", "expected a number and a designator at '1'"),
        ("PTS", "expected a number and a designator at 'S'"),
        ("PT.5S", "expected a number"),
        ("P1S", "'S' designator cannot occur here"),
        ("PT1Y", "'Y' designator cannot occur here"),
        ("PT1S2S", "more than once"),
        ("PT1T1S", "expected a number"),
        ("P1.5DT1.5S", "only the last field can have a fraction"),
        ("PT\u0661S", "expected a number"),
    ],
)
def test_a_text_that_is_no_period_is_refused_with_its_reason(
    text: str, why: str
) -> None:
    with pytest.raises(PeriodError) as caught:
        parse_period(text)

    assert str(caught.value).startswith(f"{text}: ")
    assert why in str(caught.value)
