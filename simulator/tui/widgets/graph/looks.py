"""How a picture looks at the moment: boxes with their counts, dots, glows, inks of lines."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from simulator.tui.diagram import LineKind, counted
from simulator.tui.glyphs import GLYPHS
from simulator.tui.paint import Palette, mix, style
from simulator.tui.view.frame import Badge, Dot, Frame, Glow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.style import Style

    from simulator.tui.widgets.graph.picture import Picture

# The head of a dot and the cells behind it that still shine.
TAIL = 5
# So many degrees of glow are told apart: fewer repaints, fewer styles.
GLOW_STEPS = 8
# The brightness of busy lines repeats after so many cells …
WAVE_CELLS = 16
# … and has so many degrees; it moves so many cells a second.
WAVE_STEPS = 8
_WAVE_CELLS_A_SECOND = 24
SLOTS = 8
# What is shown where a box stands for several nodes with different trouble.
_GRAVEST_FIRST = ("break", "fault", "wait", "retry", "queue")
FAINT, NORMAL, STRONG = 0, 1, 2
# Lines that are not of the selection keep so much of their colour.
_FAINT_SHARE = 0.5
# Replies and dead letters have a hint of their outcome's colour at rest.
_HINT = 0.45
_OUTCOMES = {
    LineKind.FLOW: "ok",
    LineKind.REPLY: "reply",
    LineKind.DEAD_LETTER: "dead",
}


class Shine(NamedTuple):
    """A cell of a dot, in the colour of an outcome."""

    head: str
    """The character of the dot; empty in its tail."""
    step: int
    """From 1, the end of the tail, to `TAIL` + 1, the head."""
    outcome: str


class Warmth(NamedTuple):
    """How a line or box shines after something has passed: 0, or up to `GLOW_STEPS`."""

    step: int
    outcome: str


COLD = Warmth(0, "ok")


def shines_of(
    picture: Picture, dots: Iterable[Dot], *, misses: bool
) -> dict[tuple[int, int], Shine]:
    """Give the cells that dots and their tails cover, *misses* too: those have no tail."""
    shining: dict[tuple[int, int], Shine] = {}
    for dot in dots:
        missed = dot.outcome == "nomatch"
        route = picture.route(dot.lines)
        if not route or (missed and not misses):
            continue
        head = max(0, min(len(route) - 1, int(dot.fraction * len(route))))
        for back in range(min(0 if missed else TAIL, head), -1, -1):
            cell = route[head - back]
            step = TAIL + 1 - back
            there = shining.get(cell)
            if there is None or there.step <= step:
                char = "" if back else GLYPHS.dots[dot.outcome]
                shining[cell] = Shine(char, step, dot.outcome)
    return shining


def warm_lines(picture: Picture, frame: Frame, *, moving: bool) -> dict[int, Warmth]:
    """Give the drawn lines that glow.

    Where no dots are drawn, a line has its full colour as long as anything is on it, and
    until the glow is over.
    """
    glowing = [
        (line, warmth(glow, moving=moving)) for line, glow in frame.glows.items()
    ]
    if not moving:
        glowing += [
            (line, Warmth(GLOW_STEPS, dot.outcome))
            for dot in frame.dots
            if dot.outcome != "nomatch"
            for line in dot.lines
        ]
    warm: dict[int, Warmth] = {}
    for line, new in glowing:
        drawn = picture.drawing.line_of.get(line)
        if drawn is not None and new.step > warm.get(drawn, COLD).step:
            warm[drawn] = new
    return warm


def warmth(glow: Glow | None, *, moving: bool) -> Warmth:
    """Give the degree of a glow; 0 where it is too weak to be seen."""
    if glow is None:
        return COLD
    step = round(max(0.0, min(1.0, glow.level)) * GLOW_STEPS)
    if not moving:
        step = GLOW_STEPS if step else 0
    return Warmth(step, glow.outcome)


def busy_lines(picture: Picture, busy: Mapping[int, float]) -> dict[int, float]:
    """Give the drawn lines with too many travellers for dots, and how many a second."""
    line_of = picture.drawing.line_of
    rates: dict[int, float] = {}
    for line, rate in busy.items():
        drawn = line_of.get(line)
        if drawn is not None:
            rates[drawn] = rates.get(drawn, 0.0) + rate
    return rates


def wave_phase(position: float) -> int:
    """Give how many cells the brightness of busy lines has moved."""
    return int(position * _WAVE_CELLS_A_SECOND) % WAVE_CELLS


def wave_height(step: int) -> float:
    """Give the brightness of one degree of the wave, from 0 to 1: up, then down."""
    half = WAVE_STEPS / 2
    return 1 - abs(step % WAVE_STEPS - half) / half


# -- boxes


class Face(NamedTuple):
    total: int = 0
    """How many events have arrived."""
    badge: Badge | None = None
    warmth: Warmth = COLD
    rates: tuple[int, ...] = ()
    """Arrivals in each of the last eight slots, oldest first."""


def faces_of(
    picture: Picture, frame: Frame, faults: Mapping[str, str], *, moving: bool
) -> dict[str, Face]:
    """Give the face of each drawn box; glows fade if *moving*, else are there or not."""
    marks = {node: Badge("fault", text) for node, text in faults.items()}
    badges, faces = {**marks, **frame.badges}, {}
    for name in picture.drawing.places:
        nodes = picture.nodes_of(name)
        if len(nodes) == 1:
            faces[name] = Face(
                frame.counts.get(name, 0),
                badges.get(name),
                warmth(frame.flashes.get(name), moving=moving),
                frame.rates.get(name, ()),
            )
        else:
            faces[name] = _joint_face(nodes, frame, badges, moving=moving)
    return faces


def _joint_face(
    nodes: tuple[str, ...], frame: Frame, badges: Mapping[str, Badge], *, moving: bool
) -> Face:
    hubs = counted(nodes)
    glows = [frame.flashes[node] for node in nodes if node in frame.flashes]
    glow = max(glows, key=lambda one: one.level, default=None)
    rates = [frame.rates[node] for node in hubs if node in frame.rates]
    return Face(
        sum(frame.counts.get(node, 0) for node in hubs),
        _gravest([badges[node] for node in nodes if node in badges]),
        warmth(glow, moving=moving),
        tuple(map(sum, zip(*rates, strict=True))),
    )


def _gravest(badges: list[Badge]) -> Badge | None:
    """Give the worst trouble; numbers of its kind are added up."""
    for kind in _GRAVEST_FIRST:
        texts = [badge.text for badge in badges if badge.kind == kind]
        if len(texts) > 1 and kind != "fault" and all(t.isdigit() for t in texts):
            return Badge(kind, str(sum(map(int, texts))))
        if texts:
            return Badge(kind, texts[0])
    return None


# -- lines


class Ink(NamedTuple):
    colour: str
    """As ``#rrggbb``."""
    chars: Mapping[int, str]
    """Mask -> character."""
    style: Style
    arrow: Style
    """Of the cell before a box."""
    wave: tuple[Style, ...]
    """Of a busy line, one a degree of brightness; empty at rest."""


@lru_cache(maxsize=4_096)
def ink_of(
    palette: Palette, kind: LineKind, emphasis: int, warmth: Warmth, busy: bool
) -> Ink:
    """Give the look of lines; the same one for the same arguments.

    *emphasis* is `FAINT`, `NORMAL` or `STRONG`; *busy* lines have too many travellers for
    dots.
    """
    surface, outcomes, share = palette.surface, palette.outcomes, 1.0
    base = palette.edge
    if kind is not LineKind.FLOW:
        base = mix(base, outcomes[_OUTCOMES[kind]], _HINT)
    if emphasis == STRONG:
        base = palette.accent
    elif emphasis == FAINT:
        share = _FAINT_SHARE
        base = mix(surface, base, share)
    colour = base
    if warmth.step:
        glow = share * (0.25 + 0.55 * warmth.step / GLOW_STEPS)
        colour = mix(base, outcomes[warmth.outcome], glow)
    wave: tuple[Style, ...] = ()
    if busy:
        hot = outcomes[warmth.outcome if warmth.step else _OUTCOMES[kind]]
        hot = hot if emphasis != FAINT else mix(surface, hot, share)
        wave = tuple(
            style(mix(base, hot, 0.3 + 0.7 * wave_height(step)), surface)
            for step in range(WAVE_STEPS)
        )
    heavy = busy or emphasis == STRONG
    return Ink(
        colour,
        GLYPHS.heavy if heavy else GLYPHS.lines[kind],
        style(colour, surface),
        style(mix(colour, palette.text, 0.25), surface),
        wave,
    )


@lru_cache(maxsize=4_096)
def shine_style(palette: Palette, ground: str, shine: Shine) -> Style:
    colour = palette.outcomes[shine.outcome]
    if shine.step <= TAIL:
        colour = mix(ground, colour, 0.35 + 0.65 * shine.step / (TAIL + 1))
    return style(colour, palette.surface, bold=bool(shine.head))
