"""What a run came to, counted while it goes on, so that no record need be kept."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, NamedTuple

from simulator.cli.line import answer_text, fault_text
from simulator.kernel import Failure, Kind
from simulator.statuses import SUCCESS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.event import Event
    from simulator.session.failures import HandlerFailure
    from simulator.subscribers.fault_spec import HitDetail
    from simulator.trace import Record

_INTERVENTIONS = (
    Kind.FAULT_SET,
    Kind.FAULT_LIFTED,
    Kind.FAULT_HIT,
    Kind.WAITING,
    Kind.APPROVED,
    Kind.REJECTED,
    Kind.WITHDRAWN,
    Kind.HELD,
    Kind.RELEASED,
    Kind.DROPPED,
)
_NEVER_ARRIVED = (Failure.REFUSED, Failure.NO_HOST)


class ServiceTally:
    """What one service got and did."""

    __slots__ = ("failed", "ok", "received", "replied", "retried")

    def __init__(self) -> None:
        self.received = 0
        self.ok = 0
        self.failed = 0
        self.retried = 0
        self.replied = 0

    def to_json(self) -> dict[str, int]:
        """Give it as JSON data."""
        return {
            "received": self.received,
            "ok": self.ok,
            "failed": self.failed,
            "retried": self.retried,
            "replied": self.replied,
        }


class FaultTally:
    """What one injected fault did.

    Args:
        name: ``fault 1: status 503``.
        node: Where it stands; ``*`` for everywhere.
    """

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
        """Count one."""
        count, first = self.found.get(happening, (0, event))
        self.found[happening] = (count + 1, first)

    @property
    def total(self) -> int:
        """All of them."""
        return sum(count for count, _ in self.found.values())


class Tally:
    """Counts records as they come.

    Args:
        services: The nodes of services, in the order of the table.
        brokers: The nodes of brokers, where an event may match nothing.
        names: URL -> the node that has it.

    Attributes:
        faults: ``fault 1: status 503`` -> what it did.
        origins: Source, service or route -> how many events it sent or replied.
        stopped: Whether the run was stopped because it made too many records.
        interrupted: Whether the user stopped it.
    """

    def __init__(
        self,
        services: Iterable[str],
        brokers: frozenset[str] = frozenset(),
        names: Mapping[str, str] | None = None,
    ) -> None:
        self.services = {node: ServiceTally() for node in services}
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
        self.handler_errors = Happenings()
        self.faults: dict[str, FaultTally] = {}
        self.origins: dict[str, int] = {}
        self.stopped = False
        self.interrupted = False
        self._brokers = brokers
        self._names = names or {}
        self._burials: dict[int, Record] = {}
        self._bad_doors: set[int] = set()
        self._waiting: dict[int, None] = {}
        self._undecided: dict[int, Record] = {}
        # Latency that comes before a request, by its record.
        self._delayed: dict[int | None, HitDetail] = {}
        self._last: Record | None = None

    @property
    def says_no(self) -> bool:
        """Whether an event did not get where it should, or a handler failed."""
        return self.stopped or any(
            each.found
            for each in (
                self.lost,
                self.refused,
                self.expired,
                self.failed_senders,
                self.handler_errors,
            )
        )

    @property
    def retries_due(self) -> int:
        """The retries that the run ended before."""
        return len(self._waiting)

    @property
    def undecided(self) -> Happenings:
        """The approvals that nobody has decided."""
        found = Happenings()
        for record in self._undecided.values():
            why = str(record.detail or "nobody has decided")
            happening = Happening(record.event.type, record.source, why)
            found.add(happening, record.event)
        return found

    def add(self, record: Record) -> None:
        """Count a record."""
        self.records += 1
        if record.kind in _INTERVENTIONS:  # they stand between what belongs together
            self._intervention(record)
        else:
            self._fact(record)
            self._last = record

    def add_errors(self, errors: Iterable[HandlerFailure]) -> None:
        """Count what handlers raised, or returned as no answer may be."""
        for each in errors:
            event = each.request.envelope.event
            why = f"{each.what} ({each.short_place})"
            happening = Happening(event.type, each.service, why)
            self.handler_errors.add(happening, event)

    def _fact(self, record: Record) -> None:
        match record.kind:
            case Kind.SENT:
                self.events += 1
                self._origin(record)
            case Kind.DISPATCHED | Kind.REPLIED | Kind.DEAD_LETTERED | Kind.PANICKED:
                self._call(record)
            case Kind.RESPONDED:
                self._response(record)
            case Kind.ACCEPTED if not record.status and record.target in self._brokers:
                self._count(self.unmatched, record, record.target, "no trigger matches")
            case Kind.REFUSED | Kind.EXPIRED:
                self._bad_door(record)
            case Kind.LOST | Kind.CUT:
                self._loss(record)
            case Kind.RETRY_SCHEDULED:
                self._waiting[record.serial] = None
            case Kind.REPLY_DROPPED:
                self._reply()
            case Kind.ANSWERED if record.status not in SUCCESS:
                self._failed_sender(record)
            case _:
                pass

    def _count(
        self, sort: Happenings, record: Record, at: str, why: str, to: str = ""
    ) -> None:
        event = record.event
        sort.add(Happening(what=event.type, at=at, why=why, to=to), event)

    def _intervention(self, record: Record) -> None:
        """Count what somebody did to the run from outside."""
        match record.kind:
            case Kind.FAULT_SET | Kind.FAULT_HIT:
                self._fault(record)
            case Kind.WAITING:
                self._undecided[record.serial] = record
            case Kind.APPROVED | Kind.REJECTED | Kind.WITHDRAWN:
                if record.cause is not None:
                    self._undecided.pop(record.cause, None)
            case Kind.DROPPED if record.target in self.services:
                self.services[record.target].received -= 1
            case _:
                pass

    def _fault(self, record: Record) -> None:
        """Count a fault or one of its hits, and what it keeps from its receiver."""
        detail = str(record.detail)
        name = detail.partition(",")[0]
        fault = self.faults.get(name)
        if fault is None:
            fault = self.faults[name] = FaultTally(name, record.target)
        if record.kind is Kind.FAULT_HIT:
            fault.hits += 1
            self._hit(record)

    def _hit(self, record: Record) -> None:
        """Take note of what a fault keeps from its receiver, now or perhaps later."""
        from simulator.subscribers.fault_spec import GOES_ON, HitDetail  # few runs hit

        hit = record.detail
        if not isinstance(hit, HitDetail):
            return
        if hit.kind in GOES_ON:
            self._delayed[record.cause] = hit
            return
        self._delayed.pop(record.cause, None)
        # A refused connection is counted with its answer, whoever refuses it.
        if record.target in self.services and hit.kind != "outage":
            self.services[record.target].received -= 1

    def _call(self, record: Record) -> None:
        self.attempts += 1
        self._ends_wait(record)
        if record.kind in (Kind.DISPATCHED, Kind.PANICKED) and record.attempt == 1:
            self.deliveries += 1
        service = self.services.get(record.target)
        if service is not None:
            service.received += 1
            service.retried += record.attempt > 1
        if record.kind is Kind.REPLIED and record.attempt == 1:
            self._reply()
            self._origin(record)
        elif record.kind is Kind.DEAD_LETTERED:
            self._burials[record.serial] = record

    def _origin(self, record: Record) -> None:
        if record.source:
            self.origins[record.source] = self.origins.get(record.source, 0) + 1

    def _ends_wait(self, record: Record) -> None:
        if record.cause is not None:
            self._waiting.pop(record.cause, None)

    def _reply(self) -> None:
        """Count a reply for the service whose answer is the record before."""
        replier = self.services.get(self._last.source) if self._last else None
        if replier is not None:
            replier.replied += 1

    def _response(self, record: Record) -> None:
        ok = record.ok
        service = self.services.get(record.source)
        if service is not None:
            service.ok += ok
            service.failed += not ok
            service.received -= record.detail in _NEVER_ARRIVED
        burial = self._ends(record)
        if burial is not None and ok:
            why = cause_of_death(burial.event, self._names)
            self._count(self.dead_letters, burial, burial.source, why, burial.target)

    def _ends(self, record: Record) -> Record | None:
        """Forget the request that ends here; give it if it brought a dead letter."""
        if record.cause is None:
            return None
        hit = self._delayed.pop(record.cause, None)
        if hit is not None and not hit.arrived and record.source in self.services:
            self.services[record.source].received -= 1
        self._bad_doors.discard(record.cause)
        return self._burials.pop(record.cause, None)

    def _bad_door(self, record: Record) -> None:
        if record.cause is not None:
            self._bad_doors.add(record.cause)
        sort = self.expired if record.kind is Kind.EXPIRED else self.refused
        self._count(sort, record, record.target, str(record.detail))

    def _loss(self, record: Record) -> None:
        if record.kind is Kind.CUT:
            self._ends_wait(record)
            self._ends(record)
            self._count(self.lost, record, record.source, "the caller has gone")
            return
        last = self._last
        failed = last is not None and last.serial == record.cause
        said = answer_text(last, since_ns=last.at_ns) if failed and last else ""
        why = f"{said or record.status}; {record.detail}"
        to = self._names.get(record.target, record.target)
        self._count(self.lost, record, record.source, why, to)

    def _failed_sender(self, record: Record) -> None:
        """Count a sender that is answered no, unless that is counted already."""
        if record.cause in self._bad_doors:
            self._ends(record)
            return
        why = str(record.status) if record.status else fault_text(str(record.detail))
        self._count(self.failed_senders, record, record.source, why)


def cause_of_death(event: Event, names: Mapping[str, str]) -> str:
    """Tell why an event became a dead letter, from what it carries."""
    attributes = event.attributes
    if "knativeerrorcode" not in attributes:
        return "no report (the failure left none)"
    destination = attributes.get("knativeerrordest", "")
    text = _decoded(attributes.get("knativeerrordata", ""))
    said = (
        f"{attributes['knativeerrorcode']} from {names.get(destination, destination)}"
    )
    return f"{said}: {text}" if text else said


def _decoded(data: str) -> str:
    """Read base64 that may have been cut short; what is no text is left out."""
    whole = data[: len(data) // 4 * 4]
    try:
        text = base64.b64decode(whole).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
    return " ".join(text.split()) if text.isprintable() or "\n" in text else ""
