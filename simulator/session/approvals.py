"""The requests of a run that wait until somebody, or a policy, decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.errors import EventError, UsageError
from simulator.event import valid_event
from simulator.kernel import Answer, Kind
from simulator.kernel.answer import TIMED_OUT
from simulator.kernel.request import Script
from simulator.session.sending import given_event
from simulator.statuses import SUCCESS
from simulator.subscribers.approval_spec import APPROVE, REJECT, TIMEOUT
from simulator.subscribers.handler import failure
from simulator.subscribers.replies import ReplyFailedError, StaticReply
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Generator

    from cloudevents.core.v1.event import CloudEvent

    from simulator.event import Event
    from simulator.kernel import Kernel, Request
    from simulator.kernel.calendar import Suspended
    from simulator.session.described_service import Service
    from simulator.session.run import Run
    from simulator.subscribers.approval_spec import ApprovalSpec
    from simulator.subscribers.service_spec import ServiceSpec

    Decision = CloudEvent | Event | Mapping[str, Any] | None
    Waiting = Generator[int | None, Any, Answer]

_OK = 200
_KINDS = {APPROVE: Kind.APPROVED, REJECT: Kind.REJECTED}
_DEADLINE, _POLICY = "deadline", "policy"
_TIME_IS_UP, _GONE = "the caller's time is up", "the caller has gone"


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


class _Open(NamedTuple):
    """An undecided request: what is shown of it, and all that a decision needs."""

    shown: Approval
    approver: Approver
    request: Request
    caller: Suspended
    waiting: int


class Approvals:
    """All that waits in one run, in the order in which it began to."""

    def __init__(self) -> None:
        self._open: dict[int, _Open] = {}

    @property
    def shown(self) -> tuple[Approval, ...]:
        """What waits, as callers see it."""
        return tuple(each.shown for each in self._open.values())

    def put(self, each: _Open) -> None:
        """Let a request wait."""
        self._open[each.shown.serial] = each

    def take(self, serial: int) -> _Open | None:
        """Let a request wait no more; None when it does not wait."""
        return self._open.pop(serial, None)

    def approve(self, serial: int, reply: Decision) -> None:
        """Approve a request, perhaps with another reply than the service would give.

        Raises:
            EventError: The reply is no valid event.
            UsageError: Nothing waits under this number.
        """
        each = self._find(serial)
        given = None
        if reply is not None:
            given = _given(reply, each.request, each.approver.service)
        each.caller.resume_instead(each.approver.decide(each, APPROVE, None, given))

    def reject(self, serial: int, reason: str) -> None:
        """Reject a request; the reason becomes the body of an answer that has none.

        Raises:
            UsageError: Nothing waits under this number.
        """
        each = self._find(serial)
        each.caller.resume_instead(each.approver.decide(each, REJECT, reason or None))

    def _find(self, serial: int) -> _Open:
        each = self._open.get(serial) if isinstance(serial, int) else None
        if each is None:
            waiting = ", ".join(map(str, self._open)) or "none"
            raise UsageError(
                f"no approval waits under {serial!r} (there wait: {waiting})"
            )
        return each


class Approver:
    """Intercepts the requests to a service that holds them until they are decided.

    Args:
        spec: The description of the service.
        approval: How it decides.
        service: The service in its run.
        run: Keeps what waits.
    """

    def __init__(
        self, spec: ServiceSpec, approval: ApprovalSpec, service: Service, run: Run
    ) -> None:
        self.service = service
        self._spec = spec
        self._approval = approval
        self._run = run

    def intercept(self, request: Request) -> Script:
        """Hold a request; its answer comes with the decision."""
        return Script(self._wait)

    def _wait(
        self, caller: Suspended, serial: int, request: Request, left_ns: int | None
    ) -> Waiting:
        kernel, deadline_ns = self._kernel, self._approval.deadline_ns
        waiting = kernel.record(
            serial, Kind.WAITING, request.envelope, request.target, request.asker,
            request.attempt, 0,
        )  # fmt: skip
        shown = Approval(
            serial=serial,
            service=self.service.node,
            event=request.event,
            since_ns=kernel.now,
            deadline_ns=None if deadline_ns is None else kernel.now + deadline_ns,
            attempt=request.attempt,
        )
        approvals = self._run.approvals
        each = _Open(shown, self, request, caller, waiting)
        approvals.put(each)
        try:
            return (yield from self._decision(each, left_ns))
        finally:
            # Without a token the caller was cut off, and is not merely forgotten.
            if approvals.take(serial) is not None and caller.token < 0:
                self._withdraw(each, _GONE)

    @property
    def _kernel(self) -> Kernel:
        kernel = self._run.kernel
        assert kernel is not None, "something is asked in it"
        return kernel

    def _decision(self, each: _Open, left_ns: int | None) -> Waiting:
        """Wait for the first of the caller's end, the policy, the deadline, a person."""
        approval = self._approval
        moments: list[tuple[int, str, str]] = []
        if left_ns is not None:
            moments.append((left_ns, "", _TIME_IS_UP))
        decided = approval.policy.decision(each.request.attributes)
        if decided:
            after = self.service.draw(approval.policy.after, "approval")
            moments.append((after, decided, _POLICY))
        if approval.deadline_ns is not None:
            moments.append((approval.deadline_ns, approval.then, _DEADLINE))
        if not moments:
            answer: Answer = yield None
            return answer
        wait, decided, why = min(moments, key=lambda moment: moment[0])
        by_hand: Answer | None = yield wait
        if by_hand is not None:
            return by_hand
        if decided in _KINDS:
            return self.decide(each, decided, why)
        self._run.approvals.take(each.shown.serial)
        self._withdraw(each, why)
        if decided == TIMEOUT:
            yield None if left_ns is None else left_ns - wait
        return TIMED_OUT

    def decide(
        self, each: _Open, decided: str, why: str | None, given: Answer | None = None
    ) -> Answer:
        """Write the decision down; give the answer that it makes.

        Args:
            each: What is decided.
            decided: ``approve`` or ``reject``.
            why: By what, or the reason that a person gives.
            given: The answer in place of the service's own.
        """
        run, service, request = self._run, self.service, each.request
        run.approvals.take(each.shown.serial)
        try:
            answer = given or self._answer(decided, why, request)
        except ReplyFailedError as error:
            answer = failure(str(error))
        run.cause = self._kernel.record(
            each.waiting, _KINDS[decided], request.envelope, "", request.target,
            request.attempt, (answer.status, why),
        )  # fmt: skip
        try:
            if answer.status in SUCCESS:
                for emission in self._spec.emissions:
                    emission.emit(request, service)
        except ReplyFailedError as error:
            answer = failure(str(error))
        finally:
            run.cause = -1
        latency = self._spec.latency
        return answer if latency.is_none else answer.delayed(service.draw(latency))

    def _answer(self, decided: str, why: str | None, request: Request) -> Answer:
        approval = self._approval
        response = approval.approve if decided == APPROVE else approval.reject
        answer = response.answer(request, self.service)
        said = why is not None and why not in (_DEADLINE, _POLICY)
        if not said or not answer.bare:
            return answer
        return Answer(
            answer.status, body=(why or "").encode(), after_ns=answer.after_ns
        )

    def _withdraw(self, each: _Open, why: str) -> None:
        request = each.request
        self._kernel.record(
            each.waiting, Kind.WITHDRAWN, request.envelope, request.target,
            request.asker, request.attempt, (0, why),
        )  # fmt: skip


def _given(reply: Decision, request: Request, service: Service) -> Answer:
    """Make the answer of a reply that a person gives.

    Raises:
        EventError: It is no valid event.
    """
    assert reply is not None, "without a reply the service's own is taken"
    if not isinstance(reply, Mapping):
        return Answer(_OK, reply=valid_event(given_event(reply)))
    try:
        event = StaticReply(members=reply).event(request, service)
    except ReplyFailedError as error:
        raise EventError(str(error)) from error
    return Answer(_OK, reply=valid_event(event))
