"""Handlers that really wait: virtual time stands still until they answer or sleep."""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from types import coroutine
from typing import TYPE_CHECKING, Any

import anyio

from simulator.errors import SimulatorWarning, UsageError
from simulator.kernel.calendar import Alarm
from simulator.subscribers.handler import to_answer
from simulator.subscribers.played import WrongAnswerError, code_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator

    from simulator.kernel import Answer, Kernel, Request, Sender
    from simulator.session.failures import Failures
    from simulator.subscribers.played import Handler, Played

    HandlerCoroutine = Coroutine[Any, Any, object]


class _Nap:
    __slots__ = ("ns",)

    def __init__(self, ns: int) -> None:
        self.ns = ns


class _Call:
    __slots__ = (
        "alarm", "answer", "cancelled", "cause", "coroutine", "latency_ns", "nap_ns", "played",
        "request", "senders", "start", "task",
    )  # fmt: skip

    def __init__(
        self,
        calls: PendingHandlers,
        start: Callable[[], HandlerCoroutine],
        played: Played,
        request: Request,
        cause: int,
        *,
        latency_ns: int,
    ) -> None:
        node = request.target.node
        self.alarm = Alarm(calls.kernel, node, partial(calls.due, self))
        self.start = start
        self.played = played
        self.request = request
        self.cause = cause
        self.latency_ns = latency_ns
        self.coroutine: HandlerCoroutine | None = None
        self.task = 0
        self.answer: Answer | None = None
        self.cancelled = False
        self.nap_ns = 0
        # What it sent since it last went on, with the instants at which it is due.
        self.senders: list[tuple[int, Sender]] = []

    @property
    def abandoned(self) -> bool:
        waiter = self.request.waiter
        return self.request.gone or (waiter is not None and waiter.token < 0)


_current: ContextVar[_Call | None] = ContextVar("kn-sim handler", default=None)


class PendingHandlers:
    """The calls that wait for something.

    All that are awake run as tasks side by side until each has answered or sleeps.
    Only then the kernel learns what they answered and sent, in the order in which
    they began, so that it does not matter which of them finishes first. A call that
    sleeps belongs to no task: it may go on in a later run, in another event loop.
    """

    def __init__(self, kernel: Kernel, failures: Failures) -> None:
        self.kernel = kernel
        self._failures = failures
        self._open: list[_Call] = []
        self._awake: list[_Call] = []
        self._settling = False

    def begin(
        self,
        start: Callable[[], HandlerCoroutine],
        played: Played,
        request: Request,
        cause: int,
        *,
        latency_ns: int,
    ) -> None:
        call = _Call(self, start, played, request, cause, latency_ns=latency_ns)
        self._open.append(call)
        self._awake.append(call)

    @property
    def waiting(self) -> bool:
        return bool(self._open)

    @property
    def awake(self) -> bool:
        return bool(self._awake)

    @property
    def unsettled(self) -> bool:
        return bool(self._awake) or self._settling

    def due(self, call: _Call) -> None:
        if call.answer is None:
            self._awake.append(call)
        else:
            self.kernel.answer(call.request, call.answer)

    def abandon(self) -> None:
        gone = [call for call in self._open if call.abandoned]
        for call in gone:
            call.alarm.stop()
            if call.coroutine is not None:
                with suppress(Exception):  # there is nobody left to be told
                    call.coroutine.close()
        if gone:
            self._open = [call for call in self._open if call.alarm.token >= 0]
            self._awake = [call for call in self._awake if call.alarm.token >= 0]

    async def settle(self) -> None:
        """Run until every call has answered or sleeps in virtual time."""
        awake, self._awake = self._awake, []
        self._settling = True
        async with anyio.create_task_group() as tasks:
            for call in awake:
                tasks.start_soon(self._go_on, call)
        self._settling = False
        for call in awake:
            if call.cancelled:
                self._refuse_cancelled(call)
            self._hand_over(call)
        self._open = [call for call in self._open if call.answer is None]

    async def _go_on(self, call: _Call) -> None:
        _current.set(call)
        call.task = anyio.get_current_task().id
        try:
            if call.coroutine is None:
                call.coroutine = call.start()
            result = await _until_nap(call.coroutine, call.played.function)
            if isinstance(result, _Nap):
                call.nap_ns = result.ns
            else:
                call.answer = to_answer(result)
        except anyio.get_cancelled_exc_class():
            call.cancelled = True
            raise
        except BaseException as error:  # noqa: BLE001 - whatever a user's handler raises
            call.answer = self._failures.answer(
                error, call.played, call.request, call.cause
            )

    def _refuse_cancelled(self, call: _Call) -> None:
        """Answer for a handler that ended as cancelled while its run was not."""
        error = WrongAnswerError("the handler waited for what was cancelled")
        call.answer = self._failures.answer(
            error, call.played, call.request, call.cause
        )

    def _hand_over(self, call: _Call) -> None:
        kernel = self.kernel
        for instant_ns, sender in call.senders:
            kernel.schedule(instant_ns, sender)
        call.senders.clear()
        wait_ns = call.nap_ns if call.answer is None else call.latency_ns
        call.alarm.set(kernel.now + wait_ns)

    async def sleep(self, ns: int) -> None:
        """Sleep in virtual time; UsageError outside of a handler and its own task."""
        call = _current.get()
        if call is None or call.task != anyio.get_current_task().id:
            raise UsageError("sim.sleep() belongs into an async handler itself")
        await _nap(ns)

    @property
    def is_running(self) -> bool:
        return _current.get() is not None

    def hold_back(self, sender: Sender, at_ns: int, cause: int) -> None:
        """Keep what the running handler sends until all have come to rest.

        *cause* is the record that it follows from, when that is another one than the
        request to the handler: what it approves emits; else -1.
        """
        call = _current.get()
        assert call is not None, "a handler sends"
        sender.cause = call.cause if cause < 0 else cause
        call.senders.append((at_ns, sender))


def _sleeps(awaiting: Any) -> bool:
    """Tell whether a coroutine waits in `asyncio.sleep`, by whatever it calls."""
    while awaiting is not None:
        code = getattr(awaiting, "cr_code", None)
        if code is not None and code.co_name == "sleep":
            return "asyncio" in code.co_filename
        awaiting = getattr(awaiting, "cr_await", None)
    return False


def _warn_of_sleep(function: Handler) -> None:
    import warnings  # few handlers sleep so

    code = code_of(function)
    file, line = ("<handler>", 1)
    if code is not None:
        file, line = code.co_filename, code.co_firstlineno
    warnings.warn_explicit(
        "a handler sleeps in real time, which takes no virtual time; "
        "await sim.sleep('3s') takes no real time",
        SimulatorWarning,
        file,
        line,
    )


@coroutine
def _nap(ns: int) -> Generator[_Nap, None, None]:
    yield _Nap(ns)


@coroutine
def _until_nap(
    handler: HandlerCoroutine, function: Handler
) -> Generator[Any, Any, object]:
    go_on: Callable[[], Any] = partial(handler.send, None)
    while True:
        try:
            yielded = go_on()
        except StopIteration as stop:
            returned: object = stop.value
            return returned
        if isinstance(yielded, _Nap):
            return yielded
        if yielded is not None and _sleeps(handler):
            _warn_of_sleep(function)
        try:
            value = yield yielded
        except BaseException as error:  # noqa: BLE001 - all that the event loop throws in
            go_on = partial(handler.throw, error)
        else:
            go_on = partial(handler.send, value)
