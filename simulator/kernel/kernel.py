"""The simulation itself: a calendar of notices in virtual time, and what they do.

No input, no output, no clock, no chance: outcomes of requests are told to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.event.rules import faults
from simulator.kernel.calendar import Calendar
from simulator.kernel.envelope import NO_HEADERS, TTL, Envelope, passed_on
from simulator.kernel.hops import delivery
from simulator.kernel.log import WIDTH, Kind, Log
from simulator.kernel.panics import panicking
from simulator.kernel.posting import Posting
from simulator.kernel.process import FanOut, Process
from simulator.kernel.request import Request
from simulator.kernel.ttl import next_ttl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.event import Event
    from simulator.kernel.answer import Answer
    from simulator.kernel.lane import Lane, Match, RunningHub
    from simulator.kernel.process import Waiter
    from simulator.kernel.program import Program
    from simulator.kernel.target import Target
    from simulator.profiles import Profile

_ACCEPTED = 202
_BAD_REQUEST = 400
_ACCEPTED_KIND = Kind.ACCEPTED
_DISPATCHED, _RESPONDED = Kind.DISPATCHED, Kind.RESPONDED


class Kernel(Calendar):
    """One run.

    Args:
        program: What runs.
        profile: Whose implementation it follows.
        log: Where the records go.
        epoch_ns: The start of the run, nanoseconds since 1970.
        max_ttl: Passes through brokers that an event may make; the profile's
            unless given.

    Attributes:
        succeeded: Whether the program is another than the one it began with.
    """

    def __init__(
        self,
        program: Program,
        profile: Profile,
        log: Log,
        *,
        epoch_ns: int,
        max_ttl: int | None = None,
    ) -> None:
        super().__init__(log, epoch_ns, profile.fanout_wait_ns)
        self.program = program
        self.succeeded = False
        self.profile = profile
        self.max_ttl = profile.max_ttl if max_ttl is None else max_ttl

    def succeed(self, program: Program) -> None:
        """Run another program from now on, which is linked.

        Whatever is under way looks up again whom it asks, when it asks.
        """
        self.program = program
        self.succeeded = True

    # -- records

    def record(
        self,
        cause: int,
        kind: Kind,
        envelope: Envelope | Event,
        from_: object,
        to: object,
        attempt: int,
        status: object,
    ) -> int:
        """Write a record; give its serial, to be the cause of what follows."""
        log = self.log
        serial = log.base + len(log.cells) // WIDTH
        back = serial - cause if cause >= 0 else 0
        log.cells.extend((self.now, back, kind, envelope, from_, to, attempt, status))
        return serial

    # -- senders

    def send(
        self,
        target: Target,
        event: Event,
        *,
        node: str = "",
        headers: Mapping[str, str] = NO_HEADERS,
        at_ns: int | None = None,
        timeout_ns: int | None = None,
        cause: int = -1,
    ) -> Posting:
        """Post a new event, now or later; the answer comes as the run goes on."""
        sent = Posting(self, target, event, node)
        if headers:
            sent.headers = headers
        if timeout_ns is not None:
            sent.timeout_ns = timeout_ns
        if cause >= 0:
            sent.cause = cause
        if at_ns is None or at_ns <= self.now:
            self.ready.append((sent, 0, None))
        else:
            self.schedule(at_ns, sent, None)
        return sent

    def answer(self, request: Request, answer: Answer) -> None:
        """Give the answer to a request that was left open."""
        request.answered = answer
        waiter = request.waiter
        if waiter is not None and waiter.request is request:
            waiter.resume(answer)

    # -- hubs

    def receive(
        self,
        hub: RunningHub,
        event: Event,
        ttl: int | None,
        headers: Mapping[str, str],
        cause: int,
        waiter: Waiter | None,
    ) -> int | FanOut:
        """Take an event into a hub and deliver it to every route that matches.

        Args:
            hub: The broker or channel.
            event: As the request carries it.
            ttl: Of the broker filter, when it set one on a reply; it beats the event's.
            headers: Of the request.
            cause: The record of the request.
            waiter: Is resumed with the status when that is not known at once; None
                where nobody waits.

        Returns:
            The status, or the fan-out that is waited for.

        Source: knative-runtime, Ingress (order of checks), TTL, Channel.
        """
        left = self.max_ttl if ttl is None else ttl - 1
        if event.plain and left > 0 and not headers:
            # What nearly every event is: valid, with nothing to pass on.
            if hub.is_broker:
                envelope = Envelope(event, left, self.instant)
            else:
                envelope = Envelope(event)
        else:
            admitted = self._admit(hub, event, ttl, headers, cause)
            if isinstance(admitted, int):
                return admitted
            envelope = admitted
            event = envelope.event
        matches = hub.known.get(event.attributes.get(hub.router.key))
        if matches is None:
            matches = hub.match(event.attributes, self.instant)
        log = self.log
        accepted = log.base + len(log.cells) // WIDTH
        log.cells.extend(
            (
                self.now,
                accepted - cause,
                _ACCEPTED_KIND,
                envelope,
                "",
                hub,
                1,
                len(matches),
            )
        )
        return self._fan_out(hub, matches, envelope, accepted, waiter)

    def _fan_out(
        self,
        hub: RunningHub,
        matches: tuple[Match, ...],
        envelope: Envelope,
        accepted: int,
        waiter: Waiter | None,
    ) -> int | FanOut:
        """Hand an event to each route that matches; what settles at once needs no process."""
        cells, now = self.log.cells, self.now
        put = cells.extend
        at = len(cells) - WIDTH
        fan_out: FanOut | None = None
        for lane, panics in matches:
            target = lane.target
            first = None
            if target.hub is None and not panics:
                request = Request(envelope, target, lane, now)
                answer = target.fixed or target.call(request)
                back = (len(cells) - at) // WIDTH
                if answer is not None and answer.plain:
                    # Settled in the same step: the request and its answer at once.
                    put((now, back, _DISPATCHED, envelope, lane, target, 1, 0,
                         now, 1, _RESPONDED, envelope, target, lane, 1, answer.status))  # fmt: skip
                    continue
                put((now, back, _DISPATCHED, envelope, lane, target, 1, 0))
                first = (accepted + back, answer, request)
            if fan_out is None:
                fan_out = FanOut(self, None if hub.asynchronous else waiter)
                if not hub.asynchronous:
                    self.watch(fan_out)
            lane_now = panicking(lane) if panics else lane
            self._deliver(fan_out, lane_now, envelope, accepted, first)
        if fan_out is None or hub.asynchronous:
            return _ACCEPTED
        return fan_out

    def _deliver(
        self,
        fan_out: FanOut,
        lane: Lane,
        envelope: Envelope,
        cause: int,
        first: tuple[int, Answer | None, Request] | None,
    ) -> None:
        """Begin the process of one delivery that is not settled at once."""
        process = Process(self, fan_out)
        fan_out.pending += 1
        fan_out.children.append(process)
        process.start(delivery(self, process, lane, envelope, cause, first))

    def _admit(
        self,
        hub: RunningHub,
        event: Event,
        ttl: int | None,
        headers: Mapping[str, str],
        cause: int,
    ) -> Envelope | int:
        """Check an event at the door; give its envelope, or the refusal's status."""
        if not event.checked:
            found = faults(event)
            if found:
                self.record(
                    cause,
                    Kind.REFUSED,
                    event,
                    "",
                    hub,
                    1,
                    (_BAD_REQUEST, "; ".join(found)),
                )
                return _BAD_REQUEST
            event.checked = True
            event.plain = TTL not in event.attributes
        kept = passed_on(headers) if headers else NO_HEADERS
        if not hub.is_broker:
            return Envelope(event, None, None, kept)
        if TTL in event.attributes:
            attributes = dict(event.attributes)
            text = attributes.pop(TTL)
            if ttl is None:
                ttl = next_ttl(text, self.max_ttl)
            else:
                ttl -= 1
            body = event.body
            event = type(event)(attributes, body)
            event.checked = event.plain = True
        else:
            ttl = self.max_ttl if ttl is None else ttl - 1
        if ttl <= 0:
            self.record(
                cause, Kind.EXPIRED, event, "", hub, 1,
                (_BAD_REQUEST, "knativebrokerttl is used up"),
            )  # fmt: skip
            return _BAD_REQUEST
        return Envelope(event, ttl, self.instant, kept)
