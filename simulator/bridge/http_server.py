"""HTTP/1.1 as Go's net/http serves it, which Knative's ingress stands behind.

Written on httptools, the parser of uvicorn. uvicorn itself spells names of headers in lower
case, waits for ever for a request that does not go on, and takes headers of any size.

Source: Go net/http server.go: conn.serve (what is answered to what cannot be read, Expect),
    conn.readRequest (Host, limits); transfer.go: parseTransferEncoding.
"""

from __future__ import annotations

import re
from asyncio import Protocol as AsyncioProtocol
from collections import deque
from typing import TYPE_CHECKING, Protocol, cast

import httptools

from simulator.bridge.http_messages import TEXT, Head, Response, unread, waits, written

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, BaseTransport, TimerHandle, Transport
    from collections.abc import Callable

READ_TIMEOUT_S = 10.0
"""Source: knative/eventing pkg/kncloudevents event_receiver.go, ReadTimeout."""
MOST_HEADER_BYTES = (1 << 20) + 4096
_MOST_OF_A_CHUNK = 6
"""How many bytes a chunk that holds one takes, without an extension."""
_MOST_PIPELINED = 16
_LINGERS_S = 0.5
# Source: golang.org/x/net/http/httpguts httplex.go, validHostByte.
_HOST = re.compile(r"[0-9A-Za-z!$%&()*+,\-.:;=\[\]'_~]*")
_NOTHING, _TOO_LONG, _FAILED, _NOT_IMPLEMENTED, _NO_VERSION = 0, 413, 500, 501, 505
_VERSION = "unsupported protocol version"
_SAID = ("missing required Host header", "malformed Host header", _VERSION)
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


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
        self._parser = _parser(self)
        self._upgrades = False
        self._url = b""
        self._headers: dict[str, str] = {}
        self._hosts = 0
        self._begun = False  # to send a request
        self._body = bytearray()  # a list of pieces could weigh many times as much
        self._came = 0  # of the head, then of what follows it, in bytes
        self._size = 0  # of the body
        self._head: Head | None = None
        self._keep_alive = True
        self._waiting: deque[tuple[Head, bytes, bool]] = deque()
        self._hang_up: Callable[[], None] | None = None
        self._answering = False
        self._clogged = False  # its client does not read
        self._closes = False  # once what has come is answered
        self._due_s: float | None = None
        self._timer: TimerHandle | None = None

    # -- of asyncio

    def connection_made(self, transport: BaseTransport) -> None:
        self._transport = cast("Transport", transport)
        self._connections.add(self)
        self._read_until_due()

    def connection_lost(self, _: Exception | None) -> None:
        self._connections.discard(self)
        if self._begun and not self._closes:
            self._spoilt(_NOTHING, "its sender hung up")
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
            self._ignore_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            if not self._closes:
                self._break_off(400, "no HTTP")
        if self._begun and not self._closes:
            self._came += len(data)
            if self._head is None and self._came > MOST_HEADER_BYTES:
                self._break_off(431, "headers of more than 1 MiB")
            elif self._came > _MOST_OF_A_CHUNK * self._size + MOST_HEADER_BYTES:
                # Source: Go net/http chunked.go: a body that cannot be read.
                self._break_off(500, "more than 1 MiB around the chunks of its body")

    def _ignore_upgrade(self, rest: bytes) -> None:
        """Read the body of a request that asked for an upgrade, and what comes after it.

        httptools takes all that follows such a head for another protocol, so that another
        parser has to be told how the body is framed.

        Source: Go net/http: an upgrade that the handler does not make is ignored.
        """
        head = self._head
        if self._closes or head is None:
            return
        framing = f"Content-Length: {head.headers.get('content-length', '0')}"
        if "transfer-encoding" in head.headers:
            framing = "Transfer-Encoding: chunked"
        self._upgrades = False
        self._parser = _parser(_Rest(self))
        self._parser.feed_data(f"POST / HTTP/1.1\r\n{framing}\r\n\r\n".encode())
        if rest:
            self.data_received(rest)

    def eof_received(self) -> bool:
        """Answer what came whole before a client stopped sending.

        Source: Go net/http server.go: of a request that ends early its head is a 400, its
        body the handler's 500; backgroundRead sees the end only if nothing else came, and
        takes it for a hang-up.
        """
        if self._closes:
            return self._answering
        if self._begun:
            part, status = ("body", 500) if self._head else ("head", 400)
            self._break_off(status, f"its {part} ended early")
            return True
        self._closes = True
        return bool(self._waiting)

    def pause_writing(self) -> None:
        """Read no more requests of a client that does not read its answers."""
        self._clogged = True
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._clogged = False
        if not self._answering and not self._transport.is_closing():
            self._go_on()

    def close(self) -> None:
        self._closes = True
        self._transport.abort()

    # -- of the parser

    def on_message_begin(self) -> None:
        self._url, self._headers, self._body = b"", {}, bytearray()
        self._head, self._came, self._size, self._hosts = None, 0, 0, 0
        self._begun = True

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; of one that is repeated the first counts, and no trailer does.

        Source: cloudevents/sdk-go protocol/http message.go (`v[0]`); Go net/http:
            Request.Trailer is no part of Request.Header.
        """
        if self._head is not None:
            return
        lower = name.decode("latin-1").lower()
        self._headers.setdefault(lower, value.decode("utf-8", "surrogateescape"))
        if lower == "host":
            self._hosts += 1

    def on_headers_complete(self) -> None:
        parser, headers = self._parser, self._headers
        head = self._head = self._head_so_far()
        self._keep_alive = parser.should_keep_alive()
        self._upgrades = parser.should_upgrade()
        self._came = 0
        if self._closes:
            return
        version = parser.get_http_version()
        is_new = version == "1.1"
        coding = headers.get("transfer-encoding", "") if is_new else ""
        length = headers.get("content-length", "0")
        if version == "2.0":
            self._break_off(_NO_VERSION, _VERSION)
        elif coding and coding.lower() != "chunked":
            self._break_off(501, f"the transfer encoding {coding}")
        elif is_new and not self._hosts:
            self._break_off(400, "missing required Host header")
        elif self._hosts > 1:
            self._break_off(400, "too many Host headers")
        elif not _HOST.fullmatch(headers.get("host", "")):
            self._break_off(400, "malformed Host header")
        elif (
            not coding and length.isdecimal() and int(length) > self._receiver.max_body
        ):
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
            self._body += body

    def on_message_complete(self) -> None:
        if self._upgrades:
            return  # its body is still to come
        head, self._head = self._head, None
        self._begun = False
        if self._closes or head is None:
            return
        self._due_s = None
        self._waiting.append((head, bytes(self._body), self._keep_alive))
        self._body = bytearray()
        if not self._answering and not self._clogged:
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
        is_last = self._closes and not self._waiting
        closes = is_last or not keep_alive or bool(response.line)
        self._transport.write(written(head.method, response, closes=closes))
        if closes:
            self._closes = True
            self._transport.close()
        elif not self._clogged:
            self._go_on()

    def _go_on(self) -> None:
        self._transport.resume_reading()
        if self._waiting:
            self._next()
        elif not self._closes:
            self._read_until_due()

    def _break_off(self, status: int, why: str) -> None:
        """Refuse what cannot be read, and close once all before it is answered."""
        self._closes = True
        self._spoilt(status, why)
        if status == _TOO_LONG:  # ours: Go has no bound
            self._last(Response(status, (TEXT,), f"{why}\n".encode()))
        elif status == _FAILED:  # the handler's
            self._last(Response(status))
        else:
            self._last(unread(status, why if why in _SAID else ""))

    def _spoilt(self, status: int, why: str) -> None:
        self._receiver.spoilt(self._head or self._head_so_far(), status, why)

    def _last(self, response: Response) -> None:
        if self._answering or self._waiting:
            return  # what came before is the last that is answered
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
                self._spoilt(_NOTHING, why)
            self._transport.close()
        else:  # Source: event_receiver.go: a body that ends early is a 500
            self._break_off(500, f"its body took more than {self._patience_s:g} s")


class _Rest:
    """Hears a parser that begins amid a request: of the head that it is given, nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_amid = True
        self.on_body = connection.on_body

    def on_message_begin(self) -> None:
        if not self._is_amid:
            self._connection.on_message_begin()

    def on_url(self, url: bytes) -> None:
        if not self._is_amid:
            self._connection.on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._is_amid:
            self._connection.on_header(name, value)

    def on_headers_complete(self) -> None:
        if not self._is_amid:
            self._connection.on_headers_complete()

    def on_message_complete(self) -> None:
        self._is_amid = False
        self._connection.on_message_complete()


def _parser(heard: Connection | _Rest) -> httptools.HttpRequestParser:
    """Make a parser that takes a length beside chunks as Go does: the chunks count."""
    parser = httptools.HttpRequestParser(heard)
    parser.set_dangerous_leniencies(lenient_chunked_length=True)
    return parser


def _too_long(receiver: Receiver) -> str:
    return f"a body of more than {receiver.max_body:,} bytes"
