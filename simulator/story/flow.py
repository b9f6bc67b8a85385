"""The flow of a run as lines, in the order in which it happens.

A request and its answer are one line, written when the answer is known. What says
nothing new is left out: hubs that take an event, senders that are answered 2xx.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.kernel.log import Kind
from simulator.nodes import is_topic
from simulator.statuses import SUCCESS
from simulator.story.hops import DOORS, REQUESTS
from simulator.story.meaning import row_of
from simulator.story.phrases import PHRASES, answer, time_text, wait_ns
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.story.hops import Exchange
    from simulator.trace.record import Record

_NAMING = (
    Kind.SENT, Kind.REPLIED, Kind.FAULT_SET, Kind.FAULT_LIFTED, Kind.SCALED, Kind.STARTED,
    Kind.LOGGED,
)  # fmt: skip
_BELOW = (*REQUESTS, Kind.LOST, Kind.STUCK, Kind.REPLY_DROPPED)


class Line(Value):
    """What one line says.

    Args:
        at_ns: Virtual time since the start.
        symbol: One character: how it went.
        text: From where to where.
        outcome: The answer, and what follows from it.
        names_event: Whether *text* names the event already.
        nodes: Where it comes from and goes to, as in the records.
        serial: The record that it tells of.
    """

    at_ns: int
    level: int
    symbol: str
    text: str
    outcome: str
    event: tuple[str, str]
    names_event: bool = False
    nodes: tuple[str, str] = ("", "")
    serial: int = -1


class Flow:
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
        # Requests whose line is not written yet, by the serial of the record that is
        # to be answered: of a sender without a hub, that of the delivery.
        self._unwritten: dict[int, Exchange] = {}
        # Requests that something followed from before they were answered.
        self._going_on: dict[int, Exchange] = {}
        self._levels: dict[int, int] = {}
        # An answer, until the next record tells whether a retry follows.
        self._held: Record | None = None
        # Objects that were made before the line of a request is written, by that.
        self._made: dict[int, Record] = {}
        # Requests whose line tells already that, or how, they were answered.
        self._told: set[int] = set()

    def add(self, record: Record, about: Exchange | None) -> None:
        self._levels[record.serial] = self._level(record)
        held, self._held = self._held, None
        if held is not None:
            retry = record if record.kind is Kind.RETRY_SCHEDULED else None
            self._answer(held, retry)
            if retry is not None:
                return
        if record.kind in REQUESTS:
            assert about is not None, "it begins with the request"
            self._request(about)
        elif record.kind is Kind.RESPONDED:
            self._held = record
        elif record.kind in DOORS:
            self._door(record)
        elif record.kind is Kind.ANSWERED:
            self._answered(record)
        elif record.kind is Kind.WAITING:
            self._flush(
                record.cause, "waits for an approval", row_of(record.kind).symbol
            )
        elif record.kind is Kind.CREATED and _cause(record) in self._unwritten:
            self._made[_cause(record)] = record
        elif record.kind is not Kind.FAULT_HIT:  # that is told with the request
            self._flush(record.cause)
            self._alone(record)

    def finish(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            self._answer(held, None)
        for serial in list(self._unwritten):
            self._flush(serial, "no answer yet")

    def _level(self, record: Record) -> int:
        if record.cause is None:
            return 0
        level = self._levels.get(record.cause, 0)
        again = record.kind in REQUESTS and record.attempt > 1
        return level + 1 if record.kind in _BELOW and not again else level

    def _request(self, exchange: Exchange) -> None:
        request = exchange.request
        sender = self._unwritten.get(_cause(request))
        if (
            sender is not None
            and sender.request.kind is Kind.SENT
            and sender.request.serial == request.cause
        ):
            # Without a hub between, the sender's request is the delivery itself.
            exchange = self._unwritten.pop(sender.request.serial)
        else:
            self._flush(request.cause)
        self._unwritten[request.serial] = exchange

    def _door(self, record: Record) -> None:
        exchange = self._unwritten.pop(_cause(record), None)
        told = record if exchange is None else exchange.request
        symbol = row_of(record.kind).symbol
        outcome = PHRASES[record.kind].outcome(record)
        if record.kind is not Kind.ACCEPTED:
            if exchange is not None:
                self._told.add(told.serial)
            self._line(told, symbol, outcome, exchange=exchange)
        elif exchange is not None:
            matches = record.status
            symbol = row_of(told.kind).symbol if matches else symbol
            outcome = _routes_text(
                matches,
                broker=record.target in self._brokers,
                topic=is_topic(record.target),
            )
            self._line(told, symbol, outcome, exchange=exchange, at_ns=record.at_ns)
        made = self._made.pop(_cause(record), None)
        if made is not None:
            self._alone(made)

    def _answer(self, response: Record, retry: Record | None) -> None:
        cause = _cause(response)
        exchange = self._unwritten.pop(cause, None) or self._going_on.pop(cause, None)
        told = retry is None and cause in self._told
        self._told.discard(cause)
        if exchange is None and (response.ok or told):
            return  # a hub's answer, after all behind it is done
        shown = response if exchange is None else exchange.request
        if shown.kind is Kind.SENT:
            self._told.add(shown.serial)
        outcome = _answer_text(response, since_ns=shown.at_ns)
        if retry is not None:
            wait = wait_ns(retry)
            outcome += f", again in {time_text(wait)}" if wait else ", again at once"
        symbol = "✓" if response.ok else "↻" if retry is not None else "✗"
        self._line(shown, symbol, outcome, exchange=exchange, at_ns=response.at_ns)

    def _answered(self, record: Record) -> None:
        cause = _cause(record)
        told = cause in self._told
        self._told.discard(cause)
        exchange = self._unwritten.pop(cause, None)
        if exchange is not None and exchange.hits:
            request = exchange.request
            outcome = _answer_text(record, since_ns=request.at_ns)
            self._line(request, "✗", outcome, exchange=exchange, at_ns=record.at_ns)
        elif record.status not in SUCCESS and not told:
            outcome = _answer_text(record, since_ns=record.at_ns)
            self._line(record, "✗", outcome)

    def _alone(self, record: Record) -> None:
        told = record
        if record.kind in (Kind.LOST, Kind.STUCK):
            to = self._names.get(record.target, record.target)
            told = record._replace(target=to)
        row, phrase = row_of(record.kind), PHRASES[record.kind]
        self._line(record, row.symbol, phrase.outcome(record), text=phrase.head(told))

    def _flush(
        self, serial: int | None, outcome: str = "", symbol: str | None = None
    ) -> None:
        serial = -1 if serial is None else serial
        exchange = self._unwritten.pop(serial, None)
        if exchange is not None:
            request = exchange.request
            if not outcome:
                self._going_on[serial] = exchange
            symbol = symbol or row_of(request.kind).symbol
            self._line(request, symbol, outcome, exchange=exchange)

    def _line(
        self,
        record: Record,
        symbol: str,
        outcome: str,
        *,
        text: str | None = None,
        exchange: Exchange | None = None,
        at_ns: int | None = None,
    ) -> None:
        if exchange is not None and exchange.hits:
            hits = "; ".join(str(hit.detail) for hit in exchange.hits)
            outcome = f"{outcome} ({hits})"
        self._write(
            Line(
                at_ns=record.at_ns if at_ns is None else at_ns,
                level=self._levels[record.serial],
                symbol=symbol,
                text=PHRASES[record.kind].head(record) if text is None else text,
                outcome=outcome,
                event=(record.event.type, record.event.id),
                names_event=record.kind in _NAMING,
                nodes=(record.source, record.target),
                serial=record.serial,
            )
        )


def _cause(record: Record) -> int:
    return -1 if record.cause is None else record.cause


def _answer_text(record: Record, *, since_ns: int) -> str:
    said = answer(record, "long")
    if record.at_ns > since_ns:
        said += f" after {time_text(record.at_ns - since_ns)}"
    if record.attempt > 1:
        said += f", attempt {record.attempt}"
    return said


def _routes_text(count: int, *, broker: bool, topic: bool) -> str:
    if broker:
        return {0: "no trigger matches", 1: "1 trigger matches"}.get(
            count, f"{count} triggers match"
        )
    if topic:
        return {0: "nothing reads it", 1: "1 source reads it"}.get(
            count, f"{count} sources read it"
        )
    return {0: "nothing takes it", 1: "1 subscription takes it"}.get(
        count, f"{count} subscriptions take it"
    )
