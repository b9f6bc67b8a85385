"""A service behind pods: requests wait for one, run into timeouts, and make more of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.control.naming import SERVING
from simulator.event import Event
from simulator.kernel import Answer, Failure, Kind
from simulator.kernel.answer import TIMED_OUT
from simulator.kernel.request import Script
from simulator.serving import config
from simulator.serving.load import Load, PodsState
from simulator.serving.revision import Revision, revision_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from simulator.control import Admitted
    from simulator.kernel import Request
    from simulator.kernel.addresses import Answering
    from simulator.kernel.calendar import Suspended
    from simulator.serving.pods import Ticket
    from simulator.session.run import Run, Service
    from simulator.subscribers.service_spec import PodsSpec
    from simulator.wiring import Endpoint

    Wait = Generator[int | None, Any, Answer]

TYPE: Final = "kn-sim.pods"
"""The type of the event in the records that tell of pods."""
# Source: systems-2, 4 (timeouts, full queue).
_FULL: Final = Answer(503, body=b"pending request queue full")
_LATE_IN_ACTIVATOR: Final = Answer(504, body=b"activator request timeout")
_LATE_IN_POD: Final = Answer(504, body=b"request timeout")


class ScaledService:
    """Intercepts the requests to a service that has pods, and has it answer in one."""

    def __init__(
        self,
        spec: PodsSpec,
        revision: Revision,
        answering: Answering,
        service: Service,
        run: Run,
    ) -> None:
        self._spec = spec
        self._revision = revision
        self._answering = answering
        self._service = service
        self._run = run
        self._event: Event | None = None
        self._counted = PodsState(node=service.node)
        self.load = Load(revision, service.node, run.running, self, self)
        first = len(self.load.pods.all)
        self._count(first=first, most=first)

    @property
    def state(self) -> PodsState:
        pods = self.load.pods
        return self._counted.replace(
            wanted=len(pods.all), ready=pods.ready, waiting=pods.waiting
        )

    def _count(self, **more: int) -> None:
        self._counted = self._counted.replace(**more)

    # -- what is drawn

    def start_ns(self) -> int:
        """Draw how long a pod takes until it is asked."""
        return self._service.draw(self._spec.start, "start")

    def pick(self, most: int) -> int:
        return self._service.random.randrange(most)

    # -- what is told

    def scaled(self, before: int, after: int, why: str, cause: int) -> None:
        self._count(most=max(self._counted.most, after))
        self._tell(Kind.SCALED, after, f"{before} → {after}: {why}", cause)

    def started(self, ready: int, wanted: int, took_ns: int) -> None:
        self._count(start_ns=max(self._counted.start_ns, took_ns))
        self._tell(Kind.STARTED, ready, f"{ready} of {wanted} Ready", -1)

    def _tell(self, kind: Kind, number: int, said: str, cause: int) -> None:
        node = self._service.node
        if self._event is None:
            name = self._service.full_name
            own = {"specversion": "1.0", "id": f"pods-{name}", "source": "/kn-sim"}
            self._event = Event({**own, "type": TYPE})
        kernel = self._run.running()
        kernel.record(cause, kind, self._event, node, "", 1, (number, said))

    # -- a request

    def intercept(self, request: Request) -> Script:
        return Script(self._serve)

    def _serve(
        self, caller: Suspended, serial: int, request: Request, left_ns: int | None
    ) -> Wait:
        began = self._run.now_ns
        ticket = self.load.come(caller, serial)
        if ticket is None:
            self._count(refused=self._counted.refused + 1)
            return _FULL
        mine = self._revision.timeout_ns
        try:
            if not ticket.has_begun():
                self._note(ticket, serial, request)
                yield mine if left_ns is None else min(mine, left_ns)
                waited = self._run.now_ns - began
                self._count(longest_ns=max(self._counted.longest_ns, waited))
                if not ticket.has_begun():
                    self._count(timed_out=self._counted.timed_out + 1)
                    theirs = left_ns is not None and left_ns <= mine
                    return TIMED_OUT if theirs else self._late(ticket)
                mine -= waited
                left_ns = None if left_ns is None else left_ns - waited
            return (yield from self._answer(caller, serial, request, mine, left_ns))
        finally:
            self.load.go(ticket)

    def _late(self, ticket: Ticket) -> Answer:
        in_pod = ticket.line is not self.load.pods.queue
        return _LATE_IN_POD if in_pod else _LATE_IN_ACTIVATOR

    def _note(self, ticket: Ticket, serial: int, request: Request) -> None:
        pods = self.load.pods
        why = "no free slot" if pods.ready else "cold start"
        where = "activator" if ticket.line is pods.queue else "pod"
        ahead = len(ticket.line or ()) - 1
        self._count(queued=self._counted.queued + 1)
        said = f"{why}, {ahead} ahead in the {where}"
        self._run.running().record(
            serial, Kind.QUEUED, request.envelope, request.target, request.asker,
            request.attempt, (0, said),
        )  # fmt: skip

    def _answer(
        self,
        caller: Suspended,
        serial: int,
        request: Request,
        mine_ns: int,
        left_ns: int | None,
    ) -> Wait:
        """Let the service answer in a pod, for as long as Serving and the caller wait."""
        lasts = mine_ns if left_ns is None else min(mine_ns, left_ns)
        began = self._run.now_ns
        answer = self._asked(serial, request)
        if isinstance(answer, Script):
            answer = yield from answer.begin(caller, serial, request, lasts)
        elif answer is None and request.answered is None:
            request.waiter = caller
            answer = yield lasts
        answer = answer or request.answered
        if answer is None or answer.failure is Failure.HANG:
            answer = TIMED_OUT
        over = lasts - (self._run.now_ns - began)
        if answer.failure is not Failure.TIMEOUT and answer.after_ns < over:
            if answer.after_ns:
                yield answer.after_ns
                answer = answer.delayed(-answer.after_ns)
            return answer
        if over > 0:
            yield over
        request.leave()
        if left_ns is not None and left_ns <= mine_ns:
            return TIMED_OUT
        self._count(cut_short=self._counted.cut_short + 1)
        return _LATE_IN_ACTIVATOR if self.load.in_path else _LATE_IN_POD

    def _asked(self, serial: int, request: Request) -> Answer | None:
        """Give what answers at once: an answer, a script, or None for later."""
        answering = self._answering
        if isinstance(answering, Answer):
            return answering
        if isinstance(answering, tuple):
            return answering[0].intercept(request)
        kernel = self._run.running()
        kernel.asking = serial
        try:
            return answering(request)
        finally:
            kernel.asking = -1


def revision_at(endpoint: Endpoint, admitted: Iterable[Admitted]) -> Revision:
    manifest: Any = {}
    data: Any = {}
    service = (SERVING, "Service", endpoint.namespace, endpoint.name)
    settings = ("", "ConfigMap", config.NAMESPACE, config.CONFIG_MAP)
    for each in admitted:
        if each.key == service:
            manifest = each.manifest
        elif each.key == settings:
            data = each.manifest.get("data") or {}
    return revision_of(manifest, data)
