"""URLs are taken apart as Go takes them."""

import pytest

from simulator.urls import host_of, join, parse, port_of, request_target, split, written


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://User:x@S.Team.svc:8080/p", "s.team.svc"),
        ("http://s", "s"),
        ("nothing", ""),
        ("http://[::1]:80/", "::1"),
        ("http://[your-host]:8080", "your-host"),
        ("http://[1..2]/", "1..2"),
        ("http://a\u2100b/", "a\u2100b"),
    ],
)
def test_the_host_of_a_url_has_neither_user_nor_port(url: str, host: str) -> None:
    assert host_of(url) == host


def test_a_host_in_brackets_need_not_be_an_ip_address() -> None:
    found = split("HTTP://me@[a.b]:8080/p?q=1#f")

    assert tuple(found) == ("http", "me@[a.b]:8080", "/p", "q=1", "f")


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("http://a:8080/p", 8080),
        ("http://me:7@a", None),
        ("http://a:/p", None),
        ("http://[::1]:9/", 9),
        ("http://a:0", 0),
        ("//a:007", 7),
    ],
)
def test_a_port_is_what_stands_behind_the_host(url: str, port: int | None) -> None:
    assert parse(url).port == port


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://a:http", "integer value as 'http'"),
        ("http://a:-1", "integer value as '-1'"),
        ("http://a:\u0661", "integer value"),
        ("http://a:65536", "out of range"),
        (f"http://a:{'9' * 5000}", "out of range"),
    ],
)
def test_a_port_that_no_server_has_is_refused(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        _ = parse(url).port
    assert port_of(url) is None


@pytest.mark.parametrize("url", ["http://[", "http://a]/", "http://[[a]/"])
def test_a_bracket_that_is_not_closed_is_no_url(url: str) -> None:
    with pytest.raises(ValueError, match="bracket"):
        parse(url)


@pytest.mark.parametrize("url", ["http://].default.svc/p", "http://[.default.svc/p"])
def test_a_url_made_of_a_name_with_a_bracket_can_be_taken_apart(url: str) -> None:
    assert split(url).path == "/p"
    assert port_of(url) == 80


@pytest.mark.parametrize(
    ("base", "reference", "joined"),
    [
        ("http://a/b/c", "d", "http://a/b/d"),
        ("http://[x]/b/c", "d", "http://[x]/b/d"),
        ("http://[x]/b/c", "/d?e", "http://[x]/d?e"),
        ("http://a/b", "//[x]/d", "http://[x]/d"),
        ("http://a/b", "https://[x]/d", "https://[x]/d"),
    ],
)
def test_a_reference_is_resolved_whatever_the_hosts_are(
    base: str, reference: str, joined: str
) -> None:
    assert join(base, reference) == joined


@pytest.mark.parametrize(
    ("base", "reference", "joined"),
    [
        ("http://a", "", "http://a"),
        ("http://a", "?x=1", "http://a?x=1"),
        ("http://a", "?", "http://a?"),
        ("http://a", "#f", "http://a#f"),
        ("http://a", "#", "http://a"),
        ("http://a", "/", "http://a/"),
        ("http://a", "p/q", "http://a/p/q"),
        ("http://a", "p q", "http://a/p%20q"),
        ("http://a", "./p/", "http://a/p/"),
        ("http://a/b/c", "..", "http://a/"),
        ("http://a/b/c", "../../d", "http://a/d"),
        ("http://a/b/c/", ".", "http://a/b/c/"),
        ("http://a/b/c?x#f", "", "http://a/b/c?x#f"),
        ("http://a/b/c?x#f", "#g", "http://a/b/c?x#g"),
        ("http://a/b/c?x#f", "?y", "http://a/b/c?y"),
        ("http://a/b/c?x#f", "d", "http://a/b/d"),
        ("http://a/b//c", "d", "http://a/b//d"),
        ("http://a/b", "//c", "http://c"),
        ("http://a/b", "HTTPS://c/d/../e", "https://c/e"),
        ("http://a/b", "mailto:x", "mailto:x"),
    ],
)
def test_a_reference_is_resolved_as_go_does(
    base: str, reference: str, joined: str
) -> None:
    assert join(base, reference) == joined


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://a", "/"),
        ("http://a?", "/?"),
        ("http://a?b=c#d", "/?b=c"),
        ("http://a/b c#d", "/b%20c"),
    ],
)
def test_a_request_asks_for_the_path_with_the_query(url: str, asked: str) -> None:
    assert request_target(url) == asked


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("/plain/path", "/plain/path"),
        ("/ä", "/%C3%A4"),
        ("a b", "a%20b"),
        ("HTTP://Host/ü?q=ü#f", "http://Host/%C3%BC?q=ü#f"),
        ("//host/a b", "//host/a%20b"),
        ("urn:ü", "urn:ü"),
        ("/a#", "/a"),
        ("/a#b c", "/a#b%20c"),
        ("/%41 b", "/A%20b"),
        ("/a?b c", "/a?b c"),
        ("/a b!(c)", "/a%20b%21%28c%29"),
        ("/a b?", "/a%20b?"),
        ("?", "?"),
        ("#b c!", "#b%20c!"),
        ("HTTP://X:80", "http://X:80"),
        ("http://", "http:"),
        ("///a", "///a"),
    ],
)
def test_a_uri_is_spelled_as_go_writes_it_back(text: str, spelled: str) -> None:
    assert written(text) == spelled


def test_bytes_that_are_no_utf_8_are_escaped_as_any_others() -> None:
    assert written("/a\udcff") == "/a%FF"
