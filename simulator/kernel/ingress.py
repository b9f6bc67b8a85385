"""A sender's HTTP request as it stands: the checks before an event is an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.event import Event, NotAnEventError, UnparsableEventError, read_http
from simulator.kernel.answer import Answer
from simulator.kernel.posting import Posting
from simulator.kernel.target import Target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.kernel.kernel import Kernel

_NOT_ALLOWED = 405
_BAD_REQUEST = 400
_OK = 200


def post_raw(
    kernel: Kernel,
    target: Target,
    method: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    at_ns: int | None = None,
    timeout_ns: int | None = None,
) -> Posting:
    """Send an HTTP request that may be no event."""
    sent = RawPosting(kernel, target, method, headers, body)
    if timeout_ns is not None:
        sent.timeout_ns = timeout_ns
    if at_ns is None or at_ns <= kernel.now:
        kernel.ready.append((sent, 0, None))
    else:
        kernel.schedule(at_ns, sent, None)
    return sent


class RawPosting(Posting):
    """An HTTP request on its way; what becomes of it is decided when it is sent.

    Args:
        kernel: Where it is sent.
        target: Behind its URL.
        method: In upper case.
        headers: Lower-case names.
        body: As sent.
    """

    def __init__(
        self,
        kernel: Kernel,
        target: Target,
        method: str,
        headers: Mapping[str, str],
        body: bytes,
    ) -> None:
        super().__init__(kernel, target, Event({}, body or None), "")
        self._address = target
        self._request = (method, headers, body)
        self._decide()

    def step(self, value: object) -> None:
        """Post it, or, at the sender's timeout, hang up."""
        if self.serial < 0:
            self._decide()
        super().step(value)

    def _decide(self) -> None:
        """Find out who takes it, as what event, or how it is refused.

        A refusal is what the receiver answers, so it comes after all that happens to
        the request on its way.

        Source: knative-runtime, Ingress ("The order of the checks is: method, path,
            event, broker"), Channel.
        """
        method, headers, body = self._request
        program = self.kernel.program
        target = program.afresh(self._address)
        if "host" in headers:
            target = program.with_host(target, headers["host"])
        event = Event({}, body or None)
        refusal = None
        checked = not (target.is_service or _is_broken(target))
        if checked:
            refusal = _refused(target, method)
        if refusal is None:
            try:
                event = read_http(headers, body)
            except (NotAnEventError, UnparsableEventError):
                refusal = _BAD_REQUEST if checked else None
            else:
                refusal = _missing(target, event) if checked else None
        if refusal is not None:
            refusing = Answer(refusal)
            target = program.introduced(
                Target(target.node, target.url, path=target.path, fixed=refusing)
            )
        self.target, self.event = target, event
        self.headers = _beside(event, headers)
        self.as_sent = self._request if target.is_service else None


def _beside(event: Event, headers: Mapping[str, str]) -> Mapping[str, str]:
    """Give the headers that are not part of the event."""
    if not event.attributes:
        return dict(headers)
    return {
        name: value
        for name, value in headers.items()
        if not (name.startswith("ce-") or name == "content-type")
    }


def _is_broken(target: Target) -> bool:
    """Tell whether no connection comes about, so that nobody checks anything."""
    fixed = (target.behind or target).fixed
    return fixed is not None and fixed.fault is not None


def _refused(target: Target, method: str) -> int | None:
    """Judge method and path.

    Source: knative-runtime, Ingress: OPTIONS 200, other than POST 405; path ``/``
        404, malformed 400 - both before the event is looked at. The dispatcher of the
        channels looks for the channel before the method.
    """
    fixed = target.fixed
    if fixed is not None and target.dispatched:
        return fixed.status
    if method == "OPTIONS":
        return _OK
    if method != "POST":
        return _NOT_ALLOWED
    if target.hub is None and fixed is not None and target.malformed:
        return fixed.status
    return None


def _missing(target: Target, event: Event) -> int | None:
    """Judge a valid event for a hub that is not there; an invalid one is 400 first."""
    if target.hub is not None or target.fixed is None:
        return None
    from simulator.event import faults  # only here

    return _BAD_REQUEST if faults(event) else target.fixed.status or None
