"""One request until it is answered: a flat state machine.

Between two notices an exchange waits for exactly one thing, and `_state` is the method
that takes what comes of it. A state gives the next step to take at once, or None while
it waits; `step` takes one after the other. Nothing nests, and nothing recurses: with a
high time to live thousands of exchanges wait for each other.

==========  ===================================================  ======================
waits for                                                        ends by
==========  ===================================================  ======================
scripted    an interceptor acts first: a fault, a breakpoint, a  its generator's return
            decision
late        the service answers later                            the answer, or the time
latency     the answer is known, and takes time                  the wait
hung        nobody will answer                                   the caller's time
tree        the hub behind the address waits for its own         the hub's status, or
            deliveries                                           the caller's time
==========  ===================================================  ======================

Source: knative-runtime, "Shape of one delivery", Retries (timeouts).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.kernel.answer import TIMED_OUT, Answer, Failure, nothing_but
from simulator.kernel.calendar import Actor, Calendar, Suspended, Waiter
from simulator.kernel.log import WIDTH, Kind
from simulator.kernel.request import Script

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from simulator.event import Event
    from simulator.event_types import EventTypes
    from simulator.kernel.addresses import Addresses
    from simulator.kernel.chooser import Chooser
    from simulator.kernel.envelope import Envelope
    from simulator.kernel.log import Log
    from simulator.kernel.request import Request
    from simulator.kernel.routes import LinkedHub, LinkedRoute, Target

    Go = Callable[[], "Go"] | None
    State = Callable[[Any], Go]

_NOT_ALLOWED: Final = 405


class World(Calendar):
    """What an exchange asks of the kernel.

    Attributes:
        addresses: What runs, every address looked up.
        taken_over: Whether that is another than at the beginning: then whatever is under
            way looks up again whom it asks, when it asks.
        asking: The record of the request that a service is asked to answer late, after
            its script; -1 where the record is the next to be written.
        created: ``NAMESPACE/NAME`` of each object that the cluster has made -> what it is,
            and the attributes of the event that it was made of.
    """

    def __init__(
        self, addresses: Addresses, log: Log, chooser: Chooser, epoch_ns: int
    ) -> None:
        super().__init__(log, chooser, epoch_ns)
        self.addresses = addresses
        self.taken_over = False
        self.asking = -1
        self.created: dict[str, tuple[EventTypes, Mapping[str, str]]] = {}

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
        if log.entry >= 0:
            log.write_out()
        serial = log.base + len(log.cells) // WIDTH
        back = serial - cause if cause >= 0 else 0
        log.cells.extend((self.now, back, kind, envelope, from_, to, attempt, status))
        return serial

    def enter(
        self,
        hub: LinkedHub,
        event: Event,
        node: str,
        target: Target,
        serial: int,
        back: int,
        sender: Waiter,
    ) -> int | Awaited | None:
        """Take an event from its sender: write that it is sent, and deliver it.

        *serial* is that of the record that it is sent, *back* how many records back the
        cause of that is, 0 for none. None where the sender, whose node is *node*, has
        been answered; else see `Kernel.receive`.
        """
        raise NotImplementedError

    def receive(
        self,
        hub: LinkedHub,
        event: Event,
        ttl: int | None,
        headers: Mapping[str, str],
        cause: int,
        waiter: Waiter | None,
    ) -> int | Awaited:
        """Take an event into a hub; see `Kernel.receive`."""
        raise NotImplementedError

    def bury(self, route: LinkedRoute, dead: Envelope, cause: int) -> None:
        raise NotImplementedError


class Owner(Actor):
    """Who began exchanges, and is told how each of them ends."""

    __slots__ = ()

    def settled(self, exchange: Exchange, *, safe: bool) -> None:
        """Take note of an end; safe: somebody took the event."""
        raise NotImplementedError

    def park(self, exchange: Exchange) -> None:
        """Take note that an exchange needs no worker while it waits to try again."""
        raise NotImplementedError

    def take_back(self, exchange: Exchange) -> None:
        """Resume an exchange that was parked, once there is a worker."""
        raise NotImplementedError

    def crash(self, exchange: Exchange, process: str) -> None:
        """End with all that a process serves, for it has died of an exchange."""
        raise NotImplementedError

    def stall(self, exchange: Exchange) -> None:
        """Stop taking for a while; what else is under way will come again."""
        raise NotImplementedError


class Awaited(Owner):
    """Exchanges that somebody waits for as for one; see `simulator.kernel.delivery`."""

    __slots__ = ()

    def exchanges(self) -> list[Exchange]:
        """Give all that it has waited for."""
        raise NotImplementedError

    def cancel(self) -> None:
        """End every one that is not settled; nobody waits any more."""
        raise NotImplementedError


class Exchange(Suspended):
    """A request, and whoever waits for its answer.

    It happens in a *world*; its *owner*, if there is one, is told of the end.

    Attributes:
        asked: The request that is open; None when none is.
        answering: Who is asked.
        serial: The record of the request; of its answer, once there is one.
        open_to: Whom it goes to, as its record says; None when there is nothing whose
            end is to be told when it is called off.
        open_with: What it carries, likewise.
        deadline: When the caller's time is up; None for never.
        awaited: What is waited for, of a hub.
        sibling: Whom the same one waits for, begun after this.
        attempt: Of the open request; 1 for the first.
    """

    __slots__ = ("_known", "_script", "_state", "answering", "asked", "attempt",
                 "awaited", "deadline", "open_to", "open_with", "owner", "serial",
                 "sibling", "world")  # fmt: skip

    answering: Target
    _known: Answer
    _state: State
    open_with: Envelope

    def __init__(self, world: World, owner: Owner | None) -> None:
        self.token = 0
        self.world = world
        self.owner = owner
        self.attempt = 1
        self.serial = -1
        self.asked: Request | None = None
        self.open_to: Target | None = None
        self.deadline: int | None = None
        self.awaited: Awaited | None = None
        self.sibling: Exchange | None = None
        self._script: Generator[int | None, Any, Answer | None] | None = None

    # -- as an actor of the calendar

    def start(self, state: State) -> None:
        """Begin in this instant, after what is due before."""
        self._state = state
        self.world.ready.append((self, 0, None))

    def run(self, state: State) -> None:
        self._state = state
        self.step(None)

    def step(self, value: Any) -> None:
        """Take what was waited for; go on until the next wait."""
        self.token += 1
        go = self._state(value)
        while go is not None:
            go = go()

    def wait(self, ns: int | None, state: State) -> Go:
        """Wait so long, or until somebody resumes it."""
        self._state = state
        if ns is not None:
            world = self.world
            world.schedule(world.now + ns, self)
        return None

    def resume(self, value: Any) -> None:
        """Go on with a value, in this instant."""
        if self.token >= 0:
            self.world.ready.append((self, self.token, value))

    def resume_instead(self, value: Any) -> None:
        """Go on with a value, in this instant, whatever else it was to go on with."""
        if self.token >= 0:
            self.token += 1
            self.resume(value)

    def resume_first(self, value: Any) -> None:
        """Go on with a value, in this instant, before all else that is due."""
        if self.token >= 0:
            self.world.ready.appendleft((self, self.token, value))

    def end(self, *, safe: bool) -> Go:
        """Be over; safe: somebody took the event."""
        self.token = -1
        self._state = _over  # no circle with a method of its own
        if self.owner is not None:
            self.owner.settled(self, safe=safe)
        return None

    def cancel(self) -> None:
        """End here, and all that is waited for: the caller has gone."""
        pending = [self]
        while pending:
            each = pending.pop()
            if each.token >= 0:
                pending += reversed(each.cut())

    def cut(self) -> list[Exchange]:
        """End this one alone; give those that it waits for."""
        self.token = -1
        script, self._script = self._script, None
        if script is not None:
            script.close()
        if self.open_to is not None:
            self.world.record(
                self.serial, Kind.CUT, self.open_with, self.open_to, "", self.attempt,
                (0, Failure.GONE),
            )  # fmt: skip
        if self.asked is not None:
            self.asked.leave()
        fan_out = self.awaited
        if fan_out is None or fan_out.token < 0:
            return []
        fan_out.token = -1
        return fan_out.exchanges()

    # -- one request

    def ask(
        self, request: Request, target: Target, serial: int, answer: Answer | None
    ) -> Go:
        """Follow a request that was recorded; *answer* is what is known at once."""
        self.asked, self.answering, self.serial = request, target, serial
        return self._take(request, answer)

    @property
    def left(self) -> int | None:
        """The caller's time that is left, in ns; None for all time."""
        if self.deadline is None:
            return None
        return max(0, self.deadline - self.world.now)

    def _take(self, request: Request, answer: Answer | None) -> Go:
        """Go on with what is known: a script, nothing yet, or the answer."""
        left = self.left
        if isinstance(answer, Script):
            request.then = answer.then
            self._script = answer.begin(self, self.serial, request, left)
            return self._scripted(None)
        if answer is None:
            hub = self.answering.hub
            if hub is not None:
                return self._into_hub(request, hub, left)
            request.waiter = self
            given = request.answered
            return self._late(given) if given else self.wait(left, self._late)
        after = answer.after_ns
        if answer.failure is Failure.HANG or (
            left is not None and after and after >= left
        ):
            return self._hung(None) if left == 0 else self.wait(left, self._hung)
        if not after:
            return self.answered(answer)
        self._known = answer
        return self.wait(after, self._latency)

    def _scripted(self, value: Any) -> Go:
        script, request = self._script, self.asked
        assert script is not None, "it goes on"
        assert request is not None, "it is about one"
        try:
            ns = script.send(value)
        except StopIteration as stop:
            self._script = None
            answer: Answer | None = stop.value
            return self._take(request, answer or self._carry_on(request))
        return self.wait(ns, self._scripted)

    def _carry_on(self, request: Request) -> Answer | None:
        """Hand the request on, after the record of it was written.

        Whoever else looks at requests to its target comes first. It meets what is at
        its address when it arrives.
        """
        world = self.world
        script = self.answering.approach(request, request.then)
        if script is not None:
            return script
        if world.taken_over:
            self.answering = world.addresses.look_up_again(self.answering)
            request.target = self.answering
        world.asking = self.serial
        try:
            return self.answering.take(request)
        finally:
            world.asking = -1

    def _late(self, answer: Answer | None) -> Go:
        if answer is None and self.asked is not None:
            self.asked.leave()
        return self.answered(answer or TIMED_OUT)

    def _latency(self, _: None) -> Go:
        return self.answered(self._known)

    def _hung(self, _: None) -> Go:
        return self.answered(TIMED_OUT)

    def _into_hub(self, request: Request, hub: LinkedHub, left: int | None) -> Go:
        if request.method != "POST":
            return self.answered(nothing_but(_NOT_ALLOWED))
        return self.wait_in(self.post(request, hub), left)

    def wait_in(self, status: int | Awaited, left: int | None) -> Go:
        """Wait for the deliveries of a hub, unless it has answered already."""
        if isinstance(status, int):
            return self.answered(nothing_but(status))
        self.awaited = status
        self._state = self._tree
        if left is not None:
            world = self.world
            world.schedule(world.now + left, self)
        return None

    def _tree(self, status: int | None) -> Go:
        fan_out, self.awaited = self.awaited, None
        if status is None:
            assert fan_out is not None, "it was waited for"
            fan_out.cancel()
            return self.answered(TIMED_OUT)
        return self.answered(nothing_but(status))

    # -- what the kinds of exchange do each in its way

    def post(self, request: Request, hub: LinkedHub) -> int | Awaited:
        """Post the open request into a hub; give the status, or who waits."""
        raise NotImplementedError

    def answered(self, answer: Answer) -> Go:
        raise NotImplementedError


def _over(_: object) -> Go:
    return None
