"""What many records have in common: sense, ends, attempt, status.

A run has few shapes and many records, so that what depends on the shape alone is
worked out once: the lines, who is reached, whether a filter matches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.kernel import Kind
from simulator.nodes import Role, is_hub, is_route, role_of
from simulator.story.meaning import (
    AGAIN,
    ANSWERS,
    LOSSES,
    REQUESTS,
    Effect,
    Pending,
    Sense,
    sense_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.tui.diagram import Diagram


MOST_ATTEMPTS = 100
"""Attempts from here on have one shape, as there may be two thousand million."""
_REPLIES = frozenset({Sense.REPLY, Sense.REPLY_AGAIN})
_NEW = frozenset({Sense.SENT, Sense.REPLY})
# Told from the trigger to the service, though the service says it.
_TURNED = ANSWERS | {Sense.WAITING, Sense.WITHDRAWN, Sense.QUEUED}


class Facts(NamedTuple):
    """What makes a shape: what the record means and says, attempts as far as `MOST_ATTEMPTS`."""

    sense: Sense
    kind: str
    source: str
    target: str
    attempt: int
    status: int


GONE = Facts(Sense.GONE, "", "", "", 1, 0)


class Shape:
    """One shape, with what the picture needs of it.

    Attributes:
        start: The node where it begins to a reader: an answer is told from the
            trigger to the service, as its request is, a reply from the service.
        end: The node where it ends to a reader.
        effects: What it does to the picture.
        lines: The lines of the diagram that it travels along.
        arrives: The boxes whose count it raises.
        open: By how much it changes the number of open requests; so do *sender* that of
            senders without an answer, *wait* that of retries that wait, *approvals* and
            *held* those of what waits otherwise.
        waits_at: The box where they wait.
    """

    lines: tuple[int, ...]
    arrives: tuple[str, ...]

    def __init__(self, code: int, facts: Facts) -> None:
        sense = facts.sense
        self.code, self.facts = code, facts
        ends = facts.source, facts.target
        self.start, self.end = ends[::-1] if sense in _TURNED else ends
        self.open = _change(sense, Pending.REQUEST)
        self.sender = _change(sense, Pending.SENDER)
        self.wait = _change(sense, Pending.RETRY)
        self.approvals = _change(sense, Pending.APPROVAL)
        self.held = _change(sense, Pending.HOLD)

    def draw(self, diagram: Diagram, boxes: frozenset[str]) -> None:
        sense, kind, source, target, _, _ = self.facts
        self.effects, self.lines = sense.row.effect, ()
        self.waits_at = diagram.box_name(target if self.held else source or target)
        if self.effects & Effect.TRAVELS:
            self.lines = diagram.way(Kind(kind), source, target)
            if sense in AGAIN:
                # A further attempt starts at the trigger.
                self.lines = self.lines[-1:]
            if sense is Sense.REQUEST and self._is_direct(diagram):
                # Its sending has travelled there already.
                self.effects, self.lines = self.effects & ~Effect.TRAVELS, ()
            if sense in _REPLIES:
                # The service gives it; the trigger only posts it.
                way = self.lines
                self.start = diagram.lines[way[0]].start if way else source
        self.arrives = tuple(node for node in self._reached() if node in boxes)

    def _is_direct(self, diagram: Diagram) -> bool:
        _, _, source, target, _, _ = self.facts
        if is_route(source):
            return False
        return not source or (
            bool(self.lines) and diagram.way(Kind.SENT, source, target) == self.lines
        )

    def _reached(self) -> tuple[str, ...]:
        """Give the nodes where an event arrives, or, for sources, leaves."""
        sense, _, source, target, _, _ = self.facts
        # A hub says itself what it takes.
        end = () if is_hub(target) else (target,)
        match sense:
            case Sense.SENT:
                # A service that sends is counted by what it gets.
                return () if role_of(source) is Role.SERVICE else (source,)
            case Sense.ACCEPTED | Sense.UNMATCHED:
                return (target,)
            case Sense.REQUEST:
                return (source, *end) if is_route(source) else end
            case Sense.PANICKED:
                return (source,)
            case _ if sense in REQUESTS:
                return end
        return ()


def _change(sense: Sense, pending: Pending) -> int:
    row = sense.row
    return (row.opens is pending) - (row.closes is pending)


class Shapes:
    """All shapes of a trace, in the order in which they appear.

    Attributes:
        all: By number; *effects* of each.
        sent: Who has sent something, and to whom, in the order of the first time.
    """

    _plan: Plan | None

    def __init__(self, diagram: Diagram) -> None:
        self.sent: dict[tuple[str, str], None] = {}
        self.all: list[Shape] = []
        self._codes: dict[Facts, int] = {}
        self.redraw(diagram)
        self.code_of(GONE)

    def __len__(self) -> int:
        return len(self.all)

    @property
    def plan(self) -> Plan:
        if self._plan is None:
            self._plan = Plan(self)
        return self._plan

    def redraw(self, diagram: Diagram) -> None:
        self.diagram, self._plan = diagram, None
        self._boxes = frozenset(box.name for box in diagram.boxes)
        for shape in self.all:
            shape.draw(diagram, self._boxes)
        self.effects = [int(shape.effects) for shape in self.all]

    def code_of(self, facts: Facts) -> int:
        code = self._codes.get(facts)
        if code is None:
            self._plan = None
            code = self._codes[facts] = len(self.all)
            shape = Shape(code, facts)
            shape.draw(self.diagram, self._boxes)
            self.all.append(shape)
            if facts.sense is Sense.SENT and facts.source:
                self.sent[facts.source, facts.target] = None
            self.effects.append(int(shape.effects))
        return code

    def code(  # noqa: PLR0917 - as a record has them
        self,
        kind: str,
        source: str,
        target: str,
        attempt: int,
        status: int,
        detail: object,
    ) -> int:
        """Give the number of the shape of a record; *detail* may say why an answer is bad."""
        ok = not isinstance(detail, str)
        sense = sense_of(kind, status=status, attempt=attempt, ok=ok)
        few = min(attempt, MOST_ATTEMPTS)
        if sense is Sense.ACCEPTED:
            status = 1  # how many match is no matter of the picture
        return self.code_of(Facts(sense, str(kind), source, target, few, status))

    def changed(self, code: int, sense: Sense) -> int:
        """Give the number of a shape like another one, of another sense."""
        return self.code_of(self.all[code].facts._replace(sense=sense))

    def those(self, weight: Callable[[Shape], int]) -> list[tuple[int, int]]:
        weighed = ((shape.code, int(weight(shape))) for shape in self.all)
        return [(code, n) for code, n in weighed if n]


Weights = list[tuple[int, int]]


class Plan:
    """Numbers of shapes by what they are counted for.

    Attributes:
        arrivals: Box -> the shapes whose events arrive there.
        hops: The shapes that travel, each with its lines.
        moving: By number of the shape: whether it travels along lines.
        reaching: The shapes that reach boxes, each with those.
        retries: Box -> weights whose sum is how many wait there; so *approvals*, *held*.
        totals: Field of `Totals` -> weights whose sum it is.
    """

    def __init__(self, shapes: Shapes) -> None:
        self.hops = [(s.code, s.lines) for s in shapes.all if s.lines]
        self.moving = [bool(shape.lines) for shape in shapes.all]
        self.reaching = [(s.code, s.arrives) for s in shapes.all if s.arrives]
        self.arrivals: dict[str, Weights] = {}
        for code, boxes in self.reaching:
            for box in boxes:
                self.arrivals.setdefault(box, []).append((code, 1))
        self.retries = _by_box(shapes, lambda shape: shape.wait)
        self.approvals = _by_box(shapes, lambda shape: shape.approvals)
        self.held = _by_box(shapes, lambda shape: shape.held)
        self.totals = {
            "events": shapes.those(lambda shape: shape.facts.sense in _NEW),
            "in_flight": shapes.those(lambda shape: shape.open),
            "retries": shapes.those(lambda shape: shape.wait),
            "dead": shapes.those(lambda shape: shape.facts.sense is Sense.DEAD),
            "lost": shapes.those(lambda shape: shape.facts.sense in LOSSES),
            "approvals": shapes.those(lambda shape: shape.approvals),
        }


def _by_box(shapes: Shapes, weight: Callable[[Shape], int]) -> dict[str, Weights]:
    found: dict[str, Weights] = {}
    for code, number in shapes.those(weight):
        found.setdefault(shapes.all[code].waits_at, []).append((code, number))
    return found
