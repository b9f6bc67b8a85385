"""Where a URL leads: to a service, into a hub, or nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.kernel.answer import Answer
    from simulator.kernel.lane import Lane, RunningHub
    from simulator.kernel.request import Request

    Subscriber = Callable[[Request], Answer | None]


def _later(request: Request) -> None:
    """Answer nothing now."""


class Target:
    """Where a URL leads: to a service, into a hub, or nowhere.

    Args:
        node: The name in the trace.
        url: As it is called; `knativeerrordest` names it.
        path: With the query string.
        subscriber: Answers requests; None when it answers later, or for hubs.
        fixed: The answer that it always gives, when there is one.
        hub: The hub behind the URL.
        malformed: The path is refused before the event is looked at.
        filters: The route whose filter answers there: the broker filter's own address.
        inner: The broker's channel, behind the ingress.
        dispatched: The channels' dispatcher answers there.
        is_service: A service answers there.

    Attributes:
        call: Answers requests; only asked where there is no fixed answer.
        behind: The target as it is without the guard that looks at its requests; None
            where there is no guard.
        indirect: A sender's event is not simply handed to the hub: it is the inner
            channel, or there is a guard.
        sought: The `Host` header with which it was looked up, empty for none; None
            where it was made otherwise, so that it cannot be looked up again.
    """

    __slots__ = ("behind", "call", "dispatched", "filters", "fixed", "host", "hub", "indirect",
                 "inner", "is_service", "malformed", "node", "path", "sought", "subscriber", "url")  # fmt: skip

    def __init__(
        self,
        node: str,
        url: str,
        *,
        path: str = "/",
        subscriber: Subscriber | None = None,
        fixed: Answer | None = None,
        hub: RunningHub | None = None,
        malformed: bool = False,
        is_service: bool = False,
        filters: Lane | None = None,
        inner: bool = False,
        dispatched: bool = False,
    ) -> None:
        self.node = node
        self.url = url
        self.host = urlsplit(url).netloc.rpartition("@")[2]
        self.path = path
        self.subscriber = subscriber
        self.call: Subscriber = subscriber if subscriber is not None else _later
        self.fixed = fixed
        self.hub = hub
        self.malformed = malformed
        self.is_service = is_service
        self.filters = filters
        self.inner = inner
        self.dispatched = dispatched
        self.behind: Target | None = None
        self.indirect = inner
        self.sought: str | None = None
