"""Deliveries: an event to a subscriber, then its reply, or the dead letter.

A delivery is one exchange after another. Its role says which leg it is on; each leg is
tried again as the delivery's settings say. Beside what every exchange waits for, a
delivery waits between two attempts.

Source: knative-runtime, "Shape of one delivery", Retries, Replies, Dead letters;
    pkg/kncloudevents/event_dispatcher.go, send and executeRequest.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, ClassVar, Final

from simulator.event import Event, UnparsableEventError, UnreadEvent
from simulator.event.ids import made_id
from simulator.kernel.answer import Answer, Failure
from simulator.kernel.envelope import NO_HEADERS, Envelope, reply_headers
from simulator.kernel.exchange import Exchange, Owner
from simulator.kernel.judge import Outcome, judge
from simulator.kernel.log import WIDTH, Kind
from simulator.kernel.request import Request, Role
from simulator.profiles.profile import Data, Refused, Unretried
from simulator.statuses import SUCCESS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.kernel.exchange import FanOut, Go, World
    from simulator.kernel.routes import LinkedHub, LinkedRoute, Target
    from simulator.profiles.profile import Hazard

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
# Source: pkg/kncloudevents/event_dispatcher.go NoResponse: no request was made.
_NO_RESPONSE: Final = -1
# Retries without a wait after which the others have their turn, and the log is looked
# at: Knative allows 2,147,483,647 of them.
_BREATH: Final = 1_000


class Delivery(Exchange):
    """The delivery of one event by one route.

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
        has_legs: Whether it goes on to the reply or the dead letter.
    """

    __slots__ = ("_buried", "_cause", "_envelope", "_failed_at", "_judged", "_most", "_redirects",
                 "_role", "_route", "_target", "_tried", "accepted", "event", "route")  # fmt: skip

    has_legs: ClassVar = True
    _failed_at: Target

    def __init__(
        self,
        world: World,
        owner: Owner | None,
        route: LinkedRoute,
        event: Envelope,
        cause: int,
    ) -> None:
        super().__init__(world, owner)
        self.route = self._route = route
        self.event = self._envelope = event
        self.accepted = self._cause = cause
        self._redirects = 0
        self._tried = 0
        self._buried = False
        self._judged: Outcome | None = None
        self._role = _EVENT
        self._target = route.target
        self._most = route.retries.retry

    @property
    def name(self) -> str:
        """The node of its route."""
        return self.route.node

    def begin(self, value: object = None) -> Go:
        """Make the first attempt."""
        if self.world.taken_over:
            self._look_up()
        return self._attempt()

    def go_on(self, request: Request, serial: int, answer: Answer | None) -> None:
        """Begin in this instant with a first attempt that has been made already."""
        self.asked, self.answering, self.serial = request, self._target, serial
        self.open_to, self.open_with = self._target, self._envelope
        self._state = self._first
        self.world.ready.append((self, 0, answer))

    def _first(self, answer: Answer | None) -> Go:
        assert self.asked is not None, "the attempt has been made"
        return self._made(self.asked, self.serial, answer)

    def _leg(self, role: Role, target: Target, envelope: Envelope) -> None:
        self._role, self._target, self._envelope = role, target, envelope
        route = self._route = self.route if role is _EVENT else self.route.onward
        self._most = route.retries.retry
        self.attempt = 1

    # -- attempts

    def _attempt(self) -> Go:
        """Ask once more."""
        world, target, envelope = self.world, self._target, self._envelope
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
        self._redirects = 0
        self.open_to, self.open_with = self._target, self._envelope
        return self.ask(request, self._target, serial, answer)

    def answered(self, answer: Answer) -> Go:
        """Follow a redirect, or judge; try again, or go to the next leg."""
        if answer.waits and answer.status in self._route.retrying.followed:
            location = answer.headers.get("location")
            if location:
                if self._redirects < self._route.retrying.redirects:
                    return self._redirected(answer, location)
                if self._redirects:
                    answer = Answer(0, failure=Failure.REDIRECTS)
        world, route = self.world, self._route
        self.asked = self.open_to = None
        outcome: Outcome | None = None
        status, noted = answer.status, answer.noted
        # Nearly every answer is nothing but a status, or carries an event and succeeds.
        if not (answer.bare or (answer.carries and self._role is _EVENT
                                and status in route.hub.carries)):  # fmt: skip
            outcome = judge(answer, self.answering, route, self._role)
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
            return self._over(outcome, answer)
        known = route.backoffs
        wait = (
            known[attempt - 1]
            if attempt <= len(known)
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
        return self._again

    def _come_back(self, _: None) -> Go:
        """Wait for a worker before the next attempt."""
        self._state = self._waited
        if self.owner is not None:
            self.owner.take_back(self)
        return None

    def _waited(self, _: None) -> Go:
        self.open_to = None
        return self._again()

    def _again(self) -> Go:
        if self.world.taken_over:
            self._look_up()
        return self._attempt()

    def _redirected(self, answer: Answer, location: str) -> Go:
        """Ask where an answer leads.

        Source: knative-runtime, Retries (redirects): 301, 302 and 303 go on with GET
            and no body, 307 and 308 with the POST again.
        """
        world, asked, answering = self.world, self.asked, self.answering
        assert asked is not None, "it was redirected"
        self._redirects += 1
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
        answered = target.fixed or target.call(request)
        serial = world.record(
            cause, KINDS[self._role], envelope, route, target, attempt, request.noted
        )
        self.open_to, self.open_with = target, envelope
        return self.ask(request, target, serial, answered)

    def post(self, request: Request, hub: LinkedHub) -> int | FanOut:
        """Post to a broker or channel."""
        envelope, role = request.envelope, request.role
        return post(self.world, role, envelope, hub, self.serial, self)

    # -- legs

    def _over(self, outcome: Outcome | None, answer: Answer) -> Go:
        """See what follows an answer; None for one of which nothing more is to tell."""
        if outcome is None and self.has_legs:
            event, sink = answer.reply, self.route.reply
            if event is None and answer.status in SUCCESS:
                return self.end(safe=True)
            if event is not None and sink is not None:
                return self._reply(sink, event, answer.headers)
        return self.over(
            outcome or judge(answer, self.answering, self._route, self._role)
        )

    def over(self, outcome: Outcome) -> Go:
        """See what follows the last attempt of a leg."""
        if self._role is _EVENT:
            self._failed_at = self._target
        if outcome.ok:
            if self._role is _EVENT:
                return self._answered_well(outcome)
            if outcome.reply is not None and self.route.reply is not None:
                return self._reply(self.route.reply, outcome.reply, outcome.headers)
            return self.end(safe=True)
        hazard = self._route.hazard
        if hazard is not None and outcome.status in self.route.hub.retried:
            self._break(hazard, outcome)
            if self.token < 0:
                return None
            outcome = Outcome(outcome.status, code=None)
        return self._failed(outcome)

    def _failed(self, outcome: Outcome) -> Go:
        """See what follows a leg that has failed in the end."""
        if self._role is _REPLY:
            return self._refused(outcome)
        if self._role is _DEAD_LETTER:
            sink = self.route.dead_letter or self._target
            return self._lost(sink, outcome, "the dead letter sink failed")
        if self.attempt <= self._most and outcome.status not in self.route.hub.retried:
            retrying = self._route.retrying
            if retrying.unretried is Unretried.BURIED_ON_LAST:
                why = "it is given up, and only the last attempt is dead-lettered"
                return self._lost(self._failed_at, outcome, why)
        return self._bury(outcome, self._envelope.headers)

    def _refused(self, outcome: Outcome) -> Go:
        """See what follows a reply that was refused in the end."""
        refused = self.route.hub.profile.replies.refused
        if self._is_repeated:
            return self._repeat(outcome)
        if self._buried:
            return self._lost(self._target, outcome, "the reply of the sink failed")
        if refused is Refused.FORGOTTEN:
            return self.end(safe=True)
        if refused is Refused.BURIED_AS_ANSWERED and self._judged is not None:
            self._failed_at, outcome = self.route.target, self._judged
        return self._bury(outcome, self._envelope.headers)

    def _break(self, hazard: Hazard, outcome: Outcome) -> None:
        """Let the real thing break; it ends here where its process dies."""
        route = self.route
        _, _, name = route.node.rpartition("/")
        process = hazard.process.format(route=name)
        text = f"{process} dies: {hazard.text}" if process else hazard.text
        self.serial = self.world.record(
            self.serial, Kind.UPSTREAM_BUG, self.event, route, self._target, self.attempt,
            (outcome.status, text),
        )  # fmt: skip
        if process and self.owner is not None:
            self.token = -1
            self.owner.crash(self, process)

    def _answered_well(self, outcome: Outcome) -> Go:
        """Post the event in an answer, if there is one, to where replies go."""
        event, sink = outcome.reply, self.route.reply
        self._judged = outcome
        if event is None and outcome.unsendable is None:
            return self.end(safe=True)
        if sink is None:
            self._drop(outcome, "no reply address")
            return self.end(safe=True)
        if event is not None:
            return self._reply(sink, event, outcome.headers)
        self._failed_at, self._cause = sink, self.serial
        self._drop(outcome, outcome.unsendable)
        headers = reply_headers(outcome.headers, self.event.headers)
        return self._bury(Outcome(_NO_RESPONSE), headers)

    def _reply(self, sink: Target, event: Event, response: Mapping[str, str]) -> Go:
        """Post the event in an answer to where replies go.

        Source: pkg/kncloudevents/event_dispatcher.go (read, not run): the dead letter
            of a failed reply has the reply's headers.
        """
        headers = self.event.headers
        if headers or response:
            passes = self.route.hub.profile.requests.passes
            headers = reply_headers(response, headers) if passes else NO_HEADERS
        if not event.id and self.route.hub.profile.replies.makes_id:
            made = made_id(f"{self.event.event.id} {self.route.node} {event.type}")
            event = event.with_attributes({"id": made})
        self._failed_at, self._cause = sink, self.serial
        self._tried = self.attempt
        self._leg(_REPLY, sink, Envelope(event, self.event.ttl, None, headers))
        if self.route.hub.profile.replies.repeat_delivery:
            self._most = 0
        return self.begin()

    @property
    def _is_repeated(self) -> bool:
        """Whether the whole delivery is tried again when its reply is refused.

        Source: control-plane.md:341.
        """
        own = self.route
        repeats = own.hub.profile.replies.repeat_delivery
        return repeats and self._tried <= own.retries.retry

    def _repeat(self, outcome: Outcome) -> Go:
        world, own, tried = self.world, self.route, self._tried
        wait = own.wait_ns(tried - 1, outcome.status, Answer(0), world.instant)
        self._leg(_EVENT, own.target, self.event)
        self.attempt = tried + 1
        self.serial = self._cause = world.record(
            self.serial, _RETRY, self.event, own, own.target, self.attempt,
            (outcome.status, wait),
        )  # fmt: skip
        self.open_to, self.open_with = own.target, self.event
        return self.wait(wait, self._waited)

    def _drop(self, outcome: Outcome, why: str | None) -> None:
        """Write down that a subscriber's event goes nowhere."""
        event = outcome.reply or self.event.event
        route = self._route
        self.serial = self.world.record(
            self.serial, Kind.REPLY_DROPPED, event, route.target, route, 1,
            (outcome.status, why),
        )  # fmt: skip

    def _bury(self, outcome: Outcome, headers: Mapping[str, str]) -> Go:
        """Send the dead letter, if there is a sink."""
        route = self.route
        sink, letters = route.dead_letter, route.hub.profile.dead_letters
        if sink is None:
            hazard = route.hub.profile.hazards.no_exchange
            if hazard is not None and route.route.inherited:
                self._break(hazard, outcome)
                if self.owner is not None:
                    self.owner.stall(self)
            return self._lost(self._failed_at, outcome, "no dead letter sink")
        event = self.event
        errors = self._errors(outcome) if outcome.attributed else None
        carried = event.event
        if errors and letters.overwrites:
            carried, errors = carried.with_attributes(errors), None
        dead = Envelope(carried, event.ttl, event.arrival_ns, headers, errors)
        self._buried = True
        if letters.queued:
            self.world.bury(route, dead, self.serial)
            return self.end(safe=True)
        self._cause = self.serial
        self._leg(_DEAD_LETTER, sink, dead)
        return self.begin()

    def _errors(self, outcome: Outcome) -> Mapping[str, str] | None:
        """Give the error attributes of the dead letter.

        Source: knative-runtime, Dead letters; knative-resources 4.2.
        """
        profile = self.route.hub.profile
        hazards, letters = profile.hazards, profile.dead_letters
        if hazards.error_body is not None and len(outcome.error) > hazards.error_body:
            self.world.record(
                self.serial, Kind.UPSTREAM_BUG, self.event, self.route, self._failed_at, 1,
                (outcome.status, hazards.error_body_text),
            )  # fmt: skip
        if not letters.attributes:
            return None
        errors = {"knativeerrordest": self._failed_at.url}
        if outcome.code is not None:
            errors["knativeerrorcode"] = outcome.code
        limit = letters.data_limit
        if letters.data is Data.CUT_TEXT:
            data = base64.b64encode(outcome.error).decode()
            errors["knativeerrordata"] = data[:limit]
        elif letters.data is Data.CUT_BYTES and outcome.error and outcome.code:
            data = base64.b64encode(outcome.error[:limit]).decode()
            errors["knativeerrordata"] = data
        if letters.header_prefix:
            errors |= _prefixed(outcome.headers, letters.header_prefix)
        return errors

    def _lost(self, target: Target, outcome: Outcome, why: str) -> Go:
        self.world.record(
            self.serial, Kind.LOST, self.event, self.route, target, 1,
            (outcome.status, why),
        )  # fmt: skip
        return self.end(safe=False)

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


def _prefixed(headers: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Give the headers that begin so, without that."""
    return {n[len(prefix) :]: v for n, v in headers.items() if n.startswith(prefix)}


class Burial(Delivery):
    """The delivery of a dead letter that has a queue of its own."""

    __slots__ = ()

    def begin(self, value: object = None) -> Go:
        """Make the first attempt."""
        sink = self.route.dead_letter
        assert sink is not None, "else there is no such queue"
        if self._role is _EVENT:
            self._buried = True
            self._failed_at = sink
            self._leg(_DEAD_LETTER, sink, self.event)
        return super().begin(value)


def post(
    world: World,
    role: Role,
    envelope: Envelope,
    hub: LinkedHub,
    serial: int,
    waiter: Exchange | None,
) -> int | FanOut:
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
