from __future__ import annotations

import pytest

from simulator.control.faults import Fault, merged, via
from simulator.go_url import UrlError, parse_url
from simulator.quoting import go_quote


@pytest.mark.parametrize(
    ("raw", "written", "scheme", "host"),
    [
        ("http://x/y?q=1#f", "http://x/y?q=1#f", "http", "x"),
        ("HTTP://X:80", "http://X:80", "http", "X:80"),
        ("http://u@x", "http://u@x", "http", "x"),
        ("http://x?q", "http://x?q", "http", "x"),
        ("http://", "http:", "http", ""),
        ("/a b", "/a%20b", "", ""),
        ("/a b!(c)", "/a%20b%21%28c%29", "", ""),
        ("?", "?", "", ""),
        ("#a b", "#a%20b", "", ""),
        ("mailto:x", "mailto:x", "mailto", ""),
        ("http://[::1]:8080/", "http://[::1]:8080/", "http", "[::1]:8080"),
        ("", "", "", ""),
    ],
)
def test_a_url_is_written_as_go_writes_it(
    raw: str, written: str, scheme: str, host: str
) -> None:
    url = parse_url(raw)

    assert (url.text, url.scheme, url.host) == (written, scheme, host)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (":x", "missing protocol scheme"),
        ("1x:y", "first path segment in URL cannot contain colon"),
        ("http://a b", 'invalid character " " in host name'),
        ("http://x:y", 'invalid port ":y" after host'),
        ("http://[::1", "missing ']' in host"),
        ("http://x/%zz", 'invalid URL escape "%zz"'),
        ("/%z", 'invalid URL escape "%z"'),
        ("http://x/\n", "net/url: invalid control character in URL"),
        ("/x#%z", 'invalid URL escape "%z"'),
    ],
)
def test_a_url_that_go_refuses_is_refused(raw: str, why: str) -> None:
    with pytest.raises(UrlError) as caught:
        parse_url(raw)

    assert str(caught.value) == f"parse {go_quote(raw)}: {why}"


def test_what_go_refuses_before_the_fragment_is_named_without_it() -> None:
    with pytest.raises(UrlError, match=r'^parse "/%z": invalid URL escape'):
        parse_url("/%z#f")


def test_equal_faults_are_merged_with_their_paths_sorted() -> None:
    faults = [
        Fault(message="b", paths=("z", "a")),
        Fault(message="a", details="y"),
        Fault(message="b", paths=("a", "m")),
        Fault(message="a", details="x"),
    ]

    assert merged(faults) == (
        Fault(message="a", details="x"),
        Fault(message="a", details="y"),
        Fault(message="b", paths=("a", "m", "z")),
    )


@pytest.mark.parametrize(
    ("prefix", "path", "expected"),
    [
        (("foo", "bar"), "[0]", "foo.bar[0]"),
        (("foo", "[1]"), "[0].bar", "foo[1][0].bar"),
        (("[0]",), "", "[0]"),
        (("spec",), "", "spec"),
        (("a",), "[x.y]", "a.[x.y]"),
    ],
)
def test_paths_are_flattened(prefix: tuple[str, ...], path: str, expected: str) -> None:
    (fault,) = via([Fault(message="m", paths=(path,))], *prefix)

    assert fault.paths == (expected,)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('a"b\\c\n', r'"a\"b\\c\n"'),
        ("\x01", r'"\x01"'),
        ("\u200b", r'"\u200b"'),
        ("\U000e0001", r'"\U000e0001"'),
        ("é", '"é"'),
    ],
)
def test_a_text_is_quoted_as_go_quotes_it(text: str, quoted: str) -> None:
    assert go_quote(text) == quoted
