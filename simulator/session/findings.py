"""What an author should know of a topology before anything runs.

Services that nothing sends to, answers that count as failures, retries without an end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.delivery import NS_PER_SECOND, BackoffPolicy
from simulator.errors import nearest
from simulator.event import faults
from simulator.kernel.answer import Answer
from simulator.kernel.judge import reply_in
from simulator.nodes import Role, name_of
from simulator.profiles.endings import NoEvent
from simulator.statuses import SUCCESS
from simulator.urls import host_of
from simulator.wiring import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from simulator.control import Admitted
    from simulator.resource import ResourceKey
    from simulator.subscribers.script import Response
    from simulator.subscribers.service_spec import ServiceSpec
    from simulator.wiring import Endpoint, Hub, Route, Wiring

UNCALLED = "nothing-sends"
_TOLD = ("cut-off", "too-many")
_DAY_NS = 86_400 * NS_PER_SECOND
# Whatever lasts less is given up in time, and need not be listed.
_SHORT_NS = 600 * NS_PER_SECOND


def uncalled(
    wiring: Wiring,
    specs: Mapping[str, ServiceSpec],
    places: Mapping[str, str],
    *,
    strict: bool,
) -> Iterator[Finding]:
    """Tell of each described service that nothing sends to, and which may be meant.

    A name like that of a service that is called is worth a warning; where every name has
    to resolve, a fault. Others may be there to be called by hand: a note. So is all
    of a wiring without a hub and a source.
    """
    if not (wiring.hubs or wiring.sources):
        return
    called = _called(wiring)
    others = [e for e in wiring.endpoints if not called.isdisjoint(e.hosts)]
    told = [finding.message for finding in wiring.findings]
    # Whoever describes both in the same place means both.
    unnamed = [e for e in others if e.described not in specs]
    for endpoint in wiring.endpoints:
        if endpoint.described is None or endpoint.private:
            continue
        if not called.isdisjoint(endpoint.hosts):
            continue
        if any(f"did you mean {endpoint.name!r}" in each for each in told):
            continue  # the reference that has its name wrong is told of
        here = endpoint.described in specs
        meant = _meant(endpoint, unnamed if here else others)
        if strict and not meant:
            continue  # what is not resolved, and so calls nothing, is told of
        yield Finding(
            severity=_severity(strict=strict, sure=bool(meant)),
            code=UNCALLED,
            subject=f"service {endpoint.described}",
            message=f"is described, but nothing sends to it{meant}",
            where=places.get(f"services.{endpoint.described}", ""),
        )


def _severity(*, strict: bool, sure: bool) -> Severity:
    if not sure:
        return Severity.NOTE
    return Severity.FAULT if strict else Severity.WARNING


def _meant(endpoint: Endpoint, others: Collection[Endpoint]) -> str:
    by_name = {other.name: name_of(other.node) for other in others}
    close = nearest(endpoint.name, by_name)
    for name, other in by_name.items():
        close = close.replace(repr(name), repr(other))
    return close


def _called(wiring: Wiring) -> frozenset[str]:
    urls: dict[str | None, None] = {}
    for hub in wiring.hubs:
        for route in hub.routes:
            urls.update(
                dict.fromkeys((route.subscriber, route.reply, route.dead_letter))
            )
    urls.update(dict.fromkeys(source.sink for source in wiring.sources))
    known = wiring.addresses
    for endpoint in wiring.endpoints:
        for to in endpoint.emits:
            urls[known.get(to) or known.get(f"{Role.SERVICE.value}/{to}") or to] = None
    return frozenset(host_of(url) for url in urls if url and "://" in url)


def no_events(
    wiring: Wiring, specs: Mapping[str, ServiceSpec], places: Mapping[str, str]
) -> Iterator[Finding]:
    """Tell of each described answer that counts as a failure though its status is 2xx.

    Source: knative-runtime, Replies: the filter of a broker answers 502 to a 2xx whose
        body is no event.
    """
    doubtful = {
        name: found
        for name, spec in specs.items()
        if (found := [each for each in spec.answers if _says_something(each)])
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
                    again = hub.profile.replies.no_event is NoEvent.BAD_GATEWAY
                    what = f"{route.node} that is a failure, which is "
                    what += "tried again" if again else "not tried again"
                    yield _counts_as_failure(name, response, why, what, places)
                    break


def _counts_as_failure(
    name: str, response: Response, why: str, what: str, places: Mapping[str, str]
) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="reply-is-no-event",
        subject=f"service {name}",
        message=f"it answers {response.status}, but {why}: for {what}",
        where=places.get(f"services.{name}", ""),
    )


def _says_something(response: Response) -> bool:
    return (
        response.status in SUCCESS
        and response.failure is None
        and response.reply is None
        and bool(response.body or response.headers)
    )


def _objection(response: Response, hub: Hub, replies_to: str | None) -> str:
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


def never_asked(wiring: Wiring, places: Mapping[str, str]) -> Iterator[Finding]:
    """Tell of each service that replies only when asked, and is never asked, or in vain.

    Source: knative/specs, data-plane.md:172; profiles 17, 65.
    """
    careful = {
        host: each for each in wiring.endpoints if each.when_preferred
        for host in each.hosts
    }  # fmt: skip
    told: dict[tuple[str, str], None] = {}
    for hub in wiring.hubs if careful else ():
        for route in hub.routes:
            for name, why in _unheard(hub, route, careful):
                told[name, why] = None
    for name, why in told:
        yield Finding(
            severity=Severity.WARNING,
            code="never-asked",
            subject=f"service {name}",
            message=f"it replies only when asked, and {why}",
            where=places.get(f"services.{name}", ""),
        )


def _unheard(
    hub: Hub, route: Route, careful: Mapping[str, Endpoint]
) -> Iterator[tuple[str, str]]:
    profile = hub.profile
    subscriber = careful.get(host_of(route.subscriber))
    if subscriber is not None:
        name = subscriber.described or subscriber.name
        if "event" not in profile.requests.prefer:
            yield name, f"{profile.name} never asks: {route.node} gets no reply"
        elif route.reply is None:
            yield name, f"{route.node} asks, but has no reply address: it is dropped"
    sink = careful.get(host_of(route.dead_letter or ""))
    asked = "dead letter" in profile.requests.prefer
    if sink is not None and asked and not profile.dead_letters.replies:
        why = f"{profile.name} asks, but takes no reply of a dead letter sink"
        yield sink.described or sink.name, f"{why}: {hub.node}"


def elsewhere(
    wiring: Wiring, specs: Mapping[str, ServiceSpec], places: Mapping[str, str]
) -> Iterator[Finding]:
    for endpoint in wiring.endpoints:
        spec = specs.get(endpoint.described or "") if endpoint.stub else None
        if spec is not None and spec.real is not None:
            run = " --run" if spec.real.program is not None else ""
            yield Finding(
                severity=Severity.NOTE,
                code="stub",
                subject=f"service {endpoint.described}",
                message=f"who answers is real, and only kn-sim serve{run} asks it; here "
                "a stub accepts with 202",
                where=places.get(f"services.{endpoint.described}", ""),
            )
    for source in wiring.sources:
        if source.silent and source.generator:
            yield Finding(
                severity=Severity.NOTE,
                code="silent-source",
                subject=f"source {source.generator}",
                message="it is a program, which only kn-sim serve --run starts; here it "
                "sends nothing",
                where=places.get(f"sources.{source.generator}", ""),
            )


def ladder_findings(
    wiring: Wiring,
    admitted: Mapping[ResourceKey, Admitted],
    asked: Collection[str] = (),
) -> list[Finding]:
    """Warn of retries that are never made, or that go on for more than a day.

    Each is said once, where the delivery that counts is written. *asked* are the rules
    of `timetable` that are wanted, in place of those.

    Source: knative-resources 4.4, the wait limit of 15 minutes; see `timetable`.
    """
    found: dict[tuple[str, str], Finding] = {}
    for hub in wiring.hubs:
        for route in hub.routes:
            if asked or not _is_short(hub, route):
                for each in _of_ladder(hub, route, admitted, asked):
                    found.setdefault((each.subject, each.message), each)
    return list(found.values())


def _is_short(hub: Hub, route: Route) -> bool:
    retries = route.retries
    if not retries.retry:
        return True
    last_ns = max(0, hub.profile.retrying.backoff_ns(retries, retries.retry - 1))
    exponential = retries.policy is BackoffPolicy.EXPONENTIAL
    waits_ns = 2 * last_ns if exponential else retries.retry * last_ns
    lasting_ns = (retries.retry + 1) * max(0, retries.timeout_ns or 0)
    return waits_ns + lasting_ns < _SHORT_NS


def _of_ladder(
    hub: Hub,
    route: Route,
    admitted: Mapping[ResourceKey, Admitted],
    asked: Collection[str],
) -> Iterator[Finding]:
    from simulator.timetable import Warned, timetable  # few retry for so long
    from simulator.timetable.settings import blocks_of
    from simulator.timetable.warnings import in_words

    table = timetable(hub, route)
    blocks = blocks_of(hub, route)
    own = blocks.rules.is_own(blocks.own)
    about = admitted.get(route.resource if own else hub.resource)
    if about is None:
        return
    path = "spec.delivery" if "delivery" in about.spec else ""
    told = [each for each in table.warnings if each.code in (asked or _TOLD)]
    ends = [each.delivery.settled_ns for each in table.courses]
    longest = max((end for end in ends if end is not None), default=0)
    if (
        not asked
        and not told
        and hub.answers_first
        and (None in ends or longest > _DAY_NS)
    ):
        lasts = "centuries" if None in ends else in_words(longest)
        told = [Warned(code="long-ladder", text=f"to give up takes {lasts}")]
    for each in told:
        yield Finding(
            severity=Severity.WARNING,
            code=each.code,
            subject=str(about.resource),
            message=each.text,
            where=str(about.resource.position(path)),
            path=path,
        )


def with_others(
    findings: Sequence[Finding], found: Sequence[Finding], order: Sequence[Admitted]
) -> tuple[Finding, ...]:
    place = {str(each.resource): number for number, each in enumerate(order)}
    whole = list(findings)
    places = [place.get(each.subject, -1) for each in whole]
    for finding in found:
        mine = place[finding.subject]
        # From the end: most come in their order.
        ends = range(len(whole), 0, -1)
        at = next((end for end in ends if places[end - 1] <= mine), len(whole))
        whole.insert(at, finding)
        places.insert(at, mine)
    return tuple(whole)
