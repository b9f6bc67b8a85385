"""`Listing`: what the list shows of a run, by filter or find, in groups or record by record."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simulator.tui.filters.filter import Filter, lit_nodes
from simulator.tui.filters.language import NEVER, FilterError, completions, words_of
from simulator.tui.key_bar import key_names
from simulator.tui.spelling import kind_word, short
from simulator.tui.view.rows import Groups, Rows, row_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulator.tui.branch import Branch
    from simulator.tui.view.trace_view import TraceView

FIND = "/"
"""A filter that begins with it hides nothing: its hits are found one by one."""
_MUTED, _ALL_OF_IT = "-node:", "/*"
# Newest events whose types are offered; an older type is offered by its filter.
_LOOKED_AT = 5_000


class Listing:
    def __init__(self, branch: Branch, keys_of: Callable[[str], str]) -> None:
        self._keys_of = keys_of
        self.text = ""
        self.grouped = self.all = self.trouble = self.misses = False
        self._filter: Filter | None = None
        self.renew(branch)

    @property
    def is_finding(self) -> bool:
        return self.text.startswith(FIND)

    @property
    def is_never(self) -> bool:
        """Whether it asks for what nothing has come to: boxes, not records."""
        return not self.is_finding and NEVER in _words(self.text)

    def ask(self, text: str) -> None:
        wanted = text.removeprefix(FIND).strip()
        self._filter = Filter.parse(wanted) if wanted else None
        self.text = text

    def renew(self, branch: Branch) -> None:
        view = branch.view
        wanted = None if self.is_finding else self._filter
        self.steps = Rows(
            view,
            wanted,
            all=self.all,
            trouble=self.trouble,
            misses=partial(misses_of, branch) if self.misses else None,
        )
        self.rows: Rows | Groups = Groups(view, wanted) if self.grouped else self.steps
        self.rows.scan()

    def scan(self) -> None:
        self.rows.scan()
        if self.steps is not self.rows:
            self.steps.scan()

    def hit(self, view: TraceView, order: Iterable[int]) -> int | None:
        """Give the first of some records that is a hit and has a row."""
        wanted = self._filter
        if wanted is None:
            return None
        hits = (n for n in order if self.rows.has(n) and wanted.matches(view, n))
        return next(hits, None)

    # -- what it says

    def title(self) -> str:
        said = {
            self.text: self._filter is not None,
            "trouble only": self.trouble,
            "by event": self.grouped,
            "every record": self.all,
        }
        return "  ".join(["2 events", *(text for text, so in said.items() if so)])

    def empty(self, branch: Branch, shown: int) -> str:
        """Say why there is no row of the first *shown* records, and what gives one."""
        hidden = row_count(branch.view, shown, all=self.all)
        if self.is_never:
            return "lit in the graph: what nothing has come to – esc clears it"
        if self._filter is not None and not self.is_finding and hidden:
            return f"no event matches {self.text} – esc clears it ({hidden:,} hidden)"
        if self.trouble and hidden:
            key = key_names(self._keys_of("events.trouble"), most=1)
            return f"no trouble – {key} shows everything ({hidden:,} hidden)"
        return _unplayed(branch)

    def lit(self, view: TraceView, shown: int) -> frozenset[str] | None:
        """Give the boxes where something matches, the others being dimmed; None for all.

        Of what mutes them, only the boxes that are named are dimmed.
        """
        if self._filter is None:
            return None
        muted = self._muted(view)
        others = [word for word in _words(self.text) if word not in muted]
        if not muted or others:
            return lit_nodes(view, self._filter, shown)
        names = {box.name for box in view.diagram.boxes}
        return frozenset(names.difference(*muted.values()))

    # -- boxes whose rows are hidden

    def mute(self, view: TraceView, node: str) -> str:
        """Hide the rows of a box, or show them again; give the filter that does."""
        name = _name(view, node)
        muted, boxes = self._muted(view), _meant(view, name)
        words = [] if self.is_finding else _words(self.text)
        others = [word for word in words if muted.get(word) != boxes]
        return " ".join(others if others != words else [*words, _MUTED + name])

    def _muted(self, view: TraceView) -> dict[str, frozenset[str]]:
        """Give the words of the filter that mute a box, each with the nodes of it."""
        words = (word for word in _words(self.text) if word.startswith(_MUTED))
        found = {word: _meant(view, word.removeprefix(_MUTED)) for word in words}
        return {
            word: nodes
            for word, nodes in found.items()
            if len(nodes) == 1 or (nodes and word.endswith(_ALL_OF_IT))
        }


def _unplayed(branch: Branch) -> str:
    """Say what makes something happen where nothing has yet."""
    if not branch.live and len(branch.view):
        return "nothing yet – space plays the recording"
    if branch.sim is None:
        return "no topology – enter opens one"
    sources = branch.sim.wiring.sources
    if not any(source.sink for source in sources):
        lost = "No source leads anywhere: p says why."
        return lost if sources else "No sources. n sends an event."
    return "nothing yet – press space to play"


def _words(text: str) -> list[str]:
    return [word.text for word in words_of(text)]


def misses_of(branch: Branch, serial: int) -> list[tuple[str, str]]:
    """Name the triggers that did not want the event of a record, and why."""
    if branch.sim is None:
        return []
    record = branch.view.record(serial)
    return [
        (why.trigger, "; ".join(each.text for each in why.explanation.nearest_miss))
        for why in branch.sim.whys(record.event)
        if why.hub == record.target and not why.matches
    ]


def _name(view: TraceView, node: str) -> str:
    """Give what a filter calls a box: its short name where that is only its own."""
    if kind_word(node) == "namespace":
        return short(node) + _ALL_OF_IT
    return short(node) if len(_meant(view, short(node))) == 1 else node


def _meant(view: TraceView, name: str) -> frozenset[str]:
    """Give the nodes that a filter means by a name of a node or of all in a namespace."""
    boxes, space = view.diagram.boxes, name.removesuffix(_ALL_OF_IT)
    if space != name:
        return frozenset(box.name for box in boxes if box.namespace == space)
    nodes = (box.name for box in boxes)
    return frozenset(
        each for each in nodes if name in (each, short(each), each.rpartition("/")[2])
    )


# -- what is typed


def fault_of(text: str) -> str | None:
    """Say what is wrong with a filter, or with a find; None where nothing is."""
    try:
        Filter.parse(text.removeprefix(FIND))
    except FilterError as error:
        return f"column {error.position + 1}: {error.reason}"
    return None


def completed(text: str, view: TraceView) -> str | None:
    """Give the filter as it could go on; None for no idea."""
    sign = FIND if text.startswith(FIND) else ""
    nodes = [box.name for box in view.diagram.boxes]
    wanted = text.removeprefix(FIND)
    found = completions(wanted, types=seen_types(view), nodes=nodes)
    return sign + found[0] if found else None


def seen_types(view: TraceView) -> list[str]:
    """List the types of the newest events, the oldest of them first."""
    found: dict[str, None] = {}
    begun = view.columns.begun
    for number in range(max(0, len(begun) - _LOOKED_AT), len(begun)):
        serial = begun[number]
        if serial >= view.first:
            found[view.attributes(serial).get("type", "")] = None
    return [name for name in found if name]
