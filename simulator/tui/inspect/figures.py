"""Numbers of a trace view at a position, for pages and tables: how much, how slow, what failed.

What would cost more the longer the trace is looks at the newest records only.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import islice, pairwise
from typing import TYPE_CHECKING, NamedTuple

from simulator.nodes import Role, role_of
from simulator.story.meaning import ANSWERS, LOSSES, TROUBLE, Sense
from simulator.tui.diagram import Box, BoxKind, LineKind
from simulator.tui.glyphs import GLYPHS
from simulator.tui.view.columns import NS
from simulator.tui.view.rows import row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from simulator.tui.view.frame import Frame
    from simulator.tui.view.shapes import Shape
    from simulator.tui.view.trace_view import TraceView

NEWEST = 5_000
"""Records that are looked at one by one."""
_NEW = (Sense.SENT, Sense.REPLY)
_BADLY = (Sense.FAILED, Sense.RETRIED)


class Latencies(NamedTuple):
    """How long answers took, ns: half of them at most, and 95 of 100."""

    p50: int
    p95: int


class Figures:
    def __init__(self, view: TraceView) -> None:
        self.view = view

    # -- counts

    def happened(self, shown: int) -> list[tuple[Shape, int]]:
        """Give the shapes of what has happened, each with how often."""
        counts = self.view.fold.at(shown).counts
        shapes = zip(self.view.shapes.all, counts, strict=True)
        return [(shape, count) for shape, count in shapes if count]

    def outcomes(self, shown: int) -> Counter[Sense]:
        found: Counter[Sense] = Counter()
        for shape, count in self.happened(shown):
            found[shape.facts.sense] += count
        return found

    def total(self, frame: Frame, weight: Callable[[Shape], int]) -> int:
        view = self.view
        return view.fold.at(frame.shown).total(view.shapes.those(weight))

    def per_second(
        self, frame: Frame, seconds: int, weight: Callable[[Shape], int]
    ) -> list[int]:
        """Count records, weighed by shape, in each of the last seconds, oldest first."""
        view, shown = self.view, frame.shown
        weights = view.shapes.those(weight)
        bounds = [
            bisect_left(view.columns.at, frame.now_ns - back * NS + 1, hi=shown)
            for back in range(seconds, 0, -1)
        ]
        bounds.append(shown)
        totals = {at: view.fold.at(at).total(weights) for at in dict.fromkeys(bounds)}
        return [totals[stop] - totals[start] for start, stop in pairwise(bounds)]

    def types(self, shown: int) -> Counter[str]:
        columns = self.view.columns
        end = bisect_left(columns.begun, shown)
        start = max(0, end - NEWEST)
        return Counter(
            columns.attributes(number).get("type", "")
            for number in range(start, end)
            if columns.events[number] is not None
            and columns.sense[columns.begun[number]] in _NEW
        )

    # -- answers

    def latencies(self, shown: int, *, by_route: bool = False) -> dict[str, Latencies]:
        """Tell how long the answers of each service took, or those to each route."""
        columns = self.view.columns
        taken: dict[str, list[int]] = {}
        services = {
            shape.code: shape.facts.target if by_route else shape.facts.source
            for shape in self.view.shapes.all
            if shape.facts.sense in ANSWERS
            and role_of(shape.facts.source) is Role.SERVICE
        }
        for serial, service in self._newest(shown, services):
            took = columns.at[serial] - columns.at[columns.cause[serial]]
            taken.setdefault(service, []).append(took)
        return {service: _latencies(each) for service, each in taken.items()}

    def failures(self, shown: int, nodes: Iterable[str], most: int) -> list[int]:
        """List the serials of the last failed answers at nodes, the newest first."""
        there = frozenset(nodes)
        codes = {
            shape.code: shape.facts.target
            for shape in self.view.shapes.all
            if shape.facts.sense in _BADLY
            and not there.isdisjoint((shape.facts.source, shape.facts.target))
        }
        return [serial for serial, _ in islice(self._newest(shown, codes), most)]

    def _newest(self, shown: int, codes: dict[int, str]) -> Iterator[tuple[int, str]]:
        shapes = self.view.columns.shape
        if not codes:
            return
        for serial in range(shown - 1, max(self.view.first, shown - NEWEST) - 1, -1):
            name = codes.get(shapes[serial])
            if name is not None:
                yield serial, name

    # -- pods

    def pods(self, shown: int, node: str) -> tuple[int, int] | None:
        """Tell how many pods of a service are Ready, and are to be; None for not told."""
        listed = self.view.columns.listed
        both = (listed[sense] for sense in (Sense.SCALED, Sense.STARTED))
        told = sorted(
            serial for each in both for serial in each[: bisect_left(each, shown)]
        )
        found: tuple[int, int] | None = None
        for serial in told[-NEWEST:]:
            facts = self.view.shape(serial).facts
            if facts.source != node:
                continue
            if found is None:  # the first that tells of any says how many there were
                before = str(self.view.record(serial).detail).partition(" ")[0]
                found = int(before), 0
            ready, wanted = found
            if facts.sense is Sense.STARTED:
                found = facts.status, max(wanted, facts.status)
            else:
                found = min(ready, facts.status), facts.status
        return found

    # -- waits

    def approvals(self, shown: int) -> list[int]:
        """List the records of approvals that wait, the oldest first."""
        columns = self.view.columns
        waiting = columns.listed[Sense.WAITING]
        return [
            serial
            for serial in waiting[: bisect_left(waiting, shown)]
            if not 0 < columns.follow[serial] < shown
        ]


def _latencies(taken: list[int]) -> Latencies:
    taken.sort()
    count = len(taken)
    return Latencies(taken[(count - 1) // 2], taken[(count * 95 - 1) // 100])


FLOWS = 20_000
"""Records that are looked at one by one: the newest."""
_TOLD = (Sense.REQUEST, Sense.PANICKED)
_TAKEN = (Sense.ACCEPTED, Sense.UNMATCHED)
_WELL = (Sense.DELIVERED, Sense.ACKNOWLEDGED)
_DEAD = (Sense.DEAD, Sense.LOST, Sense.STUCK)


class RouteTotals(NamedTuple):
    """A trigger or subscription.

    Args:
        filter: What it wants; empty for all.
        missed: Events that its hub took and it did not want.
        dead: Dead letters, and what was lost.
        p95_ns: How long 95 of 100 answers took at most; None without any.
    """

    node: str
    filter: str
    matched: int
    missed: int
    retries: int
    dead: int
    p95_ns: int | None


class ServiceTotals(NamedTuple):
    """A service.

    Args:
        open: Requests without an answer: it has them, or they wait for a pod.
        pods: Those that are Ready, and how many there are to be: ``2 of 5``; empty where
            nothing has been told of them.
    """

    node: str
    received: int
    open: int
    ok: int
    failed: int
    replies: int
    pods: str
    p95_ns: int | None


class FlowTotals(NamedTuple):
    """All that followed from one event.

    Args:
        serial: Of its first record.
        state: ``waiting``, ``held``, ``retry``, ``under way``, ``lost``,
            ``dead-letter``, ``refused``, ``expired``, ``failed``, ``delivered`` or
            ``unmatched``: the first that is so of anything that followed.
        took_ns: Until the newest record.
        trouble: The last trouble in words; empty without any.
    """

    serial: int
    at_ns: int
    type: str
    subject: str
    state: str
    took_ns: int
    deliveries: int
    trouble: str


class Totals:
    def __init__(self, figures: Figures, shown: int) -> None:
        self._figures, self._shown = figures, shown
        self._view = figures.view
        # By sense and node: where records of it come from, go to, and arrive.
        self._from: Counter[tuple[Sense, str]] = Counter()
        self._to: Counter[tuple[Sense, str]] = Counter()
        self._replied: Counter[str] = Counter()
        self._open: Counter[str] = Counter()
        self._arrived: Counter[str] = Counter()
        for shape, count in figures.happened(shown):
            facts = shape.facts
            self._from[facts.sense, facts.source] += count
            self._to[facts.sense, facts.target] += count
            self._open[shape.end] += count * shape.open
            if facts.sense is Sense.REPLY:
                self._replied[shape.start] += count
            for node in shape.arrives:
                self._arrived[node] += count

    def routes(self) -> list[RouteTotals]:
        hub_of = {
            line.end: line.start
            for line in self._view.diagram.lines
            if line.kind is LineKind.FLOW
        }
        took = self._p95(by_route=True)
        return [
            RouteTotals(
                node=box.name,
                filter=box.note,
                matched=(matched := _sum(self._from, _TOLD, box.name)),
                missed=max(
                    0, _sum(self._to, _TAKEN, hub_of.get(box.name, "")) - matched
                ),
                retries=self._from[Sense.RETRY, box.name],
                dead=_sum(self._from, _DEAD, box.name),
                p95_ns=took.get(box.name),
            )
            for box in self._boxes(BoxKind.TRIGGER)
        ]

    def services(self) -> list[ServiceTotals]:
        took, pods = self._p95(by_route=False), self._figures.pods
        return [
            ServiceTotals(
                node=box.name,
                received=self._arrived[box.name],
                open=self._open[box.name],
                ok=_sum(self._from, _WELL, box.name),
                failed=_sum(self._from, _BADLY, box.name),
                replies=self._replied[box.name],
                pods=" of ".join(map(str, pods(self._shown, box.name) or ())),
                p95_ns=took.get(box.name),
            )
            for box in self._boxes(BoxKind.SERVICE, BoxKind.DEAD_LETTERS)
        ]

    def _p95(self, *, by_route: bool) -> dict[str, int]:
        latencies = self._figures.latencies(self._shown, by_route=by_route)
        return {node: each.p95 for node, each in latencies.items()}

    def flows(self) -> list[FlowTotals]:
        """Give what followed from each event among the newest `FLOWS` records, newest first."""
        view = self._view
        lineages: dict[int, list[int]] = {}
        for serial in range(max(view.first, self._shown - FLOWS), self._shown):
            lineages.setdefault(view.trace_of(serial), []).append(serial)
        return [
            _flow(view, root, serials)
            for root, serials in reversed(lineages.items())
            if root >= view.first and view.shape(root).facts.sense is Sense.SENT
        ]

    def _boxes(self, *kinds: BoxKind) -> Iterator[Box]:
        return (box for box in self._view.diagram.boxes if box.kind in kinds)


def _sum(counts: Counter[tuple[Sense, str]], senses: Iterable[Sense], node: str) -> int:
    return sum(counts[sense, node] for sense in senses)


def _flow(view: TraceView, root: int, serials: Sequence[int]) -> FlowTotals:
    attributes = view.attributes(root)
    shapes = [view.shape(serial) for serial in serials]
    senses = [shape.facts.sense for shape in shapes]
    trouble = ""
    troubles = [n for n, sense in zip(serials, senses, strict=True) if sense in TROUBLE]
    if troubles:
        row = row_of(view, troubles[-1])
        ends = f" {GLYPHS.to} ".join(filter(None, (row.start, row.end)))
        trouble = " ".join(filter(None, (row.word, ends, row.note)))
    return FlowTotals(
        serial=root,
        at_ns=view.at_ns(root),
        type=attributes.get("type", ""),
        subject=attributes.get("subject", ""),
        state=_state(shapes, set(senses)),
        took_ns=view.at_ns(serials[-1]) - view.at_ns(root),
        deliveries=sum(sense in _TOLD for sense in senses),
        trouble=trouble,
    )


def _state(shapes: Sequence[Shape], senses: set[Sense]) -> str:
    found = (
        ("waiting", sum(shape.approvals for shape in shapes)),
        ("held", sum(shape.held for shape in shapes)),
        ("retry", sum(shape.wait for shape in shapes)),
        ("under way", sum(shape.open for shape in shapes)),
        ("lost", len(senses & LOSSES)),
        ("dead-letter", Sense.DEAD in senses),
        # Whoever sent it waits: what becomes of it is not known yet.
        ("under way", sum(shape.sender for shape in shapes)),
        ("refused", Sense.REFUSED in senses),
        ("expired", Sense.EXPIRED in senses),
        ("failed", Sense.FAILED in senses),
        ("delivered", not senses.isdisjoint(_WELL)),
    )
    return next((word for word, count in found if count > 0), "unmatched")
