"""What answers for a process of Knative's own, in one run, and whom it lets in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.kernel import Answer
from simulator.processes import Asking, Connector, JobTemplate, Transformation

if TYPE_CHECKING:
    from simulator.kernel import Request
    from simulator.kernel.addresses import Answering
    from simulator.processes import Process
    from simulator.session.run import Run, Service
    from simulator.wiring import Endpoint


def playing(process: Process, service: Service, run: Run) -> Answering:
    if isinstance(process, Transformation):
        from simulator.session.transforming import transforming

        return transforming(process, service, run)
    if isinstance(process, Asking):
        from simulator.session.asking import asking

        return asking(process, service, run)
    if isinstance(process, Connector):
        return connected
    from simulator.session.job_door import job_door

    return job_door(run)


_TAKEN, _UNKNOWN, _OTHER_METHOD = Answer(204), Answer(404), Answer(405)


def connected(request: Request) -> Answer:
    """Take whatever is posted to the root, be it an event or not.

    What comes of it outside is not in the answer: it is 204 also where that fails.

    Source: knative-resources 4.7 and knative-kinds 6 (204, no filter, no reply);
        camel-knative KnativeHttpConsumer (read: one route, and what it answers); that
        Vert.x answers 404 and 405 besides is read.
    """
    if (request.target.path or "/") != "/":
        return _UNKNOWN
    return _TAKEN if request.method == "POST" else _OTHER_METHOD


def guarded(endpoint: Endpoint, answering: Answering, run: Run) -> Answering:
    """Let the guard of an endpoint judge each request before it is answered.

    What makes Jobs asks it itself.

    Source: knative-kinds 4 (the auth-proxy in front of it): authentication comes first,
        and whether it is an event is asked only where policies apply.
    """
    if isinstance(answering, tuple):  # a service of the user's own stands there
        return answering
    guard = endpoint.guard
    if guard is None or isinstance(endpoint.process, JobTemplate):
        return answering

    def answer(request: Request) -> Answer | None:
        attributes = request.attributes
        refusal = guard.refusal(
            request.headers.get("authorization"),
            attributes if "specversion" in attributes else None,
            run.epoch_ns + request.instant_ns,
        )
        if refusal is not None:
            return Answer(refusal.status, detail=refusal.why)
        return answering if isinstance(answering, Answer) else answering(request)

    return answer
