"""`Expectation`: what a test expects of a run, in the words of the domain."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, Unpack

from simulator.duration import duration_text
from simulator.errors import UsageError
from simulator.kernel import Kind, Role
from simulator.kernel.routes import LinkedRoute
from simulator.names import resolve
from simulator.session import unmet
from simulator.session.arguments import expect_texts, expect_whole, wait_ns
from simulator.session.selection import Selection, Which
from simulator.session.works import again_text, worked_again
from simulator.story.circles import returns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.duration import Duration
    from simulator.session.facts import Facts
    from simulator.session.views import Received
    from simulator.trace import Record

_DIGITS = 3
_SET = (Kind.FAULT_SET, Kind.FAULT_LIFTED)


class _DeadLetters(NamedTuple):
    code: str = ""
    route: str = ""


def _where_it_is_said() -> str:
    """Give the file and line of the test, which is the first that is not ours."""
    frame = sys._getframe(2)  # noqa: SLF001 - no other way leads to it
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("simulator."):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


class Expectation:
    """What is expected of some services, or of the whole run; made by `Simulation.expect`.

    A verb is judged when it is called, over the run so far. It raises an AssertionError
    that says what came instead; and a UsageError where nothing was run that it could judge,
    or where records that it needs were dropped (``Simulation(keep=…)``).

    **Took** is what a service does with a request that it answers with a 2xx, in time, if
    the caller takes that for a success. So attempts that failed are none: an event that
    is answered 503 and taken at the next attempt was taken once. One that an injected
    fault duplicates is taken twice. The instant is that of the request.

    Each verb takes what `Which` names: ``type``, ``id``, ``source``, ``subject``,
    ``where``, ``data``, ``caused_by``.
    """

    def __init__(
        self, facts: Facts, nodes: tuple[str, ...], dead: _DeadLetters | None = None
    ) -> None:
        self.place = _where_it_is_said()
        self._facts = facts
        self._nodes = nodes
        self._dead = dead
        facts.open[self] = self.place

    def __repr__(self) -> str:
        return f"<Expectation of {self._who}>"

    def once(
        self, *, within: Duration | None = None, **which: Unpack[Which]
    ) -> Received:
        """Exactly one event was taken; give its request.

        Args:
            within: At the latest so long after the event was sent that it is *caused_by*;
                without that, after the event with which its history begins.
            **which: Which events count; see `Which`.
        """
        __tracebackhide__ = True
        return self._exactly(1, within, which)[0]

    def times(
        self, number: int, *, within: Duration | None = None, **which: Unpack[Which]
    ) -> list[Received]:
        """Exactly so many were taken, all of them in time; give the requests, in order.

        Args:
            number: 0 or more.
            within: As for `once`.
            **which: Which events count; see `Which`.
        """
        __tracebackhide__ = True
        return self._exactly(number, within, which)

    def never(self, **which: Unpack[Which]) -> None:
        """No request came with such an event, taken or not; no attempt was made."""
        __tracebackhide__ = True
        selection = self._selection(which)
        came = self._came(selection)
        if came:
            requests = "1 request" if len(came) == 1 else f"{len(came)} requests"
            headline = f"{self._who}: expected no event{_which(selection)}; {requests}"
            raise AssertionError(unmet.text(headline, came))

    def in_order(
        self, events: Sequence[str | Mapping[str, str]], **which: Unpack[Which]
    ) -> list[Received]:
        """Exactly these were taken, one after the other; give the requests.

        In the order of the requests that were taken: one that is taken at the second
        attempt comes after one that was taken meanwhile.

        Args:
            events: The type of each, or several of its attributes:
                ``{"type": "order.placed", "subject": "chair"}``.
            **which: Which events count, others may lie between; see `Which`.
        """
        __tracebackhide__ = True
        selection = self._selection(which)
        if not isinstance(events, list | tuple) or not all(
            isinstance(each, str | Mapping) for each in events
        ):
            raise UsageError(f"in_order: expected a list of types, found {events!r}")
        for each in events:
            if not isinstance(each, str):
                expect_texts(each, "in_order", "attributes")
        wanted = [{"type": e} if isinstance(e, str) else dict(e) for e in events]
        came = self._came(selection)
        taken = [each for each in came if each.ok]
        told = [each.attributes for each in taken]
        if len(wanted) != len(told) or any(
            there.get(name) != value
            for want, there in zip(wanted, told, strict=True)
            for name, value in want.items()
        ):
            order = ", ".join(map(_described, wanted)) or "nothing"
            headline = f"{self._who}: expected in order: {order}; took {len(taken)}"
            asked = dict.fromkeys(
                [*selection.asked, *(name for want in wanted for name in want)]
            )
            raise AssertionError(
                unmet.text(headline, taken or self._instead(came), asked=asked)
            )
        return taken

    def dead_lettered(
        self, *, code: int | str | None = None, route: str = ""
    ) -> Expectation:
        """Expect it of the dead letters: events meant for these services that failed.

        A verb is to follow, such as ``.once(type=…)``. What it counts and gives are the
        requests with which dead letter sinks took them.

        Args:
            code: The status with which they failed at last, ``knativeerrorcode``.
            route: The trigger or subscription that they come from, by node or name.

        Raises:
            UsageError: There is no such route, or the code is none.
        """
        if code is not None and not _is_code(code):
            raise UsageError(f"code: expected a status such as 503, found {code!r}")
        if route:
            hubs = self._facts.engine.addresses.hubs.values()
            route = resolve(route, [each.node for hub in hubs for each in hub.routes])
        del self._facts.open[self]
        dead = _DeadLetters("" if code is None else str(code), route)
        return Expectation(self._facts, self._nodes, dead)

    def no_loss(self, **which: Unpack[Which]) -> None:
        """No delivery failed in the end that nothing took, and no event was refused.

        What `Simulation.lost` and `Simulation.refused` give, replies that had nowhere to
        go, and senders that were answered no 2xx. An event that matches no trigger is not lost by this: see
        `Simulation.unmatched`. Of some services, only what was meant for them.
        """
        __tracebackhide__ = True
        selection = self._selection(which)
        found = [
            record
            for record in unmet.losses(self._facts.trace)
            if self._concerns(record, selection)
        ]
        if found:
            headline = f"{self._who}: expected no loss{_which(selection)}"
            raise AssertionError(unmet.losses_text(headline, found))

    def no_loop(self, **which: Unpack[Which]) -> None:
        """No event led to one that came by the same trigger or subscription again.

        Attempts are no loop. Of some services, only circles that lead through one of
        them; *which* is said of the event that came again.
        """
        __tracebackhide__ = True
        selection = self._selection(which)
        circles = [
            (record, way)
            for record, way in returns(self._facts.trace)
            if self._concerns(record, selection)
            and (not self._nodes or not set(self._nodes).isdisjoint(way))
        ]
        if circles:
            headline = f"{self._who}: expected no loop{_which(selection)}"
            raise AssertionError(unmet.circles_text(headline, circles))

    def never_twice(self, **which: Unpack[Which]) -> None:
        """No service worked twice on one event, known by its id and source.

        It has worked on a request that it answers with a 2xx, whether the answer arrives
        or not, and on one for which it was too slow. One that knew the event says so
        with 208, and has not worked again.
        """
        __tracebackhide__ = True
        selection = self._selection(which)
        facts = self._facts
        nodes = frozenset(self._nodes) or unmet.services(facts)
        came = selection.of(facts.inbox.received(nodes), facts.log)
        again = worked_again(facts.log, nodes, {each.serial for each in came})
        if again is not None:
            raise AssertionError(again_text(again))

    # -- how they are judged

    @property
    def _who(self) -> str:
        who = ", ".join(self._nodes) or "all services"
        if self._dead is None:
            return who
        code = f" with {self._dead.code}" if self._dead.code else ""
        route = f" by {self._dead.route}" if self._dead.route else ""
        return f"dead letters of {who}{code}{route}"

    def _exactly(
        self, number: int, within: Duration | None, which: Which
    ) -> list[Received]:
        __tracebackhide__ = True
        expect_whole(number, "times", "how many, 0 or more", least=0)
        selection = self._selection(which)
        within_ns = None if within is None else wait_ns(within, "within")
        came = self._came(selection)
        taken = [each for each in came if each.ok]
        late = [each for each in taken if self._is_late(each, within_ns, selection)]
        if len(taken) == number and not late:
            return taken
        limit = "" if within_ns is None else f" within {duration_text(within_ns)}"
        but = f"took {len(taken)}" + (f", {len(late)} too late" if late else "")
        events = "event" if number == 1 else "events"
        what = f"{number} {events}{_which(selection)}{limit}"
        told = unmet.text(
            f"{self._who}: expected {what}; {but}", self._instead(came), late,
            asked=() if came else selection.asked,
        )  # fmt: skip
        if len(taken) < number and self._dead is None:
            told += unmet.nearest(self._facts, selection, self._nodes)
        raise AssertionError(told)

    def _instead(self, came: list[Received]) -> list[Received]:
        """Give what came, if nothing did that was asked for all that came there."""
        inbox, nodes = self._facts.inbox, frozenset(self._nodes)
        if not came and self._dead is not None:
            came = [
                each
                for each in inbox.received(self._facts.engine.sinks)
                if each.role is Role.DEAD_LETTER
                and self._is_meant(each, _DeadLetters())
            ]
        return came or (inbox.received(nodes) if nodes else [])

    def _selection(self, which: Which) -> Selection:
        """Take the expectation as judged; UsageError if there is nothing to judge."""
        __tracebackhide__ = True
        self._facts.open.pop(self, None)
        selection = Selection(which)
        facts = self._facts
        kernel = facts.engine.kernel
        unsent = [event for at_ns, event in facts.unsent if at_ns <= kernel.now]
        if unsent:
            raise UsageError(
                f"{unsent[0].type} {unsent[0].id} was sent, and nothing was run after "
                "that: run() before you expect"
            )
        if not kernel.now and all(row[3] in _SET for row in facts.log.rows()):
            raise UsageError("nothing was run that could be judged: send, then run()")
        if selection.first is None:
            raise UsageError(f"{selection} is not sent yet: run() goes on")
        if selection.first < facts.log.first:
            raise UsageError(
                f"the records before {facts.log.first} were dropped, so nothing can be "
                "said of the whole run: Simulation(keep=None) keeps them, and caused_by="
                " asks only for what follows from a later one"
            )
        return selection

    def _came(self, selection: Selection) -> list[Received]:
        facts, dead = self._facts, self._dead
        if dead is None:
            nodes = frozenset(self._nodes) or unmet.services(facts)
            return selection.of(facts.inbox.received(nodes), facts.log)
        came = [
            each
            for each in facts.inbox.received(facts.engine.sinks)
            if each.role is Role.DEAD_LETTER and self._is_meant(each, dead)
        ]
        return selection.of(came, facts.log)

    def _is_meant(self, received: Received, dead: _DeadLetters) -> bool:
        route = received.request.route
        return (
            isinstance(route, LinkedRoute)
            and (not self._nodes or route.target.node in self._nodes)
            and dead.code in ("", received.attributes.get("knativeerrorcode", ""))
            and dead.route in ("", route.node)
        )

    def _is_late(
        self, received: Received, within_ns: int | None, selection: Selection
    ) -> bool:
        if within_ns is None:
            return False
        since = selection.cause
        since_ns = (
            unmet.began_ns(self._facts.log, received.serial)
            if since is None
            else since.at_ns
        )
        return received.at_ns - since_ns > within_ns

    def _concerns(self, record: Record, selection: Selection) -> bool:
        offspring = selection.offspring(self._facts.log)
        if offspring is not None and record.serial not in offspring:
            return False
        if not selection.holds(record.event.attributes) or not selection.fits(
            record.event
        ):
            return False
        if not self._nodes or record.kind is Kind.DISPATCHED:
            return True
        meant = {*self._nodes, *unmet.routes_to(self._facts, self._nodes)}
        return not meant.isdisjoint((record.source, record.target))


def _which(selection: Selection) -> str:
    said = str(selection)
    return f" ({said})" if said else ""


def _described(wanted: Mapping[str, str]) -> str:
    return " ".join(
        str(value) if name == "type" else f"{name} {value!r}"
        for name, value in wanted.items()
    )


def _is_code(code: object) -> bool:
    """Tell whether it may stand in ``knativeerrorcode``: a status, or -1 for none."""
    text = str(code) if isinstance(code, int | str) else ""
    return text == "-1" or (text.isdecimal() and len(text) == _DIGITS)
