"""The simulation itself: hubs that take events in virtual time, and hand them on.

No input, no output, no clock, no chance of its own: outcomes of requests are told to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.event.rules import faults
from simulator.kernel.chooser import LATER, Chooser
from simulator.kernel.delivery import Delivery, FanOut
from simulator.kernel.envelope import NO_HEADERS, TTL, Envelope, next_ttl, passed_on
from simulator.kernel.exchange import Exchange, World
from simulator.kernel.log import WIDTH, Kind, Log
from simulator.kernel.request import Request
from simulator.kernel.routes import ACCEPTED
from simulator.kernel.sender import GONE, Sender

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.event import Event
    from simulator.kernel.addresses import Addresses
    from simulator.kernel.answer import Answer
    from simulator.kernel.calendar import Waiter
    from simulator.kernel.queues import Queues
    from simulator.kernel.routes import LinkedHub, LinkedRoute, Match, Target
    from simulator.kernel.storing import Store

_BAD_REQUEST: Final = 400
_SENT: Final = Kind.SENT
_ACCEPTED: Final = Kind.ACCEPTED
_DISPATCHED: Final = Kind.DISPATCHED
_RESPONDED: Final = Kind.RESPONDED


class Kernel(World):
    """One run.

    Args:
        addresses: What runs.
        log: Where the records go.
        chooser: Decides what chance or somebody else decides; the order of notices.
        epoch_ns: The start of the run, nanoseconds since 1970.
        max_ttl: Passes through brokers that an event may make, where they are counted;
            what the implementations say unless given.
    """

    def __init__(
        self,
        addresses: Addresses,
        log: Log,
        chooser: Chooser | None = None,
        *,
        epoch_ns: int,
        max_ttl: int | None = None,
    ) -> None:
        super().__init__(addresses, log, chooser or Chooser(0), epoch_ns)
        log.epoch_ns = epoch_ns
        self._max_ttl = max_ttl
        self._queues: Queues | None = None
        self._limit_hops()

    def _limit_hops(self) -> None:
        if self._max_ttl is not None:
            for hub in self.addresses.hubs.values():
                if hub.hops is not None:
                    hub.hops = self._max_ttl

    def take_over(self, addresses: Addresses) -> None:
        """Run another topology from now on, which is linked.

        Whatever is under way looks up again whom it asks, when it asks.
        """
        self.addresses = addresses
        self.taken_over = True
        self._limit_hops()
        if self._queues is not None:
            self._queues.follow(addresses.now)

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
    ) -> Sender:
        """Post a new event, now or later; the answer comes as the run goes on."""
        sender = Sender(self, target, event, node)
        if headers:
            sender.headers = headers
        if timeout_ns is not None:
            sender.timeout_ns = timeout_ns
        if cause >= 0:
            sender.cause = cause
        if at_ns is not None:
            return self._due(sender, at_ns)
        self.ready.append((sender, 0, None))
        return sender

    def post(
        self,
        target: Target,
        method: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        node: str = "",
        at_ns: int | None = None,
        timeout_ns: int | None = None,
        cause: int = -1,
        refused: tuple[int, str] | None = None,
    ) -> Sender:
        """Post an HTTP request that may be no event, now or later; see `RawSender`."""
        from simulator.kernel.raw_sender import RawSender  # few events are raw

        sender = RawSender(self, target, method, headers, body, node, refused)
        if timeout_ns is not None:
            sender.timeout_ns = timeout_ns
        if cause >= 0:
            sender.cause = cause
        return self._due(sender, at_ns)

    def _due(self, sender: Sender, at_ns: int | None) -> Sender:
        if at_ns is None or at_ns <= self.now:
            self.ready.append((sender, 0, None))
        else:
            self.schedule(at_ns, sender)
        return sender

    def hang_up(self, sender: Sender) -> None:
        """Let a sender wait no longer, in this instant, after what is due before."""
        self.ready.append((sender, sender.token, GONE))

    def answer(self, request: Request, answer: Answer) -> None:
        """Give the answer to a request that was left open."""
        request.answered = answer
        waiter = request.waiter
        if isinstance(waiter, Exchange) and waiter.asked is request:
            waiter.resume(answer)

    # -- hubs

    def receive(
        self,
        hub: LinkedHub,
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
        hops = hub.hops
        left = hops if ttl is None or hops is None else ttl - 1
        if event.plain and not headers and (left is None or left > 0):
            # What nearly every event is: valid, with nothing to pass on.
            envelope = Envelope(event, left, self.instant if hub.stamps else None)
        else:
            admitted = self._admit(hub, event, ttl, headers, cause)
            if isinstance(admitted, int):
                return admitted
            envelope = admitted
            event = envelope.event
        matched = hub.known.get(event.attributes.get(hub.key))
        if matched is None:
            matched = hub.match(event.attributes, self.instant)
        log = self.log
        accepted = log.base + len(log.cells) // WIDTH
        log.cells.extend((self.now, accepted - cause, _ACCEPTED, envelope, "", hub, 1,
                          len(matched.routes)))  # fmt: skip
        if not matched.routes and hub.waits_ns is not None:
            return ACCEPTED
        return self._fan_out(hub, matched.routes, envelope, accepted, waiter)

    def _fan_out(
        self,
        hub: LinkedHub,
        routes: Sequence[LinkedRoute],
        envelope: Envelope,
        accepted: int,
        waiter: Waiter | None,
        asked: tuple[Request, Answer | None] | None = None,
    ) -> int | FanOut:
        """Hand an event to routes; what settles at once needs no more.

        Args:
            hub: That has taken it.
            routes: That take it.
            envelope: The event.
            accepted: The record that says so.
            waiter: See `receive`.
            asked: The request by the first route and its answer, if it is made already.
        """
        log, now = self.log, self.now
        cells = log.cells
        if hub.waits_ns is None:
            return self._stored().store(hub, routes, envelope, accepted)
        fan_out: FanOut | None = None
        laters = self.chooser.laters
        for route in routes:
            target = route.target
            waits = laters and target.hub is None and self._waits(route)
            if asked is None and target.hub is None and not (route.panics or waits):
                request = Request(envelope, target, route, now)
                asked = request, target.fixed or target.call(request)
            back = log.base + len(cells) // WIDTH - accepted
            if asked is not None:
                request, answer = asked
                if answer is not None and answer.plain:
                    # Settled in the same step: the request and its answer at once.
                    cells.extend((now, back, _DISPATCHED, envelope, route, target, 1, 0,
                                  now, 1, _RESPONDED, envelope, target, route, 1,
                                  answer.status))  # fmt: skip
                    asked = None
                    continue
                cells.extend((now, back, _DISPATCHED, envelope, route, target, 1, 0))
            if fan_out is None:
                longest = None if hub.asynchronous else hub.waits_ns
                fan_out = FanOut(self, None if hub.asynchronous else waiter, longest)
            delivery = Delivery(self, fan_out, route, envelope, accepted)
            fan_out.begin(delivery)
            if asked is None:
                delivery.start(delivery.begin)
            else:
                delivery.go_on(request, accepted + back, answer)
                asked = None
        if fan_out is None or hub.asynchronous:
            return ACCEPTED
        return fan_out

    def _waits(self, route: LinkedRoute) -> bool:
        """Let it be chosen whether the first attempt lets others go first."""
        self.chooser.about = -1
        return self.chooser.choose(LATER, route.node, 0, 2) == 1

    def topic(self, hub: LinkedHub) -> tuple[Store | None, Mapping[str, list[Event]]]:
        return self._stored().topic(hub)

    def bury(self, route: LinkedRoute, dead: Envelope, cause: int) -> None:
        self._stored().bury(route, dead, cause)

    def _stored(self) -> Queues:
        if self._queues is None:
            from simulator.kernel.queues import Queues  # few hubs store

            self._queues = Queues(self)
        return self._queues

    def enter(
        self,
        hub: LinkedHub,
        event: Event,
        node: str,
        target: Target,
        serial: int,
        back: int,
        sender: Waiter,
    ) -> int | FanOut | None:
        """Take an event from its sender; see `World.enter`.

        Nearly every event settles in this step: one entry of the log stands for its records.
        It is written before anybody answers, since what they do follows from its records.
        """
        attributes = event.attributes
        if not event.plain:
            if TTL in attributes or (not event.checked and faults(event)):
                self.record(
                    serial - back if back else -1, _SENT, event, node, target, 1, 0
                )
                return self.receive(hub, event, None, NO_HEADERS, serial, sender)
            event.checked = event.plain = True
        matched = hub.known.get(attributes.get(hub.key))
        if matched is None:
            matched = hub.match(attributes, self.instant)
        log, cells = self.log, self.log.cells
        if matched.statuses is not None:
            cells.extend(
                (self.now, back, None, event, node, target, matched, matched.statuses)
            )
            log.base += matched.more
            log.bound -= matched.more * WIDTH
            return None
        envelope = Envelope(event, hub.hops, self.instant if hub.stamps else None)
        if matched.skip or self.chooser.laters:
            matched.skip = max(0, matched.skip - 1)
            now = self.now
            cells.extend((now, back, _SENT, event, node, target, 1, 0,
                          now, 1, _ACCEPTED, envelope, "", hub, 1, len(matched.routes)))  # fmt: skip
            return self._fan_out(hub, matched.routes, envelope, serial + 1, sender)
        statuses: list[int] = []
        log.entry = len(cells)
        cells.extend((self.now, back, None, event, node, target, matched, statuses))
        log.base += 1
        try:
            asked = self._settle(matched, envelope, statuses)
            if len(statuses) == len(matched.routes):
                matched.misses = 0
                statuses.append(ACCEPTED)
                if statuses != matched.last:
                    matched.last = statuses
                    matched.settled = tuple(statuses)
                cells[-1] = matched.settled
                log.base += 1
                log.bound -= matched.more * WIDTH
                return None
            if log.entry >= 0:
                log.write_out()
                matched.missed()
        finally:
            log.entry = -1
        left = matched.routes[len(statuses) :]
        return self._fan_out(hub, left, envelope, serial + 1, sender, asked)

    def _settle(
        self, matched: Match, envelope: Envelope, statuses: list[int]
    ) -> tuple[Request, Answer | None] | None:
        """Ask who takes an event, one after another, as long as each says but a status.

        Returns:
            The request by the route whose status is missing, and its answer; None where
            it is not made yet, and when all have said one.
        """
        log, now = self.log, self.now
        for route in matched.routes:
            target = route.target
            answer = target.fixed
            if answer is None or not answer.plain:
                if target.hub is not None or route.panics:
                    return None
                request = Request(envelope, target, route, now)
                answer = answer or target.call(request)
                if answer is None or not answer.plain or log.entry < 0:
                    return request, answer
            statuses.append(answer.status)
            log.base += 2
        return None

    def _admit(
        self,
        hub: LinkedHub,
        event: Event,
        ttl: int | None,
        headers: Mapping[str, str],
        cause: int,
    ) -> Envelope | int:
        """Check an event at the door; give its envelope, or the refusal's status."""
        if not event.checked:
            found = faults(event)
            if found:
                noted = (_BAD_REQUEST, "; ".join(found))
                self.record(cause, Kind.REFUSED, event, "", hub, 1, noted)
                return _BAD_REQUEST
            event.checked = True
            event.plain = TTL not in event.attributes
        requests = hub.profile.requests
        kept = passed_on(headers) if headers and requests.passes else NO_HEADERS
        if requests.passes_trace and "traceparent" in headers:
            kept = {"traceparent": headers["traceparent"]}
        hops = hub.hops
        if hops is None:
            return Envelope(event, None, self.instant if hub.stamps else None, kept)
        if TTL in event.attributes:
            attributes = dict(event.attributes)
            text = attributes.pop(TTL)
            left = next_ttl(text, hops) if ttl is None else ttl - 1
            event = type(event)(attributes, event.body)
            event.checked = event.plain = True
        else:
            left = hops if ttl is None else ttl - 1
        if left <= 0:
            noted = (_BAD_REQUEST, "knativebrokerttl is used up")
            self.record(cause, Kind.EXPIRED, event, "", hub, 1, noted)
            return _BAD_REQUEST
        return Envelope(event, left, self.instant if hub.stamps else None, kept)
