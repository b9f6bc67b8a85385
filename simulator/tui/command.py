"""`Command`: one thing that a key does, and why it may do nothing just now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

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
    """What decides what is possible.

    Args:
        topology: Whether there is one.
        live: Whether something runs.
        records: How many records have happened.
        event: Whether an event is selected, or lit in the list that has the focus.
        node: Whether a box is selected.
        line: Whether a line is selected.
        approvals: How many events wait for an approval.
        breakpoints: How many there are.
        bookmarks: How many there are.
        before: Whether there is a selection before.
        after: Whether there is a selection after.
        failed: Whether the engine has stopped.
        finding: Whether a find is active.
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


def nothing(_: Facts) -> str:
    """Say why what is always possible is not."""
    return ""


class Command(NamedTuple, Generic[ScreenT]):
    """One thing that keys do.

    Args:
        id: Its name in ``tui.toml`` and in the docs: ``play.toggle``.
        keys: Textual's names, separated by commas; any of them does it.
        label: One or two words, for the footer.
        help: What it does, a sentence without a full stop.
        run: Does it.
        needs: Says why it can do nothing; empty when it can.
        panes: Those in which alone the keys mean this; empty for the whole screen.
        footer: Whether the footer shows it where there is room.
        takes_row: Whether it is done with the lit row, where no event is selected.
        listed: Whether the palette offers it.
    """

    id: str
    keys: str
    label: str
    help: str
    run: Callable[[ScreenT], object]
    needs: Callable[[Facts], str] = nothing
    panes: tuple[str, ...] = ()
    footer: bool = False
    takes_row: bool = False
    listed: bool = True

    @property
    def section(self) -> str:
        """That of the help: one of `SECTIONS`."""
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


# -- what commands need

_NO_TOPOLOGY = "there is no topology: kn-sim ui FILE, or open one from the palette"
_RECORDED = "this is a recorded trace: nothing runs that could be changed"
_NOTHING_YET = "nothing has happened yet: space plays, n sends an event"
_NO_EVENT = "select an event in the list first (2, then ↑ ↓)"


def topology(facts: Facts) -> str:
    """Ask for a topology."""
    return "" if facts.topology else _NO_TOPOLOGY


def runs(facts: Facts) -> str:
    """Ask for something that runs."""
    return topology(facts) or ("" if facts.live else _RECORDED)


def plays(facts: Facts) -> str:
    """Ask for something that time can pass for."""
    if not facts.topology and not facts.records:
        return _NO_TOPOLOGY
    if facts.failed:
        return "the engine has stopped: ctrl+e says why, ctrl+r begins again"
    return ""


def records(facts: Facts) -> str:
    """Ask for something that has happened."""
    return "" if facts.records else _NOTHING_YET


def event(facts: Facts) -> str:
    """Ask for an event."""
    return "" if facts.event else _NO_EVENT


def event_or_node(facts: Facts) -> str:
    """Ask for what can be copied."""
    return "" if facts.node else event(facts)


def fork(facts: Facts) -> str:
    """Ask for a run that can be had again."""
    return runs(facts) or records(facts)


def again(facts: Facts) -> str:
    """Ask for an event, and for something that it can be sent to."""
    return runs(facts) or event(facts)


def trial(facts: Facts) -> str:
    """Ask for an event, and for filters."""
    return topology(facts) or event(facts)


def place(facts: Facts) -> str:
    """Ask for where a breakpoint may be."""
    there = facts.node or facts.line or facts.event
    return runs(facts) or (
        "" if there else "select a box, a line or an event to break at"
    )


def breakpoint_(facts: Facts) -> str:
    """Ask for a breakpoint."""
    return runs(facts) or (
        ""
        if facts.breakpoints
        else "there is no breakpoint: x sets one at what is selected"
    )


def approval(facts: Facts) -> str:
    """Ask for an event that waits."""
    return runs(facts) or ("" if facts.approvals else "no event waits for an approval")


def bookmark(facts: Facts) -> str:
    """Ask for a bookmark."""
    return "" if facts.bookmarks else "there is no bookmark: B sets one"


def box(facts: Facts) -> str:
    """Ask for a box."""
    return "" if facts.node else "select a box first (1, then arrows)"


def box_or_line(facts: Facts) -> str:
    """Ask for a box or one of its lines."""
    return "" if facts.line else box(facts)


def find(facts: Facts) -> str:
    """Ask for a find."""
    return "" if facts.finding else "there is no find: / then /text finds"


def earlier(facts: Facts) -> str:
    """Ask for a selection before."""
    return "" if facts.before else "there is no selection before this one"


def later(facts: Facts) -> str:
    """Ask for a selection after."""
    return "" if facts.after else "there is no selection after this one"


def failure(facts: Facts) -> str:
    """Ask for an engine that has stopped."""
    return "" if facts.failed else "nothing has gone wrong"
