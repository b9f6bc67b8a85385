"""The rules of one delivery, told as a process: event, reply, dead letter.

Source: knative-runtime, "Shape of one delivery", Replies, Dead letters.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from simulator.kernel.attempts import Attempts
from simulator.kernel.envelope import Envelope, reply_headers
from simulator.kernel.log import Kind
from simulator.kernel.request import Role

if TYPE_CHECKING:
    from collections.abc import Generator

    from simulator.kernel.answer import Outcome
    from simulator.kernel.attempts import First
    from simulator.kernel.kernel import Kernel
    from simulator.kernel.process import Process
    from simulator.kernel.program import Lane, Target

# Source: knative-runtime, Dead letters: error bodies over 768 bytes panic the
# dispatcher (knative-extensions/eventing-natss issue 434).
_PANICKING_BODY = 768
_UPSTREAM_BUG = (
    "an error body over 768 bytes crashes the imc-dispatcher of Knative 8cf4c4b67 "
    "(knative-extensions/eventing-natss issue 434); the run goes on with the body cut"
)


def delivery(
    kernel: Kernel,
    process: Process,
    lane: Lane,
    envelope: Envelope,
    cause: int,
    first: First | None,
) -> Generator[int | None, Any, bool]:
    """Hand one event to one subscriber; then its reply, or the dead letter.

    Args:
        kernel: Where it runs.
        process: The process that this generator is the story of.
        lane: The route.
        envelope: The event in the hub.
        cause: The record that it follows from.
        first: The first request, when it has been made already.

    Returns:
        Whether the event is safe: taken by the subscriber or by the sink.
    """
    asking = Attempts(kernel, process, lane, lane.target, envelope, Role.EVENT)
    outcome = yield from asking.run(cause, first)
    failed_at = lane.target
    if outcome.ok:
        reply = outcome.reply
        if reply is None:
            return True
        if lane.reply is None:
            noted = (outcome.status, "no reply address")
            kernel.record(
                asking.serial, Kind.REPLY_DROPPED, reply, lane.target, lane, 1, noted
            )
            return True
        headers = envelope.headers
        if headers or outcome.headers:
            headers = reply_headers(outcome.headers, headers)
        answer = Envelope(reply, envelope.ttl, None, headers)
        cause = asking.serial
        asking = Attempts(kernel, process, lane, lane.reply, answer, Role.REPLY)
        outcome = yield from asking.run(cause, None)
        if outcome.ok:
            return True
        failed_at = lane.reply
    if lane.dead_letter is None:
        noted = (outcome.status, "no dead letter sink")
        kernel.record(asking.serial, Kind.LOST, envelope, lane, failed_at, 1, noted)
        return False
    dead = _dead_letter(kernel, lane, envelope, outcome, failed_at, asking.serial)
    burying = Attempts(kernel, process, lane, lane.dead_letter, dead, Role.DEAD_LETTER)
    outcome = yield from burying.run(asking.serial, None)
    if not outcome.ok:
        noted = (outcome.status, "the dead letter sink failed")
        kernel.record(
            burying.serial, Kind.LOST, envelope, lane, lane.dead_letter, 1, noted
        )
    return outcome.ok


def _dead_letter(
    kernel: Kernel,
    lane: Lane,
    envelope: Envelope,
    outcome: Outcome,
    failed_at: Target,
    cause: int,
) -> Envelope:
    """Give the event its error attributes, unless the failure left no report.

    Source: knative-runtime, Dead letters; knative-resources 4.2.
    """
    errors = None
    if outcome.attributed:
        if len(outcome.error) > _PANICKING_BODY:
            noted = (outcome.status, _UPSTREAM_BUG)
            kernel.record(cause, Kind.UPSTREAM_BUG, envelope, lane, failed_at, 1, noted)
        data = base64.b64encode(outcome.error).decode()
        errors = {
            "knativeerrordest": failed_at.url,
            "knativeerrorcode": str(outcome.status),
            "knativeerrordata": data[: kernel.profile.error_data_limit],
        }
    return Envelope(
        envelope.event,
        envelope.ttl,
        envelope.arrival_ns,
        envelope.headers,
        errors,
    )
