"""What is answered to requests from outside: Knative's ingress, channels, and whatever has a host.

Source: knative-runtime, Ingress, Channel; Go spells `WebHook-Allowed-Origin` in its canonical
    form when it is set.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from simulator.bridge.client import canonical, text_or_bytes
from simulator.bridge.http_messages import TEXT, Head, Response, unread, waits
from simulator.bridge.local_addresses import Asked, UnknownHostError
from simulator.errors import SimulatorError

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.bridge.local_addresses import LocalAddresses
    from simulator.profiles.profile import Door
    from simulator.session import Simulation
    from simulator.session.views import Sent

    Respond = Callable[[Response], None]

_OK, _BAD_REQUEST, _UNEXPECTED, _BAD_GATEWAY = 200, 400, 417, 502
_ALLOW = ("Allow", "POST, OPTIONS")
_WEBHOOK = (("Webhook-Allowed-Origin", "*"), ("Webhook-Allowed-Rate", "*"))
_OF_THE_CONNECTION = frozenset(("connection", "content-length", "date", "transfer-encoding"))  # fmt: skip
# How Go's server ends a request whose handler panics, and what a proxy cannot hide.
_BROKEN = frozenset(("EOF", "closed", "reset", "panic"))


class Ingress:
    """Takes requests into a live run; see `simulator.bridge.http_server.Receiver`.

    Args:
        put: Takes what is to be done to it.
        after: Takes what is to be done once that stands in the trace.
        addresses: Gives those of what runs now.
        max_body: How long a body may be, in bytes.
    """

    def __init__(
        self,
        simulation: Simulation,
        put: Callable[[Callable[[], None]], None],
        after: Callable[[Callable[[], None]], None],
        addresses: Callable[[], LocalAddresses],
        max_body: int,
    ) -> None:
        self.max_body = max_body
        self._sim = simulation
        self._put = put
        self._after = after
        self._addresses = addresses

    def refuse(self, head: Head) -> Response | None:
        if head.method == "CONNECT":
            return _bad_gateway("kn-sim speaks no https, and asks no other host")
        if head.headers.get("expect") and not waits(head.headers):
            return Response(_UNEXPECTED, (("Connection", "close"),))
        if head.target == "*" and head.method == "OPTIONS":
            return Response(_OK)  # Source: Go net/http globalOptionsHandler
        asked = self._asked(head)
        return asked if isinstance(asked, Response) else None

    def _asked(self, head: Head) -> Asked | Response:
        """Give whom a request is for; what it is answered where that is nobody."""
        try:
            return self._addresses().asked(head.target, head.headers.get("host", ""))
        except UnknownHostError as error:
            return _bad_gateway(str(error))
        except ValueError:
            return unread(_BAD_REQUEST)  # Go: a URL that url.Parse refuses

    def take(self, head: Head, body: bytes, respond: Respond) -> Callable[[], None]:
        asked = self._asked(head)
        if isinstance(asked, Response):  # the topology has changed since its head came
            respond(asked)
            return _nothing
        request = _Request(self._sim, self._after, head, body, respond)
        self._put(partial(request.post, asked))
        return partial(self._put, request.hang_up)

    def spoilt(self, head: Head, status: int, why: str) -> None:
        asked = self._asked(head)
        if isinstance(asked, Asked):
            self._put(partial(_spoilt, self._sim, asked.url, head, (status, why)))


def _nothing() -> None:
    """Be called when somebody hangs up who has his answer."""


def _spoilt(sim: Simulation, url: str, head: Head, refused: tuple[int, str]) -> None:
    with suppress(SimulatorError):  # it is no URL, though it looked like one
        sim.post(url, method=head.method, headers=_hostless(head), refused=refused)


def _hostless(head: Head) -> dict[str, str]:
    return {name: value for name, value in head.headers.items() if name != "host"}


class _Request:
    __slots__ = ("_after", "_body", "_door", "_head", "_respond", "_sent", "_sim")

    _door: Door | None

    def __init__(
        self,
        simulation: Simulation,
        after: Callable[[Callable[[], None]], None],
        head: Head,
        body: bytes,
        respond: Respond,
    ) -> None:
        self._sim = simulation
        self._after = after
        self._head = head
        self._body = body
        self._respond = respond
        self._sent: Sent | None = None

    def post(self, asked: Asked) -> None:
        head = self._head
        try:
            self._sent = self._sim.post(
                asked.url,
                method=head.method,
                headers=head.headers if asked.by_host else _hostless(head),
                body=text_or_bytes(self._body),
            )
        except SimulatorError as error:  # no URL, though it looked like one
            self._answer(unread(_BAD_REQUEST, str(error)))
            return
        self._sent.then = self._answered
        self._door = self._sent.sender.target.door

    def hang_up(self) -> None:
        if self._sent is not None and self._sent.answered_ns is None:
            self._sim.hang_up(self._sent.number)

    def _answered(self, sent: Sent) -> None:
        self._answer(_response(sent, self._head.method, self._door))

    def _answer(self, response: Response) -> None:
        self._after(partial(self._respond, response))


def _response(sent: Sent, method: str, door: Door | None) -> Response:
    status, error = sent.status, sent.error
    if status is None:
        if door is not None or error in _BROKEN:
            return Response(0)
        return _bad_gateway(f"the service does not answer: {error}")
    if door is None:
        return Response(status, tuple(_shown(sent)), sent.body)
    if door.options != _OK:
        return Response(status)
    allowed = _WEBHOOK if method == "OPTIONS" and status == _OK else ()
    return Response(status, (_ALLOW, *allowed))


def _shown(sent: Sent) -> list[tuple[str, str]]:
    return [
        (canonical(name), value)
        for name, value in sent.headers.items()
        if name not in _OF_THE_CONNECTION
    ]


def _bad_gateway(why: str) -> Response:
    return Response(_BAD_GATEWAY, (TEXT,), f"{why}\n".encode())
