"""What answers for an EventTransform in one run: a hop, with or without a sink."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from simulator.access import AUTHORIZATION
from simulator.errors import UsageError
from simulator.event.writing import binary_headers
from simulator.jsonata import Expression, NoEndError
from simulator.kernel import Answer
from simulator.session.sending import look_up
from simulator.subscribers.transform import Surrounded, Transform

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.kernel import Request, Sender
    from simulator.kernel.addresses import Answering
    from simulator.processes import Transformation
    from simulator.session.run import Run, Service

T = TypeVar("T")
_TRACE = "traceparent"
_TRACE_BITS, _SPAN_BITS = 128, 64


def transforming(
    transformation: Transformation, service: Service, run: Run
) -> Answering:
    """Make what answers: the result, or, once a sink has answered, what that comes to.

    Source: knative-kinds 1: one request, no retry, no timeout, and it goes on when the
        caller hangs up.
    """
    transform = Transform(
        expression=Expression(transformation.expression),
        has_sink=transformation.sink is not None,
        reply=(
            None if transformation.reply is None else Expression(transformation.reply)
        ),
        discards=transformation.discards,
    )

    def surrounded() -> Surrounded:
        return Surrounded(now_ns=run.epoch_ns + run.now_ns, random=service.random)

    def ended(request: Request, sender: Sender) -> None:
        status, headers, body = _answered(sender)
        answer = _in_time(
            service, lambda: transform.answered(status, headers, body, surrounded())
        )
        run.running().answer(request, answer)

    def answer(request: Request) -> Answer | None:
        headers = request.headers
        taken = _in_time(
            service,
            lambda: transform.take(
                request.method,
                request.target.path or "/",
                headers,
                request.body,
                surrounded(),
            ),
        )
        if isinstance(taken, Answer):
            return taken
        kernel = run.running()
        sink = look_up(kernel.addresses, transformation.sink or "")
        sent = {"content-type": taken.content_type, _TRACE: _trace(headers, service)}
        if transformation.authorization is not None:
            sent[AUTHORIZATION] = transformation.authorization
        sender = kernel.post(
            sink, "POST", sent, taken.body, node=service.node, cause=run.asked()
        )
        sender.then = partial(ended, request)
        return None

    return answer


def _answered(sender: Sender) -> tuple[int, Mapping[str, str], bytes]:
    """Give status, headers and body of what the sink has answered; 0 for no answer."""
    answer = sender.answer
    if answer is None or answer.failure is not None:
        return sender.status or 0, {}, b""
    event = answer.reply
    if event is None:
        return answer.status, answer.headers, answer.body
    carried = {**answer.headers, **binary_headers(event.attributes)}
    return answer.status, carried, event.body or b""


def _trace(headers: Mapping[str, str], service: Service) -> str:
    """Continue the trace of a request, or begin one that nobody records."""
    parts = headers.get(_TRACE, "").split("-")
    if len(parts) == 4:  # noqa: PLR2004 - version, trace, span, flags
        _, trace, _, flags = parts
    else:
        trace, flags = f"{service.random.getrandbits(_TRACE_BITS):032x}", "00"
    return f"00-{trace}-{service.random.getrandbits(_SPAN_BITS):016x}-{flags}"


def _in_time(service: Service, work: Callable[[], T]) -> T:
    try:
        return work()
    except NoEndError as error:
        raise UsageError(f"{service.node}: jsonata: {error}") from None
