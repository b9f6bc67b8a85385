"""Deliveries whose retries last longer than anybody waits, found before anything runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.delivery import NS_PER_SECOND, BackoffPolicy
from simulator.wiring import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.control import Admitted
    from simulator.resource import ResourceKey
    from simulator.wiring import Hub, Route, Wiring

_TOLD = ("cut-off", "too-many")
_DAY_NS = 86_400 * NS_PER_SECOND
# Whatever lasts less is given up in time, and need not be listed.
_SHORT_NS = 600 * NS_PER_SECOND


def ladder_findings(
    wiring: Wiring, admitted: Mapping[ResourceKey, Admitted]
) -> list[Finding]:
    """Warn of retries that are never made, or that go on for more than a day.

    Each is said once, where the delivery that counts is written.

    Args:
        wiring: What runs.
        admitted: Where the resources stand.

    Source: knative-resources 4.4, the wait limit of 15 minutes; see `timetable`.
    """
    found: dict[tuple[str, str], Finding] = {}
    for hub in wiring.hubs:
        for route in hub.routes:
            if not _is_short(hub, route):
                for each in _said(wiring, hub, route, admitted):
                    found.setdefault((each.subject, each.message), each)
    return list(found.values())


def _is_short(hub: Hub, route: Route) -> bool:
    """Tell without a list of all attempts that they are over soon."""
    retries = route.retries
    if not retries.retry:
        return True
    last_ns = max(0, hub.profile.retrying.backoff_ns(retries, retries.retry - 1))
    exponential = retries.policy is BackoffPolicy.EXPONENTIAL
    waits_ns = 2 * last_ns if exponential else retries.retry * last_ns
    lasting_ns = (retries.retry + 1) * max(0, retries.timeout_ns or 0)
    return waits_ns + lasting_ns < _SHORT_NS


def _said(
    wiring: Wiring, hub: Hub, route: Route, admitted: Mapping[ResourceKey, Admitted]
) -> Iterator[Finding]:
    from simulator.timetable import Warned, timetable  # few retry for so long
    from simulator.timetable.settings import blocks_of
    from simulator.timetable.warnings import in_words

    table = timetable(wiring, hub, route)
    blocks = blocks_of(hub, route)
    own = blocks.rules.is_own(blocks.own)
    about = admitted.get(route.resource if own else hub.resource)
    if about is None:
        return
    path = "spec.delivery" if "delivery" in about.spec else ""
    told = [each for each in table.warnings if each.code in _TOLD]
    ends = [each.delivery.settled_ns for each in table.courses]
    longest = max((end for end in ends if end is not None), default=0)
    if not told and hub.answers_first and (None in ends or longest > _DAY_NS):
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
