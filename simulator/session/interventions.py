"""What somebody does to a run from outside: faults, approvals and breakpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.kernel import Kind
from simulator.session.journal import journaled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.session.engine import Engine
    from simulator.session.faults import InjectedFault
    from simulator.session.gate import Gate
    from simulator.session.run import Run


class Interventions:
    """The part of a `Simulation` that intervenes in its run.

    What is set has a number, what waits has the serial of a record; both are the same
    whenever the same is done to the same run.
    """

    _run: Run
    _begun: bool

    if TYPE_CHECKING:

        @property
        def _built(self) -> Engine: ...

    @property
    def _gate(self) -> Gate:
        engine = self._built
        self._begun = True
        return engine.gate

    # -- faults

    @journaled
    def fault(
        self,
        node: str,
        *,
        status: int | None = None,
        latency: str | Mapping[str, Any] | None = None,
        timeout: bool = False,
        drop: bool = False,
        duplicate: bool = False,
        outage: bool = False,
        from_: str | None = None,
        until: str | None = None,
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
        from simulator.session.faults import fault_of  # few runs have any

        spec = fault_of(
            {
                "at": node, "status": status, "latency": latency, "timeout": timeout,
                "drop": drop, "duplicate": duplicate, "outage": outage, "from": from_,
                "until": until, "rate": rate, "count": count, "where": where,
            }
        )  # fmt: skip
        return self._gate.add_fault(spec).number

    @journaled
    def lift(self, number: int) -> None:
        """Remove a fault.

        Raises:
            UsageError: There is none of this number.
        """
        gate = self._gate
        gate.tell_of_fault(gate.faults.remove(number), Kind.FAULT_LIFTED, "")
        gate.refresh()

    @journaled
    def set_fault(self, number: int, *, on: bool) -> None:
        """Switch a fault on or off; its hits are still counted together.

        Raises:
            UsageError: There is none of this number.
        """
        gate = self._gate
        rule = gate.faults.get(number)
        if rule.on is not on:
            rule.on = on
            kind = Kind.FAULT_SET if on else Kind.FAULT_LIFTED
            gate.tell_of_fault(rule, kind, f"switched {'on' if on else 'off'}")
            gate.refresh()

    @property
    def faults(self) -> tuple[InjectedFault, ...]:
        """The faults, by number: those of the topology, and those set since."""
        self._built  # noqa: B018 - injects those of the topology
        return () if self._run.gate is None else self._run.gate.faults.shown
