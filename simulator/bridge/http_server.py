"""HTTP/1.1 as Go's net/http serves it, which Knative's ingress stands behind.

Written on httptools, the parser of uvicorn. uvicorn itself spells names of headers in lower
case, waits for ever for a request that does not go on, and takes headers of any size.

Source: Go net/http server.go: conn.serve (what is answered to what cannot be read, Expect),
    conn.readRequest (Host, limits), chunkWriter.writeHeader (order of headers);
    transfer.go: parseTransferEncoding.
"""

from __future__ import annotations

import re
import time
from asyncio import Protocol as AsyncioProtocol
from collections import deque
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

import httptools

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, BaseTransport, TimerHandle, Transport
    from collections.abc import Callable

READ_TIMEOUT_S = 10.0
"""Source: knative/eventing pkg/kncloudevents event_receiver.go, ReadTimeout."""
MOST_HEADER_BYTES = (1 << 20) + 4096
_MOST_PIPELINED = 16
_LINGERS_S = 0.5
_TEXTS = {413: "Request Entity Too Large", 431: "Request Header Fields Too Large"}
TEXT = ("Content-Type", "text/plain; charset=utf-8")
_CLOSE = ("Connection", "close")
# Source: golang.org/x/net/http/httpguts httplex.go, validHostByte.
_HOST = re.compile(r"[0-9A-Za-z!$%&()*+,\-.:;=\[\]'_~]*")
_NOTHING, _TOO_LONG, _FAILED, _NOT_IMPLEMENTED = 0, 413, 500, 501
_CODING = "Unsupported transfer encoding"
_SAID = ("missing required Host header", "malformed Host header")
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Head(NamedTuple):
    """A request without its body.

    Args:
        target: Path and query, or a URL, undecoded; one character for each byte.
        headers: By lower-case name, the first value of each; bytes that are no UTF-8 as
            surrogates.
    """

    method: str
    target: str
    headers: dict[str, str]


class Response(NamedTuple):
    """An answer; status 0 closes the connection without one.

    Args:
        headers: In the order and spelling in which they are sent; Date and
            Content-Length are added.
        line: The status line of an answer that is sent as it stands; else empty.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    line: str = ""


def unread(status: int, text: str = "") -> Response:
    """Give what Go's server answers by itself to what it cannot read, before it closes."""
    line = f"{status} {_status_text(status)}" + (f": {text}" if text else "")
    body = _CODING if status == _NOT_IMPLEMENTED else line
    return Response(status, (TEXT, _CLOSE), body.encode(), line)


class Receiver(Protocol):
    max_body: int

    def refuse(self, head: Head) -> Response | None:
        """Give an answer that needs no body; None to have it read."""

    def take(
        self, head: Head, body: bytes, respond: Callable[[Response], None]
    ) -> Callable[[], None]:
        """Answer a request, later or at once; what is given back is called on a hang-up."""

    def spoilt(self, head: Head, status: int, why: str) -> None:
        """Take note of a request that never became whole, and of what it was answered, or 0.

        Of its head there is what came; where nothing did, the method is a POST, to ``/``.
        """


class Connection(AsyncioProtocol):
    """One connection; its requests are answered one after another.

    *read_timeout_s* is how long a request may take to come in, or the next to begin.
    """

    def __init__(
        self,
        receiver: Receiver,
        connections: set[Connection],
        loop: AbstractEventLoop,
        read_timeout_s: float = READ_TIMEOUT_S,
    ) -> None:
        self._receiver = receiver
        self._connections = connections
        self._loop = loop
        self._patience_s = read_timeout_s
        self._parser = httptools.HttpRequestParser(self)
        self._url = b""
        self._headers: dict[str, str] = {}
        self._hosts = 0
        self._begun = False  # to send a request
        self._body: list[bytes] = []
        self._size = 0  # of what came of headers, then of the body
        self._head: Head | None = None
        self._keep_alive = True
        self._waiting: deque[tuple[Head, bytes, bool]] = deque()
        self._hang_up: Callable[[], None] | None = None
        self._answering = False
        self._closes = False  # once what is under way is answered
        self._due_s: float | None = None
        self._timer: TimerHandle | None = None

    # -- of asyncio

    def connection_made(self, transport: BaseTransport) -> None:
        self._transport = cast("Transport", transport)
        self._connections.add(self)
        self._read_until_due()

    def connection_lost(self, _: Exception | None) -> None:
        self._connections.discard(self)
        self._due_s = None
        self._closes = True
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()
        if self._hang_up is not None:
            self._hang_up()

    def data_received(self, data: bytes) -> None:
        if self._closes:
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            # Source: Go net/http: an upgrade that the handler does not make is ignored.
            self._parser = httptools.HttpRequestParser(self)
            rest = data[upgrade.args[0] :]
            if rest:
                self.data_received(rest)
        except httptools.HttpParserError:
            if not self._closes:
                self._break_off(400, "no HTTP")
        if self._begun and self._head is None and not self._closes:
            self._size += len(data)
            if self._size > MOST_HEADER_BYTES:
                self._break_off(431, "headers of more than 1 MiB")

    def close(self) -> None:
        self._transport.abort()

    # -- of the parser

    def on_message_begin(self) -> None:
        self._url, self._headers, self._body = b"", {}, []
        self._head, self._size, self._hosts = None, 0, 0
        self._begun = True

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; of one that is repeated the first counts.

        Source: cloudevents/sdk-go protocol/http message.go (`v[0]`).
        """
        lower = name.decode("latin-1").lower()
        self._headers.setdefault(lower, value.decode("utf-8", "surrogateescape"))
        if lower == "host":
            self._hosts += 1

    def on_headers_complete(self) -> None:
        parser, headers = self._parser, self._headers
        head = self._head = self._head_so_far()
        self._keep_alive = parser.should_keep_alive()
        self._size = 0
        if self._closes:
            return
        is_new = parser.get_http_version() == "1.1"
        coding = headers.get("transfer-encoding", "") if is_new else ""
        length = headers.get("content-length", "0")
        if coding and coding.lower() != "chunked":
            self._break_off(501, f"the transfer encoding {coding}")
        elif is_new and not self._hosts:
            self._break_off(400, "missing required Host header")
        elif self._hosts > 1:
            self._break_off(400, "too many Host headers")
        elif not _HOST.fullmatch(headers.get("host", "")):
            self._break_off(400, "malformed Host header")
        elif length.isdecimal() and int(length) > self._receiver.max_body:
            self._break_off(413, _too_long(self._receiver))
        elif refusal := self._receiver.refuse(head):
            self._closes = True
            self._last(refusal)
        elif is_new and (coding or length != "0") and waits(headers):
            self._transport.write(_CONTINUE)

    def _head_so_far(self) -> Head:
        method = self._parser.get_method().decode("ascii") if self._url else "POST"
        return Head(method, self._url.decode("latin-1") or "/", self._headers)

    def on_body(self, body: bytes) -> None:
        if self._closes:
            return
        self._size += len(body)
        if self._size > self._receiver.max_body:
            self._break_off(413, _too_long(self._receiver))
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        head, self._head = self._head, None
        self._begun = False
        if self._closes or head is None:
            return
        self._due_s = None
        self._waiting.append((head, b"".join(self._body), self._keep_alive))
        self._body = []
        if not self._answering:
            self._next()
        elif len(self._waiting) >= _MOST_PIPELINED:
            self._transport.pause_reading()

    # -- answering

    def _next(self) -> None:
        head, body, keep_alive = self._waiting.popleft()
        self._answering = True

        def respond(response: Response) -> None:
            self._hang_up = None
            if not self._transport.is_closing():
                self._respond(head, response, keep_alive=keep_alive)

        self._hang_up = None
        hang_up = self._receiver.take(head, body, respond)
        if self._answering:
            self._hang_up = hang_up

    def _respond(self, head: Head, response: Response, *, keep_alive: bool) -> None:
        self._answering = False
        if not response.status:
            self._transport.abort()
            return
        closes = self._closes or not keep_alive or bool(response.line)
        self._transport.write(written(head.method, response, closes=closes))
        if closes:
            self._closes = True
            self._transport.close()
        elif self._waiting:
            self._transport.resume_reading()
            self._next()
        else:
            self._read_until_due()

    def _break_off(self, status: int, why: str) -> None:
        """Refuse what cannot be read, and close once all before it is answered."""
        self._closes = True
        self._receiver.spoilt(self._head or self._head_so_far(), status, why)
        if status == _TOO_LONG:  # ours: Go has no bound
            self._last(Response(status, (TEXT,), f"{why}\n".encode()))
        elif status == _FAILED:  # the handler's
            self._last(Response(status))
        else:
            self._last(unread(status, why if why in _SAID else ""))

    def _last(self, response: Response) -> None:
        if self._answering:
            return  # what is under way is the last that is answered
        head = self._head or Head("POST", "", {})
        self._transport.write(written(head.method, response, closes=True))
        # Source: Go net/http closeWriteAndWait: what still comes is read for a while, so
        # that the answer is not lost with a reset.
        self._due_s = None
        if self._transport.can_write_eof():
            self._transport.write_eof()
        self._loop.call_later(_LINGERS_S, self._transport.close)

    # -- patience

    def _read_until_due(self) -> None:
        self._due_s = self._loop.time() + self._patience_s
        if self._timer is None:
            self._timer = self._loop.call_at(self._due_s, self._look)

    def _look(self) -> None:
        self._timer = None
        due_s = self._due_s
        if due_s is None:
            return
        if self._loop.time() < due_s:
            self._timer = self._loop.call_at(due_s, self._look)
        elif self._head is None:
            self._closes = True
            if self._begun:
                why = f"its head took more than {self._patience_s:g} s"
                self._receiver.spoilt(self._head_so_far(), _NOTHING, why)
            self._transport.close()
        else:  # Source: event_receiver.go: a body that ends early is a 500
            self._break_off(500, f"its body took more than {self._patience_s:g} s")


def _too_long(receiver: Receiver) -> str:
    return f"a body of more than {receiver.max_body:,} bytes"


def waits(headers: dict[str, str]) -> bool:
    """Tell whether a client sends the body once it is told to go on.

    Source: Go net/http request.go expectsContinue.
    """
    return "100-continue" in re.split(r"[ ,\t]+", headers.get("expect", "").lower())


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def _status_text(status: int) -> str:
    if status in _TEXTS:
        return _TEXTS[status]
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"status code {status}"


def written(method: str, response: Response, *, closes: bool) -> bytes:
    status, line = response.status, response.line
    lines = [f"HTTP/1.1 {line or f'{status} {_status_text(status)}'}"]
    lines += [f"{name}: {value}" for name, value in response.headers]
    if not line:
        lines.append(f"Date: {_date(int(time.time()))}")  # noqa: TID251 - RFC 9110 asks a server for the real time
        if method != "HEAD" and status not in (204, 304):
            lines.append(f"Content-Length: {len(response.body)}")
        if closes and _CLOSE not in response.headers:
            lines.append("Connection: close")
    head = "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n"
    return head if method == "HEAD" and not line else head + response.body
