"""The events in which the life of a Knative Service is told.

Source: systems reference 2.2; salaboy/knative-serving-events-controller 3bdbe29 (read).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.serving.life import Status
from simulator.systems.cdevents import CDEvent, chain_id, event_id, purl
from simulator.wiring import Truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.event import Event
    from simulator.serving.life import Life
    from simulator.subscribers.life_spec import LifeSpec

# What the controller of 2022 tells; it asks for nothing but the latest ready revision.
_OF_2022 = ("service.deployed", "service.upgraded", "service.removed")


def told(spec: LifeSpec, start_ns: int) -> Iterator[tuple[int, Event]]:
    """Give the events of a life, and when, in ns since *start_ns*, which is since 1970."""
    writer = LifeEvents(spec.life, start_ns, of_2022=spec.is_of_2022)
    for at_ns, status in spec.life.course():
        for event in writer.tell(at_ns, status):
            yield at_ns, event


class LifeEvents:
    """Tells one state of a service after the other; *start_ns* is since 1970."""

    def __init__(self, life: Life, start_ns: int, *, of_2022: bool) -> None:
        self._life = life
        self._start_ns = start_ns
        self._of_2022 = of_2022
        self._watcher = _Watcher()
        self._chain = chain_id(life.namespace, life.name, str(start_ns))
        self._cause: str | None = None

    def tell(self, at_ns: int, status: Status) -> Iterator[Event]:
        """Give the events that a state calls for; it is so since *at_ns* of its life."""
        life, now_ns = self._life, self._start_ns + at_ns
        for kind in self._watcher.look(status):
            if not self._of_2022:
                event = CDEvent(
                    kind=kind,
                    source=f"/apis/serving.knative.dev/v1/namespaces/{life.namespace}"
                    f"/services/{life.name}",
                    subject=life.name,
                    content=_content(kind, life, status),
                    at_ns=now_ns,
                    chain=self._chain,
                    cause=self._cause,
                ).event()
                self._cause = event.id
                yield event
            elif kind in _OF_2022:
                yield _of_2022(kind, life, self._chain, now_ns)


class _Watcher:
    """Sees what is worth telling, as a controller does: from one state to the next."""

    def __init__(self) -> None:
        self._before = Status()
        self._published = False
        self._was_ready = False
        self._incident = False
        self._rolled_back = False

    def look(self, now: Status) -> Iterator[str]:
        before, self._before = self._before, now
        if now.deleted:
            yield "service.removed"
            return
        if now.latest_ready != before.latest_ready:
            yield "service.upgraded" if before.latest_ready else "service.deployed"
        if -1 < now.age(now.traffic) < now.age(before.traffic):
            self._rolled_back = self._incident
            yield "service.rolledback"
        if not self._published and _is(now, "RoutesReady"):
            self._published = True
            yield "service.published"
        yield from self._incidents(before, now)

    def _incidents(self, before: Status, now: Status) -> Iterator[str]:
        """Tell of a service that is not Ready any more, and of the end of that.

        Knative leaves Ready False after traffic has gone back to an older revision, since
        the newest one still fails. The incident is over all the same: the route has what
        it asks for.
        """
        failed = _failed(now) - _failed(before)
        if failed and self._was_ready and not self._incident:
            self._incident, self._rolled_back = True, False
            yield "incident.detected"
        healed = _is(now, "Ready") or (self._rolled_back and _is(now, "RoutesReady"))
        if self._incident and healed:
            self._incident = False
            yield "incident.resolved"
        self._was_ready = self._was_ready or _is(now, "Ready")


def _is(status: Status, condition: str) -> bool:
    return status.condition(condition).status is Truth.TRUE


def _failed(status: Status) -> set[str]:
    return {each.type for each in status.conditions if each.status is Truth.FALSE}


def _content(kind: str, life: Life, status: Status) -> Mapping[str, Any]:
    """Give what an event of today tells.

    Source: cdevents/spec v0.5.1, continuous-deployment.md, continuous-operations.md.
    """
    content: dict[str, Any] = {"environment": {"id": life.namespace}}
    if kind.startswith("incident."):
        content["service"] = {"id": life.name}
    if kind == "incident.detected":
        content["description"] = _description(status)
    revision = {
        "service.deployed": status.latest_ready,
        "service.upgraded": status.latest_ready,
        "service.rolledback": status.traffic,
    }.get(kind)
    if revision:
        content["artifactId"] = purl(status.revision(revision).image)
    return content


def _description(status: Status) -> str:
    ready = status.condition("Ready")
    newest = status.revisions[-1]
    message = newest.message if ready.reason == "RevisionFailed" else ready.message
    return f"{ready.reason}: {message}"


def _of_2022(kind: str, life: Life, chain: str, at_ns: int) -> Event:
    """Make an event of 2022: no subject, no extension, and nothing in its data.

    Source: pkg/cloudevents/client.go, createEvent.
    """
    from simulator.event.sdk import new_event  # the SDK
    from simulator.event.text import instant_text

    type_, time = f"cd.{kind}.v1", instant_text(at_ns)
    attributes = {
        "specversion": "1.0",
        "id": event_id(chain, type_, time),
        "source": f"{life.namespace}/{life.name}",
        "type": type_,
        "time": time,
        "datacontenttype": "application/json",
    }
    return new_event(attributes, {})
