"""URLs taken apart as Go takes them: a host in brackets need not be an IP address."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urljoin, urlsplit

# Source: RFC 3986, appendix B.
_PARTS = re.compile(
    r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL
)


def split(url: str) -> SplitResult:
    """Take a URL apart; whatever its host is, it is one that perhaps nobody has.

    Raises:
        ValueError: A bracket is not closed, or not opened.

    Source: Go net/url parseHost: what stands between brackets is not looked at.
    """
    try:
        return urlsplit(url)
    except ValueError:  # no IP address in brackets, or a letter that Unicode rewrites
        found = _PARTS.fullmatch(url)
        assert found is not None, "each part may be missing"
        scheme, *others = (part or "" for part in found.groups())
        if others[0].count("[") != others[0].count("]"):
            raise
        return SplitResult(scheme.lower(), *others)


def host_of(url: str) -> str:
    """Give the host of a URL in lower case, without user and port."""
    return (split(url).hostname or "").lower()


def join(base: str, reference: str) -> str:
    """Resolve a reference against a URL, as RFC 3986 says."""
    try:
        return urljoin(base, reference)
    except ValueError:  # one of them has such a host
        parts = split(reference)
        if parts.scheme:
            return reference
        start = split(base)
        if parts.netloc:
            return parts._replace(scheme=start.scheme).geturl()
        plain = start._replace(netloc="host")
        return (
            split(urljoin(plain.geturl(), reference))
            ._replace(netloc=start.netloc)
            .geturl()
        )
