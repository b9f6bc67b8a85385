"""A sender's request to a service without a hub between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.delivery import NO_RETRIES
from simulator.filters import Verdict
from simulator.kernel.answer import Fault
from simulator.kernel.attempts import Attempts
from simulator.kernel.awaiting import settled, told
from simulator.kernel.envelope import TTL, Envelope, passed_on
from simulator.kernel.log import Kind
from simulator.kernel.request import AsSent, Request, Role

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from simulator.kernel.guard import Story
    from simulator.kernel.kernel import Kernel
    from simulator.kernel.posting import Posting
    from simulator.kernel.process import Process


def call(
    kernel: Kernel,
    process: Process,
    sent: Posting,
    cause: int,
    headers: Mapping[str, str],
) -> Generator[int | None, Any, bool]:
    """Make the one request of a plain HTTP client; its answer is the sender's."""
    envelope = Envelope(sent.event, None, None, headers)
    target = sent.target
    request = Request(envelope, target, None, kernel.now, Role.DIRECT)
    noted: object = 0
    if sent.as_sent is not None:
        request = AsSent(envelope, target, kernel.now, *sent.as_sent)
        noted = (0, request)
    request.sender = sent.node
    answer = target.fixed or target.call(request)
    serial = kernel.record(
        cause, Kind.DISPATCHED, envelope, sent.node, target, 1, noted
    )
    process.flight = (serial, envelope, target, 1)
    answer = yield from told(process, serial, request, answer, None)
    answer = yield from settled(process, request, answer, None)
    process.flight = None
    target = sent.target = request.target
    kernel.record(serial, Kind.RESPONDED, envelope, target, sent.node, 1, answer.noted)
    sent.answer_direct(answer)
    return answer.fault is None


def enter(
    process: Process, sent: Posting, story: Story, request: Request, serial: int
) -> Generator[int | None, Any, bool]:
    """Post to a hub once what happens on the way has happened."""
    answer = yield from story.tell(process, serial, request, None)
    if answer is None:
        sent.enter(request, serial)
        return True
    if answer.fault is Fault.HANG:
        yield None
    sent.target = request.target
    sent.answer_direct(answer)
    return answer.fault is None


def filter_call(
    kernel: Kernel,
    process: Process,
    sent: Posting,
    cause: int,
    headers: Mapping[str, str],
) -> Generator[int | None, Any, bool]:
    """Ask a trigger's filter itself, at the address that is not meant for users.

    Source: knative-runtime, Filter service.
    """
    lane = sent.target.filters
    assert lane is not None, "the target is a filter's"
    attributes = dict(sent.event.attributes)
    if attributes.pop(TTL, None) is None:
        sent.resume(400)
        return False
    event = type(sent.event)(attributes, sent.event.body)
    verdict = Verdict.PASS if lane.filter is None else lane.filter.verdict(attributes)
    if verdict is Verdict.FAIL:
        sent.resume(200)
        return True
    if verdict is Verdict.PANIC:
        sent.fail("EOF")
        return False
    once = lane.to(lane.target, NO_RETRIES)
    envelope = Envelope(event, None, None, passed_on(headers))
    attempt = Attempts(kernel, process, once, once.target, envelope, Role.EVENT)
    outcome = yield from attempt.run(cause)
    sent.resume(outcome.status)
    return outcome.ok
