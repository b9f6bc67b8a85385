"""What two places of a topology say that does not go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.duration import duration_text
from simulator.filters import Verdict
from simulator.filters.form import ANY, VARYING, covers, judged
from simulator.graph.steps import ERRORS
from simulator.wiring import Finding, HubKind, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simulator.control import Admitted
    from simulator.graph.steps import Steps
    from simulator.kernel import AddressBook
    from simulator.resource import ResourceKey
    from simulator.subscribers.service_spec import ServiceSpec
    from simulator.wiring import Endpoint, Hub, Route

# Routes of one hub beyond which they are not compared with each other.
_MOST_COMPARED = 50


class Between:
    """Finds what does not go together, by the `Steps` on which events go next."""

    def __init__(
        self,
        book: AddressBook,
        services: Mapping[str, ServiceSpec],
        places: Mapping[str, str],
        admitted: Mapping[ResourceKey, Admitted],
        steps: Steps,
    ) -> None:
        self._book = book
        self._steps = steps
        self._hubs = {hub.node: hub for hub in book.wiring.hubs}
        self._services = services
        self._places = places
        self._admitted = admitted

    def findings(self) -> Iterator[Finding]:
        for hub in self._hubs.values():
            if hub.kind is not HubKind.TOPIC:  # who reads one may share a group
                yield from self._delivered_twice(hub)
            unread: dict[tuple[int, str], bool] = {}
            for route in hub.routes:
                yield from self._unmatched(route, unread)
                yield from self._too_slow(route)
                yield from self._reply_cut_off(hub, route)

    def _delivered_twice(self, hub: Hub) -> Iterator[Finding]:
        """Tell of routes that bring a subscriber what another one brings it, too.

        Source: knative-runtime, Shape of one delivery ("two triggers with one subscriber:
            two requests").
        """
        calling: dict[str, list[Route]] = {}
        for route in hub.routes:
            calling.setdefault(route.subscriber, []).append(route)
        for url, routes in calling.items():
            if url and 1 < len(routes) <= _MOST_COMPARED:
                yield from self._repeated(routes)

    def _repeated(self, routes: Sequence[Route]) -> Iterator[Finding]:
        for number, route in enumerate(routes):
            others = (*routes[:number], *routes[number + 1 :])
            wider = next((o for o in others if covers(o.filter, route.filter)), None)
            about = self._admitted.get(route.resource)
            if wider is None or about is None:
                continue
            if covers(route.filter, wider.filter) and routes.index(wider) > number:
                continue  # the same: the later one is told of
            there = self._admitted.get(wider.resource)
            if there is None:
                continue
            yield Finding(
                severity=Severity.WARNING,
                code="delivered-twice",
                subject=str(about.resource),
                message=f"each event that it lets pass, {wider.node} lets pass, too, and "
                f"both call {self._called(route.subscriber)}: it gets the event twice",
                where=str(about.resource.position("")),
                also=((str(there.resource.position("")), str(there.resource)),),
                fix=f"remove {about.resource}, or let one of the two filter for other events",
            )

    def _called(self, url: str) -> str:
        found = self._book.find(url)
        return found.endpoint.node if found.endpoint else found.node

    def _unmatched(
        self, route: Route, unread: dict[tuple[int, str], bool]
    ) -> Iterator[Finding]:
        """Source: knative-runtime, Dead letters (what is added to the event)."""
        if not route.dead_letter:
            return
        hub = self._hubs.get(self._book.find(route.dead_letter).hub)
        about = self._admitted.get(route.resource)
        if hub is None or about is None or not 0 < len(hub.routes) <= _MOST_COMPARED:
            return
        asked = id(route.filter), hub.node
        if asked not in unread:
            panics = route.filter is not None and route.filter.may_panic
            event = ANY if panics else judged(ANY, route.filter)[1]
            passed = event.changed((*ERRORS, *VARYING), {})
            verdicts = (judged(passed, other.filter)[0] for other in hub.routes)
            unread[asked] = all(each is Verdict.FAIL for each in verdicts)
        if not unread[asked]:
            return
        path = "spec.delivery" if "delivery" in about.spec else ""
        there = self._admitted.get(hub.resource)
        yield Finding(
            severity=Severity.WARNING,
            code="dead-letters-unmatched",
            subject=str(about.resource),
            message=f"no filter at {hub.node} lets its dead letters pass: they are accepted "
            "there and dropped",
            where=str(about.resource.position(path)),
            path=path,
            also=_at(there),
        )

    def _too_slow(self, route: Route) -> Iterator[Finding]:
        """Source: knative-runtime, Retries (`timeout` is that of one attempt)."""
        limit_ns = route.retries.timeout_ns or 0
        about = self._admitted.get(route.resource)
        if limit_ns <= 0 or about is None:
            return
        endpoint, least_ns = self._slow(route, limit_ns)
        if endpoint is None:
            return
        path = "spec.delivery.timeout" if "delivery" in about.spec else ""
        yield Finding(
            severity=Severity.WARNING,
            code="slower-than-timeout",
            subject=str(about.resource),
            message=f"each answer of {endpoint.node} takes {duration_text(least_ns)} or more, "
            f"and the delivery waits {duration_text(limit_ns)}: every attempt fails",
            where=str(about.resource.position(path)),
            path=path,
            also=(self._described(endpoint),),
            fix=f"raise the timeout above {duration_text(least_ns)}",
        )

    def _reply_cut_off(self, hub: Hub, route: Route) -> Iterator[Finding]:
        """Tell of a service that works on the reply of a delivery when its time is up.

        Source: knative-runtime, Retries (`timeout` bounds each posting of a reply, and so
            the whole synchronous tree behind it); Shape of one delivery (who is cut off).
        """
        limit_ns = route.retries.timeout_ns or 0
        about = self._admitted.get(route.resource)
        if limit_ns <= 0 or about is None:
            return
        told: set[str] = set()
        for step in self._steps.of(hub, judged(ANY, route.filter)[1]):
            if step.route is not route or step.by != "reply" or step.to.answers_first:
                continue
            for other in step.to.routes:
                verdict, _ = judged(step.event, other.filter)
                endpoint, least_ns = self._slow(other, limit_ns)
                own_ns = other.retries.timeout_ns or 0
                goes = verdict is None or verdict.delivers
                if endpoint is None or not goes or other.node in told:
                    continue
                if 0 < own_ns <= limit_ns:  # it is cut off by its own delivery
                    continue
                told.add(other.node)
                path = "spec.delivery.timeout" if "delivery" in about.spec else ""
                there = _at(self._admitted.get(other.resource))
                yield Finding(
                    severity=Severity.WARNING,
                    code="reply-cut-off",
                    subject=str(about.resource),
                    message=f"its reply goes to {endpoint.node} by {other.node}, which takes "
                    f"{duration_text(least_ns)} or more, and the delivery waits "
                    f"{duration_text(limit_ns)} for that: {endpoint.node} is cut off at its "
                    "work, and the reply posted again",
                    where=str(about.resource.position(path)),
                    path=path,
                    also=(*there, self._described(endpoint)),
                    possible=not (step.sure and verdict is not None),
                    fix=f"raise the timeout above {duration_text(least_ns)}",
                )

    def _slow(self, route: Route, limit_ns: int) -> tuple[Endpoint | None, int]:
        """Give a described service that always takes longer, and how long at least."""
        endpoint = self._book.find(route.subscriber).endpoint
        if endpoint is None or not endpoint.described:
            return None, 0
        least_ns = _least_ns(self._services.get(endpoint.described))
        if least_ns is None or least_ns <= limit_ns:
            return None, 0
        return endpoint, least_ns

    def _described(self, endpoint: Endpoint) -> tuple[str, str]:
        return self._places.get(f"services.{endpoint.described}", ""), endpoint.node


def _at(there: Admitted | None) -> tuple[tuple[str, str], ...]:
    if there is None:
        return ()
    return ((str(there.resource.position("")), str(there.resource)),)


def _least_ns(spec: ServiceSpec | None) -> int | None:
    if spec is None or spec.handler or spec.approval is not None or spec.unreachable:
        return None
    shape = spec.latency.shape
    base = spec.latency.first if shape in ("fixed", "uniform") else 0
    made = [*spec.responses, *(r for rule in spec.rules for r in rule.responses)]
    if any(response.failure is not None for response in made):
        return None
    delays = [response.delay_ns for response in made]
    return base + (min(delays) if spec.responses else 0)
