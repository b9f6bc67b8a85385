"""The summary after a run, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cli.findings import finding_lines, stub_names
from simulator.nodes import name_of
from simulator.story.phrases import shortened, time_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.cli.style import Style
    from simulator.event import Event
    from simulator.session import Simulation
    from simulator.story.counts import Counts, Happening, Happenings

_COLUMNS = ("received", "ok", "failed", "retried", "replied")
_MOST_GROUPS = 10
_LONGEST_CAUSE = 160


def summary_lines(
    sim: Simulation,
    counts: Counts,
    style: Style,
    *,
    verbose: bool = False,
    judges: bool = True,
) -> Iterator[str]:
    """Give the whole summary, line by line; sections that say nothing are left out.

    Args:
        sim: That was run.
        counts: What it came to.
        style: What the terminal can show.
        verbose: Whether to name each stub's place and each resource not simulated.
        judges: Whether the last line may say that all went well.
    """
    yield from _services(counts, style)
    yield from _section("handler errors", counts.handler_errors, style, "red")
    yield from _section("dead letters", counts.dead_letters, style, "yellow")
    yield from _section("lost", counts.lost, style, "red")
    yield from _section("refused", counts.refused, style, "red")
    yield from _section("expired", counts.expired, style, "red")
    yield from _section("senders answered no", counts.failed_senders, style, "red")
    yield from _unmatched(sim, counts, style)
    yield from _section("approvals undecided", counts.undecided, style, "yellow")
    yield from _faults(counts, style)
    stubs = stub_names(sim.wiring)
    if stubs:
        title = style.paint("stubs", "bold")
        yield f"{title} (nobody describes them; they answer 202): {', '.join(stubs)}"
    yield from finding_lines(sim.wiring, style, with_stubs=verbose, each_absent=verbose)
    yield verdict_line(counts, sim.now_ns, style, next_ns=sim.due_ns, judges=judges)


def _services(counts: Counts, style: Style) -> Iterator[str]:
    busy = {n: s for n, s in counts.services.items() if s.received or s.failed}
    idle = [node for node in counts.services if node not in busy]
    if busy:
        name_width = max(len("services"), *(len(node) + 2 for node in busy))
        heads = "  ".join(_COLUMNS)
        yield style.paint(f"{'services'.ljust(name_width)}  {heads}", "bold")
        for node, each in busy.items():
            cells = []
            for head in _COLUMNS:
                number = getattr(each, head)
                cell = str(number).rjust(len(head))
                colour = "red" if head == "failed" and number else ""
                cells.append(style.paint(cell, colour) if colour else cell)
            yield f"{f'  {node}'.ljust(name_width)}  {'  '.join(cells)}"
    if idle:
        names = [name_of(node) for node in idle]
        shown = ", ".join(names[:_MOST_GROUPS])
        more = len(names) - _MOST_GROUPS
        indent = "  " if busy else ""
        yield f"{indent}received nothing: {shown}" + (
            f" and {more} more" if more > 0 else ""
        )


def _section(title: str, sort: Happenings, style: Style, colour: str) -> Iterator[str]:
    if not sort.found:
        return
    yield style.paint(f"{title} ({sort.total})", "bold", colour)
    for happening, (count, first) in list(sort.found.items())[:_MOST_GROUPS]:
        yield f"  {style.line(_headline(happening, count, first))}"
        yield f"    {style.line(shortened(happening.why, _LONGEST_CAUSE))}"
    yield from _further(sort)


def _headline(happening: Happening, count: int, first: Event) -> str:
    who = first.id if count == 1 else f"({count} times, first {first.id})"
    to = f" → {happening.to}" if happening.to else ""
    return f"{happening.what} {who}  {happening.at}{to}"


def _faults(counts: Counts, style: Style) -> Iterator[str]:
    if not counts.faults:
        return
    yield style.paint(f"injected faults ({len(counts.faults)})", "bold", "yellow")
    for each in counts.faults.values():
        hits = f"hit {_plural(each.hits, 'request')}" if each.hits else "hit nothing"
        at = "everywhere" if each.node == "*" else each.node
        yield f"  {style.line(f'{each.name}  {at}  {hits}')}"


def _further(sort: Happenings) -> Iterator[str]:
    more = len(sort.found) - _MOST_GROUPS
    if more > 0:
        yield f"  and {more} more kinds; --format json tells all"


def _unmatched(sim: Simulation, counts: Counts, style: Style) -> Iterator[str]:
    if not counts.unmatched.found:
        return
    title = f"matched no trigger ({counts.unmatched.total})"
    yield style.paint(title, "bold", "yellow")
    for happening, (count, first) in list(counts.unmatched.found.items())[
        :_MOST_GROUPS
    ]:
        yield f"  {style.line(_headline(happening, count, first))}"
        for line in nearest_lines(sim, first, happening.at):
            yield f"    {style.line(line)}"
    yield from _further(counts.unmatched)


def nearest_lines(sim: Simulation, event: Event, hub: str) -> list[str]:
    """Tell which trigger of a broker an event missed most narrowly, and by what."""
    from simulator.session.why import missed, nearest_first

    here = nearest_first(why for why in sim.whys(event) if why.hub == hub)
    if not here:
        return ["the broker has no triggers"]
    return [f"nearest is {missed(here[0])}"]


def verdict_line(
    counts: Counts,
    now_ns: int,
    style: Style,
    *,
    next_ns: int | None = None,
    judges: bool = True,
) -> str:
    """Give the last line: what it came to in so much virtual time.

    Args:
        counts: What happened.
        now_ns: How long it took.
        style: What the terminal can show.
        next_ns: When something is due again; told where nothing happened until now.
        judges: Whether it may say that all went well.
    """
    events = _plural(counts.events, "event")
    deliveries = _plural(counts.deliveries, "delivery", "deliveries")
    requests = _plural(counts.attempts, "request")
    time = time_text(now_ns)
    parts = [f"{events}, {deliveries} ({requests}) in {time} of virtual time"]
    errors = counts.handler_errors.total
    if errors:
        parts.append(_plural(errors, "handler error"))
    for sort, word in (
        (counts.dead_letters, "dead-lettered"),
        (counts.lost, "lost"),
        (counts.refused, "refused"),
        (counts.expired, "expired"),
        (counts.failed_senders, "answered no"),
        (counts.unmatched, "without a match"),
        (counts.undecided, "undecided"),
    ):
        if sort.found:
            parts.append(f"{sort.total} {word}")
    if next_ns is not None and not counts.events:
        parts.append(f"the next is due at {time_text(next_ns)}")
    if counts.interrupted:
        parts.append("interrupted")
    if counts.stopped:
        parts.append("stopped at the limit")
    if counts.retries_due:
        parts.append(f"{_plural(counts.retries_due, 'retry', 'retries')} still due")
    symbol, colour = _mark(counts, judges=judges)
    return f"{style.paint(style.symbols(symbol), colour)} {style.paint('; '.join(parts), 'bold')}"


def _mark(counts: Counts, *, judges: bool) -> tuple[str, str]:
    if counts.says_no:
        return "✗", "red"
    return ("✓", "green") if judges and not counts.interrupted else ("·", "yellow")


def _plural(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}"
