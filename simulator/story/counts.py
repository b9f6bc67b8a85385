"""What a run came to, counted while it goes on, so that no record need be kept."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Protocol

from simulator.kernel.answer import Failure
from simulator.kernel.log import Kind
from simulator.nodes import JOB
from simulator.statuses import SUCCESS
from simulator.story.hops import DELIVERIES, REQUESTS
from simulator.story.meaning import Effect, row_of
from simulator.story.phrases import PHRASES, answer
from simulator.value import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.event import Event
    from simulator.kernel import Request
    from simulator.story.hops import Exchange, Exchanges
    from simulator.trace.record import Record

_NEVER_ARRIVED = (Failure.REFUSED, Failure.NO_HOST, Failure.SCHEME)
_OUTAGE = "outage"

COLUMNS = ("received", "ok", "failed", "retried", "replied")
"""What is counted of a service, in the order in which it is shown."""


class ServiceCounts:
    __slots__ = COLUMNS

    def __init__(self) -> None:
        self.received = 0
        self.ok = 0
        self.failed = 0
        self.retried = 0
        self.replied = 0

    def to_json(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in COLUMNS}


class FaultCounts:
    __slots__ = ("hits", "name", "node")

    def __init__(self, name: str, node: str) -> None:
        self.name = name
        self.node = node
        self.hits = 0


class Happening(NamedTuple):
    """One kind of misfortune; those that differ in the event's id alone are counted.

    Args:
        what: The event's type.
        at: The node where it happened.
        why: The cause, in one line.
        to: Where the event was meant to go, or went in the end; empty for nowhere.
    """

    what: str
    at: str
    why: str
    to: str = ""


class Happenings:
    """Misfortunes of one sort, each with its number and the first event it befell."""

    __slots__ = ("found",)

    def __init__(self) -> None:
        self.found: dict[Happening, tuple[int, Event]] = {}

    def add(self, happening: Happening, event: Event) -> None:
        count, first = self.found.get(happening, (0, event))
        self.found[happening] = (count + 1, first)

    @property
    def total(self) -> int:
        return sum(count for count, _ in self.found.values())


class HandlerError(Protocol):
    @property
    def service(self) -> str: ...

    @property
    def request(self) -> Request: ...

    @property
    def what(self) -> str: ...

    @property
    def short_place(self) -> str: ...


class Counts:
    """Counts records as they come.

    Args:
        exchanges: What waits in the run; whoever adds a record here adds it there first.
        brokers: The nodes of brokers, where an event may match nothing.
        names: URL -> the node that has it.

    Attributes:
        faults: ``fault 1: status 503`` -> what it did.
        held: The nodes of services that held a request until it was decided.
        stopped: Whether the run was stopped because it made too many records.
        unanswered: Whether that was since a recording has no answer to a request.
        interrupted: Whether the user stopped it.
    """

    def __init__(
        self,
        exchanges: Exchanges,
        services: Iterable[str],
        brokers: frozenset[str] = frozenset(),
        names: Mapping[str, str] | None = None,
    ) -> None:
        self.services = {node: ServiceCounts() for node in services}
        self.events = 0
        self.deliveries = 0
        self.attempts = 0
        self.records = 0
        self.dead_letters = Happenings()
        self.lost = Happenings()
        self.refused = Happenings()
        self.expired = Happenings()
        self.failed_senders = Happenings()
        self.unmatched = Happenings()
        self.failed_jobs = Happenings()
        self.handler_errors = Happenings()
        self.created = Happenings()
        self.faults: dict[str, FaultCounts] = {}
        self.origins: dict[str, int] = {}
        self.held: dict[str, None] = {}
        self.stopped = False
        self.unanswered = False
        self.interrupted = False
        self._brokers = brokers
        self._names = names or {}
        self._exchanges = exchanges
        self._last: Record | None = None

    @property
    def says_no(self) -> bool:
        return self.stopped or any(
            each.found
            for each in (
                self.lost,
                self.refused,
                self.expired,
                self.failed_senders,
                self.failed_jobs,
                self.handler_errors,
            )
        )

    @property
    def retries_due(self) -> int:
        return len(self._exchanges.retries)

    @property
    def undecided(self) -> Happenings:
        found = Happenings()
        for record in self._exchanges.approvals.values():
            why = str(record.detail or "nobody has decided")
            happening = Happening(record.event.type, record.source, why)
            found.add(happening, record.event)
        return found

    def add(self, record: Record, about: Exchange | None) -> None:
        self.records += 1
        if row_of(record.kind).effect & Effect.MEDDLES:
            self._intervention(record)  # it stands between what belongs together
        elif record.kind is Kind.CREATED:  # likewise
            self._count(self.created, record, record.source, str(record.detail))
        else:
            self._fact(record, about)
            self._last = record

    def add_errors(self, errors: Iterable[HandlerError]) -> None:
        for each in errors:
            event = each.request.envelope.event
            why = f"{each.what} ({each.short_place})"
            self.handler_errors.add(Happening(event.type, each.service, why), event)

    def _fact(self, record: Record, about: Exchange | None) -> None:
        match record.kind:
            case Kind.SENT:
                self.events += 1
                self._origin(record)
            case kind if kind in REQUESTS:
                self._call(record)
            case Kind.RESPONDED:
                self._response(record, about)
            case Kind.ACCEPTED if not record.status and record.target in self._brokers:
                self._count(self.unmatched, record, record.target, "no trigger matches")
            case Kind.REFUSED:
                self._count(self.refused, record, record.target, str(record.detail))
            case Kind.EXPIRED:
                self._count(self.expired, record, record.target, str(record.detail))
            case Kind.LOST | Kind.CUT | Kind.STUCK:
                self._loss(record, about)
            case Kind.REPLY_DROPPED:
                self._reply()
            case Kind.ANSWERED if record.status not in SUCCESS:
                self._failed_sender(record, about)
            case _:
                pass

    def _count(
        self, sort: Happenings, record: Record, at: str, why: str, to: str = ""
    ) -> None:
        event = record.event
        sort.add(Happening(what=event.type, at=at, why=why, to=to), event)

    def _intervention(self, record: Record) -> None:
        match record.kind:
            case Kind.FAULT_SET | Kind.FAULT_HIT:
                self._fault(record)
            case Kind.WAITING:
                self.held[record.source] = None
            case Kind.DROPPED if record.target in self.services:
                self.services[record.target].received -= 1
            case _:
                pass

    def _fault(self, record: Record) -> None:
        name = str(record.detail).partition(",")[0]
        fault = self.faults.get(name)
        if fault is None:
            fault = self.faults[name] = FaultCounts(name, record.target)
        if record.kind is not Kind.FAULT_HIT:
            return
        fault.hits += 1
        from simulator.subscribers.fault_spec import GOES_ON, HitDetail  # few runs hit

        hit = record.detail
        # A refused connection is counted with its answer, whoever refuses it.
        keeps = isinstance(hit, HitDetail) and hit.kind not in (*GOES_ON, _OUTAGE)
        if keeps and record.target in self.services:
            self.services[record.target].received -= 1

    def _call(self, record: Record) -> None:
        self.attempts += 1
        self.deliveries += record.kind in DELIVERIES and record.attempt == 1
        service = self.services.get(record.target)
        if service is not None:
            service.received += 1
            service.retried += record.attempt > 1
        if record.kind is Kind.REPLIED and record.attempt == 1:
            self._reply()
            self._origin(record)

    def _origin(self, record: Record) -> None:
        if record.source:
            self.origins[record.source] = self.origins.get(record.source, 0) + 1

    def _reply(self) -> None:
        replier = self.services.get(self._last.source) if self._last else None
        if replier is not None:
            replier.replied += 1

    def _response(self, record: Record, about: Exchange | None) -> None:
        ok = record.ok
        service = self.services.get(record.source)
        if service is not None:
            service.ok += ok
            service.failed += not ok
            service.received -= record.detail in _NEVER_ARRIVED
        self._delayed(record, about)
        if ok and about is not None and about.request.kind is Kind.DEAD_LETTERED:
            burial = about.request
            why = cause_of_death(burial.event, self._names)
            self._count(self.dead_letters, burial, burial.source, why, burial.target)

    def _delayed(self, record: Record, about: Exchange | None) -> None:
        if about is None or not about.hits or record.source not in self.services:
            return
        from simulator.subscribers.fault_spec import GOES_ON, HitDetail  # few runs hit

        hit = about.hits[-1].detail
        if isinstance(hit, HitDetail) and hit.kind in GOES_ON and not hit.arrived:
            self.services[record.source].received -= 1

    def _loss(self, record: Record, about: Exchange | None) -> None:
        if record.kind is Kind.CUT:
            self._delayed(record, about)
            self._count(
                self.lost, record, record.source, PHRASES[record.kind].outcome(record)
            )
            return
        last = self._last
        failed = last is not None and last.serial == record.cause
        said = answer(last, "long") if failed and last else ""
        if last is not None and last.attempt > 1 and said:
            said += f", attempt {last.attempt}"
        why = f"{said or record.status}; {record.detail}"
        if record.kind is Kind.STUCK:
            why = str(record.detail)
        to = self._names.get(record.target, record.target)
        self._count(self.lost, record, record.source, why, to)

    def _failed_sender(self, record: Record, about: Exchange | None) -> None:
        if about is None or not about.is_refused:
            failed = self.failed_senders
            if record.source.startswith(f"{JOB}/"):
                failed = self.failed_jobs
            self._count(failed, record, record.source, answer(record))


def cause_of_death(event: Event, names: Mapping[str, str]) -> str:
    attributes = event.attributes
    if "knativeerrorcode" not in attributes:
        return "no report (the failure left none)"
    destination = attributes.get("knativeerrordest", "")
    text = error_text(attributes.get("knativeerrordata", ""))
    said = (
        f"{attributes['knativeerrorcode']} from {names.get(destination, destination)}"
    )
    return f"{said}: {text}" if text else said


def error_text(data: str) -> str:
    """Read base64 that may have been cut short; what is no text is left out."""
    whole = data[: len(data) // 4 * 4]
    try:
        text = base64.b64decode(whole).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
    return " ".join(text.split()) if text.isprintable() or "\n" in text else ""
