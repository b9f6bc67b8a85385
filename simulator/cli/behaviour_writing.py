"""What changes for events, as sentences, as JSON with a schema in the docs, in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.changes.partings import Sort
from simulator.cli.output import some_of
from simulator.comparing.account import DEAD_LETTER, DELIVERY, DROPPED, REPLY, SENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from simulator.changes.behaviour import Behaviour, Group, Outcome
    from simulator.changes.partings import Parting
    from simulator.changes.times import Timing
    from simulator.cli.style import Style

    Mark = Callable[[str], str]
    """Sets a text off from the sentence around it."""

FORMAT = "kn-sim-behaviour/1"
MOST = 50
"""Changes that people are told of, of one outcome."""
_NODES = 3  # in one line
_OF = {REPLY: "replies to ", DEAD_LETTER: "dead letters of ", DROPPED: "dropped replies to "}  # fmt: skip
_COLOURS = {Sort.MISSED: "red", Sort.REACHED: "green"}


def sentence(group: Group, mark: Mark) -> str:
    count, parting = group.events, group.parting
    events = f"{count:,} event{'s' * (count != 1)}"
    if parting.what == SENT:
        return f"{events} {_sent(parting, one=count == 1, mark=mark)}"
    subject = f"{_OF.get(parting.what, '')}{events}"
    one = parting.what == DELIVERY and count == 1
    return f"{subject} {_hop(parting, one=one, mark=mark)}"


def _hop(parting: Parting, *, one: bool, mark: Mark) -> str:
    reach, have = ("reaches", "has") if one else ("reach", "have")
    old, new = map(mark, parting.targets)
    before, after = map(mark, parting.nodes)
    by = f"to {new} by {after}" if parting.what == DELIVERY else f"by {after}"
    told = [mark(each) for each in parting.told]
    match parting.sort:
        case Sort.MISSED:
            return f"no longer {reach} {old} by {before}"
        case Sort.REACHED:
            return f"now also {reach} {new} by {after}"
        case Sort.REROUTED:
            return f"{reach} {new} by {after} instead of {before}"
        case Sort.REDIRECTED:
            return f"{reach} {new} instead of {old} by {after}"
        case Sort.ALTERED:
            return f"{by} {have} {told[1]} instead of {told[0]}"
    return f"{by}: {told[0]} → {told[1]}"


def _sent(parting: Parting, *, one: bool, mark: Mark) -> str:
    are = "is" if one else "are"
    old, new = map(mark, parting.targets)
    told = [mark(each) for each in parting.told]
    match parting.sort:
        case Sort.MISSED:
            return f"{are} no longer sent to {old}"
        case Sort.REACHED:
            return f"{are} now also sent to {new}"
        case Sort.REDIRECTED:
            return f"{are} sent to {new} instead of {old}"
        case Sort.ALTERED:
            return f"sent to {new} {'has' if one else 'have'} {told[1]} instead of {told[0]}"
    return f"sent to {new} {are} answered {told[1]} instead of {told[0]}"


def more_of(outcome: Outcome) -> Iterator[str]:
    if len(outcome.groups) > MOST:
        yield f"… and {len(outcome.groups) - MOST:,} more changes; -o json has all"


def example(group: Group, mark: Mark) -> str:
    shown = group.example
    text = f"e.g. {mark(shown.name)}"
    if shown.event:
        text += f", as {mark(shown.event)}"
    return f"{text}: {mark(shown.reason)}" if shown.reason else text


def title(found: Behaviour) -> str:
    counts = [
        (found.sources, "of sources"),
        (found.given, "given"),
        (found.made, "made from the filters of both"),
    ]
    told = ", ".join(f"{count:,} {words}" for count, words in counts if count)
    return f"Behaviour, of {found.sent:,} event{'s' * (found.sent != 1)}{told and f': {told}'}"


def failing(outcome: Outcome) -> str:
    return " and ".join(each.text for each in outcome.failing)


class Times(NamedTuple):
    what: str
    nodes: str
    change: str
    settings: str


def times_of(timings: Sequence[Timing]) -> list[Times]:
    """Put together what reads the same for several triggers."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for each in timings:
        timed_out = ", each attempt timing out" if each.failing == "timeout" else ""
        key = (
            f"{each.what}{timed_out}", f"{each.old} → {each.new}",
            ", ".join(each.settings),
        )  # fmt: skip
        alike.setdefault(key, []).append(each.node)
    found = []
    for (what, change, settings), nodes in alike.items():
        found.append(Times(what, some_of(nodes, _NODES), change, settings))
    return found


def lines_of(found: Behaviour, style: Style) -> Iterator[str]:
    yield style.paint(title(found), "bold")
    if not found.sent:
        yield ""
        yield style.symbols("· there is no broker and no channel to send them to")
    elif found.same:
        yield ""
        yield style.symbols("✓ nothing changes for them, and no timetable")
    for outcome in found.outcomes:
        if outcome.groups:
            yield ""
            yield from _outcome_lines(outcome, style)
    if found.timings:
        yield ""
        yield from _timing_lines(times_of(found.timings), style)
    for note in found.notes:
        yield style.line(f"! {note}")


def _outcome_lines(outcome: Outcome, style: Style) -> Iterator[str]:
    if outcome.failing:
        yield style.paint(style.line(f"while {failing(outcome)}"), "bold")
    for group in outcome.groups[:MOST]:
        colour = _COLOURS.get(group.parting.sort, "yellow")
        yield style.paint(style.line(sentence(group, str)), colour)
        yield style.line(f"  {example(group, str)}")
    yield from map(style.line, more_of(outcome))


def _timing_lines(times: Sequence[Times], style: Style) -> Iterator[str]:
    yield style.paint("Timetables, where every attempt fails", "bold")
    widths = [max(len(each[at]) for each in times) for at in range(2)]
    last = ""
    for each in times:
        settings = "" if each.settings == last else each.settings
        last = each.settings or last
        cells = f"{each.what:<{widths[0]}}  {each.nodes:<{widths[1]}}  {each.change}"
        yield style.line(cells)
        if settings:
            yield style.line(f"  {settings}")


def document(found: Behaviour) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "same": found.same,
        "events": {"sources": found.sources, "given": found.given, "made": found.made},
        "outcomes": [
            {
                "failing": [each.text for each in outcome.failing],
                "groups": [_group(each) for each in outcome.groups],
            }
            for outcome in found.outcomes
        ],
        "timetables": [
            {**each._asdict(), "settings": list(each.settings)}
            for each in found.timings
        ],
        "notes": list(found.notes),
    }


def _group(group: Group) -> dict[str, Any]:
    parting = group.parting
    return {
        "change": str(parting.sort),
        "hop": parting.what,
        "text": sentence(group, str),
        "routes": _pair(parting.nodes),
        "targets": _pair(parting.targets),
        "told": _pair(parting.told),
        "follows": parting.follows or None,
        "events": group.events,
        "example": group.example._asdict(),
    }


def _pair(pair: tuple[str, str]) -> dict[str, str | None]:
    old, new = pair
    return {"old": old or None, "new": new or None}
