"""Attempts: a request that is made again until it succeeds, or as often as is allowed.

Beside what every exchange waits for, it waits between two attempts. Who makes them says
what follows when the last is over.

Source: knative-runtime, "Shape of one delivery", Retries;
    pkg/kncloudevents/event_dispatcher.go, executeRequest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.event import Event, UnparsableEventError, UnreadEvent
from simulator.kernel.answer import Answer, Failure
from simulator.kernel.exchange import Exchange, Owner
from simulator.kernel.judge import Outcome, judge
from simulator.kernel.log import WIDTH, Kind
from simulator.kernel.request import Request, Role

if TYPE_CHECKING:
    from simulator.kernel.envelope import Envelope
    from simulator.kernel.exchange import Awaited, Go, World
    from simulator.kernel.routes import LinkedHub, LinkedRoute

_EVENT: Final = Role.EVENT
_REPLY: Final = Role.REPLY
_DEAD_LETTER: Final = Role.DEAD_LETTER
KINDS: Final = {
    Role.EVENT: Kind.DISPATCHED,
    Role.REPLY: Kind.REPLIED,
    Role.DEAD_LETTER: Kind.DEAD_LETTERED,
    Role.DIRECT: Kind.DISPATCHED,
}
_PANICKED: Final = Kind.PANICKED
_RESPONDED: Final = Kind.RESPONDED
_RETRY: Final = Kind.RETRY_SCHEDULED
_SAME_METHOD: Final = (307, 308)
_BAD_REQUEST: Final = 400
# Retries without a wait after which the others have their turn, and the log is looked
# at: Knative allows 2,147,483,647 of them.
_BREATH: Final = 1_000


class Attempts(Exchange):
    """Attempts at one target, by one route.

    Args:
        world: Where it happens.
        owner: Who began it.
        route: By which it goes.
        event: As it lies in the hub.
        cause: The record that it follows from.

    Attributes:
        route: That began it; another one may stand for it at an attempt.
        event: As it lies in the hub.
        accepted: The record that it follows from.
    """

    __slots__ = ("_cause", "_envelope", "_most", "_role", "_route", "_target",
                 "accepted", "event", "route")  # fmt: skip

    def __init__(
        self,
        world: World,
        owner: Owner | None,
        route: LinkedRoute,
        event: Envelope,
        cause: int,
    ) -> None:
        # What `Exchange` would set: a call less for each delivery.
        self.token = 0
        self.world = world
        self.owner = owner
        self.attempt = 1
        self.serial = -1
        self.asked = self.open_to = self.deadline = self.awaited = self.sibling = None
        self._script = None
        self.route = self._route = route
        self.event = self._envelope = event
        self.accepted = self._cause = cause
        self._role = _EVENT
        self._target = route.target
        self._most = route.retries.retry

    @property
    def name(self) -> str:
        return self.route.node

    def over(self, outcome: Outcome | None, answer: Answer) -> Go:
        """See what follows the last attempt.

        Args:
            outcome: What the answer comes to; None where only `judged` can tell more
                than its status.
            answer: To that attempt.
        """
        raise NotImplementedError

    def judged(self, answer: Answer) -> Outcome:
        """Say what an answer to this request comes to."""
        return judge(answer, self.answering, self._route, self._role)

    def begin(self, value: object = None) -> Go:
        return self._attempt()

    def go_on(self, request: Request, serial: int, answer: Answer | None) -> None:
        """Begin in this instant with a first attempt that has been made already."""
        self.asked, self.answering, self.serial = request, self._target, serial
        self.open_to, self.open_with = self._target, self._envelope
        known = answer is not None and not answer.waits
        self._state = self.answered if known else self._first
        self.world.ready.append((self, 0, answer))

    def _first(self, answer: Answer | None) -> Go:
        assert self.asked is not None, "the attempt has been made"
        return self._made(self.asked, self.serial, answer)

    def _attempt(self) -> Go:
        world = self.world
        if world.taken_over:
            self._look_up()
        target, envelope = self._target, self._envelope
        log, route, role, attempt = world.log, self._route, self._role, self.attempt
        cells, hub = log.cells, target.entered
        request: Request | None = None
        answer: Answer | None = None
        if hub is None:
            request = Request(envelope, target, route, world.now, role, attempt)
            answer = target.fixed or target.call(request)
        serial = log.base + len(cells) // WIDTH
        panics = route.panics and target is route.target
        kind = _PANICKED if panics else KINDS[role]
        cells.extend((world.now, serial - self._cause, kind, envelope, route, target,
                      attempt, 0))  # fmt: skip
        if request is not None:
            return self._made(request, serial, answer)
        assert hub is not None, "else there is a request"
        self.answering, self.serial = target, serial
        self.open_to, self.open_with = target, envelope
        status = post(world, role, envelope, hub, serial, self)
        return self.wait_in(status, route.timeout_ns)

    def _made(self, request: Request, serial: int, answer: Answer | None) -> Go:
        if answer is not None and not answer.waits:
            self.answering, self.serial = self._target, serial
            return self.answered(answer)
        limit = self._route.timeout_ns
        self.deadline = None if limit is None else self.world.now + limit
        self.open_to, self.open_with = self._target, self._envelope
        return self.ask(request, self._target, serial, answer)

    def answered(self, answer: Answer) -> Go:
        """Follow a redirect, or judge; try again, or go to the next leg."""
        if answer.waits and answer.status in self._route.retrying.followed:
            location = answer.headers.get("location")
            if location:
                asked = self.asked
                assert asked is not None, "it was redirected"
                if asked.redirects < self._route.retrying.redirects:
                    return self._redirected(asked, answer, location)
                if asked.redirects:
                    answer = Answer(0, failure=Failure.REDIRECTS)
        world, route = self.world, self._route
        self.asked = self.open_to = None
        outcome: Outcome | None = None
        status, noted = answer.status, answer.noted
        # Nearly every answer is nothing but a status, or carries an event and succeeds.
        if not (answer.bare or (answer.carries and self._role is _EVENT
                                and status in route.hub.carries)):  # fmt: skip
            outcome = self.judged(answer)
            status = outcome.status
            if outcome.reason is not None:
                noted = (answer.status, outcome.reason)
        log, now, attempt = world.log, world.now, self.attempt
        cells, envelope = log.cells, self._envelope
        this = log.base + len(cells) // WIDTH
        back, self.serial = this - self.serial, this
        if attempt > self._most or status not in route.retried:
            cells.extend((now, back, _RESPONDED, envelope, self.answering, route, attempt,
                          noted))  # fmt: skip
            return self.over(outcome, answer)
        known = route.backoffs
        wait = (
            known[attempt]
            if attempt in known
            else route.wait_ns(attempt - 1, status, answer, world.instant)
        )
        self.attempt = attempt + 1
        self._cause = retried = this + 1
        cells.extend((now, back, _RESPONDED, envelope, self.answering, route, attempt, noted,
                      now, 1, _RETRY, envelope, route, self._target, attempt + 1,
                      (status, wait)))  # fmt: skip
        if wait or not self.attempt % _BREATH:
            self.serial = retried
            self.open_to, self.open_with = self._target, envelope
            self._state = self._come_back if route.parks else self._waited
            world.schedule(now + wait, self)
            if route.parks and self.owner is not None:
                self.owner.park(self)
            return None
        return self._attempt

    def _come_back(self, _: None) -> Go:
        """Wait for a worker before the next attempt."""
        self._state = self._waited
        if self.owner is not None:
            self.owner.take_back(self)
        return None

    def _waited(self, _: None) -> Go:
        self.open_to = None
        return self._attempt()

    def _redirected(self, asked: Request, answer: Answer, location: str) -> Go:
        """Ask where an answer leads.

        Source: knative-runtime, Retries (redirects): 301, 302 and 303 go on with GET
            and no body, 307 and 308 with the POST again.
        """
        world, answering = self.world, self.answering
        method = asked.method if answer.status in _SAME_METHOD else "GET"
        target = world.addresses.relative(answering.url, location)
        # Perhaps another one than the delivery's: somebody may have changed it.
        envelope, attempt, route = asked.envelope, asked.attempt, self._route
        cause = world.record(
            self.serial, Kind.REDIRECTED, envelope, answering, target, attempt,
            (answer.status, location),
        )  # fmt: skip
        request = Request(
            envelope, target, route, world.now, self._role, attempt, method
        )
        request.redirects = asked.redirects + 1
        answered = target.fixed or target.call(request)
        serial = world.record(
            cause, KINDS[self._role], envelope, route, target, attempt, request.noted
        )
        self.open_to, self.open_with = target, envelope
        return self.ask(request, target, serial, answered)

    def post(self, request: Request, hub: LinkedHub) -> int | Awaited:
        world, envelope, role = self.world, request.envelope, request.role
        if hub.looks and not self.answering.inner:
            from simulator.kernel.door import look_at  # few hubs do

            token, event = self._route.bearers.get(role), envelope.event
            status = look_at(world, hub, event, token, self.serial)
            if status is not None:
                return status
        return post(world, role, envelope, hub, self.serial, self)

    # -- after another topology has taken over

    def _look_up(self) -> None:
        """Look up again whom to ask: another topology runs than when it began.

        A channel's fan-out keeps the subscription that it began with: addresses,
        retries, backoff. Behind an address is what is there now. Behind a broker's
        filter service the trigger is looked up at each request.

        Source: pkg/channel/fanout/fanout_event_handler.go (read, not run): the
            subscription is bound when the event is dispatched.
        """
        addresses, route = self.world.addresses, self._route
        if route.filtered and self._role is _EVENT:
            self._route = addresses.look_up_trigger(route, self._envelope)
            self._target = self._route.target
        else:
            self._target = addresses.look_up_again(self._target)


def post(
    world: World,
    role: Role,
    envelope: Envelope,
    hub: LinkedHub,
    serial: int,
    waiter: Exchange | None,
) -> int | Awaited:
    """Post what a route's request carries into a hub; give the status, or who waits."""
    if role is _REPLY:
        event, ttl = envelope.event, envelope.ttl
        if type(event) is not Event and isinstance(event, UnreadEvent):
            try:
                event = event.read()
            except UnparsableEventError as error:
                noted = (_BAD_REQUEST, str(error))
                world.record(serial, Kind.REFUSED, event, "", hub, 1, noted)
                return _BAD_REQUEST
    else:
        attributes = envelope.attributes(with_ttl=role is _DEAD_LETTER)
        event, ttl = Event(attributes, envelope.event.body), None
    if hub.keeps_types:  # on the wire it is binary, so all are texts
        texts = {name: str(value) for name, value in event.attributes.items()}
        event = Event(texts, event.body)
    return world.receive(hub, event, ttl, envelope.headers, serial, waiter)
