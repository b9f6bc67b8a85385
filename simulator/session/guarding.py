"""What stands before a process that lets in only whom its policies name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.kernel import Answer

if TYPE_CHECKING:
    from simulator.access.guard import Guard
    from simulator.kernel import Request
    from simulator.kernel.addresses import Answering
    from simulator.session.run import Run


def guarded(guard: Guard, answering: Answering, run: Run) -> Answering:
    """Let a guard judge each request before it is answered.

    Source: knative-kinds 4 (the auth-proxy in front of it): authentication comes first,
        and whether it is an event is asked only where policies apply.
    """
    if isinstance(answering, tuple):  # a service of the user's own stands there
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
