"""Answers that somebody describes, and that a broker takes for a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.event import faults
from simulator.kernel.answer import Answer
from simulator.kernel.judge import reply_in
from simulator.statuses import SUCCESS
from simulator.urls import host_of
from simulator.wiring import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.subscribers.script import Response
    from simulator.subscribers.service_spec import ServiceSpec
    from simulator.wiring import Hub, Wiring


def no_events(
    wiring: Wiring, specs: Mapping[str, ServiceSpec], places: Mapping[str, str]
) -> Iterator[Finding]:
    """Tell of each described answer that counts as a failure though its status is 2xx.

    Args:
        wiring: Of the topology.
        specs: What Simulation documents say of services.
        places: ``services.NAME`` -> where it is described.

    Source: knative-runtime, Replies: the filter of a broker answers 502 to a 2xx whose
        body is no event.
    """
    doubtful = {
        name: found
        for name, spec in specs.items()
        if (found := [each for each in _responses(spec) if _says_something(each)])
    }
    if not doubtful:
        return
    by_host = {host: e.described for e in wiring.endpoints for host in e.hosts}
    for hub in wiring.hubs:
        for route in hub.routes:
            name = by_host.get(host_of(route.subscriber)) or ""
            for response in doubtful.get(name, ()):
                why = _objection(response, hub, route.reply)
                if why:
                    del doubtful[name]
                    yield _finding(name, response, why, route.node, places)
                    break


def _finding(
    name: str, response: Response, why: str, route: str, places: Mapping[str, str]
) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="reply-is-no-event",
        subject=f"service {name}",
        message=f"it answers {response.status}, but {why}: for {route} that is a failure, "
        "which is tried again",
        where=places.get(f"services.{name}", ""),
    )


def _responses(spec: ServiceSpec) -> Iterator[Response]:
    yield from spec.responses
    for rule in spec.rules:
        yield from rule.responses
    if spec.approval is not None:
        yield from (spec.approval.approve, spec.approval.reject)


def _says_something(response: Response) -> bool:
    """Say whether an answer is a success that says more than that."""
    return (
        response.status in SUCCESS
        and response.failure is None
        and response.reply is None
        and bool(response.body or response.headers)
    )


def _objection(response: Response, hub: Hub, replies_to: str | None) -> str:
    """Say why a hub takes an answer for a failure; or nothing."""
    replies = hub.profile.replies
    if response.status not in replies.statuses:
        return ""
    answer = Answer(
        response.status, headers=dict(response.headers or {}), body=response.body
    )
    filtered = bool(hub.profile.filtering.service)
    outcome = reply_in(answer, replies, filtered=filtered)
    if outcome.reason or outcome.reply is None or not replies_to:
        return outcome.reason or ""
    wrong = faults(outcome.reply)
    return f"its event is refused with 400: {'; '.join(wrong)}" if wrong else ""
