"""What answers for a service, in one run: a script or a reply of its description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.kernel import Answer
from simulator.statuses import SUCCESS
from simulator.subscribers.replies import ReplyFailedError, StaticReply, answers_of
from simulator.subscribers.script import InTurn, Script, constants_of
from simulator.value import NamedTuple
from simulator.wiring import of_endpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.kernel import Request
    from simulator.kernel.addresses import Answering
    from simulator.serving.revision import Revision
    from simulator.session.prepared import Prepared
    from simulator.session.run import Run, Service
    from simulator.subscribers.latency import Latency
    from simulator.subscribers.service_spec import ServiceSpec
    from simulator.wiring import Endpoint, Wiring

    Answers = Callable[[Request], Answer]
    Making = Callable[[Service, Run], Answering]

STUB = Answer(202)
PLAIN = Answer(200)


class Described(NamedTuple):
    """What a topology says of a service, the same in all runs.

    Args:
        revision: Of its pods; None where it has none.
        declared: What it always answers, or what makes what answers; None likewise.
    """

    endpoint: Endpoint
    spec: ServiceSpec | None
    revision: Revision | None
    declared: Answer | Making | None

    @property
    def traits(self) -> tuple[object, ...]:
        """What makes it another service, without its state, if it changes."""
        endpoint = self.endpoint
        return self.spec, self.revision, endpoint.stub, endpoint.process


def cast_of(wiring: Wiring, prepared: Prepared) -> tuple[Described, ...]:
    return tuple(_described(each, prepared) for each in wiring.endpoints)


def _described(endpoint: Endpoint, prepared: Prepared) -> Described:
    spec = of_endpoint(prepared.spec.services, endpoint)
    revision = None
    if spec is not None and spec.pods is not None:
        from simulator.session.scaled import revision_at  # few have pods

        revision = revision_at(endpoint, prepared.admitted)
    made = None if spec is None or spec.handler else declared(spec)
    return Described(endpoint, spec, revision, made)


def declared(spec: ServiceSpec) -> Answer | Making:
    """Make what makes what answers for a described service, or the answer that it always gives.

    All that no run decides is decided here, once.
    """
    if spec.is_constant:
        return PLAIN
    if spec.approval is not None:
        from simulator.session.approver import Approver  # few hold requests

        approval = spec.approval
        return lambda service, run: (Approver(spec, approval, service, run),)
    return _always(spec) or _making(spec)


def _always(spec: ServiceSpec) -> Answer | None:
    decided = spec.rules or spec.reply is not None or spec.emissions
    if decided or spec.latency.varies:
        return None
    always: Answer | None = PLAIN if spec.real is None else STUB
    if spec.responses:
        first = spec.responses[0]
        if any(response is not first for response in spec.responses):
            return None
        always = first.always
    return None if always is None else always.delayed(spec.latency.first)


def _making(spec: ServiceSpec) -> Making:
    latency, emissions = spec.latency, spec.emissions
    may_fail = spec.reply is not None or any(each.reply for each in spec.answers)
    at_once = latency.is_none and not (emissions or may_fail)
    in_turn: Sequence[Answer] = ()
    if not (spec.rules or spec.reply or spec.real):
        in_turn = constants_of(spec.responses)
    alike = not (spec.responses or spec.rules) and isinstance(spec.reply, StaticReply)
    known: Answers | None = None

    def make(service: Service, run: Run) -> Answers:
        nonlocal known
        scripted = known or _scripted(spec, service, in_turn)
        if alike:  # of no run: the same in all
            known = scripted
        if at_once:
            return scripted
        posts = [emission.posts(service) for emission in emissions]
        return _Described(scripted, posts, latency, service, run).answer

    return make


class _Described:
    """Answers as it is scripted, later; posts further events with each success."""

    __slots__ = ("_known", "_known_late", "_latency", "_longer_ns", "_posts", "_run", "_scripted",
                 "_service")  # fmt: skip

    def __init__(
        self,
        scripted: Answers,
        posts: Sequence[Callable[[Request], object]],
        latency: Latency,
        service: Service,
        run: Run,
    ) -> None:
        self._scripted = scripted
        self._posts = posts
        self._latency = latency
        self._longer_ns = None if latency.varies else latency.first
        self._service = service
        self._run = run
        self._known: Answer | None = None

    def answer(self, request: Request) -> Answer:
        try:
            made = self._scripted(request)
            if self._posts and made.status in SUCCESS:
                self._post(request)
        except ReplyFailedError as error:
            from simulator.subscribers.handler import failure  # few replies fail

            made = failure(str(error))
        longer_ns = self._longer_ns
        if longer_ns is None:
            return made.delayed(self._service.draw(self._latency))
        if not longer_ns:
            return made
        if made is not self._known:  # of a script, it is often the same again
            self._known, self._known_late = made, made.delayed(longer_ns)
        return self._known_late

    def _post(self, request: Request) -> None:
        run = self._run
        run.cause = run.asked()
        try:
            for post in self._posts:
                post(request)
        finally:
            run.cause = -1


def _scripted(
    spec: ServiceSpec, service: Service, in_turn: Sequence[Answer]
) -> Answers:
    if in_turn:
        return InTurn(in_turn).answer
    if spec.real is not None:
        return lambda _: STUB
    reply = None if spec.reply is None else answers_of(spec.reply, service)
    if reply is not None and not (spec.responses or spec.rules):
        return reply
    script = Script(spec.responses, spec.rules, service)
    if reply is None and script.always is not None:
        return script.always

    def answer(request: Request) -> Answer:
        made = script.answer(request)
        if made is None:
            return PLAIN if reply is None else reply(request)
        if reply is None or made.status not in SUCCESS or made.body or made.reply:
            return made
        return reply(request).delayed(made.after_ns, status=made.status)

    return answer
