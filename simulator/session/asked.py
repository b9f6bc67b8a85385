"""What is asked of a run: what services received, what was lost, why, and what is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from simulator.errors import UnknownAddressError
from simulator.kernel import Kind
from simulator.session.engine import find_endpoint
from simulator.session.uncalled import UNCALLED
from simulator.session.unfinished import unfinished
from simulator.session.views import Inbox
from simulator.session.why import Clock, Why, explain, explain_all

if TYPE_CHECKING:
    from cloudevents.core.v1.event import CloudEvent

    from simulator.event import Event
    from simulator.kernel import Log
    from simulator.session.engine import Engine
    from simulator.session.expectation import Expectation
    from simulator.session.run import Run
    from simulator.session.selection import Which
    from simulator.session.views import Received, Sent
    from simulator.subscribers.played import Played
    from simulator.trace import Record, Trace
    from simulator.wiring import Endpoint, Finding


class Asked:
    """The part of a `Simulation` that answers."""

    trace: Trace
    _run: Run
    _log: Log
    _epoch_ns: int
    _given: dict[str, Played]
    _expected: list[Expectation]

    if TYPE_CHECKING:

        @property
        def _built(self) -> Engine: ...

        @property
        def findings(self) -> tuple[Finding, ...]:
            """Of the wiring."""

    def received(
        self,
        service: str | None = None,
        *,
        ok: bool | None = None,
        **which: Unpack[Which],
    ) -> list[Received]:
        """List the requests that a service received, in order, each attempt for itself.

        Args:
            service: Its name, or ``namespace/name``; None for all services.
            ok: Only those that it took, or did not take; see `Received.ok`.
            **which: Only those with such an event: ``type``, ``id``, ``source``,
                ``subject``, ``where`` (CESQL), ``caused_by`` (what `send` gave, a
                request, or a record); all that is said holds.

        Raises:
            UnknownAddressError: There is no such service.
            UsageError: What is asked for is nothing that there could be.
        """
        found = [self._endpoint(service)] if service else self._built.endpoints
        received = self._inbox().received(frozenset(e.node for e in found))
        if which:
            from simulator.session.selection import Selection  # tests

            received = Selection(which).of(received, self._log)
        return [each for each in received if ok is None or each.ok is ok]

    def _endpoint(self, service: str) -> Endpoint:
        endpoints = self._built.endpoints
        endpoint = find_endpoint(endpoints, service)
        if endpoint is None:
            raise UnknownAddressError(service, [e.name for e in endpoints])
        return endpoint

    def expect(self, *services: str) -> Expectation:
        """Expect something of services, or of the whole run; a verb says what.

        ``sim.expect("shipping").once(type="order.priced", within="5s")``. The verbs are
        `once`, `times`, `never`, `in_order`, `no_loss` and `no_loop`;
        ``.dead_lettered(code=503)`` before one of them asks for dead letters.

        Args:
            *services: Names, as for `received`; several count together, none is all.

        Raises:
            UnknownAddressError: There is no such service.
        """
        from simulator.session.expectation import Expectation  # tests
        from simulator.session.unmet import Facts

        nodes = tuple(self._endpoint(service).node for service in services)
        facts = Facts(self._built, self._run, self._log, self.trace, self._inbox())
        return Expectation(facts, nodes, self._expected)

    @property
    def unjudged(self) -> tuple[str, ...]:
        """The calls of `expect` that no verb followed, a sentence each."""
        return tuple(
            f"{each.place}: expect(…) says nothing without a verb, such as .once()"
            for each in self._expected
        )

    @property
    def dead_letters(self) -> list[Received]:
        """The events that dead letter sinks took, in order."""
        return self._inbox().dead_letters(self._built.sinks)

    def _inbox(self) -> Inbox:
        return Inbox(self._log, self._epoch_ns)

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why a test that looks at the run now may not see what it means, in sentences.

        An event was sent and nothing run after that; requests or retries are due still,
        besides what sources send; a function plays a service that nothing sends to and
        that got nothing.
        """
        nodes = {endpoint.node for endpoint in self._built.endpoints}
        idle = [
            finding
            for finding in self.findings
            if finding.code == UNCALLED
            and (name := finding.subject.partition(" ")[2]) in self._given
            and not self.received(name)
        ]
        return (*unfinished(self._run, nodes), *map(str, idle))

    @property
    def lost(self) -> list[Record]:
        """The deliveries that failed in the end and that nothing took.

        Those cut off because their caller had gone are among them.
        """
        return self.trace.select(kind=(Kind.LOST, Kind.CUT))

    @property
    def refused(self) -> list[Record]:
        """The events that a hub did not take: no valid event, or no time to live."""
        return self.trace.select(kind=(Kind.REFUSED, Kind.EXPIRED))

    @property
    def unmatched(self) -> list[Record]:
        """The events that a hub took and that none of its routes wanted."""
        return self.trace.select(kind=Kind.ACCEPTED, where=lambda r: r.status == 0)

    def why(self, event: CloudEvent | Event | Sent | Received, trigger: str) -> Why:
        """Explain why an event reaches a trigger's subscriber, or why it does not.

        Args:
            event: As sent or received; it need not have been sent.
            trigger: The name or node of a trigger or subscription.

        Raises:
            UnknownAddressError: There is no such trigger.
        """
        return explain(self._built.addresses, self.trace, self._clock, event, trigger)

    def whys(self, event: CloudEvent | Event | Sent | Received) -> list[Why]:
        """Explain an event to every trigger: matching ones first, then near misses.

        Args:
            event: As sent or received; it need not have been sent.
        """
        return explain_all(self._built.addresses, self.trace, self._clock, event)

    @property
    def _clock(self) -> Clock:
        return Clock(self._run.epoch_ns, self._run.now_ns)
