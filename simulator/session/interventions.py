"""What a caller does to requests on their way: faults, decisions, breakpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.session.journal import journaled
from simulator.session.sending import valid_given

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudevents.core.v1.event import CloudEvent

    from simulator.duration import Duration
    from simulator.event import Event
    from simulator.session.breakpoints import Breakpoint, Held
    from simulator.session.deployment import Deployment
    from simulator.session.driver import Driver
    from simulator.session.faults import InjectedFault
    from simulator.session.run import Run


class Interventions:
    def __init__(self, deployment: Deployment, driver: Driver, run: Run) -> None:
        self._deployment = deployment
        self._driver = driver
        self._run = run

    @journaled
    def fault(
        self,
        node: str,
        *,
        status: int | None = None,
        latency: Duration | Mapping[str, Any] | None = None,
        timeout: bool = False,
        drop: bool = False,
        duplicate: bool = False,
        outage: bool = False,
        from_: Duration | None = None,
        until: Duration | None = None,
        rate: float = 1.0,
        count: int | None = None,
        where: str = "",
    ) -> int:
        """Inject a fault into the requests to a node, from now on.

        Exactly one of *status* to *outage* says what happens.

        Args:
            node: Of a service, broker or channel; ``*`` for all of them.
            status: This HTTP status is the answer; the request does not reach the node.
            latency: The request takes so much longer: ``200ms``, or a distribution as
                for the latency of a service, ``{"uniform": ["10ms", "30ms"]}``.
            timeout: It is never answered.
            drop: The connection is reset before the request reaches the node.
            duplicate: It reaches the node twice; the answer to the first counts.
            outage: The connection is refused.
            from_: The instant since the start of the run from which it hits.
            until: The instant up to which it hits, not included.
            rate: The share of requests that it hits, drawn from the run's seed.
            count: How many it hits at most.
            where: CESQL: the events that it hits.

        Returns:
            Its number, from 1; those of the topology come first.

        Raises:
            UnknownAddressError: There is no such node.
            UsageError: The arguments make no fault; all that is wrong is named.
        """
        return self._deployment.interceptors.inject(
            at=node, status=status, latency=latency, timeout=timeout, drop=drop,
            duplicate=duplicate, outage=outage, from_=from_, until=until, rate=rate,
            count=count, where=where,
        )  # fmt: skip

    @journaled
    def lift(self, number: int) -> None:
        """Remove a fault.

        Raises:
            UsageError: There is none of this number.
        """
        self._deployment.interceptors.lift(number)

    @journaled
    def set_fault(self, number: int, *, on: bool) -> None:
        """Switch a fault on or off; its hits are still counted together.

        Raises:
            UsageError: There is none of this number.
        """
        self._deployment.interceptors.switch_fault(number, on=on)

    def faults(self) -> tuple[InjectedFault, ...]:
        """The faults, by number: those of the topology, and those set since."""
        _ = self._deployment.engine  # injects those of the topology
        them = self._driver.meant.interceptors
        return () if them is None else them.faults.shown

    @journaled
    def approve(
        self, serial: int, reply: CloudEvent | Event | Mapping[str, Any] | None = None
    ) -> None:
        """Approve a request; the answer is given as the run goes on.

        Args:
            serial: That of the approval.
            reply: The event to answer with, or its attributes and ``data``, a missing
                id and source filled in; what the service answers unless given.

        Raises:
            EventError: The reply is no valid event.
            UsageError: Nothing waits under this number.
        """
        self._run.approvals.approve(serial, reply)

    @journaled
    def reject(self, serial: int, reason: str = "") -> None:
        """Reject a request; the answer is given as the run goes on.

        Args:
            serial: That of the approval.
            reason: Told in the trace, and in the body of an answer that has none.

        Raises:
            UsageError: Nothing waits under this number.
        """
        self._run.approvals.reject(serial, reason)

    @journaled
    def break_at(
        self,
        node: str = "",
        *,
        edge: tuple[str, str] | None = None,
        type: str = "",
        where: str = "",
        enabled: bool = True,
    ) -> int:
        """Hold requests before they are carried out; the run stops at each.

        A request that all that is said fits is held: an event sent or dispatched, a
        reply, a dead letter.

        Args:
            node: The service, broker, channel, trigger, subscription or source that it
                comes from or goes to.
            edge: The two nodes that it goes between: from a source or a route to a
                service or hub, or from a hub to one of its routes.
            type: The type of its event.
            where: CESQL: the events that are held.
            enabled: Whether it is switched on.

        Returns:
            Its number, from 1.

        Raises:
            UnknownAddressError: There is no such node.
            UsageError: *where* is no CESQL.
        """
        return self._deployment.interceptors.break_at(
            node, edge, type, where, enabled=enabled
        )

    @journaled
    def unbreak(self, number: int) -> None:
        """Remove a breakpoint; what it holds stays held.

        Raises:
            UsageError: There is none of this number.
        """
        self._deployment.interceptors.unbreak(number)

    @journaled
    def set_break(self, number: int, *, on: bool) -> None:
        """Switch a breakpoint on or off.

        Raises:
            UsageError: There is none of this number.
        """
        self._deployment.interceptors.switch_break(number, on=on)

    def breakpoints(self) -> tuple[Breakpoint, ...]:
        """The breakpoints, by number."""
        them = self._driver.meant.interceptors
        return () if them is None else them.breakpoints.shown

    def held(self) -> tuple[Held, ...]:
        """What is held; nothing goes on, and time stands still, until it is let go."""
        them = self._driver.meant.interceptors
        return () if them is None else them.breakpoints.held

    @journaled
    def release(self, serial: int, event: CloudEvent | Event | None = None) -> None:
        """Let a held request go on with the run.

        Args:
            serial: Of what is held.
            event: What it carries from here on, in place of its event; a further
                attempt comes with the event as it was.

        Raises:
            EventError: It is no valid event.
            UsageError: Nothing is held under this number.
        """
        changed = None if event is None else valid_given(event)
        self._deployment.interceptors.release(serial, changed)

    @journaled
    def drop(self, serial: int) -> None:
        """Reset the connection of a held request; its caller may try again.

        Raises:
            UsageError: Nothing is held under this number.
        """
        self._deployment.interceptors.drop(serial)
