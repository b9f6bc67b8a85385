"""Which requests a service has worked on, whatever its callers know of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.duration import duration_text
from simulator.kernel import Envelope, Failure, Kind
from simulator.kernel.log import name_of
from simulator.statuses import SUCCESS
from simulator.subscribers.fault_spec import HitDetail

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from simulator.event import Event
    from simulator.kernel import Log

_ASKS = frozenset({Kind.DISPATCHED, Kind.REPLIED, Kind.DEAD_LETTERED})
_WORK = frozenset({*_ASKS, Kind.RESPONDED, Kind.FAULT_HIT})
KNEW_IT = 208
"""Already Reported: what a service answers that has worked on the event before."""


class Work(NamedTuple):
    """A request that a service has worked on; `event` is source and id."""

    serial: int
    at_ns: int
    node: str
    event: tuple[str, str]


def works(log: Log, nodes: Collection[str]) -> Iterator[Work]:
    """Give the requests that services have worked on, in the order of their ends.

    One has if it answered with a success, if only its answer got lost, or if it had the
    request and was too slow for its caller. Where it says that it knew the event, 208, it
    has not worked again.
    """
    asked: dict[int, Work] = {}
    for row in log.rows(kinds=_WORK):
        kind, cause = row[3], row[0] - row[2]
        if kind in _ASKS:
            node = name_of(row[6])
            if node in nodes:
                asked[row[0]] = Work(row[0], row[1], node, identity_of(row[4]))
        elif cause in asked:
            hit = row[8][1] if kind is Kind.FAULT_HIT else None
            if isinstance(hit, HitDetail):
                if hit.worked:
                    yield asked.pop(cause)
                elif not hit.arrived:
                    del asked[cause]
            elif _has_worked(row[8]):
                yield asked.pop(cause)


def worked_again(
    log: Log, nodes: Collection[str], among: Collection[int] | None = None
) -> tuple[Work, Work] | None:
    """Give the first two works of one service on one event, *among* these serials."""
    first: dict[tuple[str, tuple[str, str]], Work] = {}
    for work in works(log, nodes):
        if among is None or work.serial in among:
            before = first.setdefault((work.node, work.event), work)
            if before is not work:
                return before, work
    return None


def again_text(again: tuple[Work, Work]) -> str:
    first, second = again
    return (
        f"{first.node}: worked on {first.event[1]} twice, at "
        f"+{duration_text(first.at_ns)} and +{duration_text(second.at_ns)}"
    )


def _has_worked(noted: object) -> bool:
    if isinstance(noted, tuple) and noted[1] is Failure.TIMEOUT:
        return True  # it had the request, and was too slow
    return status_of(noted) in SUCCESS and status_of(noted) != KNEW_IT


def identity_of(carried: Envelope | Event) -> tuple[str, str]:
    event = carried.event if isinstance(carried, Envelope) else carried
    return event.source, event.id


def status_of(noted: object) -> int:
    status = noted[0] if isinstance(noted, tuple) else noted
    assert isinstance(status, int), "the log says so"
    return status
