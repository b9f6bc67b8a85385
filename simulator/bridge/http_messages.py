"""What is asked and answered over HTTP/1.1, spelt as Go's net/http does.

Source: Go net/http server.go: conn.serve (what is answered to what cannot be read),
    chunkWriter.writeHeader (order of headers).
"""

from __future__ import annotations

import re
import time
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

TEXT = ("Content-Type", "text/plain; charset=utf-8")
_CLOSE = ("Connection", "close")
_TEXTS = {413: "Request Entity Too Large", 431: "Request Header Fields Too Large"}
_NOT_IMPLEMENTED = 501
_CODING = "Unsupported transfer encoding"


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
