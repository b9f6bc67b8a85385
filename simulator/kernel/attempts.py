"""One request with its retries, told as a process.

Source: knative-runtime, Retries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.event import Event, UnparsableEventError, UnreadEvent
from simulator.kernel.answer import TIMED_OUT, Answer, Fault
from simulator.kernel.awaiting import settled, time_left, told
from simulator.kernel.guard import Story
from simulator.kernel.judge import judge
from simulator.kernel.log import WIDTH, Kind
from simulator.kernel.process import FanOut
from simulator.kernel.request import Request, Role
from simulator.statuses import SERVER_ERROR

if TYPE_CHECKING:
    from collections.abc import Generator

    from simulator.kernel.answer import Outcome
    from simulator.kernel.envelope import Envelope
    from simulator.kernel.kernel import Kernel
    from simulator.kernel.lane import Lane, RunningHub
    from simulator.kernel.process import Process
    from simulator.kernel.target import Target

    # The record of a request, its answer if there is one yet, and itself.
    First = tuple[int, Answer | None, Request]

KINDS = {
    Role.EVENT: Kind.DISPATCHED,
    Role.REPLY: Kind.REPLIED,
    Role.DEAD_LETTER: Kind.DEAD_LETTERED,
    Role.DIRECT: Kind.DISPATCHED,
}
_RESPONDED, _RETRY = Kind.RESPONDED, Kind.RETRY_SCHEDULED
_REDIRECTS = (301, 302, 303, 307, 308)
_SAME_METHOD = (307, 308)
_BAD_REQUEST = 400
# Retries without a wait after which the others have their turn, and the log is looked
# at: Knative allows 2,147,483,647 of them.
_BREATH = 1_000


def _kind(target: Target, role: Role) -> Kind:
    """Tell what the record of a request says."""
    fixed = target.fixed
    panics = fixed is not None and fixed.fault is Fault.PANIC
    return Kind.PANICKED if panics else KINDS[role]


class Attempts:
    """The attempts to hand one event to one target.

    Args:
        kernel: Where it runs.
        process: Who waits.
        lane: The route.
        target: Who is asked.
        envelope: The event.
        role: Why it is.
        first: The first request, when it has been made already.

    Attributes:
        serial: The last record, for what follows from it.
    """

    __slots__ = (
        "_first",
        "envelope",
        "kernel",
        "kind",
        "lane",
        "process",
        "role",
        "serial",
        "target",
    )

    def __init__(
        self,
        kernel: Kernel,
        process: Process,
        lane: Lane,
        target: Target,
        envelope: Envelope,
        role: Role,
        first: First | None = None,
    ) -> None:
        self.kernel = kernel
        self.process = process
        self.lane = lane
        self.target = target
        self.envelope = envelope
        self.role = role
        self.kind = _kind(target, role)
        self.serial = -1
        self._first = first
        if first is None and kernel.succeeded:
            self._now()

    def run(self, cause: int) -> Generator[int | None, Any, Outcome]:
        """Ask until it succeeds, may not be retried, or the retries are used up."""
        kernel, envelope = self.kernel, self.envelope
        lane, target, kind = self.lane, self.target, self.kind
        profile, log, role = kernel.profile, kernel.log, self.role
        cells, put = log.cells, log.cells.extend
        most, retried = lane.retries.retry, profile.retried_statuses
        backoffs = lane.backoffs
        attempt, first = 1, self._first
        while True:
            if first is None:
                request = Request(envelope, target, lane, kernel.now, role, attempt)
                answer = target.fixed or target.call(request)
                serial = log.base + len(cells) // WIDTH
                put((kernel.now, serial - cause, kind, envelope, lane, target, attempt,
                     0))  # fmt: skip
            else:
                serial, answer, request = first
                first = None
            answering = target
            if answer is None and target.hub is not None:
                status = self.post(target.hub, serial, envelope)
                if isinstance(status, FanOut):
                    process = self.process
                    process.awaited = status
                    process.flight = (serial, envelope, target, attempt)
                    status = yield lane.timeout_ns
                    process.flight = None
                    answer = self._arrived(status)
                else:
                    answer = Answer(status)
            elif answer is None or answer.waits:
                asked = yield from self._exchange(serial, answer, request)
                serial, answer, answering = asked
            outcome = judge(answer, answering, lane, role)
            status = outcome.status
            this = self.serial = log.base + len(cells) // WIDTH
            now = kernel.now
            noted = answer.noted
            if outcome.reason is not None:
                noted = (answer.status, outcome.reason)
            put((now, this - serial, _RESPONDED, envelope, answering, lane, attempt,
                 noted))  # fmt: skip
            if attempt > most or (status < SERVER_ERROR and status not in retried):
                return outcome
            wait = (
                backoffs[attempt - 1]
                if attempt <= len(backoffs)
                else lane.wait_ns(profile, attempt - 1, status, answer, kernel.instant)
            )
            attempt += 1
            cause = this + 1
            put((now, 1, _RETRY, envelope, lane, target, attempt, (status, wait)))
            if wait or not attempt % _BREATH:
                self.process.flight = (cause, envelope, target, attempt)
                yield wait
                self.process.flight = None
            lane, target, kind = self._now()

    def _now(self) -> tuple[Lane, Target, Kind]:
        """Tell who is asked now, and on behalf of what: another topology may run."""
        if self.kernel.succeeded:
            from simulator.kernel.asking import whom_to_ask  # only after a reload

            self.lane, self.target = whom_to_ask(
                self.kernel, self.lane, self.target, self.envelope, self.role
            )
            self.kind = _kind(self.target, self.role)
        return self.lane, self.target, self.kind

    def _exchange(
        self, serial: int, answer: Answer | None, request: Request
    ) -> Generator[int | None, Any, tuple[int, Answer, Target]]:
        """Wait for the answer, within the timeout, and follow redirects.

        Returns:
            The record of the last request, its answer, and who gave it.
        """
        kernel, limit = self.kernel, self.lane.timeout_ns
        deadline = None if limit is None else kernel.now + limit
        redirects = 0
        while True:
            flying = (serial, request.envelope, request.target, request.attempt)
            self.process.flight = flying
            answer = yield from self._answered(serial, answer, request, deadline)
            self.process.flight = None
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not location:
                return serial, answer, request.target
            if redirects >= kernel.profile.redirects:
                return serial, Answer(0, fault=Fault.REDIRECTS), request.target
            redirects += 1
            # Source: knative-runtime, Retries (redirects): 301, 302 and 303 go on
            # with GET and no body, 307 and 308 with the POST again.
            method = request.method if answer.status in _SAME_METHOD else "GET"
            target = kernel.program.relative(request.target.url, location)
            # Perhaps another one than the delivery's: somebody may have changed it.
            envelope = request.envelope
            cause = kernel.record(
                serial, Kind.REDIRECTED, envelope, request.target, target,
                request.attempt, (answer.status, location),
            )  # fmt: skip
            request = Request(
                envelope,
                target,
                self.lane,
                kernel.now,
                self.role,
                request.attempt,
                method,
            )
            answer = target.fixed or target.call(request)
            # A request that is not what the route says keeps itself for who looks later.
            noted = 0 if method == "POST" else (0, request)
            serial = kernel.record(
                cause, self.kind, envelope, self.lane, target,
                request.attempt, noted,
            )  # fmt: skip

    def _answered(
        self, serial: int, answer: Answer | None, request: Request, deadline: int | None
    ) -> Generator[int | None, Any, Answer]:
        """Wait for one answer, but not beyond the deadline."""
        process = self.process
        if isinstance(answer, Story):
            answer = yield from told(process, serial, request, answer, deadline)
        if answer is None and request.target.hub is not None:
            left = time_left(process, deadline)
            return (yield from self._through_hub(serial, request, left))
        return (yield from settled(process, request, answer, deadline))

    def post(self, hub: RunningHub, serial: int, envelope: Envelope) -> int | FanOut:
        """Post to a broker or channel; give the status, or who waits for the tree."""
        if self.role is Role.REPLY:
            event, ttl = envelope.event, envelope.ttl
            if isinstance(event, UnreadEvent):
                try:
                    event = event.read()
                except UnparsableEventError as error:
                    noted = (_BAD_REQUEST, str(error))
                    self.kernel.record(serial, Kind.REFUSED, event, "", hub, 1, noted)
                    return _BAD_REQUEST
        else:
            attributes = envelope.attributes(with_ttl=self.role is Role.DEAD_LETTER)
            event, ttl = Event(attributes, envelope.event.body), None
        return self.kernel.receive(
            hub, event, ttl, envelope.headers, serial, self.process
        )

    def _arrived(self, status: int | None) -> Answer:
        """Take the hub's status; None means that the request's time is up."""
        fan_out = self.process.awaited
        self.process.awaited = None
        if status is None:
            assert fan_out is not None, "it was waited for"
            fan_out.cancel()
            return TIMED_OUT
        return Answer(status)

    def _through_hub(
        self, serial: int, request: Request, left: int | None
    ) -> Generator[int | None, Any, Answer]:
        """Follow a redirect to a broker or channel."""
        hub = request.target.hub
        assert hub is not None, "only hubs are waited for here"
        if request.method != "POST":
            return Answer(405)
        status = self.post(hub, serial, request.envelope)
        if isinstance(status, int):
            return Answer(status)
        self.process.awaited = status
        return self._arrived((yield left))
