"""What answers for a service, in one run: a script or a reply of its description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.kernel import Answer
from simulator.statuses import SUCCESS
from simulator.subscribers.handler import failure
from simulator.subscribers.replies import ReplyFailedError, answers_of
from simulator.subscribers.script import Script

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.kernel import Request
    from simulator.kernel.addresses import Answering
    from simulator.session.run import Run, Service
    from simulator.subscribers.latency import Latency
    from simulator.subscribers.service_spec import ServiceSpec

    Answers = Callable[[Request], Answer]

STUB = Answer(202)
PLAIN = Answer(200)


def declared(spec: ServiceSpec, service: Service, run: Run) -> Answering:
    """Make what answers for a service that a Simulation document describes."""
    if spec.is_constant:
        return PLAIN
    if spec.approval is not None:
        from simulator.session.approver import Approver  # few hold requests

        return (Approver(spec, spec.approval, service, run),)
    always = _always(spec, service)
    if always is not None:
        return always
    answers = _answering(spec, service, run)
    return answers if spec.latency.is_none else _late(answers, spec.latency, service)


def _always(spec: ServiceSpec, service: Service) -> Answer | None:
    """Give the answer to every request; None where requests or chance decide."""
    decided = spec.rules or spec.reply is not None or spec.emissions
    if decided or spec.latency.varies:
        return None
    answers: Answer | Answers = PLAIN if spec.real is None else STUB
    if spec.responses:
        first = spec.responses[0]
        if any(response is not first for response in spec.responses):
            return None
        answers = first.answers(service)
    return answers.delayed(spec.latency.first) if isinstance(answers, Answer) else None


def _answering(spec: ServiceSpec, service: Service, run: Run) -> Answers:
    """Make what answers, and posts further events with each success."""
    scripted = _scripted(spec, service)
    posts = [emission.posts(service) for emission in spec.emissions]

    def post_all(request: Request) -> None:
        run.cause = run.asked()
        try:
            for post in posts:
                post(request)
        finally:
            run.cause = -1

    def answer(request: Request) -> Answer:
        try:
            made = scripted(request)
            if posts and made.status in SUCCESS:
                post_all(request)
        except ReplyFailedError as error:
            return failure(str(error))
        return made

    return answer


def _scripted(spec: ServiceSpec, service: Service) -> Answers:
    """Make what answers as the responses say, and with the reply where they do not."""
    if spec.real is not None:
        return lambda _: STUB
    reply = None if spec.reply is None else answers_of(spec.reply, service)
    if reply is not None and not (spec.responses or spec.rules):
        return reply
    script = Script(spec.responses, spec.rules, service)

    def answer(request: Request) -> Answer:
        made = script.answer(request)
        if made is None:
            return PLAIN if reply is None else reply(request)
        if reply is None or made.status not in SUCCESS or made.body or made.reply:
            return made
        return reply(request).delayed(made.after_ns, status=made.status)

    return answer


def _late(answering: Answers, latency: Latency, service: Service) -> Answers:
    """Let each answer take its time."""
    if latency.varies:
        return lambda request: answering(request).delayed(service.draw(latency))
    longer_ns = latency.first
    known = PLAIN
    known_late = known.delayed(longer_ns)

    def answer(request: Request) -> Answer:
        nonlocal known, known_late
        made = answering(request)
        if made is not known:  # of a script, it is often the same again
            known, known_late = made, made.delayed(longer_ns)
        return known_late

    return answer
