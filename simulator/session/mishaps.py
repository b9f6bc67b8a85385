"""What goes wrong with single requests to services, where somebody chooses it.

=============  ==========================================================================
503            the request does not reach the service: 503 is answered for it
timeout        it does not reach the service, and nobody answers
reset          the service does its work; then the connection is reset, without an answer
lost-answer    the service does its work; its answer never arrives
duplicate      the request comes twice
slow           it arrives a minute later
=============  ==========================================================================

A caller without a time limit would wait for ever for what never comes: the last two are
there only for one that has a limit.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from simulator.kernel import Kind, Target
from simulator.kernel.answer import TIMED_OUT, Answer, Failure
from simulator.kernel.chooser import ENDLESS, MISHAPS, REQUEST
from simulator.kernel.raw_sender import Duplicate
from simulator.kernel.request import Script
from simulator.statuses import SUCCESS
from simulator.subscribers.fault_spec import HitDetail

if TYPE_CHECKING:
    from collections.abc import Generator

    from simulator.kernel import Chooser, Kernel, Request
    from simulator.kernel.calendar import Suspended

_SLOW_NS: Final = 60_000_000_000
_ENDS: Final = {
    "503": Answer(503),
    "timeout": Answer(0, failure=Failure.HANG),
    "reset": Answer(0, failure=Failure.RESET),
    "lost-answer": Answer(0, failure=Failure.HANG),
}
# As injected faults call what they do alike; see `HitDetail`.
_KINDS: Final = {"503": "status", "timeout": "timeout", "duplicate": "duplicate"}
_SURVIVED: Final = "latency"
_KEPT_AWAY: Final = ("503", "timeout")


class Mishaps:
    kernel: Kernel

    def __init__(self, chooser: Chooser) -> None:
        self._chooser = chooser

    def intercept(self, request: Request) -> Script | None:
        route = request.route
        endless = route is None or route.timeout_ns is None
        count = ENDLESS if endless else len(MISHAPS)
        chosen = self._chooser.choose(REQUEST, request.target.node, 0, count)
        return Script(partial(self._happen, MISHAPS[chosen])) if chosen else None

    def _happen(
        self,
        word: str,
        waiting: Suspended,
        serial: int,
        request: Request,
        left_ns: int | None,
    ) -> Generator[int | None, Any, Answer | None]:
        kernel, target = self.kernel, request.target
        assert isinstance(target, Target), "requests of a run go to such"
        detail = HitDetail(f"chosen: {word}", _KINDS.get(word, _SURVIVED))
        hit = kernel.record(
            serial, Kind.FAULT_HIT, request.envelope, request.asker, target,
            request.attempt, (0, detail),
        )  # fmt: skip
        if word in _KEPT_AWAY:
            return _ENDS[word]
        if word == "slow":
            if left_ns is not None and left_ns <= _SLOW_NS:
                yield left_ns
                return TIMED_OUT
            yield _SLOW_NS
        detail.arrived = True
        if word == "duplicate":
            Duplicate(kernel, request, target, hit)
        if word not in _ENDS:
            return None
        answer = yield from self._worked(waiting, serial, request, target, left_ns)
        detail.worked = answer is None or answer.status in SUCCESS
        takes_ns = 0 if answer is None else answer.after_ns
        if word == "reset" and takes_ns:
            if left_ns is not None and takes_ns >= left_ns:
                return _ENDS["lost-answer"]
            yield takes_ns
        return _ENDS[word]

    def _worked(
        self,
        waiting: Suspended,
        serial: int,
        request: Request,
        target: Target,
        left_ns: int | None,
    ) -> Generator[int | None, Any, Answer | None]:
        kernel = self.kernel
        kernel.asking = serial
        try:
            answer = target.take(request)
        finally:
            kernel.asking = -1
        if isinstance(answer, Script):
            return (yield from answer.begin(waiting, serial, request, left_ns))
        return answer
