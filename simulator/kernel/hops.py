"""The rules of one delivery, told as a process: event, reply, dead letter.

Source: knative-runtime, "Shape of one delivery", Replies, Dead letters.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from simulator.kernel.answer import Outcome
from simulator.kernel.attempts import Attempts
from simulator.kernel.envelope import Envelope, reply_headers
from simulator.kernel.log import Kind
from simulator.kernel.request import Role

if TYPE_CHECKING:
    from collections.abc import Generator

    from simulator.kernel.attempts import First
    from simulator.kernel.kernel import Kernel
    from simulator.kernel.lane import Lane
    from simulator.kernel.process import Process
    from simulator.kernel.target import Target

# Source: knative-runtime, Dead letters: error bodies over 768 bytes panic the
# dispatcher (knative-extensions/eventing-natss issue 434).
_PANICKING_BODY = 768
# Source: pkg/kncloudevents/event_dispatcher.go NoResponse: no request was made.
_NO_RESPONSE = -1
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

    Source: pkg/kncloudevents/event_dispatcher.go (read, not run): the dead letter of a
        failed reply has the reply's headers.
    """
    asking = Attempts(kernel, process, lane, lane.target, envelope, Role.EVENT, first)
    outcome = yield from asking.run(cause)
    failed_at, headers = asking.target, envelope.headers
    if outcome.ok:
        if outcome.reply is None and outcome.unsendable is None:
            return True
        if lane.reply is None:
            _dropped(kernel, asking.lane, envelope, outcome, asking.serial)
            return True
        if headers or outcome.headers:
            headers = reply_headers(outcome.headers, headers)
        failed_at, cause = lane.reply, asking.serial
        if outcome.reply is not None:
            answer = Envelope(outcome.reply, envelope.ttl, None, headers)
            asking = Attempts(kernel, process, lane, lane.reply, answer, Role.REPLY)
            outcome = yield from asking.run(cause)
        else:
            asking.serial = _dropped(kernel, asking.lane, envelope, outcome, cause)
            outcome = Outcome(_NO_RESPONSE)
        if outcome.ok:
            return True
    if lane.dead_letter is None:
        noted = (outcome.status, "no dead letter sink")
        kernel.record(asking.serial, Kind.LOST, envelope, lane, failed_at, 1, noted)
        return False
    dead = _dead_letter(kernel, lane, envelope, outcome, failed_at, asking.serial)
    dead.headers = headers
    burying = Attempts(kernel, process, lane, lane.dead_letter, dead, Role.DEAD_LETTER)
    outcome = yield from burying.run(asking.serial)
    if not outcome.ok:
        noted = (outcome.status, "the dead letter sink failed")
        kernel.record(
            burying.serial, Kind.LOST, envelope, lane, lane.dead_letter, 1, noted
        )
    return outcome.ok


def _dropped(
    kernel: Kernel, lane: Lane, envelope: Envelope, outcome: Outcome, cause: int
) -> int:
    """Write down that a subscriber's event goes nowhere; give the record."""
    why = "no reply address" if lane.reply is None else outcome.unsendable
    event = outcome.reply or envelope.event
    noted = (outcome.status, why)
    return kernel.record(cause, Kind.REPLY_DROPPED, event, lane.target, lane, 1, noted)


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
