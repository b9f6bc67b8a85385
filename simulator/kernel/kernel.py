"""The simulation itself: hubs that take events in virtual time, and hand them on.

No input, no output, no clock, no chance of its own: outcomes of requests are told to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.event.rules import faults
from simulator.kernel.delivery import Delivery
from simulator.kernel.envelope import NO_HEADERS, TTL, Envelope, next_ttl, passed_on
from simulator.kernel.exchange import Exchange, FanOut, World
from simulator.kernel.log import WIDTH, Kind, Log
from simulator.kernel.raw_sender import RawSender
from simulator.kernel.request import Request
from simulator.kernel.sender import Sender

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.event import Event
    from simulator.kernel.addresses import Addresses
    from simulator.kernel.answer import Answer
    from simulator.kernel.calendar import Waiter
    from simulator.kernel.routes import LinkedHub, LinkedRoute, Target

_ACCEPTED = 202
_BAD_REQUEST = 400
_ACCEPTED_KIND = Kind.ACCEPTED
_DISPATCHED, _RESPONDED = Kind.DISPATCHED, Kind.RESPONDED


class Kernel(World):
    """One run.

    Args:
        addresses: What runs.
        log: Where the records go.
        epoch_ns: The start of the run, nanoseconds since 1970.
        max_ttl: Passes through brokers that an event may make, where they are counted;
            what the implementations say unless given.
    """

    def __init__(
        self,
        addresses: Addresses,
        log: Log,
        *,
        epoch_ns: int,
        max_ttl: int | None = None,
    ) -> None:
        super().__init__(addresses, log, epoch_ns)
        self._max_ttl = max_ttl
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
        if at_ns is None or at_ns <= self.now:
            self.ready.append((sender, 0, None))
        else:
            self.schedule(at_ns, sender)
        return sender

    def post(
        self,
        target: Target,
        method: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        at_ns: int | None = None,
        timeout_ns: int | None = None,
    ) -> Sender:
        """Post an HTTP request that may be no event, now or later."""
        sender = RawSender(self, target, method, headers, body)
        if timeout_ns is not None:
            sender.timeout_ns = timeout_ns
        if at_ns is None or at_ns <= self.now:
            self.ready.append((sender, 0, None))
        else:
            self.schedule(at_ns, sender)
        return sender

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
        matches = hub.known.get(event.attributes.get(hub.key))
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
        hub: LinkedHub,
        matches: tuple[LinkedRoute, ...],
        envelope: Envelope,
        accepted: int,
        waiter: Waiter | None,
    ) -> int | FanOut:
        """Hand an event to each route that matches; what settles at once needs no more."""
        cells, now = self.log.cells, self.now
        put = cells.extend
        at = len(cells) - WIDTH
        fan_out: FanOut | None = None
        for route in matches:
            target = route.target
            request: Request | None = None
            answer: Answer | None = None
            back = 0
            if target.hub is None and not route.panics:
                request = Request(envelope, target, route, now)
                answer = target.fixed or target.call(request)
                back = (len(cells) - at) // WIDTH
                if answer is not None and answer.plain:
                    # Settled in the same step: the request and its answer at once.
                    put((now, back, _DISPATCHED, envelope, route, target, 1, 0,
                         now, 1, _RESPONDED, envelope, target, route, 1, answer.status))  # fmt: skip
                    continue
                put((now, back, _DISPATCHED, envelope, route, target, 1, 0))
            if fan_out is None:
                longest = None if hub.asynchronous else hub.waits_ns
                fan_out = FanOut(self, None if hub.asynchronous else waiter, longest)
            delivery = Delivery(self, fan_out, route, envelope, accepted)
            fan_out.begin(delivery)
            if request is None:
                delivery.start(delivery.begin)
            else:
                delivery.go_on(request, accepted + back, answer)
        if fan_out is None or hub.asynchronous:
            return _ACCEPTED
        return fan_out

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
        passes = hub.profile.requests.passes
        kept = passed_on(headers) if headers and passes else NO_HEADERS
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
