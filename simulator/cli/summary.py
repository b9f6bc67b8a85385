"""The summary after a run, for people, and as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.cli.findings import finding_lines, finding_object, real_names, stub_names
from simulator.cli.output import some_of
from simulator.nodes import is_topic, name_of
from simulator.story.counts import COLUMNS
from simulator.story.phrases import shortened, time_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.cli.style import Style
    from simulator.event import Event
    from simulator.session import Simulation
    from simulator.session.why import Why
    from simulator.story.counts import Counts, Happening, Happenings

SUMMARY = "kn-sim-summary/1"
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
    yield from _pods(sim, style)
    yield from _jobs(sim, style)
    yield from _topics(sim, style)
    yield from _unmatched(sim, counts, style)
    yield from _section("made by the cluster", counts.created, style, "green")
    yield from _section("approvals undecided", counts.undecided, style, "yellow")
    yield from _unfinished(sim, style)
    yield from _faults(counts, style)
    yield from _stubs(sim, style)
    yield from finding_lines(sim.wiring, style, with_stubs=verbose, each_absent=verbose)
    yield verdict_line(counts, sim.now_ns, style, next_ns=sim.due_ns, judges=judges)


def _stubs(sim: Simulation, style: Style) -> Iterator[str]:
    real = real_names(sim.wiring)
    unknown = [each for each in stub_names(sim.wiring) if each not in real]
    title = style.paint("stubs", "bold")
    for why, names in (
        ("nobody describes them; they answer 202", unknown),
        ("real in kn-sim serve; here they answer 202", real),
    ):
        if names:
            yield f"{title} ({why}): {', '.join(names)}"


def _services(counts: Counts, style: Style) -> Iterator[str]:
    busy = {n: s for n, s in counts.services.items() if s.received or s.failed}
    idle = [node for node in counts.services if node not in busy]
    if busy:
        name_width = max(len("services"), *(len(node) + 2 for node in busy))
        heads = "  ".join(COLUMNS)
        yield style.paint(f"{'services'.ljust(name_width)}  {heads}", "bold")
        for node, each in busy.items():
            cells = []
            for head in COLUMNS:
                number = getattr(each, head)
                cell = str(number).rjust(len(head))
                colour = "red" if head == "failed" and number else ""
                cells.append(style.paint(cell, colour) if colour else cell)
            yield f"{f'  {node}'.ljust(name_width)}  {'  '.join(cells)}"
    if idle:
        names = [name_of(node) for node in idle]
        indent = "  " if busy else ""
        yield f"{indent}received nothing: {some_of(names, _MOST_GROUPS)}"


def _section(title: str, sort: Happenings, style: Style, colour: str) -> Iterator[str]:
    if not sort.found:
        return
    yield style.paint(f"{title} ({sort.total})", "bold", colour)
    for happening, (count, first) in list(sort.found.items())[:_MOST_GROUPS]:
        yield f"  {style.line(_headline(happening, count, first))}"
        yield f"    {style.line(shortened(happening.why, _LONGEST_CAUSE))}"
    yield from _further(len(sort.found), " kinds")


def _headline(happening: Happening, count: int, first: Event) -> str:
    who = first.id if count == 1 else f"({count} times, first {first.id})"
    to = f" → {happening.to}" if happening.to else ""
    return f"{happening.what} {who}  {happening.at}{to}"


def _pods(sim: Simulation, style: Style) -> Iterator[str]:
    if not sim.pods:
        return
    yield style.paint(f"pods ({len(sim.pods)})", "bold")
    for each in sim.pods:
        numbers = dict.fromkeys((each.first, each.most, each.wanted))
        said = [" → ".join(map(str, numbers))]
        if each.wanted == each.first != each.most:
            said = [f"{each.first} → {each.most} → {each.wanted}"]
        if each.start_ns:
            said.append(f"started within {time_text(each.start_ns)}")
        if each.queued:
            longest = time_text(each.longest_ns)
            said.append(f"{_plural(each.queued, 'request')} waited, {longest} at most")
        for number, what in (
            (each.timed_out, "timed out waiting"),
            (each.refused, "refused with 503, the queue full"),
            (each.cut_short, "cut off with 504"),
            (each.waiting, "waiting still"),
        ):
            if number:
                said.append(f"{number} {what}")
        yield f"  {style.line(each.node)}  {style.line('; '.join(said))}"


def _jobs(sim: Simulation, style: Style) -> Iterator[str]:
    if not sim.jobs:
        return
    failed = any(job.condition == "Failed" for job in sim.jobs)
    title = f"jobs ({len(sim.jobs)})"
    yield style.paint(title, "bold", "red") if failed else style.paint(title, "bold")
    for job in sim.jobs[:_MOST_GROUPS]:
        ended = "active"
        if job.ended_ns is not None:
            ended = f"{job.condition} at +{time_text(job.ended_ns)}"
        yield f"  {style.line(f'{job.name}  {job.event.type} {job.event.id}  {ended}')}"
    yield from _further(len(sim.jobs))


def _topics(sim: Simulation, style: Style) -> Iterator[str]:
    bare = [topic for topic in sim.topics if is_topic(topic.node)]
    if not bare:
        return
    yield style.paint(f"topics ({len(bare)})", "bold")
    for topic in bare[:_MOST_GROUPS]:
        written = f"{topic.node}  {_plural(topic.written, 'record')}"
        yield f"  {style.line(f'{written}, last {topic.last}')}"
        for group, behind in topic.behind.items():
            if behind:
                yield f"    {style.line(f'{group} has not committed {behind} of them')}"
    yield from _further(len(bare))


def _unfinished(sim: Simulation, style: Style) -> Iterator[str]:
    found = sim.unfinished()
    if not found:
        return
    yield style.paint(f"unfinished ({len(found)})", "bold", "yellow")
    for node, what in found[:_MOST_GROUPS]:
        yield f"  {style.line(f'{node}  {what}')}"
    yield from _further(len(found))


def _faults(counts: Counts, style: Style) -> Iterator[str]:
    if not counts.faults:
        return
    yield style.paint(f"injected faults ({len(counts.faults)})", "bold", "yellow")
    for each in counts.faults.values():
        hits = f"hit {_plural(each.hits, 'request')}" if each.hits else "hit nothing"
        at = "everywhere" if each.node == "*" else each.node
        yield f"  {style.line(f'{each.name}  {at}  {hits}')}"


def _further(count: int, kinds: str = "") -> Iterator[str]:
    if count > _MOST_GROUPS:
        yield f"  and {count - _MOST_GROUPS} more{kinds}; --format json tells all"


def _unmatched(sim: Simulation, counts: Counts, style: Style) -> Iterator[str]:
    if not counts.unmatched.found:
        return
    from simulator.session.why import missed  # only a miss pays

    title = f"matched no trigger ({counts.unmatched.total})"
    yield style.paint(title, "bold", "yellow")
    for happening, (count, first) in list(counts.unmatched.found.items())[
        :_MOST_GROUPS
    ]:
        yield f"  {style.line(_headline(happening, count, first))}"
        why = _nearest(sim, first, happening.at)
        said = f"nearest is {missed(why)}" if why else "the broker has no triggers"
        yield f"    {style.line(said)}"
    yield from _further(len(counts.unmatched.found), " kinds")


def _nearest(sim: Simulation, event: Event, hub: str) -> Why | None:
    from simulator.session.why import nearest_first  # only a miss pays

    found = nearest_first(why for why in sim.whys(event) if why.hub == hub)
    return found[0] if found else None


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
        now_ns: How long it took.
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
        (counts.failed_jobs, "failed in a Job"),
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
        missing = "stopped: no recorded answer"
        parts.append(missing if counts.unanswered else "stopped at the limit")
    if counts.retries_due:
        parts.append(f"{_plural(counts.retries_due, 'retry', 'retries')} still due")
    symbol, colour = _mark(counts, judges=judges)
    return f"{style.mark(symbol, colour)} {style.paint('; '.join(parts), 'bold')}"


def _mark(counts: Counts, *, judges: bool) -> tuple[str, str]:
    if counts.says_no:
        return "✗", "red"
    return ("✓", "green") if judges and not counts.interrupted else ("·", "yellow")


def _plural(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def summary_json(sim: Simulation, counts: Counts) -> dict[str, Any]:
    """Give all that the text form says; nothing is left out or cut short."""
    whole = {
        "totals": {
            "events": counts.events,
            "deliveries": counts.deliveries,
            "requests": counts.attempts,
            "records": counts.records,
            "dead_letters": counts.dead_letters.total,
            "lost": counts.lost.total,
            "refused": counts.refused.total,
            "expired": counts.expired.total,
            "answered_no": counts.failed_senders.total,
            "unmatched": counts.unmatched.total,
            "retries_due": counts.retries_due,
            "stopped": counts.stopped,
            "virtual_time_ns": sim.now_ns,
        },
        "services": {node: each.to_json() for node, each in counts.services.items()},
        "dead_letters": _happenings(counts.dead_letters),
        "lost": _happenings(counts.lost),
        "refused": _happenings(counts.refused),
        "expired": _happenings(counts.expired),
        "answered_no": _happenings(counts.failed_senders),
        "unmatched": _unmatched_json(sim, counts),
        "stubs": stub_names(sim.wiring),
        "findings": [finding_object(each) for each in sim.findings],
    }
    if sim.pods:
        whole["pods"] = [each.as_data for each in sim.pods]
    if sim.jobs:
        whole["jobs"] = [job.as_data for job in sim.jobs]
    if counts.failed_jobs.found:
        whole["failed_jobs"] = _happenings(counts.failed_jobs)
    if sim.topics:
        whole["topics"] = [topic.as_data for topic in sim.topics]
    if counts.handler_errors.found:
        whole["handler_errors"] = _happenings(counts.handler_errors)
    if counts.created.found:
        whole["created"] = list(sim.created)
    if counts.undecided.found:
        whole["undecided"] = _happenings(counts.undecided)
    if unfinished := sim.unfinished():
        whole["unfinished"] = [{"service": n, "what": what} for n, what in unfinished]
    if counts.faults:
        whole["faults"] = [
            {"fault": each.name, "at": each.node, "hits": each.hits}
            for each in counts.faults.values()
        ]
    return whole


def _happenings(sort: Happenings) -> list[dict[str, Any]]:
    return [
        {
            "type": happening.what,
            "count": count,
            "first": {"id": first.id, "source": first.source},
            "at": happening.at,
            "to": happening.to,
            "why": happening.why,
        }
        for happening, (count, first) in sort.found.items()
    ]


def _unmatched_json(sim: Simulation, counts: Counts) -> list[dict[str, Any]]:
    found = _happenings(counts.unmatched)
    firsts = [first for _, first in counts.unmatched.found.values()]
    for each, first in zip(found, firsts, strict=True):
        why = _nearest(sim, first, each["at"])
        if why is not None:
            each["nearest"] = {
                "trigger": why.trigger,
                "changes": [c.to_json() for c in why.explanation.nearest_miss],
            }
    return found
