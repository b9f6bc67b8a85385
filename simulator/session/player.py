"""Plays a system in one run: calls it, calls it again later, waits for who decides."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from simulator.event.sdk import cloud_event
from simulator.kernel import Answer
from simulator.kernel.calendar import Alarm
from simulator.kernel.request import Script
from simulator.session.approver import Approver, Waiting
from simulator.statuses import SUCCESS
from simulator.subscribers.approval_spec import APPROVE, ApprovalSpec
from simulator.subscribers.handler import to_answer
from simulator.subscribers.latency import NO_LATENCY
from simulator.subscribers.service_spec import ServiceSpec
from simulator.systems import SystemContext

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from simulator.kernel import Request
    from simulator.kernel.calendar import Suspended
    from simulator.session.run import Run, Service
    from simulator.subscribers.played import Played
    from simulator.systems import System

    Act = Callable[[SystemContext], object]

_OK = Answer(200)


class Player:
    """Intercepts the requests to a service that a system plays; it lets none pass."""

    def __init__(
        self,
        system: System,
        played: Played,
        service: Service,
        run: Run,
        spec: ServiceSpec | None,
    ) -> None:
        self._system = system
        self._played = played
        self._service = service
        self._run = run
        self._latency = spec.latency if spec is not None else NO_LATENCY

    @property
    def now_ns(self) -> int:
        return self._run.now_ns

    def intercept(self, request: Request) -> Script:
        return Script(self._answer)

    def _answer(
        self, caller: Suspended, serial: int, request: Request, left_ns: int | None
    ) -> Generator[int | None, Any, Answer]:
        event = request.envelope.event
        view = cloud_event(event.attributes, event.body, request, valid=event.checked)
        context = self._context(request, serial)
        answer = self._called(partial(self._system, view), context, serial)
        if context.question is not None and answer.status in SUCCESS:
            asked = _Asked(self, context.question, self._service, self._run)
            answer = yield from asked.wait(caller, serial, request, left_ns)
        if self._latency.is_none:
            return answer
        return answer.delayed(self._service.draw(self._latency))

    def _context(self, request: Request, serial: int) -> SystemContext:
        called_ns = self._run.epoch_ns + self._run.now_ns
        return SystemContext(request, self._service, called_ns, self, serial)

    def _called(self, act: Act, context: SystemContext, cause: int) -> Answer:
        run = self._run
        before, run.cause = run.cause, cause
        try:
            return to_answer(act(context))
        except BaseException as error:  # noqa: BLE001 - a user's own may raise anything
            return run.failures.answer(error, self._played, context.request, cause)
        finally:
            run.cause = before

    def later(self, context: SystemContext, after_ns: int, act: Act) -> Alarm:
        kernel = self._run.running()
        call = partial(self.act, act, context.request, context.serial)
        alarm = Alarm(kernel, self._service.node, call)
        alarm.set(kernel.now + after_ns)
        return alarm

    def again(self, context: SystemContext, act: Act) -> None:
        self.act(act, context.request, context.serial)

    def act(self, act: Act, request: Request, serial: int, cause: int = -1) -> None:
        """Let it act because of a request that it has answered, or goes on to hold."""

        def acted(context: SystemContext) -> None:
            act(context)

        context = self._context(request, serial)
        self._called(acted, context, serial if cause < 0 else cause)


class _Asked(Approver):
    def __init__(
        self,
        player: Player,
        decided: Callable[[bool, SystemContext], object],
        service: Service,
        run: Run,
    ) -> None:
        super().__init__(ServiceSpec(), ApprovalSpec(), service, run)
        self._player = player
        self._decided = decided

    def _answer(self, decided: str, why: str | None, request: Request) -> Answer:
        return _OK

    def _follow(self, each: Waiting, decided: str) -> None:
        act = partial(self._decided, decided == APPROVE)
        self._player.act(act, each.request, each.serial, self._run.cause)
