"""Who is refused by whom he sends to, whatever the event is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.access import Refusal, bearer
from simulator.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.access import Guard
    from simulator.control.cluster import Cluster
    from simulator.control.given import Admitted
    from simulator.wiring import Endpoint, Hub, Route, Source

_PATHS = {"event": "", "reply": "", "dead letter": "spec.delivery"}
_WORDS = {
    "event": "what it delivers",
    "reply": "replies that it gets",
    "dead letter": "its dead letters",
}


class _Guarded(NamedTuple):
    node: str
    guard: Guard

    def refusal(self, authorization: str | None) -> Refusal | None:
        """Say why all that is sent so is refused; None where it may be let in."""
        found = self.guard.subject(authorization, 0)
        if isinstance(found, str):
            ruling = self.guard.ruling(found)
            return ruling if isinstance(ruling, Refusal) else None
        return found


def on_refused(
    cluster: Cluster,
    hubs: Sequence[Hub],
    endpoints: Sequence[Endpoint],
    sources: Sequence[tuple[Source, Admitted]],
) -> None:
    """Tell who sends in vain.

    Args:
        cluster: Where it is.
        hubs: With their guards.
        endpoints: Likewise.
        sources: With what findings about each are about.

    Source: knative-kinds 4.
    """
    if not cluster.authorization.on:
        return
    guarded = {
        hub.url: _Guarded(hub.node, hub.guard) for hub in hubs if hub.guard is not None
    }
    hosts = {
        host: _Guarded(endpoint.node, endpoint.guard)
        for endpoint in endpoints
        if endpoint.guard is not None
        for host in endpoint.hosts
    }

    def at(url: str | None) -> _Guarded | None:
        return guarded.get(url or "") or hosts.get(host_of(url or ""))

    for source, about in sources:
        there = at(source.sink)
        found = None if there is None else there.refusal(source.authorization)
        if there is not None and found is not None:
            message = f"{there.node} refuses all that it sends: {_said(found)}"
            cluster.findings.warn(about, "sender-refused", message)
    for hub in hubs:
        for route in hub.routes:
            for role, url, header in _requests(route):
                there = at(url)
                found = None if there is None else there.refusal(header)
                if there is not None and found is not None:
                    message = f"{there.node} refuses {_WORDS[role]}: {_said(found)}"
                    tell = (
                        cluster.findings.note
                        if role == "reply"
                        else cluster.findings.warn
                    )
                    about = cluster.resources[route.resource]
                    tell(about, "sender-refused", message, _PATHS[role])


def _said(refusal: Refusal) -> str:
    return f"{refusal.status}, {refusal.why}"


def _requests(route: Route) -> Iterator[tuple[str, str | None, str | None]]:
    """Give role, URL and header of each request that a route makes."""
    identity = route.identity
    urls = {
        "event": route.subscriber, "reply": route.reply, "dead letter": route.dead_letter,
    }  # fmt: skip
    for role, url in urls.items():
        audience = None if identity is None else identity.audiences.get(role)
        header = bearer(identity.subject, audience) if identity and audience else None
        yield role, url, header
