"""A sender's HTTP request as it stands: the checks before an event is an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.event import Event, NotAnEventError, UnparsableEventError, read_http
from simulator.kernel.answer import Answer
from simulator.kernel.target import Target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.kernel.kernel import Kernel
    from simulator.kernel.posting import Posting

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
    """Send an HTTP request that may be no event.

    Source: knative-runtime, Ingress ("The order of the checks is: method, path,
        event, broker"), Channel.
    """
    if "host" in headers:
        target = kernel.program.with_host(target, headers["host"])
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
        target = Target(
            target.node, target.url, path=target.path, fixed=Answer(refusal)
        )
    kept = {
        n: v
        for n, v in headers.items()
        if not event.attributes or not (n.startswith("ce-") or n == "content-type")
    }
    posting = kernel.send(
        target, event, headers=kept, at_ns=at_ns, timeout_ns=timeout_ns
    )
    if target.is_service:
        posting.as_sent = (method, headers, body)
    return posting


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
