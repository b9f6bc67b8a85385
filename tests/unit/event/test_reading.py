"""HTTP messages are read as sdk-go reads them.

Names are sentences of knative-runtime (Ingress, Encoding) and of knative-resources 10.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.event import (
    Event,
    NotAnEventError,
    UnparsableEventError,
    read_http,
    read_json,
)
from simulator.event.text import BATCH, STRUCTURED

BINARY = {
    "ce-specversion": "1.0",
    "ce-id": "1",
    "ce-source": "/s",
    "ce-type": "order.placed",
}
WIRE = {"specversion": "1.0", "id": "1", "source": "/s", "type": "order.placed"}
STRUCTURED_HEADERS = {"content-type": STRUCTURED}


def structured(**members: Any) -> Event:
    return read_http(STRUCTURED_HEADERS, json.dumps({**WIRE, **members}).encode())


def test_a_binary_event_is_its_ce_headers_and_its_body() -> None:
    headers = {**BINARY, "content-type": "text/plain", "accept": "*/*"}

    event = read_http(headers, b"hello")

    assert event == Event({**WIRE, "datacontenttype": "text/plain"}, b"hello")


def test_a_binary_event_without_content_type_keeps_its_body_as_it_is() -> None:
    event = read_http(BINARY, b'{"a" : 1}')

    assert event == Event(WIRE, b'{"a" : 1}')


def test_an_empty_body_is_no_data() -> None:
    assert read_http(BINARY, b"").body is None


@pytest.mark.parametrize("version", ["1.0", "0.3"])
def test_specversion_1_0_and_0_3_are_accepted_and_kept(version: str) -> None:
    event = read_http({**BINARY, "ce-specversion": version}, b"")

    assert event.attributes["specversion"] == version


@pytest.mark.parametrize("version", ["2.0", "", "1"])
def test_another_specversion_is_no_event(version: str) -> None:
    with pytest.raises(NotAnEventError, match="no CloudEvent is recognised"):
        read_http({**BINARY, "ce-specversion": version}, b"x")


def test_a_plain_request_is_no_event() -> None:
    with pytest.raises(NotAnEventError):
        read_http({"content-type": "application/json"}, b"{}")


def test_cloudevents_xml_is_no_event() -> None:
    with pytest.raises(NotAnEventError):
        read_http({"content-type": "application/cloudevents+xml"}, b"<event/>")


def test_a_batch_is_unparsable() -> None:
    with pytest.raises(UnparsableEventError, match="a batch is no single event"):
        read_http({"content-type": BATCH}, b"[]")


def test_structured_wins_over_ce_headers() -> None:
    body = json.dumps({**WIRE, "id": "inner"}).encode()

    event = read_http({**BINARY, **STRUCTURED_HEADERS}, body)

    assert event.attributes == {**WIRE, "id": "inner"}


@pytest.mark.parametrize(
    "content_type", [f"{STRUCTURED}; charset=utf-8", STRUCTURED.upper()]
)
def test_parameters_and_case_of_the_structured_content_type_do_not_count(
    content_type: str,
) -> None:
    event = read_http({"content-type": content_type}, json.dumps(WIRE).encode())

    assert event == Event(WIRE)


@pytest.mark.parametrize("name", ["my-ext", "my_ext", "", "ä", "a.b"])
def test_an_extension_name_with_another_character_is_unparsable(name: str) -> None:
    with pytest.raises(UnparsableEventError, match="is no attribute name"):
        read_http({**BINARY, f"ce-{name}": "x"}, b"")


def test_upper_case_in_an_extension_name_is_lowered() -> None:
    assert structured(myExt="x").attributes == {**WIRE, "myext": "x"}


def test_a_long_extension_name_is_accepted() -> None:
    name = "a" * 40

    assert read_http({**BINARY, f"ce-{name}": "x"}, b"").attributes[name] == "x"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (5, "5"),
        (-(2**31), "-2147483648"),
        (1.5, "1"),
        (-1.5, "-1"),
        ("", ""),
        (" x ", "x"),
    ],
)
def test_every_extension_becomes_text(value: object, text: str) -> None:
    assert structured(ext=value).attributes["ext"] == text


def test_a_null_attribute_is_absent() -> None:
    assert structured(ext=None, subject=None).attributes == WIRE


def test_a_number_beyond_all_floats_is_unparsable_too() -> None:
    body = b'{"specversion":"1.0","id":"1","source":"/","type":"t","ext":1e400}'
    with pytest.raises(UnparsableEventError, match=r"ext: .* is no attribute value"):
        read_http({"content-type": "application/cloudevents+json"}, body)


@pytest.mark.parametrize("value", [3_000_000_000, 2**31, [1], {"a": 1}])
def test_an_extension_beyond_int32_or_nested_is_unparsable(value: object) -> None:
    with pytest.raises(UnparsableEventError, match=r"ext: .* is no attribute value"):
        structured(ext=value)


def test_an_id_that_is_a_json_number_is_unparsable() -> None:
    with pytest.raises(UnparsableEventError, match="id: is no string"):
        structured(id=7)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("2020-01-02T03:04:05.678+02:00", "2020-01-02T01:04:05.678Z"),
        ("2020-01-02T03:04:05.100Z", "2020-01-02T03:04:05.1Z"),
        ("2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z"),
    ],
)
def test_time_is_rewritten_in_utc_without_needless_digits(
    written: str, normal: str
) -> None:
    assert structured(time=written).attributes["time"] == normal
    assert read_http({**BINARY, "ce-time": written}, b"").attributes["time"] == normal


def test_time_that_is_not_rfc_3339_is_unparsable() -> None:
    with pytest.raises(UnparsableEventError, match="time: 'yesterday' is not RFC 3339"):
        structured(time="yesterday")


def test_a_source_that_is_no_uri_reference_is_unparsable() -> None:
    with pytest.raises(UnparsableEventError, match="source: '%zz' is no URI reference"):
        structured(source="%zz")


@pytest.mark.parametrize("name", ["id", "source", "type", "subject"])
def test_an_empty_attribute_of_the_specification_is_absent(name: str) -> None:
    assert name not in structured(**{name: ""}).attributes


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"{", "the body is no JSON object"),
        (b"", "the body is no JSON object"),
        (b"[]", "the body is no JSON object"),
        (b'{"a" 1}', "the body is no JSON object"),
        (b'{"a": 1; "b": 2}', "the body is no JSON object"),
        (b"{1: 2}", "the body is no JSON object"),
        (b'{"a": tru}', "the body is no JSON object"),
        (b"{}x", "something follows the JSON object"),
        (b'{"specversion": "1.0"} {}', "something follows the JSON object"),
        (b"\xff", "the body is not UTF-8"),
        (b"{}", "specversion is missing"),
        (b'{"specversion": "2.0"}', "specversion '2.0' is not known"),
        (b'{"specversion": 1}', "specversion 1 is not known"),
        (b'{"a": ' + b"[" * 100_000, "the body is no JSON object"),
    ],
)
def test_an_unparsable_structured_event_says_why(body: bytes, why: str) -> None:
    with pytest.raises(UnparsableEventError) as raised:
        read_http(STRUCTURED_HEADERS, body)

    assert str(raised.value) == why


def test_json_data_is_never_re_spelled() -> None:
    data = '{ "n": 1.0e2,  "big": 123456789012345678901234567890, "a": 1, "a": 2 }'
    body = json.dumps(WIRE)[:-1] + f', "data" : {data} }}'

    assert read_http(STRUCTURED_HEADERS, body.encode()).body == data.encode()


@pytest.mark.parametrize(
    ("members", "body"),
    [
        ({"data": "text"}, b'"text"'),
        ({"data": None}, b"null"),
        ({"data": "text", "datacontenttype": "text/plain"}, b"text"),
        ({"data": "", "datacontenttype": "text/plain"}, None),
        ({"data": None, "datacontenttype": "text/plain"}, None),
        ({"data": "x", "datacontenttype": "text/json"}, b'"x"'),
        ({"data": "x", "datacontenttype": "application/vnd.x+json"}, b"x"),
        ({"data": "x", "datacontenttype": "Application/JSON"}, b"x"),
        ({"data": [1], "datacontenttype": "text/json; charset=utf-8"}, b"[1]"),
        ({"data": [1], "datacontenttype": None}, b"[1]"),
        ({"data": [1], "datacontenttype": STRUCTURED}, b"[1]"),
        ({"data": [1], "datacontenttype": BATCH}, b"[1]"),
        ({"data_base64": "AAEC"}, b"\x00\x01\x02"),
        ({"data_base64": ""}, b""),
        ({}, None),
    ],
)
def test_data_of_a_structured_event_travels_as_in_binary_mode(
    members: dict[str, Any], body: bytes | None
) -> None:
    assert structured(**members).body == body


def test_a_structured_event_without_datacontenttype_gets_none() -> None:
    assert "datacontenttype" not in structured(data={"a": 1}).attributes


@pytest.mark.parametrize("value", ["%", "AAA", "\u00e4", 5, None])
def test_invalid_data_base64_is_unparsable(value: object) -> None:
    with pytest.raises(UnparsableEventError, match="data_base64: is not base64"):
        structured(data_base64=value)


def test_version_0_3_names_base64_in_datacontentencoding() -> None:
    event = structured(
        specversion="0.3", datacontentencoding="base64", data="AAEC", schemaurl="/x"
    )

    assert event.body == b"\x00\x01\x02"
    assert event.attributes == {**WIRE, "specversion": "0.3", "schemaurl": "/x"}


@pytest.mark.parametrize("version", ["1.0", "0.3"])
@pytest.mark.parametrize("data", [{"a": 1}, [1], 5, True])
@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/vnd.x+json",
        "Application/JSON",
        "application/xml; a=b",
    ],
)
def test_data_of_another_media_type_than_json_must_be_text(
    version: str, data: object, content_type: str
) -> None:
    content = {"data": data, "datacontenttype": content_type}
    turned = dict(reversed(content.items()))

    for members in (content, turned):
        with pytest.raises(
            UnparsableEventError, match="data: is no string, and Knative does not take"
        ):
            structured(specversion=version, **members)


def test_an_event_that_is_only_described_has_any_data() -> None:
    event = read_json({**WIRE, "data": {"a": 1}, "datacontenttype": "a/b+json"})

    assert event.body == b'{"a":1}'


@pytest.mark.parametrize("encoding", ["Base64", "base32", "", None])
def test_version_0_3_knows_no_other_encoding(encoding: str | None) -> None:
    with pytest.raises(UnparsableEventError, match="only base64 is allowed"):
        structured(specversion="0.3", datacontentencoding=encoding)


@pytest.mark.parametrize("name", ["specversion", "datacontenttype"])
def test_what_versions_and_types_the_rest_is_written_once(name: str) -> None:
    written = WIRE | {"datacontenttype": "text/plain"}
    body = json.dumps(written)[:-1] + f', "{name}": "{written[name]}"}}'

    with pytest.raises(UnparsableEventError, match=f"{name} is written twice"):
        read_http(STRUCTURED_HEADERS, body.encode())


def test_of_others_written_twice_the_later_counts() -> None:
    body = '{"datacontenttype": "a/a", "datacontenttype": "a/b", "id": "0", '

    event = read_http(STRUCTURED_HEADERS, (body + json.dumps(WIRE)[1:]).encode())

    assert event.attributes == {**WIRE, "datacontenttype": "a/b"}


def test_version_0_3_has_no_data_base64() -> None:
    assert structured(specversion="0.3", data_base64="AAEC").body is None


def test_an_event_given_as_data_may_leave_specversion_out() -> None:
    event = read_json({"id": "1", "source": "/s", "type": "t", "data": {"a": [1, 2]}})

    assert event == Event(
        {"specversion": "1.0", "id": "1", "source": "/s", "type": "t"}, b'{"a":[1,2]}'
    )


@pytest.mark.parametrize("value", [object(), b"x"])
def test_an_event_given_as_data_must_be_json(value: object) -> None:
    with pytest.raises(UnparsableEventError, match="it cannot be written as JSON: "):
        read_json({**WIRE, "data": value})
