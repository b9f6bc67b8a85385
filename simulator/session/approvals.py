"""The requests of a run that wait until somebody, or a policy, decides."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.errors import UsageError, nearest
from simulator.kernel.calendar import Alarm
from simulator.session.arguments import numbered
from simulator.subscribers.approval_spec import APPROVE, REJECT
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloudevents.core.v1.event import CloudEvent

    from simulator.event import Event
    from simulator.kernel import Answer, Kernel
    from simulator.kernel.calendar import Suspended

    Reply = CloudEvent | Event | Mapping[str, Any] | None

IN_ADVANCE = "in advance"
"""What the record of a decision says that was made before the request came."""
DECISIONS = (APPROVE, REJECT)


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
    shown: Approval
    caller: Suspended
    decide: Callable[[str, str | None, Reply], Answer]


class Ahead(NamedTuple):
    """What is decided, ``approve`` or ``reject``, of each request *after_ns* it came."""

    decision: str
    after_ns: int
    reason: str

    @classmethod
    def of(cls, decision: object, after_ns: int, reason: str) -> Ahead:
        """Check what is said; UsageError for no decision, or a reason to approve."""
        if decision not in DECISIONS:
            hint = nearest(str(decision), DECISIONS)
            raise UsageError(
                f"decide: expected {' or '.join(DECISIONS)}, found {decision!r}{hint}"
            )
        if reason and decision == APPROVE:
            raise UsageError("decide: a reason is told with a rejection only")
        return cls(decision, after_ns, reason)


class Approvals:
    """All that waits in one run, in the order in which it began to."""

    def __init__(
        self, decided: Callable[[], None], running: Callable[[], Kernel]
    ) -> None:
        self._decided = decided
        self._running = running
        self._undecided: dict[int, Undecided] = {}
        self._ahead: dict[str, Ahead] = {}
        self._alarms: dict[int, Alarm] = {}

    @property
    def shown(self) -> tuple[Approval, ...]:
        return tuple(each.shown for each in self._undecided.values())

    def put(self, each: Undecided) -> None:
        self._undecided[each.shown.serial] = each
        if each.shown.service in self._ahead:
            self._set_alarm(each.shown)

    def take(self, serial: int) -> Undecided | None:
        """Let a request wait no more; None when it does not wait."""
        alarm = self._alarms.pop(serial, None)
        if alarm is not None:
            alarm.stop()
        return self._undecided.pop(serial, None)

    def decide(self, service: str, ahead: Ahead) -> None:
        self._ahead[service] = ahead
        for each in self._undecided.values():
            if each.shown.service == service:
                self._set_alarm(each.shown)

    def _set_alarm(self, shown: Approval) -> None:
        """Decide about a request at its instant; another decision is forgotten."""
        kernel, serial = self._running(), shown.serial
        before = self._alarms.get(serial)
        if before is not None:
            before.stop()
        alarm = Alarm(kernel, shown.service, partial(self._ring, serial))
        self._alarms[serial] = alarm
        due_ns = shown.since_ns + self._ahead[shown.service].after_ns
        alarm.set(max(due_ns, kernel.now))

    def _ring(self, serial: int) -> None:
        each = self._undecided[serial]
        decision, _, reason = self._ahead[each.shown.service]
        answer = each.decide(decision, reason or IN_ADVANCE, None)
        each.caller.resume_instead(answer)

    def approve(self, serial: int, reply: Reply) -> None:
        each = self._find(serial)
        each.caller.resume_instead(each.decide(APPROVE, None, reply))
        self._decided()

    def reject(self, serial: int, reason: str) -> None:
        each = self._find(serial)
        each.caller.resume_instead(each.decide(REJECT, reason or None, None))
        self._decided()

    def _find(self, serial: int) -> Undecided:
        return numbered(
            self._undecided,
            serial,
            "no approval waits under {number} (there wait: {there})",
        )
