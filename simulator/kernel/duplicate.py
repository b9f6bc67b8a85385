"""A request that arrives a second time; nobody waits for the answer to it."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from simulator.kernel.attempts import KINDS, Attempts
from simulator.kernel.awaiting import settled, told
from simulator.kernel.guard import carried_out
from simulator.kernel.log import Kind
from simulator.kernel.process import Process
from simulator.kernel.request import AsSent

if TYPE_CHECKING:
    from collections.abc import Generator

    from simulator.kernel.kernel import Kernel
    from simulator.kernel.lane import RunningHub
    from simulator.kernel.request import Request


def duplicate(kernel: Kernel, request: Request, cause: int) -> None:
    """Let a request arrive again, in this instant, after what is due before.

    Args:
        kernel: Where it runs.
        request: To a service or a hub.
        cause: The record that it follows from.
    """
    process = Process(kernel, None)
    process.start(_again(kernel, process, request, cause))


def _again(
    kernel: Kernel, process: Process, request: Request, cause: int
) -> Generator[int | None, Any, bool]:
    target, lane = kernel.program.afresh(request.target), request.lane
    if target.hub is not None:
        _into_hub(kernel, process, target.hub, request, cause)
        return True
    envelope, attempt, asker = request.envelope, request.attempt, request.asker
    twin = copy(request)
    twin.target, twin.instant_ns = target, kernel.now
    twin.answered, twin.waiter, twin.gone = None, None, False
    answer = carried_out(twin)
    # One that is not what the route says keeps itself for who looks later.
    special = isinstance(twin, AsSent) or twin.method != "POST"
    noted = (0, twin) if special else 0
    serial = kernel.record(
        cause, KINDS[request.role], envelope, asker, target, attempt, noted
    )
    limit = None if lane is None else lane.timeout_ns
    due = None if limit is None else kernel.now + limit
    answer = yield from told(process, serial, twin, answer, due)
    end = yield from settled(process, twin, answer, due)
    kernel.record(serial, Kind.RESPONDED, envelope, target, asker, attempt, end.noted)
    return True


def _into_hub(
    kernel: Kernel, process: Process, hub: RunningHub, request: Request, cause: int
) -> None:
    lane, envelope = request.lane, request.envelope
    if lane is None:
        kernel.receive(hub, envelope.event, None, envelope.headers, cause, None)
    else:
        asking = Attempts(kernel, process, lane, request.target, envelope, request.role)
        asking.post(hub, cause, envelope)
