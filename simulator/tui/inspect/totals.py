"""What each trigger, service and flow of a run comes to at a position, for tables."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from simulator.story.meaning import TROUBLE, Sense
from simulator.tui.diagram import BoxKind, LineKind
from simulator.tui.glyphs import GLYPHS
from simulator.tui.view.row import row_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.tui.diagram import Box
    from simulator.tui.inspect.figures import Figures
    from simulator.tui.view.shapes import Shape
    from simulator.tui.view.trace_view import TraceView

FLOWS = 20_000
"""Records that are looked at one by one: the newest."""
_TOLD = (Sense.REQUEST, Sense.PANICKED)
_TAKEN = (Sense.ACCEPTED, Sense.UNMATCHED)
_WELL = (Sense.DELIVERED, Sense.ACKNOWLEDGED)
_BADLY = (Sense.FAILED, Sense.RETRIED)
_LOST = (Sense.LOST, Sense.STUCK)
_DEAD = (Sense.DEAD, *_LOST)
_SERVICES = (BoxKind.SERVICE, BoxKind.DEAD_LETTERS)
_OPEN = ("waiting", "held", "retry", "under way")


class RouteTotals(NamedTuple):
    """A trigger or subscription.

    Args:
        filter: What it wants; empty for all.
        matched: Events that it delivered.
        missed: Events that its hub took and it did not want.
        retries: That followed a failure.
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
        received: Requests.
        open: Those that have no answer yet: it has them, or they wait for a pod.
        pods: Those that are Ready, and how many there are to be: ``2 of 5``; empty where
            nothing has been told of them.
        p95_ns: As of `RouteTotals`.
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
            ``dead-letter``, ``unmatched`` or ``delivered``.
        took_ns: Until the newest record.
        deliveries: How many began.
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
        counts = self._view.fold.at(shown).counts
        for shape in self._view.shapes.all[: len(counts)]:
            facts, count = shape.facts, counts[shape.code]
            if count:
                self._from[facts.sense, facts.source] += count
                self._to[facts.sense, facts.target] += count
                self._open[shape.end] += count * shape.open
                if facts.sense is Sense.REPLY:
                    self._replied[shape.start] += count
                for node in shape.arrives:
                    self._arrived[node] += count

    def routes(self) -> list[RouteTotals]:
        """Give every trigger and subscription, as they stand in the topology."""
        hub_of = {
            line.end: line.start
            for line in self._view.diagram.lines
            if line.kind is LineKind.FLOW
        }
        took = self._figures.latencies(self._shown, by_route=True)
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
                p95_ns=took[box.name].p95 if box.name in took else None,
            )
            for box in self._boxes(BoxKind.TRIGGER)
        ]

    def services(self) -> list[ServiceTotals]:
        """Give every service, those that take dead letters among them."""
        took = self._figures.latencies(self._shown)
        return [
            ServiceTotals(
                node=box.name,
                received=self._arrived[box.name],
                open=self._open[box.name],
                ok=_sum(self._from, _WELL, box.name),
                failed=_sum(self._from, _BADLY, box.name),
                replies=self._replied[box.name],
                pods=self._pods(box.name),
                p95_ns=took[box.name].p95 if box.name in took else None,
            )
            for box in self._boxes(*_SERVICES)
        ]

    def _pods(self, node: str) -> str:
        pods = self._figures.pods(self._shown, node)
        return "" if pods is None else f"{pods[0]} of {pods[1]}"

    def flows(self) -> list[FlowTotals]:
        """Give what followed from each event that was sent, the newest first.

        The newest `FLOWS` records of those that have happened are looked at.
        """
        view = self._view
        found: dict[int, _Flow] = {}
        for serial in range(max(view.first, self._shown - FLOWS), self._shown):
            root = view.trace_of(serial)
            found.setdefault(root, _Flow()).add(serial, view.shape(serial))
        return [
            _flow(view, root, flow)
            for root, flow in reversed(found.items())
            if root >= view.first and view.shape(root).facts.sense is Sense.SENT
        ]

    def _boxes(self, *kinds: BoxKind) -> Iterator[Box]:
        return (box for box in self._view.diagram.boxes if box.kind in kinds)


def _sum(counts: Counter[tuple[Sense, str]], senses: Iterable[Sense], node: str) -> int:
    return sum(counts[sense, node] for sense in senses)


class _Flow:
    __slots__ = ("deliveries", "last", "open", "trouble", "worst")

    def __init__(self) -> None:
        self.deliveries = self.last = 0
        self.trouble = -1
        self.open = dict.fromkeys(_OPEN, 0)
        self.worst = ""

    def add(self, serial: int, shape: Shape) -> None:
        sense = shape.facts.sense
        self.last = serial
        self.deliveries += sense in _TOLD
        self.open["waiting"] += shape.approvals
        self.open["held"] += shape.held
        self.open["retry"] += shape.wait
        self.open["under way"] += shape.open
        if sense in TROUBLE:
            self.trouble = serial
        if sense in _LOST:
            self.worst = "lost"
        elif sense is Sense.DEAD and not self.worst:
            self.worst = "dead-letter"

    @property
    def state(self) -> str:
        for word, count in self.open.items():
            if count > 0:
                return word
        return self.worst or ("delivered" if self.deliveries else "unmatched")


def _flow(view: TraceView, root: int, flow: _Flow) -> FlowTotals:
    attributes = view.attributes(root)
    trouble = ""
    if flow.trouble >= 0:
        row = row_of(view, flow.trouble)
        ends = f" {GLYPHS.to} ".join(filter(None, (row.start, row.end)))
        trouble = " ".join(filter(None, (row.word, ends, row.note)))
    return FlowTotals(
        serial=root,
        at_ns=view.at_ns(root),
        type=attributes.get("type", ""),
        subject=attributes.get("subject", ""),
        state=flow.state,
        took_ns=view.at_ns(flow.last) - view.at_ns(root),
        deliveries=flow.deliveries,
        trouble=trouble,
    )
