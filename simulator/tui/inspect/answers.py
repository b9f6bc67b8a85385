"""What a service answers, as its description says it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from simulator.duration import duration_text
from simulator.subscribers.replies import Echo, JsonataReply, StaticReply
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.page import pair

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.subscribers.approval_spec import ApprovalSpec
    from simulator.subscribers.latency import Latency
    from simulator.subscribers.replies import Reply
    from simulator.subscribers.script import Response
    from simulator.subscribers.service_spec import ServiceSpec
    from simulator.tui.inspect.text_line import Look, TextLine


def answer_lines(spec: ServiceSpec, look: Look) -> Iterator[TextLine]:
    """Write what a description says."""
    if spec.unreachable:
        yield from pair("answers", "unreachable", look, style="o-dead")
    if spec.real is not None:
        program = spec.real.program
        text = spec.real.url if program is None else " ".join(program.command)
        yield from pair("real", text, look)
    if spec.handler:
        yield from pair("handler", spec.handler, look)
    if not spec.latency.is_none:
        yield from pair("latency", latency_text(spec.latency), look)
    if spec.pods is not None:
        start = latency_text(spec.pods.start)
        yield from pair("pods", f"start in {start}", look)
    yield from _script_lines(spec, look)
    if spec.reply is not None:
        yield from pair("reply", reply_text(spec.reply), look, style="o-reply")
    if spec.approval is not None:
        yield from _approval_lines(spec.approval, look)
    for emission in spec.emissions:
        later = f", {duration_text(emission.after_ns)} later" * bool(emission.after_ns)
        what = reply_text(emission.event)
        yield from pair("emits", f"{what} {GLYPHS.to} {emission.to}{later}", look)
    if spec.is_constant:
        yield from pair("answers", "200, empty", look, style="muted")


def _script_lines(spec: ServiceSpec, look: Look) -> Iterator[TextLine]:
    """Write the responses in order, and the rules that come before them."""
    if spec.responses:
        text = f"{responses_text(spec.responses)}, then the last"
        if len(spec.responses) == 1:
            text = responses_text(spec.responses)
        yield from pair("responses", text, look)
    for rule in spec.rules:
        asked = ", ".join(f"{name}={value}" for name, value in rule.match.items())
        yield from pair(
            "rule", f"{asked} {GLYPHS.to} {responses_text(rule.responses)}", look
        )


def _approval_lines(approval: ApprovalSpec, look: Look) -> Iterator[TextLine]:
    """Say how a service decides about the requests that it holds."""
    yield from pair("holds", "until approved or rejected", look, style="o-wait")
    yield from pair("approved", _response(approval.approve), look)
    yield from pair("rejected", _response(approval.reject), look)
    if approval.deadline_ns is not None:
        text = f"{duration_text(approval.deadline_ns)}, then {approval.then}"
        yield from pair("deadline", text, look)
    policy = approval.policy
    later = "" if policy.after.is_none else f", after {latency_text(policy.after)}"
    for word, asked in (("approves", policy.approve), ("rejects", policy.reject)):
        if asked is not None:
            yield from pair(word, f"{asked.text}{later}", look)


def latency_text(latency: Latency) -> str:
    """Spell how long a service takes: ``20ms``, ``10ms to 50ms``."""
    first, second = duration_text(latency.first), duration_text(latency.second)
    match latency.shape:
        case "uniform":
            return f"{first} to {second}"
        case "normal":
            return f"about {first}, deviation {second}"
        case "exponential":
            return f"{first} on average, exponential"
        case _:
            return first


def responses_text(responses: Sequence[Response]) -> str:
    """Spell responses in order, equal ones counted: ``2 x 503, 202``."""
    parts = []
    for text, same in groupby(map(_response, responses)):
        count = sum(1 for _ in same)
        parts.append(f"{count} x {text}" if count > 1 else text)
    return ", ".join(parts)


def _response(response: Response) -> str:
    text = (
        str(response.failure) if response.failure is not None else str(response.status)
    )
    if response.reply is not None:
        text += f" with {reply_text(response.reply)}"
    if response.delay_ns:
        text += f" after {duration_text(response.delay_ns)}"
    return text


def reply_text(reply: Reply) -> str:
    """Spell the event that a service answers with."""
    asked = ", when preferred" if reply.when_preferred else ""
    return f"{_event_text(reply)}{asked}"


def _event_text(reply: Reply) -> str:
    if isinstance(reply, StaticReply):
        return str(reply.members.get("type") or "an event")
    if isinstance(reply, JsonataReply):
        return " ".join(f"jsonata {reply.expression}".split())
    assert isinstance(reply, Echo), "there is no other reply"
    changed = [f"{name}={value}" for name, value in reply.set.items()]
    changed += [f"without {name}" for name in reply.remove]
    return ", ".join(["the same event", *changed])
