"""Requests to real services, as Go's client makes them; whatever goes wrong is an answer.

Source: knative-runtime, "What each hop adds" (User-Agent, Accept-Encoding), Retries (redirects:
    the kernel follows them).
"""

from __future__ import annotations

import asyncio
import errno
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import aiohttp
from yarl import URL

from simulator.kernel import Failure
from simulator.urls import authority_of, split

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.session import Simulation
    from simulator.session.outside import Asked

_OURS = {"User-Agent": "Go-http-client/1.1", "Accept-Encoding": "gzip"}
# Source: Go net/http transport.go, MaxResponseHeaderBytes; of their number Go knows no bound.
_MOST_HEADER_BYTES = 10 << 20
_MOST_HEADERS = 100_000
# What aiohttp would add by itself.
_SKIPPED = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
# Of one connection, not of the answer; and what was true of a body that was compressed.
_OF_THE_CONNECTION = frozenset((
    "connection", "content-length", "date", "keep-alive", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade",
))  # fmt: skip
_FAILURES: tuple[tuple[type[BaseException], Failure], ...] = (
    (TimeoutError, Failure.TIMEOUT),
    (aiohttp.ClientConnectorDNSError, Failure.NO_HOST),
    (aiohttp.InvalidURL, Failure.NO_HOST),
    (aiohttp.ClientConnectorError, Failure.REFUSED),
    (ConnectionRefusedError, Failure.REFUSED),
    (aiohttp.ServerDisconnectedError, Failure.CLOSED),
    (aiohttp.ClientPayloadError, Failure.CLOSED),
    (aiohttp.ClientResponseError, Failure.CLOSED),
    (OSError, Failure.RESET),
    (aiohttp.ClientError, Failure.CLOSED),
    (ValueError, Failure.CLOSED),
)
"""What may be raised, the first that fits counts; all else is a connection that closed."""


class Place(NamedTuple):
    """Where a real service is; *url* is the beginning of its URLs, empty while it is down."""

    url: str = ""
    cluster_host: bool = False


class Client:
    """Carries requests to real services; see `simulator.session.outside.Carrier`.

    Args:
        put: Takes what is to be done to it.
        places: Gives where each service is now, by node.
        patience_s: How long an answer may take; None for ever.
        max_body: How long a body may be, in bytes.
    """

    def __init__(
        self,
        simulation: Simulation,
        put: Callable[[Callable[[], None]], None],
        places: Callable[[], Mapping[str, Place]],
        patience_s: float | None,
        max_body: int,
    ) -> None:
        self._places = places
        self._sim = simulation
        self._put = put
        self._max_body = max_body
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=None),
            timeout=aiohttp.ClientTimeout(total=patience_s),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=_SKIPPED,
            trust_env=False,
            max_line_size=_MOST_HEADER_BYTES,
            max_field_size=_MOST_HEADER_BYTES,
            max_headers=_MOST_HEADERS,
        )

    async def close(self) -> None:
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self._session.close()

    def ask(self, asked: Asked) -> None:
        number = asked.number
        place = self._places().get(asked.node, Place())
        if not place.url:
            self._put(lambda: self._sim.answer(number, failure=Failure.REFUSED.value))
            return
        task = asyncio.get_running_loop().create_task(self._carry(asked, place))
        self._tasks[number] = task
        task.add_done_callback(lambda done: self._done(number, done))

    def leave(self, asked: Asked) -> None:
        """Give a request up: its connection is cut."""
        task = self._tasks.get(asked.number)
        if task is not None:
            task.cancel()

    def _done(self, number: int, task: asyncio.Task[None]) -> None:
        """See to it that every request has an answer, whatever became of it."""
        del self._tasks[number]
        error = None if task.cancelled() else task.exception()
        if error is not None:
            failure = _failure_of(error)
            self._put(lambda: self._sim.answer(number, failure=failure.value))

    async def _carry(self, asked: Asked, place: Place) -> None:
        request, number = asked.request, asked.number
        url, host = _address(place.url, request.target.path)
        headers = {**_OURS, **{canonical(n): v for n, v in request.headers.items()}}
        headers["Host"] = (
            authority_of(request.target.url) if place.cluster_host else host
        )
        async with self._session.request(
            request.method,
            url,
            headers=headers,
            data=request.body,
            allow_redirects=False,
        ) as response:
            body = await response.content.read(self._max_body + 1)
            while not response.content.at_eof() and len(body) <= self._max_body:
                body += await response.content.read(self._max_body + 1 - len(body))
            if len(body) > self._max_body:
                raise ValueError("its body is too long")
            found = _headers(response)
            status = response.status
        location = found.get("location", "")
        if location and authority_of(location) == host:
            found["location"] = _in_cluster(location, request.target.url)
        answer: dict[str, Any] = {"headers": found, "body": text_or_bytes(body)}
        kept = {name: value for name, value in answer.items() if value}
        self._put(lambda: self._sim.answer(number, status, **kept))


def _failure_of(error: BaseException) -> Failure:
    if isinstance(error, aiohttp.ClientConnectorError) and error.os_error.errno in (
        errno.ECONNRESET,
        errno.EPIPE,
    ):
        return Failure.RESET
    fitting = (failure for kind, failure in _FAILURES if isinstance(error, kind))
    return next(fitting, Failure.CLOSED)


def _headers(response: aiohttp.ClientResponse) -> dict[str, str]:
    """Give the headers of an answer by lower-case name, the first value of each.

    Source: Go net/http Transport: what it has unpacked itself says no Content-Encoding.
    """
    found: dict[str, str] = {}
    for raw, value in response.raw_headers:
        name = raw.decode("latin-1").lower()
        if name not in _OF_THE_CONNECTION:
            found.setdefault(name, value.decode("utf-8", "surrogateescape"))
    if found.get("content-encoding") == "gzip":
        del found["content-encoding"]
    return found


@lru_cache(maxsize=1_024)
def _address(base: str, path: str) -> tuple[URL, str]:
    """Append the path of a subscriber to where the real service is; give its host, too."""
    if path in ("", "/"):
        url = base if split(base).path else f"{base}/"
    else:
        url = base.rstrip("/") + (path if path.startswith("/") else f"/{path}")
    return URL(url, encoded=True), authority_of(base)


def _in_cluster(location: str, url: str) -> str:
    """Say a redirect to the real service itself with the host that it has in the cluster."""
    parts = split(location)
    query = f"?{parts.query}" if parts.query else ""
    return f"http://{authority_of(url)}{parts.path}{query}"


@lru_cache(maxsize=1_024)
def canonical(name: str) -> str:
    """Spell the name of a header as Go does. Source: Go net/textproto."""
    return "-".join(part.capitalize() for part in name.split("-"))


def text_or_bytes(body: bytes) -> str | bytes:
    """Give a body as text where it is UTF-8, so that a trace can be read."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body
