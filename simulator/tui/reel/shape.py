"""What many records have in common: sort, ends, attempt, status.

A run has few shapes and many records, so that what depends on the shape alone is
worked out once: the lines, who is reached, whether a filter matches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.kernel import Kind
from simulator.tui.reel.sorts import (
    AGAIN,
    ANSWERS,
    REQUESTS,
    ROLES,
    Role,
    Sort,
    sort_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.tui.diagram import Diagram

MOST_ATTEMPTS = 100
"""Attempts from here on have one shape, as there may be two thousand million."""
_REPLIES = frozenset({Sort.REPLY, Sort.REPLY_AGAIN})
_DECIDED = frozenset({Sort.APPROVED, Sort.REJECTED, Sort.WITHDRAWN})
_LET_GO = frozenset({Sort.RELEASED, Sort.DISCARDED})
# Told from the trigger to the service, though the service says it.
_TURNED = ANSWERS | {Sort.WAITING, Sort.WITHDRAWN}
_HUBS = ("broker/", "channel/")
_LANES = ("trigger/", "subscription/")


class Facts(NamedTuple):
    """What makes a shape.

    Args:
        sort: What the record means.
        kind: The word of the trace.
        source: The node that it comes from, as in the record.
        target: The node that it goes to, as in the record.
        attempt: At most `MOST_ATTEMPTS`.
        status: As in the record.
    """

    sort: Sort
    kind: str
    source: str
    target: str
    attempt: int
    status: int


GONE = Facts(Sort.GONE, "", "", "", 1, 0)


class Shape:
    """One shape, with what the picture needs of it.

    Attributes:
        code: Its number.
        facts: What makes it.
        start: The node where it begins to a reader: an answer is told from the
            trigger to the service, as its request is, a reply from the service.
        end: The node where it ends to a reader.
        roles: What it does to the picture.
        lines: The lines of the diagram that it travels along.
        arrives: The boxes whose count it raises.
        open: By how much it changes the number of open requests.
        wait: By how much it changes the number of retries that wait.
        waits_at: The box where they wait.
        approvals: By how much it changes the number of approvals that wait.
        held: By how much it changes the number of held requests.
    """

    __slots__ = (
        "approvals",
        "arrives",
        "code",
        "end",
        "facts",
        "held",
        "lines",
        "open",
        "roles",
        "start",
        "wait",
        "waits_at",
    )

    def __init__(self, code: int, facts: Facts) -> None:
        sort = facts.sort
        self.code = code
        self.facts = facts
        self.roles = ROLES[sort]
        turned = sort in _TURNED
        self.start = facts.target if turned else facts.source
        self.end = facts.source if turned else facts.target
        closing = sort in ANSWERS or sort in {Sort.REDIRECTED, Sort.CUT}
        self.open = (sort in REQUESTS) - closing
        self.wait = (sort is Sort.RETRY) - (sort in AGAIN or sort is Sort.CUT_WAIT)
        self.approvals = (sort is Sort.WAITING) - (sort in _DECIDED)
        self.held = (sort is Sort.HELD) - (sort in _LET_GO)
        self.lines: tuple[int, ...] = ()
        self.arrives: tuple[str, ...] = ()
        self.waits_at = ""

    def draw(self, diagram: Diagram, boxes: frozenset[str]) -> None:
        """Find the shape's place in a diagram."""
        sort, kind, source, target, _, _ = self.facts
        self.roles = ROLES[sort]
        self.waits_at = diagram.box_name(target if self.held else source or target)
        if Role.HOP in self.roles:
            self.lines = diagram.way(Kind(kind), source, target)
            if sort in AGAIN:
                # A further attempt starts at the trigger.
                self.lines = self.lines[-1:]
            if sort is Sort.REQUEST and self._is_direct(diagram):
                # Its sending has travelled there already.
                self.roles, self.lines = self.roles & ~Role.HOP, ()
            if sort in _REPLIES:
                # The service gives it; the trigger only posts it.
                way = self.lines
                self.start = diagram.lines[way[0]].start if way else source
        self.arrives = tuple(node for node in self._reached() if node in boxes)

    def _is_direct(self, diagram: Diagram) -> bool:
        """Tell whether a sender calls a service without a hub between."""
        _, _, source, target, _, _ = self.facts
        if source.startswith(_LANES):
            return False
        return not source or (
            bool(self.lines) and diagram.way(Kind.SENT, source, target) == self.lines
        )

    def _reached(self) -> tuple[str, ...]:
        """Give the nodes where an event arrives, or, for sources, leaves."""
        sort, _, source, target, _, _ = self.facts
        # A hub says itself what it takes.
        end = () if target.startswith(_HUBS) else (target,)
        match sort:
            case Sort.SENT:
                # A service that sends is counted by what it gets.
                return () if source.startswith("service/") else (source,)
            case Sort.ACCEPTED | Sort.UNMATCHED:
                return (target,)
            case Sort.REQUEST:
                return (source, *end) if source.startswith(_LANES) else end
            case Sort.PANICKED:
                return (source,)
            case _ if sort in REQUESTS:
                return end
        return ()


class Shapes:
    """All shapes of a trace, in the order in which they appear.

    Args:
        diagram: Where their lines are looked up.
    """

    def __init__(self, diagram: Diagram) -> None:
        self.all: list[Shape] = []
        self.roles: list[int] = []
        self._codes: dict[Facts, int] = {}
        self._boxes: frozenset[str] = frozenset()
        self.diagram = diagram
        self.redraw(diagram)
        self.code_of(GONE)

    def __len__(self) -> int:
        return len(self.all)

    def redraw(self, diagram: Diagram) -> None:
        """Find the place of every shape in another diagram."""
        self.diagram = diagram
        self._boxes = frozenset(box.name for box in diagram.boxes)
        for shape in self.all:
            shape.draw(diagram, self._boxes)
        self.roles = [int(shape.roles) for shape in self.all]

    def code_of(self, facts: Facts) -> int:
        """Give the number of a shape, a new one if it is the first of its kind."""
        code = self._codes.get(facts)
        if code is None:
            code = self._codes[facts] = len(self.all)
            shape = Shape(code, facts)
            shape.draw(self.diagram, self._boxes)
            self.all.append(shape)
            self.roles.append(int(shape.roles))
        return code

    def code(
        self,
        kind: str,
        source: str,
        target: str,
        attempt: int,
        status: int,
        *,
        ok: bool,
    ) -> int:
        """Give the number of the shape of a record.

        Args:
            kind: The word of the trace.
            source: The node that it comes from.
            target: The node that it goes to.
            attempt: 1 for the first.
            status: The HTTP status, or the number of routes that match.
            ok: Whether nothing beside the status says that an answer counts otherwise.
        """
        sort = sort_of(kind, status=status, attempt=attempt, ok=ok)
        few = min(attempt, MOST_ATTEMPTS)
        if sort is Sort.ACCEPTED:
            status = 1  # how many match is no matter of the picture
        return self.code_of(Facts(sort, str(kind), source, target, few, status))

    def changed(self, code: int, sort: Sort) -> int:
        """Give the number of a shape like another one, of another sort."""
        return self.code_of(self.all[code].facts._replace(sort=sort))

    def those(self, weight: Callable[[Shape], int]) -> list[tuple[int, int]]:
        """List the numbers of the shapes that have a weight, with it."""
        weighed = ((shape.code, weight(shape)) for shape in self.all)
        return [(code, n) for code, n in weighed if n]
