"""When a source sends what, and what a service answers, as their descriptions say it."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from simulator.cron import Schedule
from simulator.duration import duration_text
from simulator.subscribers.replies import Echo, JsonataReply, Reply, StaticReply
from simulator.systems.service_life import told
from simulator.tui.glyphs import GLYPHS
from simulator.tui.spelling import clock_text
from simulator.tui.view.columns import NS
from simulator.wiring import Source, Truth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.serving.life import Life, Status
    from simulator.subscribers.approval_spec import ApprovalSpec
    from simulator.subscribers.script import Response
    from simulator.subscribers.service_spec import ServiceSpec
    from simulator.subscribers.source_spec import SourceSpec
    from simulator.tui.inspect.context import RunContext
    from simulator.tui.inspect.page import Lines, Look


def answer_lines(spec: ServiceSpec, look: Look) -> Lines:
    if spec.unreachable:
        yield from look.pair("answers", "unreachable", style="$o-dead")
    if spec.real is not None:
        program = spec.real.program
        text = spec.real.url if program is None else " ".join(program.command)
        yield from look.pair("real", text)
    if spec.handler:
        yield from look.pair("handler", spec.handler)
    if not spec.latency.is_none:
        yield from look.pair("latency", str(spec.latency))
    if spec.pods is not None:
        yield from look.pair("pods", f"start in {spec.pods.start}")
    yield from _script_lines(spec, look)
    if spec.reply is not None:
        yield from look.pair("reply", reply_text(spec.reply), style="$o-reply")
    if spec.approval is not None:
        yield from _approval_lines(spec.approval, look)
    for emission in spec.emissions:
        later = f", {duration_text(emission.after_ns)} later" * bool(emission.after_ns)
        what = reply_text(emission.event)
        yield from look.pair("emits", f"{what} {GLYPHS.to} {emission.to}{later}")
    if spec.is_constant:
        yield from look.pair("answers", "200, empty", style="$muted")


def _script_lines(spec: ServiceSpec, look: Look) -> Lines:
    if spec.responses:
        then = ", then the last" if len(spec.responses) > 1 else ""
        yield from look.pair("responses", f"{responses_text(spec.responses)}{then}")
    for rule in spec.rules:
        asked = ", ".join(f"{name}={value}" for name, value in rule.match.items())
        yield from look.pair(
            "rule", f"{asked} {GLYPHS.to} {responses_text(rule.responses)}"
        )


def _approval_lines(approval: ApprovalSpec, look: Look) -> Lines:
    yield from look.pair("holds", "until approved or rejected", style="$o-wait")
    yield from look.pair("approved", _response(approval.approve))
    yield from look.pair("rejected", _response(approval.reject))
    if approval.deadline_ns is not None:
        text = f"{duration_text(approval.deadline_ns)}, then {approval.then}"
        yield from look.pair("deadline", text)
    policy = approval.policy
    later = "" if policy.after.is_none else f", after {policy.after}"
    for word, asked in (("approves", policy.approve), ("rejects", policy.reject)):
        if asked is not None:
            yield from look.pair(word, f"{asked.text}{later}")


def responses_text(responses: Sequence[Response]) -> str:
    """Spell responses in order, equal ones counted: ``2 x 503, 202``."""
    parts = []
    for text, same in groupby(map(_response, responses)):
        count = sum(1 for _ in same)
        parts.append(f"{count} x {text}" if count > 1 else text)
    return ", ".join(parts)


def _response(response: Response) -> str:
    text = str(response.status if response.failure is None else response.failure)
    if response.reply is not None:
        text += f" with {reply_text(response.reply)}"
    if response.delay_ns:
        text += f" after {duration_text(response.delay_ns)}"
    return text


def reply_text(reply: Reply) -> str:
    if isinstance(reply, StaticReply):
        text = str(reply.members.get("type") or "an event")
    elif isinstance(reply, JsonataReply):
        text = " ".join(f"jsonata {reply.expression}".split())
    else:
        assert isinstance(reply, Echo), "there is no other reply"
        changed = [f"{name}={value}" for name, value in reply.set.items()]
        changed += [f"without {name}" for name in reply.remove]
        text = ", ".join(["the same event", *changed])
    return f"{text}, when preferred" if reply.when_preferred else text


_SHOWN = 3


def sending_lines(
    context: RunContext, source: Source, now_ns: int, look: Look
) -> Lines:
    spec = context.sources.get(source.node)
    if spec is not None and spec.program is not None:
        yield from look.pair("sends", "a program, by kn-sim serve --run")
    elif spec is not None:
        yield from look.pair("sends", timing_text(spec))
        kind = spec.event.get("type")
        if kind:
            yield from look.pair("type", str(kind), style="$k-trigger")
        yield from _next(next_of(spec, now_ns), now_ns, look)
        if spec.life is not None:
            yield from life_lines(spec.life.life, now_ns, look)
    elif source.schedule:
        schedule, zone = source.schedule, source.timezone
        yield from look.pair("schedule", schedule)
        if zone:
            yield from look.pair("timezone", zone)
        epoch = context.epoch_ns
        if epoch is not None:
            found = _tick(schedule, zone, epoch + now_ns)
            yield from _next(found - epoch, now_ns, look)
    else:
        yield from _of_itself(source, look)
    for name, value in source.overrides.items():
        yield from look.pair("sets", f"{name}={value}", style="$accent")
    if source.sink is None:
        yield from look.pair("sink", "none", style="$o-dead")
    else:
        yield from context.link("sink", source.sink, look)


def _of_itself(source: Source, look: Look) -> Lines:
    if source.timer is not None:
        every = _every(source.timer.period_ns, source.timer.count)
        yield from look.pair("sends", every)
        yield from look.pair("type", source.attributes["type"], style="$k-trigger")
    elif source.silent:
        yield from look.pair("sends", "nothing: nobody describes it", style="$muted")
    elif source.watch is not None:
        yield from look.pair("sends", "when objects change")
    watched = () if source.watch is None else source.watch.resources
    what = (f"{o.plural} of {o.api_version} {o.selector}".rstrip() for o in watched)
    yield from look.listed("watches", what, style="$k-trigger")


def _every(period_ns: int, count: int | None) -> str:
    return f"every {duration_text(period_ns)}{_times(count)}"


def _times(count: int | None) -> str:
    return "" if count is None else f", {count:,} times"


def timing_text(spec: SourceSpec) -> str:
    if spec.life is not None:
        steps, words = len(spec.life.life.steps), spec.life.vocabulary
        return f"the life of ksvc/{spec.life.life.name} in {words}, {steps:,} steps"
    if spec.replay:
        return f"the events of {spec.replay}"
    if spec.at_ns:
        shown = ", ".join(duration_text(at) for at in spec.at_ns[:_SHOWN])
        more = len(spec.at_ns) - _SHOWN
        return f"at {shown}" + (f" and {more:,} more" if more > 0 else "")
    if spec.every_ns:
        return _every(spec.every_ns, spec.count)
    if spec.rate:
        return f"{spec.rate:g} a second on average{_times(spec.count)}"
    return f"{spec.count or 1:,} at the start"


def next_of(spec: SourceSpec, now_ns: int) -> int | None:
    """Give the next instant of a generator; None where chance decides, or for none."""
    if spec.life is not None or spec.at_ns:
        instants = (
            spec.at_ns if spec.life is None else [at for at, _ in told(spec.life, 0)]
        )
        return next((at for at in instants if at > now_ns), None)
    if not spec.every_ns:
        return None
    number = now_ns // spec.every_ns + 1
    ended = spec.count is not None and number > spec.count
    return None if ended else number * spec.every_ns


def _tick(schedule: str, zone: str, since_ns: int) -> int:
    """Give the next tick of a PingSource, ns since 1970."""
    since = datetime.fromtimestamp(since_ns // NS, UTC)
    moment = next(Schedule.parse(schedule, zone).after(since))
    return int(moment.timestamp()) * NS


def _next(at_ns: int | None, now_ns: int, look: Look) -> Lines:
    if at_ns is not None:
        wait = duration_text((at_ns - now_ns) // 1_000_000 * 1_000_000)
        yield from look.pair("next", f"{clock_text(at_ns)}, in {wait}")


_NEWEST = 5


def life_lines(life: Life, now_ns: int, look: Look) -> Lines:
    begun = [each for at_ns, each in life.course() if at_ns <= now_ns]
    if not begun:
        return
    status = begun[-1]
    if status.deleted:
        yield from look.pair("deleted", "", style="$o-dead")
        return
    for number, condition in enumerate(status.conditions):
        truth, reason = condition.status, condition.reason
        text = f"{condition.type} {truth.value} {reason}".rstrip()
        style = "$o-dead" if truth is Truth.FALSE else ""
        yield from look.pair("" if number else "conditions", text, style=style)
    why = status.condition("Ready").message
    if why:
        yield from look.pair("why", why)
    newest = [each.name for each in reversed(status.revisions[-_NEWEST:])]
    revisions = (f"{name} {_state(status, name)}" for name in newest)
    yield from look.listed("revisions", revisions)


def _state(status: Status, name: str) -> str:
    ready = status.revision(name).ready
    words = ["not ready yet" if ready is None else "ready" if ready else "failed"]
    share = dict(status.shares).get(name)
    if share:
        words.append(f"gets {share} %")
    return ", ".join(words)
