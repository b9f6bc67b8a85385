"""Waits for the answer to a request, but not beyond the caller's time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.kernel.answer import TIMED_OUT, Answer, Fault
from simulator.kernel.guard import Story

if TYPE_CHECKING:
    from collections.abc import Generator

    from simulator.kernel.process import Process
    from simulator.kernel.request import Request


def told(
    process: Process,
    serial: int,
    request: Request,
    answer: Answer | None,
    due_ns: int | None,
) -> Generator[int | None, Any, Answer | None]:
    """Let happen what happens to a request on its way; give what comes of it.

    Args:
        process: Who waits.
        serial: The record of the request.
        request: What is answered.
        answer: What is known at once.
        due_ns: When the caller's time is up; None for never.
    """
    while isinstance(answer, Story):
        left = time_left(process, due_ns)
        answer = yield from answer.tell(process, serial, request, left)
    return answer


def settled(
    process: Process, request: Request, answer: Answer | None, due_ns: int | None
) -> Generator[int | None, Any, Answer]:
    """Wait until a service has answered, or the caller's time is up.

    Args:
        process: Who waits.
        request: What is answered.
        answer: No story any more; None when the answer comes later.
        due_ns: When the caller's time is up; None for never.
    """
    left = time_left(process, due_ns)
    if answer is None:
        process.request = request
        request.waiter = process
        answer = request.answered or (yield left)
        process.request = None
        if answer is None:
            request.gone = True
            return TIMED_OUT
        return answer
    after = answer.after_ns
    if answer.fault is Fault.HANG or (left is not None and after and after >= left):
        if left != 0:
            yield left
        return TIMED_OUT
    if after:
        yield after
    return answer


def time_left(process: Process, due_ns: int | None) -> int | None:
    """Give the caller's time that is left, in ns; None for all time."""
    return None if due_ns is None else max(0, due_ns - process.kernel.now)
