"""When a source sends what, and when next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from simulator.cron import Schedule
from simulator.duration import duration_text
from simulator.tui.inspect.life import life_lines, next_told
from simulator.tui.inspect.page import pair
from simulator.tui.widgets.figures import clock_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.processes import Timer
    from simulator.subscribers.source_spec import SourceSpec
    from simulator.tui.inspect.story import Backdrop
    from simulator.tui.inspect.text_line import Look, TextLine
    from simulator.wiring import Source

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NS_PER_US = 1_000
_SHOWN = 3


def sending_lines(
    backdrop: Backdrop, source: Source, now_ns: int, look: Look
) -> Iterator[TextLine]:
    """Write when a source sends, what, and when next."""
    spec = backdrop.sources.get(source.node)
    if spec is not None and spec.program is not None:
        yield from pair("sends", "a program, by kn-sim serve --run", look)
    elif spec is not None:
        yield from pair("sends", timing_text(spec), look)
        kind = spec.event.get("type")
        if kind:
            yield from pair("type", str(kind), look, style="k-trigger")
        yield from _next(next_of(spec, now_ns), now_ns, look)
        if spec.life is not None:
            yield from life_lines(spec.life.life, now_ns, look)
    elif source.schedule:
        schedule, zone = source.schedule, source.timezone
        yield from pair("schedule", schedule, look)
        if zone:
            yield from pair("timezone", zone, look)
        epoch = backdrop.epoch_ns
        if epoch is not None:
            found = _tick(schedule, zone, epoch + now_ns)
            yield from _next(found - epoch, now_ns, look)
    else:
        yield from _of_itself(source, look)
    for name, value in source.overrides.items():
        yield from pair("sets", f"{name}={value}", look, style="accent")
    if source.sink is None:
        yield from pair("sink", "none", look, style="o-dead")
    else:
        sink = backdrop.named(source.sink)
        yield from pair("sink", sink, look, goal=backdrop.goal(source.sink))


def _of_itself(source: Source, look: Look) -> Iterator[TextLine]:
    if source.timer is not None:
        yield from pair("sends", _timer_text(source.timer), look)
        yield from pair("type", source.attributes["type"], look, style="k-trigger")
    elif source.silent:
        yield from pair("sends", "nothing: nobody describes it", look, style="muted")
    elif source.watch is not None:
        yield from pair("sends", "when objects change", look)
    watched = () if source.watch is None else source.watch.resources
    for number, each in enumerate(watched):
        text = f"{each.plural} of {each.api_version} {each.selector}".rstrip()
        yield from pair("" if number else "watches", text, look, style="k-trigger")


def _timer_text(timer: Timer) -> str:
    times = "" if timer.count is None else f", {timer.count:,} times"
    return f"every {duration_text(timer.period_ns)}{times}"


def timing_text(spec: SourceSpec) -> str:
    """Spell when a generator sends."""
    times = "" if spec.count is None else f", {spec.count:,} times"
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
        return f"every {duration_text(spec.every_ns)}{times}"
    if spec.rate:
        return f"{spec.rate:g} a second on average{times}"
    return f"{spec.count or 1:,} at the start"


def next_of(spec: SourceSpec, now_ns: int) -> int | None:
    """Give the next instant of a generator; None where chance decides, or for none."""
    if spec.life is not None:
        return next_told(spec.life, now_ns)
    if spec.at_ns:
        later = (at for at in spec.at_ns if at > now_ns)
        return next(later, None)
    if not spec.every_ns:
        return None
    number = now_ns // spec.every_ns + 1
    ended = spec.count is not None and number > spec.count
    return None if ended else number * spec.every_ns


def _tick(schedule: str, zone: str, since_ns: int) -> int:
    """Give the next tick of a PingSource, ns since 1970."""
    since = _EPOCH + timedelta(microseconds=since_ns // _NS_PER_US)
    moment = next(Schedule.parse(schedule, zone).after(since))
    return (moment - _EPOCH) // timedelta(microseconds=1) * _NS_PER_US


def _next(at_ns: int | None, now_ns: int, look: Look) -> Iterator[TextLine]:
    if at_ns is not None:
        wait = duration_text((at_ns - now_ns) // 1_000_000 * 1_000_000)
        yield from pair("next", f"{clock_text(at_ns)}, in {wait}", look)
