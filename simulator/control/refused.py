"""Who is refused by whom he sends to, whatever the event is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.access import Refusal, bearer
from simulator.urls import host_of
from simulator.wiring import Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.access import Guard
    from simulator.control.cluster import Cluster
    from simulator.control.given import Admitted
    from simulator.wiring import Hub, Route, Source

_PATHS = {"event": "", "reply": "", "dead letter": "spec.delivery"}
_WORDS = {
    "event": "what it delivers",
    "reply": "replies that it gets",
    "dead letter": "its dead letters",
}

_NAME_ONE = "; as: ACCOUNT says in whose name it sends"


class _Doors:
    def __init__(self, hubs: Sequence[Hub], endpoints: Sequence[Endpoint]) -> None:
        self._at: dict[str, tuple[str, Guard]] = {}
        guarded: tuple[Hub | Endpoint, ...] = (*hubs, *endpoints)
        for each in guarded:
            if each.guard is not None:
                door = each.node, each.guard
                self._at[each.url] = door
                if isinstance(each, Endpoint) and not each.paths:
                    self._at.update(dict.fromkeys(each.hosts, door))

    def refusal(self, url: str | None, header: str | None, what: str) -> str:
        door = self._at.get(url or "") or self._at.get(host_of(url or ""))
        if door is None:
            return ""
        node, guard = door
        found = guard.subject(header, 0)
        ruling = guard.ruling(found) if isinstance(found, str) else found
        if not isinstance(ruling, Refusal):
            return ""
        return f"{node} refuses {what}: {ruling.status}, {ruling.why}"


def on_refused(
    cluster: Cluster,
    hubs: Sequence[Hub],
    endpoints: Sequence[Endpoint],
    sources: Sequence[tuple[Source, Admitted]],
) -> None:
    """Source: knative-kinds 4."""
    doors, findings = _Doors(hubs, endpoints), cluster.findings
    for source, about in sources:
        header, what = source.authorization, "all that it sends"
        text = doors.refusal(source.sink, header, what)
        if text:
            hint = "" if header or not source.generator else _NAME_ONE
            findings.warn(about, "sender-refused", f"{text}{hint}")
    for route in (route for hub in hubs for route in hub.routes):
        for role, url, header in _requests(route):
            text = doors.refusal(url, header, _WORDS[role])
            if text:
                tell = findings.note if role == "reply" else findings.warn
                about = cluster.resources[route.resource]
                tell(about, "sender-refused", text, _PATHS[role])


def _requests(route: Route) -> Iterator[tuple[str, str | None, str | None]]:
    identity = route.identity
    urls = {
        "event": route.subscriber, "reply": route.reply, "dead letter": route.dead_letter,
    }  # fmt: skip
    for role, url in urls.items():
        audience = None if identity is None else identity.audiences.get(role)
        header = bearer(identity.subject, audience) if identity and audience else None
        yield role, url, header
