"""Services that hold a request until somebody, or a policy, decides."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.errors import EventError
from simulator.event import valid_event
from simulator.kernel import Answer, Kind
from simulator.kernel.answer import TIMED_OUT
from simulator.kernel.request import Script
from simulator.session.approvals import IN_ADVANCE, Approval, Undecided
from simulator.session.sending import valid_given
from simulator.statuses import SUCCESS
from simulator.subscribers.approval_spec import APPROVE, REJECT, TIMEOUT
from simulator.subscribers.handler import failure
from simulator.subscribers.replies import ReplyFailedError, StaticReply

if TYPE_CHECKING:
    from collections.abc import Generator

    from cloudevents.core.v1.event import CloudEvent

    from simulator.event import Event
    from simulator.kernel import Kernel, Request
    from simulator.kernel.calendar import Suspended
    from simulator.session.approvals import Reply
    from simulator.session.run import Run, Service
    from simulator.subscribers.approval_spec import ApprovalSpec
    from simulator.subscribers.service_spec import ServiceSpec

    Wait = Generator[int | None, Any, Answer]

_OK = 200
_KINDS = {APPROVE: Kind.APPROVED, REJECT: Kind.REJECTED}
_DEADLINE, _POLICY = "deadline", "policy"
_TIME_IS_UP, _GONE = "the caller's time is up", "the caller has gone"


class Waiting(NamedTuple):
    serial: int
    request: Request
    record: int


class Approver:
    """Intercepts the requests to a service that holds them until they are decided."""

    def __init__(
        self, spec: ServiceSpec, approval: ApprovalSpec, service: Service, run: Run
    ) -> None:
        self._service = service
        self._spec = spec
        self._approval = approval
        self._run = run

    def intercept(self, request: Request) -> Script:
        return Script(self.wait)

    def wait(
        self, caller: Suspended, serial: int, request: Request, left_ns: int | None
    ) -> Wait:
        kernel, deadline_ns = self._kernel, self._approval.deadline_ns
        waiting = kernel.record(
            serial, Kind.WAITING, request.envelope, request.target, request.asker,
            request.attempt, 0,
        )  # fmt: skip
        each = Waiting(serial, request, waiting)
        shown = Approval(
            serial=serial,
            service=self._service.node,
            event=request.event,
            since_ns=kernel.now,
            deadline_ns=None if deadline_ns is None else kernel.now + deadline_ns,
            attempt=request.attempt,
        )
        approvals = self._run.approvals
        approvals.put(Undecided(shown, caller, partial(self._decide, each)))
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

    def _decision(self, each: Waiting, left_ns: int | None) -> Wait:
        """Wait for the first of the caller's end, the policy, the deadline, a person."""
        approval = self._approval
        moments: list[tuple[int, str, str]] = []
        if left_ns is not None:
            moments.append((left_ns, "", _TIME_IS_UP))
        decided = approval.policy.decision(each.request.attributes)
        if decided:
            after = self._service.draw(approval.policy.after, "approval")
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
            return self._decide(each, decided, why)
        self._run.approvals.take(each.serial)
        self._withdraw(each, why)
        if decided == TIMEOUT:
            yield None if left_ns is None else left_ns - wait
        return TIMED_OUT

    def _decide(
        self, each: Waiting, decided: str, why: str | None, reply: Reply = None
    ) -> Answer:
        """Write the decision down; give the answer that it makes.

        *decided* is ``approve`` or ``reject``. *reply* takes the place of the service's;
        EventError if it is no valid event.
        """
        run, service, request = self._run, self._service, each.request
        given = None if reply is None else _given(reply, request, service)
        run.approvals.take(each.serial)
        try:
            answer = given or self._answer(decided, why, request)
        except ReplyFailedError as error:
            answer = failure(str(error))
        run.cause = self._kernel.record(
            each.record, _KINDS[decided], request.envelope, "", request.target,
            request.attempt, (answer.status, why),
        )  # fmt: skip
        try:
            if answer.status in SUCCESS:
                self._follow(each, decided)
        except ReplyFailedError as error:
            answer = failure(str(error))
        finally:
            run.cause = -1
        latency = self._spec.latency
        return answer if latency.is_none else answer.delayed(service.draw(latency))

    def _follow(self, each: Waiting, decided: str) -> None:
        for emission in self._spec.emissions:
            emission.emit(each.request, self._service)

    def _answer(self, decided: str, why: str | None, request: Request) -> Answer:
        approval = self._approval
        response = approval.approve if decided == APPROVE else approval.reject
        answer = response.answer(request, self._service)
        said = why is not None and why not in (_DEADLINE, _POLICY, IN_ADVANCE)
        if not said or not answer.bare:
            return answer
        return Answer(
            answer.status, body=(why or "").encode(), after_ns=answer.after_ns
        )

    def _withdraw(self, each: Waiting, why: str) -> None:
        request = each.request
        self._kernel.record(
            each.record, Kind.WITHDRAWN, request.envelope, request.target,
            request.asker, request.attempt, (0, why),
        )  # fmt: skip


def _given(
    reply: CloudEvent | Event | Mapping[str, Any], request: Request, service: Service
) -> Answer:
    """Make the answer of a reply that a person gives; EventError if it is no event."""
    if not isinstance(reply, Mapping):
        return Answer(_OK, reply=valid_given(reply))
    try:
        event = StaticReply(members=reply).event(request, service)
    except ReplyFailedError as error:
        raise EventError(str(error)) from error
    return Answer(_OK, reply=valid_event(event))
