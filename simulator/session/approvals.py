"""The requests of a run that wait until somebody, or a policy, decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.session.arguments import numbered
from simulator.subscribers.approval_spec import APPROVE, REJECT
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloudevents.core.v1.event import CloudEvent

    from simulator.event import Event
    from simulator.kernel import Answer
    from simulator.kernel.calendar import Suspended

    Reply = CloudEvent | Event | Mapping[str, Any] | None


class Approval(Value):
    """A request that waits for a decision.

    Args:
        serial: Its name for `Simulation.approve` and `Simulation.reject`: the number of
            the record of the request.
        service: The node of the service that holds it.
        event: As the service received it.
        since_ns: Since when it waits, in ns since the start of the run.
        deadline_ns: When the service decides by itself; None for never.
        attempt: 1 for the first attempt of its delivery.
    """

    serial: int
    service: str
    event: Event
    since_ns: int
    deadline_ns: int | None
    attempt: int


class Undecided(NamedTuple):
    """A request that waits.

    Args:
        shown: As callers see it.
        caller: Who waits for the answer.
        decide: Gives the answer of a decision, its reason, and the reply that a person
            gives in place of the service's own.
    """

    shown: Approval
    caller: Suspended
    decide: Callable[[str, str | None, Reply], Answer]


class Approvals:
    """All that waits in one run, in the order in which it began to.

    Args:
        decided: Is called when a person has decided.
    """

    def __init__(self, decided: Callable[[], None]) -> None:
        self._decided = decided
        self._undecided: dict[int, Undecided] = {}

    @property
    def shown(self) -> tuple[Approval, ...]:
        """What waits, as callers see it."""
        return tuple(each.shown for each in self._undecided.values())

    def put(self, each: Undecided) -> None:
        """Let a request wait."""
        self._undecided[each.shown.serial] = each

    def take(self, serial: int) -> Undecided | None:
        """Let a request wait no more; None when it does not wait."""
        return self._undecided.pop(serial, None)

    def approve(self, serial: int, reply: Reply) -> None:
        """Approve a request; see `Simulation.approve`."""
        each = self._find(serial)
        each.caller.resume_instead(each.decide(APPROVE, None, reply))
        self._decided()

    def reject(self, serial: int, reason: str) -> None:
        """Reject a request; see `Simulation.reject`."""
        each = self._find(serial)
        each.caller.resume_instead(each.decide(REJECT, reason or None, None))
        self._decided()

    def _find(self, serial: int) -> Undecided:
        return numbered(
            self._undecided,
            serial,
            "no approval waits under {number} (there wait: {there})",
        )
