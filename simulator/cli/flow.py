"""The flow of a run as lines, in the order in which it happens.

A request and its answer are one line, written when the answer is known. What says
nothing new is left out: hubs that take an event, senders that are answered 2xx.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cli.line import Line, answer_text, symbol_of, time_text
from simulator.kernel import Kind
from simulator.statuses import SUCCESS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.trace import Record

_REQUESTS = (
    Kind.SENT,
    Kind.DISPATCHED,
    Kind.REPLIED,
    Kind.DEAD_LETTERED,
    Kind.PANICKED,
)
_TAKEN = (Kind.ACCEPTED, Kind.REFUSED, Kind.EXPIRED)
_AGAIN = (Kind.RETRY_SCHEDULED, Kind.REDIRECTED)
_NAMING = (Kind.SENT, Kind.REPLIED, Kind.FAULT_SET, Kind.FAULT_LIFTED)
_BELOW = (*_REQUESTS, Kind.LOST, Kind.REPLY_DROPPED)


class Flow:
    """Turns records into lines.

    Args:
        write: Gets each line.
        brokers: The nodes of brokers, whose routes are triggers; others have
            subscriptions.
        names: URL -> the node that has it.
    """

    def __init__(
        self,
        write: Callable[[Line], None],
        *,
        brokers: frozenset[str] = frozenset(),
        names: Mapping[str, str] | None = None,
    ) -> None:
        self._write = write
        self._brokers = brokers
        self._names = names or {}
        # Requests whose line is not written yet, by the serial of the record.
        self._open: dict[int, Record] = {}
        self._levels: dict[int, int] = {}
        # An answer, until the next record tells whether a retry follows.
        self._held: Record | None = None
        # Requests whose line tells already that, or how, they were answered.
        self._told: dict[int, None] = {}
        # By the serial of a request, which faults hit it.
        self._hits: dict[int, list[str]] = {}

    def add(self, record: Record) -> None:
        """Go on with the next record."""
        self._levels[record.serial] = self._level(record)
        held, self._held = self._held, None
        if held is not None:
            retry = record if record.kind is Kind.RETRY_SCHEDULED else None
            self._answer(held, retry)
            if retry is not None:
                return
        if record.kind in _REQUESTS:
            self._request(record)
        elif record.kind is Kind.RESPONDED:
            self._held = record
        elif record.kind in _TAKEN:
            self._taken(record)
        elif record.kind is Kind.ANSWERED:
            self._answered(record)
        elif record.kind is Kind.FAULT_HIT:
            cause = -1 if record.cause is None else record.cause
            self._hits.setdefault(cause, []).append(str(record.detail))
        elif record.kind is Kind.WAITING:
            self._flush(record.cause, "waits for an approval", "◐")
        else:
            self._flush(record.cause)
            self._line(record, symbol_of(record), *self._rare(record))

    def finish(self) -> None:
        """Write what is open still, when the run is over."""
        held, self._held = self._held, None
        if held is not None:
            self._answer(held, None)
        for serial in list(self._open):
            self._flush(serial, "no answer yet")

    def _level(self, record: Record) -> int:
        """How deep it stands: one deeper than what it follows from."""
        if record.cause is None:
            return 0
        level = self._levels.get(record.cause, 0)
        again = record.kind in _REQUESTS and record.attempt > 1
        return level + 1 if record.kind in _BELOW and not again else level

    def _request(self, record: Record) -> None:
        sender = self._open.get(record.cause if record.cause is not None else -1)
        is_sent = sender is not None and sender.kind is Kind.SENT
        if sender is not None and is_sent and sender.serial == record.cause:
            # Without a hub between, the sender's request is the delivery itself.
            self._open[record.serial] = self._open.pop(sender.serial)
            return
        self._flush(record.cause)
        self._open[record.serial] = record

    def _taken(self, record: Record) -> None:
        """Write the request that a hub takes, or does not."""
        request = self._open.pop(record.cause if record.cause is not None else -1, None)
        if record.kind is not Kind.ACCEPTED:
            if request is not None:
                self._told[request.serial] = None
            outcome = f"{record.status} {record.kind}: {record.detail}"
            self._line(request or record, "✗", self._label(request or record), outcome)
            return
        if request is None:
            return
        matches = record.status
        outcome = _routes_text(matches, broker=record.target in self._brokers)
        symbol = symbol_of(request) if matches else "·"
        label = self._label(request)
        self._line(request, symbol, label, outcome, at_ns=record.at_ns)

    def _answer(self, response: Record, retry: Record | None) -> None:
        cause = -1 if response.cause is None else response.cause
        request = self._open.pop(cause, None)
        ok = response.ok
        known = ok or (retry is None and cause in self._told)
        if request is None and known:
            return  # a hub's answer, after all behind it is done
        shown = request or response
        if shown.kind is Kind.SENT:
            self._told[shown.serial] = None
        outcome = answer_text(response, since_ns=shown.at_ns)
        if retry is not None:
            wait = retry.detail if isinstance(retry.detail, int) else 0
            outcome += f", again in {time_text(wait)}" if wait else ", again at once"
        symbol = "✓" if ok else "↻" if retry is not None else "✗"
        self._line(shown, symbol, self._label(shown), outcome, at_ns=response.at_ns)

    def _answered(self, record: Record) -> None:
        cause = -1 if record.cause is None else record.cause
        request = self._open.pop(cause, None)
        if request is not None and cause in self._hits:
            outcome = answer_text(record, since_ns=request.at_ns)
            self._line(request, "✗", self._label(request), outcome, at_ns=record.at_ns)
            return
        if record.status in SUCCESS or cause in self._told:
            return
        outcome = answer_text(record, since_ns=record.at_ns)
        self._line(record, "✗", f"the sender is answered by {record.source}", outcome)

    def _rare(self, record: Record) -> tuple[str, str]:
        match record.kind:
            case Kind.LOST:
                to = self._names.get(record.target, record.target)
                return f"lost on the way to {to}", str(record.detail)
            case Kind.CUT:
                return f"cut off: {record.source}", "the caller has gone"
            case Kind.REPLY_DROPPED:
                return f"reply {record.event.type} dropped", str(record.detail)
            case Kind.REDIRECTED:
                return f"redirected to {record.target}", str(record.status)
            case Kind.FAULT_SET | Kind.FAULT_LIFTED:
                return _fault_texts(record)
            case _:
                node = record.source or record.target
                return f"{record.kind} {node}", str(record.detail or "")

    def _flush(
        self, serial: int | None, outcome: str = "", symbol: str | None = None
    ) -> None:
        request = self._open.pop(serial if serial is not None else -1, None)
        if request is not None:
            symbol = symbol or symbol_of(request)
            self._line(request, symbol, self._label(request), outcome)

    def _label(self, record: Record) -> str:
        match record.kind:
            case Kind.SENT:
                sender = f"{record.source}: " if record.source else ""
                return (
                    f"{sender}{record.event.type} {record.event.id} → {record.target}"
                )
            case Kind.REPLIED:
                return f"{record.event.type} {record.event.id} → {record.target}"
            case Kind.DEAD_LETTERED:
                return f"dead letter → {record.target}"
            case Kind.PANICKED:
                return f"{record.source}: its filter panics"
            case Kind.RESPONDED:
                return f"{record.target} ← {record.source}"
            case _:
                return f"{record.source} → {record.target}"

    def _line(
        self,
        record: Record,
        symbol: str,
        text: str,
        outcome: str,
        *,
        at_ns: int | None = None,
    ) -> None:
        hits = self._hits.pop(record.serial, ())
        outcome = f"{outcome} ({'; '.join(hits)})" if hits else outcome
        self._write(
            Line(
                at_ns=record.at_ns if at_ns is None else at_ns,
                level=self._levels[record.serial],
                symbol=symbol,
                text=text,
                outcome=outcome,
                event=(record.event.type, record.event.id),
                names_event=record.kind in _NAMING,
                nodes=(record.source, record.target),
            )
        )


def _fault_texts(record: Record) -> tuple[str, str]:
    """Say which fault comes or goes, and which requests it hits."""
    name, _, rest = str(record.detail).partition(", ")
    lifted = "" if record.kind is Kind.FAULT_SET else "lifted: "
    at = "everywhere" if record.target == "*" else f"at {record.target}"
    return f"{lifted}{name} {at}", rest


def _routes_text(count: int, *, broker: bool) -> str:
    """Say how many routes of a hub take an event."""
    if broker:
        return {0: "no trigger matches", 1: "1 trigger matches"}.get(
            count, f"{count} triggers match"
        )
    return {0: "nothing takes it", 1: "1 subscription takes it"}.get(
        count, f"{count} subscriptions take it"
    )
