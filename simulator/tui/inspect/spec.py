"""How a node is set: what its resource or its description says, and what is in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.processes import Asking, Connector, JobTemplate, Transformation
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.answers import answer_lines
from simulator.tui.inspect.filter_spec import filter_rows
from simulator.tui.inspect.outcome import node_glyph, node_style
from simulator.tui.inspect.page import heading, pair, paragraph
from simulator.tui.inspect.sending import sending_lines
from simulator.tui.inspect.text_line import Look, Span, TextLine, line
from simulator.tui.reel.wording import short
from simulator.tui.spelling import counted
from simulator.wiring import HubKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.processes import Process
    from simulator.tui.inspect.story import Backdrop
    from simulator.tui.reel.frame import Frame
    from simulator.wiring import Endpoint, Hub, Route, Wiring

NO_TOPOLOGY = (
    "How it is set is known only with its topology, and this recording was opened "
    "alone: name the topology file, too."
)


def spec_lines(
    backdrop: Backdrop, frame: Frame, node: str, look: Look
) -> Iterator[TextLine]:
    """Write how a node is set."""
    wiring = backdrop.wiring
    if wiring is None:
        yield from heading("spec", look)
        yield from paragraph(NO_TOPOLOGY, look, "muted", 0 if look.narrow else 2)
        return
    hub, lane = backdrop.hub(node), backdrop.lane(node)
    if hub is not None:
        yield from _hub(backdrop, hub, look)
    elif lane is not None:
        yield from _route(backdrop, *lane, look)
    for source in wiring.sources:
        if source.node == node:
            yield from heading("spec", look)
            yield from sending_lines(backdrop, source, frame.now_ns, look)
    for endpoint in wiring.endpoints:
        if endpoint.node == node:
            yield from _endpoint(backdrop, endpoint, look)


def _hub(backdrop: Backdrop, hub: Hub, look: Look) -> Iterator[TextLine]:
    yield from heading("spec", look)
    yield from pair("namespace", hub.namespace, look)
    yield from pair("address", hub.url, look)
    reading = ", a reading" if hub.profile.known_from == "read" else ""
    yield from pair("profile", f"{hub.profile.name}{reading}", look)
    if hub.asynchronous:
        yield from pair("answers", "202 at once, delivers later", look)
    noun = "trigger" if hub.kind is HubKind.BROKER else "subscription"
    yield from heading(counted(len(hub.routes), noun), look)
    for route in hub.routes:
        yield _way(route.node, backdrop.named(route.subscriber), look)


def _way(node: str, to: str, look: Look) -> TextLine:
    """Give a route and its subscriber; enter selects the route."""
    arrow = f" {GLYPHS.to} "
    room = look.width - 4 - len(arrow)
    start = look.middle(short(node), max(room - len(short(to)), room // 2))
    end = look.middle(short(to), room - len(start))
    glyph = Span(f"{node_glyph(node, look)} ", node_style(node))
    return line("  ", glyph, Span(start), Span(f"{arrow}{end}", "muted"), goal=node)


def _route(
    backdrop: Backdrop, hub: Hub, route: Route, look: Look
) -> Iterator[TextLine]:
    yield from heading("spec", look)
    yield from pair(hub.kind.value, hub.node, look, goal=hub.node)
    if hub.kind is HubKind.BROKER:
        wiring = backdrop.wiring
        resource = wiring.resources.get(route.resource) if wiring is not None else None
        rows = filter_rows(resource.spec) if resource is not None else []
        for number, row in enumerate(rows):
            name = "" if number else "filter"
            yield from pair(name, row, look, style="k-trigger")
    to = backdrop.named(route.subscriber)
    yield from pair("subscriber", to, look, goal=backdrop.goal(route.subscriber))
    if route.reply is None:
        yield from pair("reply", "dropped, no reply address", look, style="muted")
    else:
        reply = backdrop.named(route.reply)
        goal = backdrop.goal(route.reply)
        yield from pair("reply to", reply, look, goal=goal, style="o-reply")
    if route.format:
        yield from pair("format", route.format, look)


_PROCESSES: Mapping[type[Process], str] = {
    Transformation: "what its expression makes of the event",
    Asking: "what replies to the event, once its broker has it",
    JobTemplate: "202, and makes a Job of the event",
    Connector: "204, and takes the event out of Knative",
}


def _endpoint(backdrop: Backdrop, endpoint: Endpoint, look: Look) -> Iterator[TextLine]:
    yield from heading("spec", look)
    yield from pair("namespace", endpoint.namespace, look)
    spec = backdrop.services.get(endpoint.node)
    if endpoint.stub:
        known = spec is not None and spec.real is not None
        why = "it is real in kn-sim serve" if known else "nobody describes it"
        text = f"stub: {why}, it answers 202"
        yield from pair("answers", text, look, style="o-retry")
    elif spec is None and endpoint.process is not None:
        yield from pair("answers", _PROCESSES[type(endpoint.process)], look)
        yield from _process(endpoint.process, backdrop, look)
    elif spec is None:
        yield from pair("handler", "a Python function", look)
    else:
        yield from answer_lines(spec, look)
    assert backdrop.wiring is not None, "asked before"
    yield from _callers(backdrop.wiring, backdrop, endpoint.node, look)


def _process(process: Process, backdrop: Backdrop, look: Look) -> Iterator[TextLine]:
    """Say what a process of Knative's own does beside answering."""
    if isinstance(process, Transformation):
        yield from pair("jsonata", process.expression, look)
        if process.sink is not None:
            to = backdrop.named(process.sink)
            yield from pair("sink", to, look, goal=backdrop.goal(process.sink))
    elif isinstance(process, Asking):
        asks, goal = "none: it answers 500", None
        if process.broker is not None:
            asks, goal = backdrop.named(process.broker), backdrop.goal(process.broker)
        yield from pair("asks", asks, look, goal=goal)
        yield from pair("sets", process.correlation, look)
        yield from pair("awaits", f"{process.reply}, for 60 s", look)
    elif isinstance(process, JobTemplate):
        to, goal = backdrop.named(process.runs), backdrop.goal(process.runs)
        yield from pair("a job each", to, look, goal=goal)


def _callers(
    wiring: Wiring, backdrop: Backdrop, node: str, look: Look
) -> Iterator[TextLine]:
    """Name the routes that lead to a service, and those whose dead letters do."""
    routes = [route for hub in wiring.hubs for route in hub.routes]
    for name, leads in (
        ("called by", [r for r in routes if backdrop.named(r.subscriber) == node]),
        (
            "dead letters of",
            [
                r
                for r in routes
                if r.dead_letter and backdrop.named(r.dead_letter) == node
            ],
        ),
    ):
        for number, route in enumerate(leads):
            label = "" if number else name
            yield from pair(label, route.node, look, goal=route.node)
