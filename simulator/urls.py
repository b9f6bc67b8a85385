"""URLs as Go takes them apart, resolves them and writes them again.

Source: Go net/url: Parse, URL.String, URL.EscapedPath, URL.ResolveReference.
"""

from __future__ import annotations

import re
from functools import lru_cache

from simulator.value import NamedTuple

# Source: RFC 3986, appendix B.
_PARTS = r"(?s)(?:([A-Za-z][A-Za-z0-9+.\-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?"
_PLAIN = re.compile(
    r"(?:[a-z][a-z0-9+.\-]*:)?"
    r"(?:/[A-Za-z0-9\-._~/:@!$&'()*+,;=]*|[A-Za-z0-9\-._~/@!$&'()*+,;=]*)"
)
_PATH_VALID = r"(?:[A-Za-z0-9\-._~/:@!$&'()*+,;=\[\]]|%[0-9A-Fa-f]{2})*"
_PATH_SAFE = "-._~$&+,/:;=@"
_FRAGMENT_VALID = r"(?:[A-Za-z0-9\-._~/:@!$&'()*+,;=\[\]?]|%[0-9A-Fa-f]{2})*"
_FRAGMENT_SAFE = "-._~$&+,/:;=?@!()*"
# Of addresses a run has few; those of this many are not taken apart again.
_REMEMBERED = 1_024
_HTTP, _HTTPS = 80, 443
_LAST_PORT = 65_535
_CLUSTER_DOMAIN = ".svc.cluster.local"


class Url(NamedTuple):
    """What a URL consists of; empty for what is not there.

    Args:
        scheme: In lower case.
        netloc: User, host and port as they are written.
    """

    scheme: str
    netloc: str
    path: str
    query: str
    fragment: str

    @property
    def host(self) -> str:
        """The host in lower case, without user, port, and the brackets of an IP address."""
        return self._host_and_port[0].lower()

    @property
    def port(self) -> int | None:
        """The port that is named.

        Raises:
            ValueError: It is no number, or one that no port has.
        """
        port = self._host_and_port[1]
        if not port:
            return None
        if not (port.isascii() and port.isdigit()):
            raise ValueError(f"Port could not be cast to integer value as {port!r}")
        if len(port.lstrip("0")) > len(str(_LAST_PORT)) or int(port) > _LAST_PORT:
            raise ValueError("Port out of range 0-65535")
        return int(port)

    @property
    def _host_and_port(self) -> tuple[str, str]:
        called = self.netloc.rpartition("@")[2]
        _, bracket, rest = called.partition("[")
        if bracket:
            host, _, rest = rest.partition("]")
            return host, rest.partition(":")[2]
        host, _, port = called.partition(":")
        return host, port


class _Parts(NamedTuple):
    """What a URL consists of; None for what is not there, unlike what is empty."""

    scheme: str | None
    authority: str | None
    path: str
    query: str | None
    fragment: str | None

    @property
    def text(self) -> str:
        """The URL as Go writes it: no empty fragment, no ``//`` before nothing."""
        scheme = f"{self.scheme}:" if self.scheme else ""
        hosted = self.authority or (self.authority is not None and self.path)
        authority = f"//{self.authority}" if hosted else ""
        query = "" if self.query is None else f"?{self.query}"
        fragment = f"#{self.fragment}" if self.fragment else ""
        return f"{scheme}{authority}{self.path}{query}{fragment}"


def _parts(url: str) -> _Parts:
    found = re.fullmatch(_PARTS, url)
    assert found is not None, "each part may be missing"
    scheme, authority, path, query, fragment = found.groups()
    if scheme is None or authority is not None or path.startswith("/"):
        path = _escaped(path, _PATH_VALID, _PATH_SAFE)
    fragment = _escaped(fragment or "", _FRAGMENT_VALID, _FRAGMENT_SAFE)
    return _Parts(scheme and scheme.lower(), authority, path, query, fragment)


def _escaped(part: str, valid: str, safe: str) -> str:
    if re.fullmatch(valid, part):
        return part
    from urllib.parse import quote, unquote_to_bytes  # few have any to escape

    raw = part.encode("utf-8", "surrogateescape")  # any bytes that came in a header
    return quote(unquote_to_bytes(raw), safe=safe)


@lru_cache(maxsize=_REMEMBERED)
def written(url: str) -> str:
    """Write a URL, absolute or not, as Go writes again what it parsed.

    The scheme in lower case; path and fragment escaped anew when they hold a
    character that must be escaped; a ``?`` with nothing behind it kept, a ``#`` dropped.

    Source: recorded in golden filters: source ``/ä`` is judged as ``/%C3%A4``.
    """
    if _PLAIN.fullmatch(url) and not url.endswith("//"):
        return url
    return _parts(url).text


def parse(url: str) -> Url:
    """Take a URL apart; whatever its host is, it is one that perhaps nobody has.

    Raises:
        ValueError: A bracket is not closed, or not opened.

    Source: Go net/url parseHost: what stands between brackets is not looked at.
    """
    parts = split(url)
    if parts.netloc.count("[") != parts.netloc.count("]"):
        raise ValueError("a bracket in the host is not closed, or not opened")
    return parts


@lru_cache(maxsize=_REMEMBERED)
def split(url: str) -> Url:
    """Take any text apart as `parse` does, such as one made of a name with a bracket."""
    found = re.fullmatch(_PARTS, url)
    assert found is not None, "each part may be missing"
    scheme, *others = (part or "" for part in found.groups())
    return Url(scheme.lower(), *others)


def host_of(url: str) -> str:
    """Give the host of a URL in lower case, without user and port."""
    return split(url).host


def authority_of(url: str) -> str:
    """Give host and port of a URL as they are written: what a client sends as `Host`.

    Source: Go net/http Request.Write: a port is kept, be it the usual one.
    """
    return split(url).netloc.rpartition("@")[2]


def port_of(url: str) -> int | None:
    """Give the port that a URL calls, None where it names what is no port."""
    parts = split(url)
    try:
        return parts.port or (_HTTPS if parts.scheme == "https" else _HTTP)
    except ValueError:
        return None


def host_in_cluster(url: str) -> str:
    """Give the name that is looked up for the host of a URL, from within a pod.

    ``a.team`` is completed as the search domains do, whatever it turns out to be; a dot
    at the end says that a name is whole.

    Source: Kubernetes, DNS for Services and Pods; resolv.conf(5), search, ndots.
    """
    host = host_of(url)
    if host.endswith("."):
        return host[:-1]
    if host.endswith(_CLUSTER_DOMAIN):
        return host
    return f"{host}.cluster.local" if host.endswith(".svc") else host + _CLUSTER_DOMAIN


def join(base: str, reference: str) -> str:
    """Resolve a reference against a URL.

    ``?a`` beside ``http://host`` is ``http://host?a``, with no slash.

    Raises:
        ValueError: A bracket in the host of the reference is not closed, or not opened.

    Source: Go net/url ResolveReference; knative-kinds 8.5.
    """
    parse(reference)
    start, way = _parts(base), _parts(reference)
    if way.scheme or way.authority:
        opaque = way.authority is None and not way.path.startswith("/")
        path = way.path if opaque else _resolved("", way.path)
        return way._replace(scheme=way.scheme or start.scheme, path=path).text
    if not way.path and way.query is None:
        way = way._replace(
            query=start.query or None, fragment=way.fragment or start.fragment
        )
    return start._replace(
        path=_resolved(start.path, way.path), query=way.query, fragment=way.fragment
    ).text


def _resolved(base: str, reference: str) -> str:
    """Resolve a path, dots removed; of two empty ones comes an empty one.

    Source: Go net/url resolvePath.
    """
    full = base
    if reference:
        full = base[: base.rfind("/") + 1] + reference
        full = reference if reference.startswith("/") else full
    if not full:
        return ""
    kept: list[str] = []
    steps = full.removeprefix("/").split("/")
    for step in steps:
        if step == "..":
            del kept[-1:]
        elif step != ".":
            kept.append(step)
    if steps[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def request_target(url: str) -> str:
    """Give the path with which a URL is asked for: with the query, never empty.

    Source: Go net/url RequestURI: a ``?`` with nothing behind it stays.
    """
    parts = _parts(url)
    query = "" if parts.query is None else f"?{parts.query}"
    return (parts.path or "/") + query
