"""One delivery: the event, its reply, its dead letter; and who waits for all of one event.

A delivery is attempts at one target after the other. Its role says which leg it is on;
each leg is tried again as the delivery's settings say.

Source: knative-runtime, "Shape of one delivery", Replies, Dead letters;
    pkg/kncloudevents/event_dispatcher.go, send.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from simulator.event.ids import made_id
from simulator.kernel.answer import Answer
from simulator.kernel.attempts import Attempts
from simulator.kernel.envelope import NO_HEADERS, Envelope, reply_headers
from simulator.kernel.exchange import Awaited
from simulator.kernel.judge import Outcome
from simulator.kernel.log import Kind
from simulator.kernel.request import Role
from simulator.profiles.endings import Data, Refused
from simulator.profiles.profile import Unretried
from simulator.statuses import SUCCESS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.event import Event
    from simulator.kernel.calendar import Waiter
    from simulator.kernel.exchange import Exchange, Go, World
    from simulator.kernel.routes import Target
    from simulator.profiles.endings import Hazard


_EVENT: Final = Role.EVENT
_REPLY: Final = Role.REPLY
_DEAD_LETTER: Final = Role.DEAD_LETTER
# Source: pkg/kncloudevents/event_dispatcher.go NoResponse: no request was made.
_NO_RESPONSE: Final = -1


class Delivery(Attempts):
    """The delivery of one event by one route; its arguments are those of `Attempts`."""

    __slots__ = ("_failed_at", "_judged", "_tried")

    _failed_at: Target
    # What the answer with the reply came to, where that is more than its status; at which
    # attempt it was given, 0 for that of a dead letter sink.
    _judged: Outcome | None
    _tried: int

    def _leg(self, role: Role, target: Target, envelope: Envelope) -> None:
        self._role, self._target, self._envelope = role, target, envelope
        route = self._route = self.route if role is _EVENT else self.route.onward
        self._most = route.retries.retry
        self.attempt = 1

    def over(self, outcome: Outcome | None, answer: Answer) -> Go:
        """Go on to the reply or the dead letter."""
        if outcome is None:
            event, sink = answer.reply, self.route.reply
            if event is None and answer.status in SUCCESS:
                return self.end(safe=True)
            if event is not None and sink is not None:
                self._judged = None
                return self._reply(sink, event, answer.headers)
        return self._leave(outcome or self.judged(answer))

    def _leave(self, outcome: Outcome) -> Go:
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
        refused = self.route.hub.profile.replies.refused
        if not self._tried:
            return self._lost(self._target, outcome, "the reply of the sink failed")
        if self._is_repeated:
            return self._repeat(outcome)
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
        event_types = self.route.route.event_types
        if event_types is not None:
            from simulator.kernel.door import make  # few routes make any

            make(self.world, self.route, event_types, event, self.serial)
        headers = self.event.headers
        if headers or response:
            passes = self.route.hub.profile.requests.passes
            headers = reply_headers(response, headers) if passes else NO_HEADERS
        if (
            not event.checked
            and not event.id
            and self.route.hub.profile.replies.makes_id
        ):
            made = made_id(f"{self.event.event.id} {self.route.node} {event.type}")
            event = event.with_attributes({"id": made})
        self._failed_at, self._cause = sink, self.serial
        self._tried = self.attempt if self._role is _EVENT else 0
        self._leg(_REPLY, sink, Envelope(event, self.event.ttl, None, headers))
        if self.route.hub.profile.replies.repeat_delivery:
            self._most = 0
        return self._attempt()

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
            self.serial, Kind.RETRY_SCHEDULED, self.event, own, own.target, self.attempt,
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
        if letters.queued:
            self.world.bury(route, dead, self.serial)
            return self.end(safe=True)
        self._cause = self.serial
        self._leg(_DEAD_LETTER, sink, dead)
        return self._attempt()

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


def _prefixed(headers: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {n[len(prefix) :]: v for n, v in headers.items() if n.startswith(prefix)}


class Burial(Delivery):
    """The delivery of a dead letter that has a queue of its own."""

    __slots__ = ()

    def begin(self, value: object = None) -> Go:
        sink = self.route.dead_letter
        assert sink is not None, "else there is no such queue"
        if self._role is _EVENT:
            self._failed_at = sink
            self._leg(_DEAD_LETTER, sink, self.event)
        return super().begin(value)


_ACCEPTED: Final = 202
_FAILED: Final = 500


class FanOut(Awaited):
    """The deliveries of one event from one hub, and who waits for them all.

    Source: knative-runtime, "Shape of one delivery": synchronous by default, the
        sender's POST is answered after every trigger has been tried; any failure
        without a dead letter sink makes it 500.
    """

    __slots__ = ("_failed", "_first", "_last", "_last_ns", "_longest_ns", "_pending",
                 "_waiter", "_world")  # fmt: skip

    _first: Exchange | None
    _last: Exchange | None

    def __init__(
        self, world: World, waiter: Waiter | None, longest_ns: int | None
    ) -> None:
        self.token = 0
        self._world = world
        self._waiter = waiter
        self._longest_ns = longest_ns
        self._last_ns = world.now
        self._pending = 0
        self._failed = False
        self._first = self._last = None
        if longest_ns is not None:
            world.opened.append((longest_ns, self))

    def begin(self, exchange: Exchange) -> None:
        self._pending += 1
        if self._last is None:
            self._first = exchange
        else:
            self._last.sibling = exchange
        self._last = exchange

    def exchanges(self) -> list[Exchange]:
        found, each = [], self._first
        while each is not None:
            found.append(each)
            each = each.sibling
        return found

    def settled(self, exchange: Exchange, *, safe: bool) -> None:
        """Count one delivery less; the last one lets the sender be answered."""
        self._pending -= 1
        self._last_ns = self._world.now
        if not safe:
            self._failed = True
        if not self._pending and self.token >= 0:
            self._close()

    def _close(self) -> None:
        self.token = -1
        waiter = self._waiter
        # Who waited is in no circle with it any more, for the garbage collector to find.
        self._first = self._last = self._waiter = None
        if waiter is not None:
            waiter.resume(_FAILED if self._failed else _ACCEPTED)

    def step(self, value: object) -> None:
        """See, when the longest wait may be over, whether it is.

        Source: knative-resources 4.4: per result wait limit 15 min, then 500.
        """
        assert self._longest_ns is not None, "only such are watched"
        due = self._last_ns + self._longest_ns
        if due > self._world.now:
            self._world.schedule(due, self)
            return
        self._failed = True
        for each in self.exchanges():
            each.cancel()
        self._close()

    def cancel(self) -> None:
        if self.token < 0:
            return
        self.token = -1
        for each in self.exchanges():
            each.cancel()
