from __future__ import annotations

from typing import Any

import pytest

from simulator.control import ClusterConfig
from simulator.control.kinds.ping_source import (
    PayloadError,
    check_json_object,
    decode_base64,
)
from tests.unit.control.examples import ping, said, spec_of


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": 1}', None),
        ("null", None),
        (
            "[]",
            "json: cannot unmarshal array into Go value of type map[string]interface {}",
        ),
        (
            '"x"',
            "json: cannot unmarshal string into Go value of type map[string]interface {}",
        ),
        (
            "5",
            "json: cannot unmarshal number into Go value of type map[string]interface {}",
        ),
        (
            "true",
            "json: cannot unmarshal bool into Go value of type map[string]interface {}",
        ),
        ("", "unexpected end of JSON input"),
        ("{", "unexpected end of JSON input"),
        ('{"a', "unexpected end of JSON input"),
        ("-", "unexpected end of JSON input"),
        ("tru", "unexpected end of JSON input"),
        ("hello", "invalid character 'h' looking for beginning of value"),
        ("trux", "invalid character 'x' in literal true (expecting 'e')"),
        (
            '{"a": 1,}',
            "invalid character '}' looking for beginning of object key string",
        ),
        ("[1,]", "invalid character ']' looking for beginning of value"),
        ("[1, ]", "invalid character ']' looking for beginning of value"),
        ("-x", "invalid character 'x' in numeric literal"),
        ("{} x", "invalid character 'x' after top-level value"),
        ("{a: 1}", "invalid character 'a' looking for beginning of object key string"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a": 1 "b"}', "invalid character '\"' after object key:value pair"),
        ("[1 2]", "invalid character '2' after array element"),
        ('{"a": "\\"}" 1}', "invalid character '1' after object key:value pair"),
        ("[{}, [] 1]", "invalid character '1' after array element"),
        ('{"a": "\t"}', "invalid character '\\t' in string literal"),
        ('{"a": "\\x"}', "invalid character 'x' in string escape code"),
        ("'", "invalid character '\\'' looking for beginning of value"),
        ("\x01", "invalid character '\\x01' looking for beginning of value"),
    ],
)
def test_json_data_is_an_object(text: str, why: str | None) -> None:
    if why is None:
        check_json_object(text)
        return

    with pytest.raises(PayloadError) as caught:
        check_json_object(text)

    assert str(caught.value) == why


def test_a_constant_that_json_does_not_know_is_refused() -> None:
    with pytest.raises(PayloadError):
        check_json_object("NaN")


def test_data_nested_too_deep_is_refused() -> None:
    with pytest.raises(PayloadError, match="exceeded max depth"):
        check_json_object("[" * 100_000)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("!!", 0),
        ("YQ", 0),
        ("YWJj=", 4),
        ("Y===", 1),
        ("YQ=x", 2),
        ("YQ==YQ==", 4),
        ("YQ=", 3),
        ("YWI=x", 4),
        ("YW\nJjZ", 5),
    ],
)
def test_the_first_bad_byte_of_base64_is_named(text: str, place: int) -> None:
    with pytest.raises(PayloadError) as caught:
        decode_base64(text)

    assert str(caught.value) == f"illegal base64 data at input byte {place}"


def test_base64_may_have_line_ends() -> None:
    assert decode_base64("YW\r\nI=") == b"ab"
    assert decode_base64("") == b""


LIMITED = ClusterConfig.from_configmaps(
    {"config-ping-defaults": {"data-max-size": "3"}}
)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (
            {"schedule": "@every 1m"},
            ["invalid value: unsupported descriptor @every: spec.schedule"],
        ),
        (
            {"schedule": "x"},
            ["invalid value: expected 5 to 6 fields, found 1: [x]: spec.schedule"],
        ),
        (
            {"timezone": "Mars/X"},
            [
                (
                    "invalid value: provided bad location Mars/X: "
                    "unknown time zone Mars/X: spec.timezone"
                )
            ],
        ),
        ({"timezone": "Europe/Paris"}, []),
        (
            {"data": "a", "dataBase64": "YQ=="},
            ["expected exactly one, got both: spec.data, spec.dataBase64"],
        ),
        (
            {"dataBase64": "!"},
            ["invalid value: illegal base64 data at input byte 0: spec.dataBase64"],
        ),
        (
            {"dataBase64": "W10=", "contentType": "application/json"},
            [
                (
                    "invalid value: json: cannot unmarshal array into Go value of type "
                    "map[string]interface {}: spec.dataBase64"
                )
            ],
        ),
        ({"dataBase64": "W10=", "contentType": "text/plain"}, []),
        (
            {"data": "x", "contentType": "application/json"},
            [
                (
                    "invalid value: invalid character 'x' looking for beginning of value: "
                    "spec.data"
                )
            ],
        ),
        (
            {"ceOverrides": {"extensions": {"": "x"}}},
            ['invalid key name "": spec.ceOverrides.extensions'],
        ),
        (
            {"ceOverrides": {"extensions": {"Good1": "x", "a-b": "x"}}},
            ['invalid key name "a-b": spec.ceOverrides.extensions'],
        ),
        (
            {"sink": {}},
            ["expected at least one, got none: spec.sink.ref, spec.sink.uri"],
        ),
    ],
)
def test_a_ping_source_is_checked(spec: dict[str, Any], expected: list[str]) -> None:
    assert said(ping(spec)) == expected


def test_the_data_may_be_limited() -> None:
    assert said(ping({"data": "abcd"}), LIMITED) == [
        "invalid value: the data length of 4 bytes exceeds limit set at 3.: spec.data"
    ]
    assert said(ping({"dataBase64": "YWJj"}), LIMITED) == [
        (
            "invalid value: the dataBase64 length of 4 bytes exceeds limit set at 3.: "
            "spec.dataBase64"
        )
    ]
    assert said(ping({"data": "abc"}), LIMITED) == []


def test_the_schedule_is_every_minute_by_default() -> None:
    assert spec_of(ping())["schedule"] == "* * * * *"
