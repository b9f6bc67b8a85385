"""How a node is set: what its resource or its description says, and what is in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.duration import duration_text
from simulator.processes import Asking, Connector, JobTemplate, Process, Transformation
from simulator.timetable import Course, Setting, Timetable, timetable
from simulator.timetable.settings import DURATIONS
from simulator.timetable.warnings import in_words
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.context import NO_TOPOLOGY, RunContext
from simulator.tui.inspect.descriptions import answer_lines, sending_lines
from simulator.tui.inspect.page import Lines, Look, TextLine, line, more, sign_of
from simulator.tui.spelling import counted, short
from simulator.wiring import Endpoint, Hub, HubKind, Route

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.tui.view.frame import Frame


def spec_lines(context: RunContext, frame: Frame, node: str, look: Look) -> Lines:
    if not context.knows_topology:
        yield from look.heading("spec")
        yield from look.paragraph(
            f"How it is set {NO_TOPOLOGY}", "$muted", len(look.indent)
        )
        return
    hub, lane = context.hubs.get(node), context.lanes.get(node)
    if hub is not None:
        yield from _hub(context, hub, look)
    elif lane is not None:
        yield from _route(context, *lane, look)
    for source in context.wiring.sources:
        if source.node == node:
            yield from look.heading("spec")
            yield from sending_lines(context, source, frame.now_ns, look)
    endpoint = context.endpoints.get(node)
    if endpoint is not None:
        yield from _endpoint(context, endpoint, look)


def _hub(context: RunContext, hub: Hub, look: Look) -> Lines:
    yield from look.heading("spec")
    yield from look.pair("namespace", hub.namespace)
    yield from look.pair("address", hub.url)
    reading = ", a reading" if hub.profile.known_from == "read" else ""
    yield from look.pair("profile", f"{hub.profile.name}{reading}")
    if hub.asynchronous:
        yield from look.pair("answers", "202 at once, delivers later")
    noun = "trigger" if hub.kind is HubKind.BROKER else "subscription"
    yield from look.heading(counted(len(hub.routes), noun))
    for route in hub.routes:
        yield _way(route.node, context.named(route.subscriber), look)


def _way(node: str, to: str, look: Look) -> TextLine:
    arrow = f" {GLYPHS.to} "
    start, end = look.both(short(node), short(to), look.width - 4 - len(arrow))
    glyph, ink = sign_of(node)
    return line("  ", (f"{glyph} ", ink), start, (f"{arrow}{end}", "$muted"), goal=node)


def _route(context: RunContext, hub: Hub, route: Route, look: Look) -> Lines:
    yield from look.heading("spec")
    yield from look.pair(hub.kind.value, hub.node, goal=hub.node)
    if hub.kind is HubKind.BROKER:
        resource = context.wiring.resources.get(route.resource)
        rows = filter_rows(resource.spec) if resource is not None else []
        yield from look.listed("filter", rows, style="$k-trigger")
    yield from context.link("subscriber", route.subscriber, look)
    if route.reply is None:
        yield from look.pair("reply", "dropped, no reply address", style="$muted")
    else:
        yield from context.link("reply to", route.reply, look, style="$o-reply")
    if route.format:
        yield from look.pair("format", route.format)


def _endpoint(context: RunContext, endpoint: Endpoint, look: Look) -> Lines:
    yield from look.heading("spec")
    yield from look.pair("namespace", endpoint.namespace)
    spec = context.service(endpoint.node)
    if endpoint.stub:
        known = spec is not None and spec.real is not None
        why = "it is real in kn-sim serve" if known else "nobody describes it"
        text = f"stub: {why}, it answers 202"
        yield from look.pair("answers", text, style="$o-retry")
    elif spec is None and endpoint.process is not None:
        yield from _process(endpoint.process, context, look)
    elif spec is None:
        yield from look.pair("handler", "a Python function")
    else:
        yield from answer_lines(spec, look)
    yield from _callers(context, endpoint.node, look)


def _process(process: Process, context: RunContext, look: Look) -> Lines:
    match process:
        case Transformation():
            text = "what its expression makes of the event"
            yield from look.pair("answers", text)
            yield from look.pair("jsonata", process.expression)
            if process.sink is not None:
                yield from context.link("sink", process.sink, look)
        case Asking():
            text = "what replies to the event, once its broker has it"
            yield from look.pair("answers", text)
            if process.broker is None:
                yield from look.pair("asks", "none: it answers 500")
            else:
                yield from context.link("asks", process.broker, look)
            yield from look.pair("sets", process.correlation)
            yield from look.pair("awaits", f"{process.reply}, for 60 s")
        case JobTemplate():
            yield from look.pair("answers", "202, and makes a Job of the event")
            yield from context.link("a job each", process.runs, look)
        case Connector():
            yield from look.pair("answers", "204, and takes the event out of Knative")


def _callers(context: RunContext, node: str, look: Look) -> Lines:
    routes = [route for hub in context.wiring.hubs for route in hub.routes]
    calls = [r.node for r in routes if context.named(r.subscriber) == node]
    dead = [r.node for r in routes if context.named(r.dead_letter or "") == node]
    yield from look.listed("called by", calls, goals=True)
    yield from look.listed("dead letters of", dead, goals=True)


_WAYS = {"exact": "=", "prefix": "begins with", "suffix": "ends with"}
_LISTS = {"all": "all of", "any": "any of"}
_INDENT = "  "


def filter_rows(spec: Mapping[str, Any]) -> list[str]:
    """Write the filter of a Trigger's spec; one row says that there is none.

    Source: knative-resources 5: `filters` beats the legacy `filter`; all of its
        members must pass.
    """
    filters = spec.get("filters")
    if filters:
        return [row for each in filters for row in _rows(each, 0)]
    legacy = spec.get("filter") or {}
    attributes = legacy.get("attributes") or {}
    rows = [
        f'{name} = "{value}"' if value else f"{name} is set"
        for name, value in attributes.items()
    ]
    return rows or ["none, every event passes"]


def _rows(element: Mapping[str, Any], depth: int) -> Iterator[str]:
    """Write one dialect object; admission bounds how deep they are nested."""
    pad = _INDENT * depth
    for dialect, value in element.items():
        if dialect in _WAYS and isinstance(value, dict):
            for name, text in value.items():
                yield f'{pad}{name} {_WAYS[dialect]} "{text}"'
        elif dialect in _LISTS and isinstance(value, list):
            yield f"{pad}{_LISTS[dialect]}"
            for member in value:
                yield from _rows(member, depth + 1)
        elif dialect == "not" and isinstance(value, dict):
            yield f"{pad}not"
            yield from _rows(value, depth + 1)
        elif value:
            yield f"{pad}{' '.join(str(value).split())}"


_DEFAULTS = {"retry": "none, one attempt", "deadLetterSink": "none"}
_MOST = 8
_TAIL = 2
_LONG_NS = 100 * 86_400_000_000_000


def delivery_lines(context: RunContext, hub: Hub, route: Route, look: Look) -> Lines:
    table = timetable(hub, route)
    origins = dict.fromkeys(s.origin for s in table.settings if s.origin)
    shared = next(iter(origins)) if len(origins) == 1 else ""
    yield from look.heading("delivery", f"from {shared}" if shared else "")
    for setting in table.settings:
        if setting.value is not None or setting.name in _DEFAULTS:
            yield from _setting(context, setting, look, named=not shared)
    yield from look.heading("timetable")
    for course in table.courses:
        yield from _course(course, table, look)
    for warning in table.warnings:
        yield from look.paragraph(warning.text, "$o-retry", indent=2)


def _setting(
    context: RunContext, setting: Setting, look: Look, *, named: bool
) -> Lines:
    value = setting.value
    if value is None:
        yield from look.pair(setting.name, _DEFAULTS[setting.name], style="$muted")
        return
    where = context.field_place(setting.origin, f"spec.delivery.{setting.name}")
    aside = ", ".join(filter(None, (setting.origin if named else "", where)))
    if setting.name == "deadLetterSink":
        yield from context.link(setting.name, str(value), look, aside=aside)
        return
    lasts = setting.name in DURATIONS and isinstance(value, int)
    text = duration_text(int(value)) if lasts else str(value)
    yield from look.pair(setting.name, text, aside=aside)


def _course(course: Course, table: Timetable, look: Look) -> Lines:
    """Say when each attempt begins if every one of them fails in one way."""
    if course.status is None:
        timeout = duration_text(max(0, table.route.retries.timeout_ns or 0))
        way = f"each attempt runs into the timeout of {timeout}:"
    else:
        way = f"each attempt is answered {course.status} at once:"
    yield from look.paragraph(way, "$muted")
    yield from _attempts(course, look)
    end = "dead-lettered" if course.dead_letter is not None else "lost"
    settled = course.delivery.settled_ns
    if course.limit_ns is not None and course.is_cut:
        yield _instant("cut off, lost", course.limit_ns, look, "$o-dead")
    elif settled is not None:
        yield _instant(end, settled, look, "$o-dead")


def _attempts(course: Course, look: Look) -> Lines:
    ladder = course.delivery
    count = len(ladder.instants_ns)
    for number, at_ns in enumerate(ladder.instants_ns, 1):
        if count <= _MOST or number < _MOST - _TAIL or number > count - _TAIL:
            ink = "" if course.happens(at_ns) else "$muted"
            yield _instant(f"attempt {number}", at_ns, look, ink)
        elif number == _MOST - _TAIL:
            yield more(count - _TAIL - number + 1, f"  {look.indent}")
    if ladder.unlisted:
        yield more(ladder.unlisted, f"  {look.indent}")


def _instant(label: str, at_ns: int, look: Look, ink: str) -> TextLine:
    text = f"(+{_length(at_ns)}, never)" if ink == "$muted" else f"+{_length(at_ns)}"
    return line(
        f"  {look.indent}", (look.column(label, 16), ink or "$muted"), (text, ink)
    )


def _length(ns: int) -> str:
    return duration_text(ns) if ns < _LONG_NS else in_words(ns)
