"""A URL as Go's net/url reads it and writes it again."""

from __future__ import annotations

import re
from urllib.parse import quote

from simulator.quoting import go_quote
from simulator.value import Value

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2}).{0,2}", re.DOTALL)
# Of ASCII alone: a range up to U+10FFFF takes 7 ms to compile.
_BAD_HOST = re.compile(r"[\x00-\x20#/?@\\^`{|}\x7f]")
_PORT = re.compile(r"(?::[0-9]*)?")
_PATH_SAFE = "/%$&+,:;=@!'()*~"


class UrlError(ValueError):
    """A text that Go cannot parse as a URL; says so in Go's words."""


class GoUrl(Value):
    """What the rules ask of a URL.

    Args:
        text: As Go writes it again.
        scheme: Lower case; empty for a relative URL.
        host: With its port.
    """

    text: str
    scheme: str
    host: str


def parse_url(raw: str) -> GoUrl:
    """Read a URL.

    Raises:
        UrlError: Go refuses it, such as ``http://[::1`` or ``:x``.

    Source: Go, net/url, Parse (run for knative/pkg apis.URL).
    """
    problem = _problem(raw)
    if problem:
        raise UrlError(f"parse {go_quote(raw)}: {problem}")
    scheme, rest = _split_scheme(raw)
    rest, hash_, fragment = rest.partition("#")
    host = ""
    path = rest
    if rest.startswith("//"):
        authority, slash, tail = rest[2:].partition("/")
        if "?" in authority:
            authority, mark, query = authority.partition("?")
            slash, tail = "", mark + query + slash + tail
        host = authority.rpartition("@")[2]
        path = slash + tail
        written = f"//{authority}{_written_path(path)}"
        if not authority and not path:
            written = ""
    else:
        written = _written_path(path)
    tail = f"#{fragment}" if hash_ and fragment else ""
    lead = f"{scheme}:" if scheme else ""
    return GoUrl(text=f"{lead}{written}{tail}", scheme=scheme, host=host)


def _split_scheme(raw: str) -> tuple[str, str]:
    match = _SCHEME.match(raw)
    if match is None:
        return "", raw
    return match[1].lower(), raw[match.end() :]


def _written_path(path: str) -> str:
    plain, mark, query = path.partition("?")
    return quote(plain, safe=_PATH_SAFE) + mark + query


def _problem(raw: str) -> str:
    if _CONTROL.search(raw):
        return "net/url: invalid control character in URL"
    if raw.startswith(":"):
        return "missing protocol scheme"
    scheme, rest = _split_scheme(raw)
    head = rest.partition("#")[0].partition("?")[0]
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
