"""A URL as Go's net/url reads it and writes it again."""

from __future__ import annotations

import re

from simulator.quoting import go_quote
from simulator.urls import written
from simulator.value import Value

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2}).{0,2}", re.DOTALL)
# Of ASCII alone: a range up to U+10FFFF takes 7 ms to compile.
_BAD_HOST = re.compile(r"[\x00-\x20#/?@\\^`{|}\x7f]")
_PORT = re.compile(r"(?::[0-9]*)?")


class UrlError(ValueError):
    """A text that Go cannot parse as a URL; says so in Go's words."""


class GoUrl(Value):
    text: str
    scheme: str
    host: str


def parse_url(raw: str) -> GoUrl:
    """Read a URL.

    Raises:
        UrlError: Go refuses it, such as ``http://[::1`` or ``:x``.

    Source: Go, net/url, Parse (run for knative/pkg apis.URL).
    """
    unparted, _, fragment = raw.partition("#")
    for part, found in (
        (unparted, _problem(unparted)),
        (raw, _escape_problem(fragment)),
    ):
        if found:
            raise UrlError(f"parse {go_quote(part)}: {found}")
    scheme, rest = _split_scheme(unparted)
    authority = re.split("[/?]", rest[2:], maxsplit=1)[0] if rest[:2] == "//" else ""
    return GoUrl(text=written(raw), scheme=scheme, host=authority.rpartition("@")[2])


def is_url(raw: str) -> bool:
    unparted, _, fragment = raw.partition("#")
    return not (_problem(unparted) or _escape_problem(fragment))


def _split_scheme(raw: str) -> tuple[str, str]:
    match = _SCHEME.match(raw)
    if match is None:
        return "", raw
    return match[1].lower(), raw[match.end() :]


def _problem(raw: str) -> str:
    if _CONTROL.search(raw):
        return "net/url: invalid control character in URL"
    if raw.startswith(":"):
        return "missing protocol scheme"
    scheme, rest = _split_scheme(raw)
    head = rest.partition("?")[0]
    if not scheme and ":" in head.partition("/")[0]:
        return "first path segment in URL cannot contain colon"
    if not head.startswith("/") and scheme:
        return ""  # opaque, mailto:x
    if head.startswith("//"):
        authority, _, tail = head[2:].partition("/")
        return _host_problem(authority.rpartition("@")[2]) or _escape_problem(tail)
    return _escape_problem(head)


def _host_problem(host: str) -> str:
    bad = _BAD_HOST.search(host)
    if host.startswith("["):
        end = host.rfind("]")
        if end < 0:
            return "missing ']' in host"
        port = host[end + 1 :]
    else:
        port = host[host.rfind(":") :] if ":" in host else ""
    if not _PORT.fullmatch(port):
        return f"invalid port {go_quote(port)} after host"
    if bad:
        return f"invalid character {go_quote(bad[0])} in host name"
    return _escape_problem(host)


def _escape_problem(part: str) -> str:
    bad = _BAD_ESCAPE.search(part)
    return f"invalid URL escape {go_quote(bad[0])}" if bad else ""
