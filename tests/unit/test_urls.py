"""URLs are taken apart as Go takes them."""

import pytest

from simulator.urls import host_of, join, split


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


@pytest.mark.parametrize("url", ["http://[", "http://a]/", "http://[[a]/"])
def test_a_bracket_that_is_not_closed_is_no_url(url: str) -> None:
    with pytest.raises(ValueError, match="IPv6"):
        split(url)


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
