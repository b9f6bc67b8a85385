"""Times, media types, URIs and sniffed content types are those of Go and sdk-go."""

from __future__ import annotations

import pytest

from simulator.event.text import (
    epoch_ns,
    instant_text,
    is_absolute_uri,
    is_json_like,
    is_json_type,
    is_uri_reference,
    media_type,
    normal_time,
    sniff,
)

PLAIN = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z"),
        ("2020-01-02T03:04:05.000Z", "2020-01-02T03:04:05Z"),
        ("2020-01-02T03:04:05.120Z", "2020-01-02T03:04:05.12Z"),
        ("2020-01-02T03:04:05.1234567891Z", "2020-01-02T03:04:05.123456789Z"),
        ("2020-01-02T03:04:05+02:00", "2020-01-02T01:04:05Z"),
        ("2020-01-01T00:00:00+00:30", "2019-12-31T23:30:00Z"),
        ("2019-12-31T23:30:00-01:00", "2020-01-01T00:30:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ],
)
def test_a_time_is_spelled_in_utc_without_needless_digits(
    text: str, normal: str
) -> None:
    assert normal_time(text) == normal


@pytest.mark.parametrize(
    "text",
    [
        "",
        "noon",
        "2020-01-02",
        "2020-01-02T03:04:05",
        "2020-01-02 03:04:05Z",
        "2020-13-02T03:04:05Z",
        "2020-02-30T03:04:05Z",
        "2020-01-02T03:04:60Z",
        "0001-01-01T00:00:00+01:00",
        "2020-01-02T03:04:05.Z",
    ],
)
def test_what_is_not_rfc_3339_is_no_time(text: str) -> None:
    assert normal_time(text) is None
    assert epoch_ns(text) is None


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1_500_000_000, "1970-01-01T00:00:01.5Z"),
        (1_767_225_600_000_000_001, "2026-01-01T00:00:00.000000001Z"),
        (-1, "1969-12-31T23:59:59.999999999Z"),
    ],
)
def test_an_instant_and_its_text_are_the_same(instant: int, text: str) -> None:
    assert instant_text(instant) == text
    assert epoch_ns(text) == instant


@pytest.mark.parametrize(
    ("text", "media"),
    [
        ("application/json", "application/json"),
        ("Text/Plain; charset=UTF-8", "text/plain"),
        ('a/b; x="q;\\"r"; y=z', "a/b"),
        (" a/b ;", "a/b"),
        ("text", "text"),
    ],
)
def test_a_media_type_is_lower_case_without_parameters(text: str, media: str) -> None:
    assert media_type(text) == media


@pytest.mark.parametrize("text", ["", "/", "a/", "a/b/c", "a b", "a/b; x", "a/b; x="])
def test_what_is_malformed_is_no_media_type(text: str) -> None:
    assert media_type(text) is None


@pytest.mark.parametrize(
    ("content_type", "is_json", "like_json"),
    [
        (None, True, True),
        ("", True, True),
        ("application/json", True, True),
        ("text/json; a=b", True, True),
        ("text/json ; a=b", True, True),
        ("Application/JSON", False, True),
        ("application/cloudevents+json", True, True),
        ("application/vnd.x+json", False, True),
        ("text/plain", False, False),
        ("a/b/c", False, False),
    ],
)
def test_json_is_told_by_the_content_type(
    content_type: str | None, *, is_json: bool, like_json: bool
) -> None:
    assert is_json_type(content_type) is is_json
    assert is_json_like(content_type) is like_json


@pytest.mark.parametrize(
    "text",
    [
        "/a",
        "a",
        "urn:a:b",
        "http://host/p?q#f",
        "a b",
        "",
        "?a:b",
        "/a:b",
        "http://[::1]/",
        "http://[::1]:80/",
        "http://user@host:/",
        "//a<b/",
        "mailto:%",
    ],
)
def test_go_parses_these_as_uri_references(text: str) -> None:
    assert is_uri_reference(text)


@pytest.mark.parametrize(
    "text",
    [
        "%zz",
        "a\x00",
        "a\n",
        ":a",
        "1:a",
        "a b:c",
        "http://a b/",
        "//a{b/",
        "/a#%1",
        "http://[::1",
        "http://a:x/",
    ],
)
def test_go_refuses_these_as_uri_references(text: str) -> None:
    assert not is_uri_reference(text)


@pytest.mark.parametrize(
    ("text", "absolute"),
    [("http://x", True), ("urn:x", True), ("/x", False), ("x", False), ("a:/%", False)],
)
def test_an_absolute_uri_has_a_scheme(text: str, *, absolute: bool) -> None:
    assert is_absolute_uri(text) is absolute


@pytest.mark.parametrize(
    ("body", "guess"),
    [
        (b"", PLAIN),
        (b'{"a": 1}', PLAIN),
        (b"  <html>", HTML),
        (b"<!doctype html>", HTML),
        (b"<p class='x'>", HTML),
        (b"<!-- note -->", HTML),
        (b"<paragraph>", PLAIN),
        (b"\n<?xml version='1.0'?>", "text/xml; charset=utf-8"),
        (b"%PDF-1.7", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xef\xbb\xbfhello", PLAIN),
        (b"\xff\xfeh", "text/plain; charset=utf-16le"),
        (b"PK\x03\x04", "application/zip"),
        (b"\x00\x01", "application/octet-stream"),
        (b"a\x1b[0m", PLAIN),
        (b"x" * 512 + b"\x00", PLAIN),
    ],
)
def test_a_content_type_is_sniffed_as_go_does(body: bytes, guess: str) -> None:
    assert sniff(body) == guess
