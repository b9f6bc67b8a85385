"""What answers for a service that a Python function plays, in one run."""

from __future__ import annotations

import dis
from functools import partial
from inspect import iscoroutinefunction
from types import CoroutineType
from typing import TYPE_CHECKING, Any

from simulator.event.sdk import EventView
from simulator.subscribers.handler import Context, drive, to_answer
from simulator.subscribers.latency import NO_LATENCY
from simulator.subscribers.played import Played, code_of, wants_context
from simulator.systems import System

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.kernel import Answer, Request
    from simulator.kernel.addresses import Answering
    from simulator.session.run import Run, Service
    from simulator.subscribers.played import Handler
    from simulator.subscribers.service_spec import ServiceSpec

# `async with` awaits, so it shows as the first of these.
_WAITING = ("GET_AWAITABLE", "GET_AITER")


def handled(
    played: Played, service: Service, run: Run, spec: ServiceSpec | None
) -> Answering:
    """Make what calls a function for each request.

    A coroutine function that may wait is called in an event loop, later; all others
    are called at once.
    """
    handler = played.function
    if isinstance(handler, System):
        from simulator.session.player import Player  # few services are systems

        return (Player(handler, played, service, run, spec),)
    with_context = wants_context(handler)
    awaits = is_async(handler)
    later = awaits and may_wait(handler)
    latency = spec.latency if spec is not None else NO_LATENCY
    at_once = latency.is_none

    def subscriber(request: Request) -> Answer | None:
        longer_ns = 0 if at_once else service.draw(latency)
        cause = run.asked()
        event = request.envelope.event
        view = EventView(event.attributes, event.body, request, valid=event.checked)
        arguments: tuple[object, ...] = (view,)
        if with_context:
            called_ns = run.epoch_ns + run.now_ns
            arguments = (view, Context(request, service, called_ns))
        if later:
            call: Callable[[], Any] = partial(handler, *arguments)
            run.pending.begin(call, played, request, cause, latency_ns=longer_ns)
            return None
        run.cause = cause
        try:
            result: Any = handler(*arguments)
            if awaits:
                result = drive(result)
            elif isinstance(result, CoroutineType):  # of a function that only wraps one
                run.pending.begin(
                    lambda: result, played, request, cause, latency_ns=longer_ns
                )
                return None
            answer = to_answer(result)
        except BaseException as error:  # noqa: BLE001 - whatever a user's handler raises
            answer = run.failures.answer(error, played, request, cause)
        finally:
            run.cause = -1
        return answer.delayed(longer_ns) if longer_ns else answer

    return subscriber


def is_async(handler: Handler) -> bool:
    try:
        is_one = iscoroutinefunction(handler)
    except TypeError:  # a mock of a function has a mock of its code
        return False
    return is_one or iscoroutinefunction(type(handler).__call__)


def may_wait(handler: Handler) -> bool:
    """Tell, before it starts, whether a coroutine function may wait for anything.

    One without an await can be run to its end in place; a coroutine that was
    started by hand cannot be handed to an event loop later.
    """
    code = code_of(handler)
    if code is None:
        return True
    return any(each.opname in _WAITING for each in dis.get_instructions(code))
