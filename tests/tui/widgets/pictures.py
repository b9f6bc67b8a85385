"""A pipeline of 21 boxes, what happens on it, and its records: for tests and to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.diagram import Box, BoxKind, Diagram, Line, LineKind
from simulator.tui.layout.fit import fit
from simulator.tui.paint import DARK, Palette
from simulator.tui.view.frame import Badge, Dot, Frame, Glow, Totals
from simulator.tui.view.rows import Row
from simulator.tui.widgets.graph.picture import Picture
from simulator.tui.widgets.graph.rows import row_strip
from simulator.tui.widgets.graph.scene import Scene, Told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.style import Style
    from textual.strip import Strip


SOURCES = ("git-webhook", "registry", "ping-nightly")
TRIGGERS = {
    "on-merged": "builder",
    "on-published": "deploy-staging",
    "on-staged": "e2e-tests",
    "on-tests-ok": "approval-gate",
    "on-approved": "deploy-prod",
    "on-failure": "notifier",
    "all-events": "audit",
}
REPLYING = ("builder", "deploy-staging", "e2e-tests", "approval-gate", "deploy-prod")
BROKER = "broker/default/default"
NOTES = {"on-merged": "type = change.merged", "on-failure": "outcome = fail"}


def service(name: str) -> str:
    prefix = "channel" if name == "audit" else "service"
    return f"{prefix}/default/{name}"


def trigger(name: str) -> str:
    return f"trigger/default/{name}"


def source(name: str) -> str:
    return f"source/default/{name}"


def pipeline() -> Diagram:
    """Give a CI pipeline: three sources, a broker, seven triggers, replies, a channel."""
    boxes = [Box(name=source(n), label=n, kind=BoxKind.SOURCE) for n in SOURCES]
    boxes.append(Box(name=BROKER, label="default", kind=BoxKind.BROKER))
    boxes += [
        Box(name=trigger(n), label=n, kind=BoxKind.TRIGGER, note=NOTES.get(n, ""))
        for n in TRIGGERS
    ]
    for name in TRIGGERS.values():
        kind = BoxKind.CHANNEL if name == "audit" else BoxKind.SERVICE
        boxes.append(Box(name=service(name), label=name, kind=kind))
    dead = Box(
        name=service("dead-letters"), label="dead-letters", kind=BoxKind.DEAD_LETTERS
    )
    boxes.append(dead)
    boxes += [
        Box(name=service(n), label=n, kind=BoxKind.SERVICE)
        for n in ("archive", "metrics")
    ]
    lines = [_flow(source(n), BROKER) for n in SOURCES]
    for name, to in TRIGGERS.items():
        lines += [_flow(BROKER, trigger(name)), _flow(trigger(name), service(to))]
    lines += [_flow(service("audit"), service(n)) for n in ("archive", "metrics")]
    lines += [Line(start=service(n), end=BROKER, kind=LineKind.REPLY) for n in REPLYING]
    lines += [
        Line(start=trigger(n), end=dead.name, kind=LineKind.DEAD_LETTER)
        for n in ("on-published", "on-staged")
    ]
    return Diagram.of(boxes, lines)


def _flow(start: str, end: str) -> Line:
    return Line(start=start, end=end, kind=LineKind.FLOW)


def teams(*names: str, triggers: int = 1) -> Diagram:
    """Give namespaces with a broker each, every one sending to the next."""
    boxes, lines = [], []
    for at, team in enumerate(names):
        hub = f"broker/{team}/broker"

        def box(word: str, kind: BoxKind, team: str = team) -> Box:
            name = f"{kind.value}/{team}/{word}"
            return Box(name=name, label=f"{team}-{word}", kind=kind, namespace=team)

        boxes += [box("source", BoxKind.SOURCE), box("broker", BoxKind.BROKER)]
        lines.append(_flow(f"source/{team}/source", hub))
        for number in range(triggers):
            trigger, service = f"on-{number}", f"svc-{number}"
            boxes.append(box(trigger, BoxKind.TRIGGER))
            boxes.append(box(service, BoxKind.SERVICE))
            lines.append(_flow(hub, f"trigger/{team}/{trigger}"))
            lines.append(
                _flow(f"trigger/{team}/{trigger}", f"service/{team}/{service}")
            )
        if at + 1 < len(names):
            last = f"trigger/{team}/on-{triggers - 1}"
            lines.append(_flow(last, f"broker/{names[at + 1]}/broker"))
    return Diagram.of(boxes, lines)


def line_of(diagram: Diagram, start: str, end: str, kind: LineKind) -> int:
    """Give the index of a line."""
    return diagram.lines.index(Line(start=start, end=end, kind=kind))


def quiet(position: float = 0.0) -> Frame:
    """Give a frame in which nothing has happened."""
    return Frame(position, 0, 0, (), {}, {}, {}, {}, {}, {}, Totals())


def lively(diagram: Diagram) -> Frame:
    """Give a frame in which much happens."""
    retry = line_of(
        diagram, trigger("on-published"), service("deploy-staging"), LineKind.FLOW
    )
    reply = line_of(diagram, service("e2e-tests"), BROKER, LineKind.REPLY)
    glows = {at: Glow(0.5, "ok") for at in range(3, 17)}
    glows[retry] = Glow(0.9, "retry")
    return Frame(
        position=12.0,
        now_ns=63_343_000_000,
        shown=333,
        dots=(
            Dot((0,), 0.6, "ok"),
            Dot((3, 4), 0.3, "ok"),
            Dot((7, 8), 0.45, "ok"),
            Dot((retry,), 0.5, "retry"),
            Dot((reply,), 0.4, "reply"),
            Dot((reply,), 0.8, "reply"),
        ),
        busy={},
        glows=glows,
        flashes={
            trigger("all-events"): Glow(0.7, "ok"),
            service("deploy-staging"): Glow(0.9, "retry"),
            BROKER: Glow(0.6, "reply"),
            service("audit"): Glow(0.9, "ok"),
        },
        counts={box.name: at * 13 + 4 for at, box in enumerate(diagram.boxes)},
        badges={
            service("deploy-staging"): Badge("retry", "3"),
            service("approval-gate"): Badge("wait", "2"),
        },
        rates={box.name: (0, 1, 2, 5, 3, 8, 4, 1) for box in diagram.boxes},
        totals=Totals(
            events=1204, in_flight=7, retries=18, dead=0, lost=0, approvals=2
        ),
    )


def rush(diagram: Diagram, position: float) -> Frame:
    """Give a frame in which every line is busy and every count is another."""
    lines = range(len(diagram.lines))
    tick = int(position * 60)
    return quiet(position)._replace(
        shown=tick * 100,
        dots=tuple(
            Dot((at,), (tick * 7 + at * 13) % 100 / 100, "ok") for at in lines[::3]
        ),
        busy={at: 120.0 for at in lines if at % 3},
        glows={at: Glow((tick + at) % 9 / 9, "ok") for at in lines},
        flashes={
            box.name: Glow((tick + at) % 8 / 8, "ok")
            for at, box in enumerate(diagram.boxes)
        },
        counts={box.name: tick * 3 + at for at, box in enumerate(diagram.boxes)},
    )


WORDS = (
    ("ok", "delivered", "202 · 17 ms", False),
    ("ok", "delivered", "200 · 544 ms", False),
    ("retry", "retry", "503, attempt 2 in 0.5s", True),
    ("reply", "replied", "from e827-0100", False),
    ("dead", "dead-letter", "after 4 attempts", True),
)


def record(serial: int) -> Row:
    """Give one of the records."""
    outcome, word, note, loud = WORDS[serial % len(WORDS)]
    names = list(TRIGGERS)
    return Row(
        serial=serial,
        at_ns=62_303_000_000 + serial * 73_000_000,
        outcome=outcome,
        word=word,
        type=f"dev.cdevents.{('approval.granted', 'artifact.published', 'service.deployed')[serial % 3]}",
        subject=("cart", "web", "search", "payments")[serial % 4],
        start=names[serial % 7],
        end=TRIGGERS[names[serial % 7]],
        note=note,
        trace=serial // 4,
        loud=loud,
    )


class Records:
    """Rows of every record, or of some."""

    def __init__(self, serials: Iterable[int]) -> None:
        self._serials = list(serials)

    def count_at(self, shown: int) -> int:
        return sum(serial < shown for serial in self._serials)

    def index_of(self, serial: int) -> int:
        return sum(one < serial for one in self._serials)

    def row(self, index: int) -> Row:
        return record(self._serials[index])


def palette() -> Palette:
    """Give the colours of the dark theme without an app."""
    variables = {**DARK.to_color_system().generate(), **DARK.variables}
    return Palette(variables)


def scene_of(
    diagram: Diagram,
    width: int = 150,
    height: int = 40,
    *,
    zoom: str = "boxes",
) -> Scene:
    """Give a scene of a diagram, without an app."""
    drawing = fit(diagram, width, height, zoom=zoom)
    return Scene(Picture(drawing), palette(), Told())


def text_of(scene: Scene, box: str) -> list[str]:
    """Give the rows of a box as text."""
    place = scene.picture.drawing.places[box]
    width = scene.picture.drawing.width
    rows = [row_strip(scene, place.y + at, 0, width).text for at in range(place.h)]
    return [row[place.x : place.x + place.w] for row in rows]


def style_at(strip: Strip, column: int) -> Style:
    """Give the style of a cell."""
    (segment,) = strip.crop(column, column + 1)
    assert segment.style is not None
    return segment.style


def colour_at(strip: Strip, column: int) -> str:
    """Give the colour of the character in a cell, as ``#RRGGBB``."""
    colour = style_at(strip, column).color
    assert colour is not None
    assert colour.triplet is not None
    return colour.triplet.hex.upper()
