"""`Command`: one thing that a key does, and why it may do nothing just now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeAlias, TypeVar

from textual.binding import Binding, BindingsMap

from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ScreenT = TypeVar("ScreenT")

_SECTION_OF = {
    "play": "playback",
    "pane": "panes",
    "graph": "graph",
    "events": "events",
    "inspect": "inspector",
    "do": "do",
}
SECTIONS = tuple(_SECTION_OF.values())


class Facts(Value):
    """What decides what is possible; numbers count what there is.

    Args:
        event: Whether one is selected, or lit in the list that has the focus.
        before: Whether there is a selection before this one; *after*, after it.
    """

    topology: bool = True
    live: bool = True
    records: int = 0
    event: bool = False
    node: bool = False
    line: bool = False
    approvals: int = 0
    breakpoints: int = 0
    bookmarks: int = 0
    before: bool = False
    after: bool = False
    failed: bool = False
    finding: bool = False


Need: TypeAlias = "Callable[[Facts], str]"
"""Says why a command can do nothing; empty when it can."""


def _need(is_met: Callable[[Facts], object], reason: str) -> Need:
    return lambda facts: "" if is_met(facts) else reason


def _all(*needs: Need) -> Need:
    """Say the first of the reasons that there are."""
    return lambda facts: next(filter(None, (need(facts) for need in needs)), "")


# fmt: off
nothing = _all()
_anything = _need(lambda f: f.topology or f.records, "there is no topology: kn-sim ui FILE, or open one from the palette")
_told = _need(lambda f: f.topology, "this trace says nothing of its topology: kn-sim ui FILE --replay TRACE")
topology = _all(_anything, _told)
_live = _need(lambda f: f.live, "this is a recorded trace: nothing runs that could be changed")
runs = _all(_anything, _live)
_sound = _need(lambda f: not f.failed, "the engine has stopped: ctrl+e says why, ctrl+r begins again")
plays = _all(_anything, _sound)
records = _need(lambda f: f.records, "nothing has happened yet: space plays, n sends an event")
run_with_records = _all(runs, records)
event = _need(lambda f: f.event, "select an event in the list first (2, then ↑ ↓)")
event_or_node = _need(lambda f: f.event or f.node, event(Facts()))
run_and_event = _all(runs, event)
topology_and_event = _all(topology, event)
box = _need(lambda f: f.node, "select a box first (1, then arrows)")
box_or_line = _need(lambda f: f.node or f.line, box(Facts()))
_selection = _need(lambda f: f.node or f.line or f.event, "select a box, a line or an event to break at")
place = _all(runs, _selection)
_stops = _need(lambda f: f.breakpoints, "there is no breakpoint: x sets one at what is selected")
breakpoint_ = _all(runs, _stops)
_waits = _need(lambda f: f.approvals, "no event waits for an approval")
approval = _all(runs, _waits)
bookmark = _need(lambda f: f.bookmarks, "there is no bookmark: B sets one")
find = _need(lambda f: f.finding, "there is no find: / then /text finds")
earlier = _need(lambda f: f.before, "there is no selection before this one")
later = _need(lambda f: f.after, "there is no selection after this one")
failure = _need(lambda f: f.failed, "the run has not failed: p lists problems")
# fmt: on


class Command(NamedTuple, Generic[ScreenT]):
    """One thing that keys do.

    Args:
        id: Its name in ``tui.toml`` and in the docs: ``play.toggle``.
        keys: Textual's names, separated by commas; any of them does it.
        help: What it does, a sentence without a full stop.
        panes: Those in which alone the keys mean this; empty for the whole screen.
        takes_row: Whether it is done with the lit row, where no event is selected.
        listed: Whether the palette offers it.
    """

    id: str
    keys: str
    label: str
    help: str
    run: Callable[[ScreenT], object]
    needs: Need = nothing
    panes: tuple[str, ...] = ()
    footer: bool = False
    takes_row: bool = False
    listed: bool = True

    @property
    def section(self) -> str:
        return _SECTION_OF[self.id.partition(".")[0]]


def bindings_of(commands: Iterable[Command[ScreenT]]) -> BindingsMap:
    """Bind the keys of commands to `action_run` of the screen that is on."""
    return BindingsMap(
        Binding(
            each.keys,
            f"screen.run({each.id!r})",
            each.label,
            show=False,
            id=each.id,
            tooltip=each.help,
        )
        for each in commands
    )
