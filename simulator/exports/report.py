"""A run as one page of HTML that needs no other file, no network and no JavaScript."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from simulator import __version__
from simulator.event.text import instant_text
from simulator.exports.page import foot, head
from simulator.exports.picture import MOST_BOXES, Picture
from simulator.graph.build import build
from simulator.graph.recorded import recorded, sent
from simulator.nodes import name_of
from simulator.story.counts import COLUMNS
from simulator.story.phrases import time_text
from simulator.story.story import Nodes, Story
from simulator.wiring import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.event import Event
    from simulator.exports.subject import Subject
    from simulator.session.why import Why
    from simulator.story.counts import Counts, Happenings
    from simulator.story.flow import Line
    from simulator.timetable import Course, Ladder, Timetable
    from simulator.wiring import Finding

MOST_LINES = 3_000
"""Of the flow; a page of more is of no use to anybody."""
_OPEN = 12  # events whose flow is open when the page is
_NEAREST = 3
_STEPS = 12
_MOST_HAPPENINGS = 50
_MOST_TABLES = 200
_CLASSES = {"✗": "no", "↻": "warn", "◐": "warn", "!": "warn", "✓": "ok"}
_MARKS = {"no": "✗", "warn": "↻", "ok": "✓", "": "·"}
_NO_PLACE = ("<python>",)  # of a topology that stands in a trace
_NOT_SIMULATED, _STUB, _READING = "not-simulated", "stub", "reading"


class Flow(NamedTuple):
    """The lines of a run by the event that they follow from.

    Args:
        events: Serial of the record that begins it -> its lines.
        left_out: How many lines there are besides.
    """

    events: dict[int, list[Line]]
    left_out: int


def report(subject: Subject) -> Iterator[str]:
    """Give the page, piece by piece."""
    flow, counts = _told(subject)
    page = _Page(subject, counts, flow)
    yield head(f"{subject.title} · kn-sim")
    for piece in page.pieces():
        yield f"{piece}\n"
    yield foot()


def _told(subject: Subject) -> tuple[Flow, Counts]:
    nodes = (
        Nodes.among(subject.records)
        if subject.wiring is None
        else Nodes.of(subject.wiring)
    )
    begins: dict[int, int] = {}
    events: dict[int, list[Line]] = {}
    shown = left_out = 0

    def write(line: Line) -> None:
        nonlocal shown, left_out
        if shown >= MOST_LINES:
            left_out += 1
            return
        shown += 1
        events.setdefault(begins.get(line.serial, line.serial), []).append(line)

    story = Story(nodes, write)
    for record in subject.records:
        cause = record.cause
        begins[record.serial] = (
            record.serial if cause is None else begins.get(cause, cause)
        )
        story.add(record)
    story.finish()
    if subject.sim is not None:
        story.counts.add_errors(subject.sim.handler_errors)
    return Flow(events, left_out), story.counts


class _Page:
    """The page in the making; every text of the run passes `escape`."""

    def __init__(self, subject: Subject, counts: Counts, flow: Flow) -> None:
        self._subject = subject
        self._counts = counts
        self._flow = flow
        records = subject.records
        self._end_ns = records[-1].at_ns if len(records) else 0

    def pieces(self) -> Iterator[str]:
        yield from self._summary()
        yield from self._graph()
        yield from self._services()
        yield from self._happenings()
        yield from self._why_not()
        yield from self._events()
        yield from self._timetables()
        yield from self._ledger()

    def _summary(self) -> Iterator[str]:
        counts = self._counts
        bad = counts.says_no
        sign = '<span class="no">✗</span>' if bad else '<span class="ok">✓</span>'
        yield f"<header><h1>{sign} {escape(self._subject.title)}</h1>"
        start = instant_text(self._subject.start_ns)
        yield (
            f'<p class="dim">A run of {time_text(self._end_ns)} of virtual time from '
            f"{escape(start)}, by kn-sim {escape(__version__)}.</p>"
        )
        yield '<ul class="tiles">'
        yield from _tiles(counts)
        yield "</ul><nav>"
        links = ["graph", "services"]
        links += ["why-not"] if counts.unmatched.found else []
        links += ["flow"]
        links += ["timetable", "ledger"] if self._subject.wiring is not None else []
        for link in links:
            yield f'<a href="#{link}">{link.replace("-", " ")}</a>'
        yield "</nav></header>"

    def _graph(self) -> Iterator[str]:
        subject = self._subject
        if subject.wiring is None:
            graph = recorded(subject.records)
        else:
            graph = build(subject.wiring, sent(subject.records))
        picture = Picture.of(graph, subject.records)
        yield '<h2 id="graph">Graph</h2>'
        if picture is None:
            yield (
                f'<p class="dim">It has {len(graph.nodes)} nodes; up to {MOST_BOXES} '
                "are drawn. <code>kn-sim graph --format dot</code> writes all.</p>"
            )
            return
        yield (
            '<p class="key dim"><span><i class="flow"></i>events</span><span><i class="reply"></i>'
            'replies</span><span><i class="dead"></i>dead letters</span>'
            "<span>numbers: requests, retries counted; pale: nothing came</span></p>"
        )
        yield f'<div class="wide">{picture.svg()}</div>'

    def _services(self) -> Iterator[str]:
        found = self._counts.services
        busy = {n: each for n, each in found.items() if each.received or each.failed}
        yield '<h2 id="services">Services</h2>'
        if busy:
            heads = "".join(f'<th class="n">{escape(head)}' for head in COLUMNS)
            yield f'<div class="wide"><table><tr><th>service{heads}</tr>'
            for node, each in busy.items():
                cells = "".join(
                    f'<td class="n{" no" * (head == "failed" and number > 0)}">{number}'
                    for head, number in each.to_json().items()
                )
                yield f"<tr><td><code>{escape(node)}</code>{cells}</tr>"
            yield "</table></div>"
        idle = [name_of(node) for node in found if node not in busy]
        if idle:
            yield f'<p class="dim">Received nothing: {escape(", ".join(idle))}</p>'

    def _happenings(self) -> Iterator[str]:
        counts = self._counts
        for title, sort, look in (
            ("Handler errors", counts.handler_errors, "no"),
            ("Dead letters", counts.dead_letters, "warn"),
            ("Lost", counts.lost, "no"),
            ("Refused", counts.refused, "no"),
            ("Expired", counts.expired, "no"),
            ("Senders answered no", counts.failed_senders, "no"),
            ("Jobs that failed", counts.failed_jobs, "no"),
            ("Approvals undecided", counts.undecided, "warn"),
            ("Made by the cluster", counts.created, "ok"),
        ):
            yield from _table_of(title, sort, look)
        if counts.faults:
            yield '<h3>Injected faults</h3><ul class="plain">'
            for each in counts.faults.values():
                where = "everywhere" if each.node == "*" else f"at {each.node}"
                told = f"{each.name} {where}: hit {each.hits} requests"
                yield f"<li>{escape(told)}"
            yield "</ul>"

    def _why_not(self) -> Iterator[str]:
        found = self._counts.unmatched.found
        if not found:
            return
        yield '<h2 id="why-not">Matched no trigger</h2>'
        for happening, (count, first) in list(found.items())[:_MOST_HAPPENINGS]:
            who = f"id {first.id}" if count == 1 else f"{count} times, first {first.id}"
            yield (
                f"<details open><summary><b>{escape(happening.what)}</b> at "
                f"<code>{escape(happening.at)}</code> <small>{escape(who)}</small>"
                "</summary><div>"
            )
            yield from self._nearest(first, happening.at)
            yield "</div></details>"
        yield from _more(len(found) - _MOST_HAPPENINGS)

    def _nearest(self, event: Event, hub: str) -> Iterator[str]:
        sim = self._subject.sim
        if sim is None:
            yield (
                "<p>Why, nobody can tell here: the trace does not hold its topology, or "
                "code plays services in it. <code>kn-sim explain</code> tells.</p>"
            )
            return
        from simulator.session.why import nearest_first  # few pages ask

        whys = nearest_first(why for why in sim.whys(event) if why.hub == hub)
        if not whys:
            yield "<p>The broker has no triggers.</p>"
        for why in whys[:_NEAREST]:
            yield _explained(why)
        if len(whys) > _NEAREST:
            more = len(whys) - _NEAREST
            yield f'<p class="dim">{more} more miss it, too.</p>'

    def _events(self) -> Iterator[str]:
        events, left_out = self._flow
        yield '<h2 id="flow">Flow</h2>'
        if len(events) > _OPEN:
            yield (
                '<p id="pick" hidden><input type="search" aria-label="Show events with" '
                'placeholder="show events with …"></p>'
            )
        yield '<div id="events">'
        few = len(events) <= _OPEN
        for lines in events.values():
            yield from _event_of(lines, opened=few)
        yield "</div>"
        if left_out:
            yield f'<p class="dim">{left_out} lines more; a trace has them.</p>'
        if not events:
            yield '<p class="dim">Nothing happened.</p>'

    def _timetables(self) -> Iterator[str]:
        wiring = self._subject.wiring
        if wiring is None:
            return
        from simulator.timetable import timetables

        tables = timetables(wiring)
        names = {url: node for node, url in wiring.addresses.items()}
        yield '<h2 id="timetable">Timetable</h2>'
        yield (
            '<p class="dim">When each attempt is made if the subscriber fails every time, '
            "from the first on, and what becomes of the event.</p>"
        )
        if not tables:
            yield '<p class="dim">There is no trigger or subscription.</p>'
            return
        yield '<div class="wide"><table><tr><th>route<th>fails by<th>attempts<th>end</tr>'
        for table in tables[:_MOST_TABLES]:
            yield from _rows(table, names.get(table.route.subscriber, ""))
        yield "</table></div>"
        yield from _more(len(tables) - _MOST_TABLES)

    def _ledger(self) -> Iterator[str]:
        wiring = self._subject.wiring
        if wiring is None:
            return
        yield '<h2 id="ledger">What to know of it</h2>'
        profiles = {hub.profile.name: hub.profile.known_from for hub in wiring.hubs}
        for name, known in profiles.items():
            yield (
                f'<p class="dim">Hubs are played as <b>{escape(name)}</b>, known from '
                f"what was {escape(known)}.</p>"
            )
        groups: dict[str, list[Finding]] = {}
        for finding in wiring.findings:
            groups.setdefault(_group(finding), []).append(finding)
        for title in _GROUPS:
            if title in groups:
                yield f"<h3>{title} ({len(groups[title])})</h3>"
                yield '<ul class="plain">'
                for each in groups[title]:
                    told = each.replace(where="") if each.where in _NO_PLACE else each
                    yield f"<li><code>{escape(str(told))}</code>"
                yield "</ul>"
        if not groups:
            yield '<p class="dim">All of the topology is simulated.</p>'


_GROUPS = (
    "Faults", "Warnings", "Notes", "Played by what was read, not recorded",
    "Answered by stubs, for nobody describes them", "Not simulated",
)  # fmt: skip


def _group(finding: Finding) -> str:
    *severities, reading, stub, absent = _GROUPS
    by_code = {_NOT_SIMULATED: absent, _STUB: stub, _READING: reading}
    if finding.code in by_code:
        return by_code[finding.code]
    order = (Severity.FAULT, Severity.WARNING, Severity.NOTE)
    return severities[order.index(finding.severity)]


def _tiles(counts: Counts) -> Iterator[str]:
    for number, word, look in (
        (counts.events, "events", ""),
        (counts.deliveries, "deliveries", ""),
        (counts.attempts, "requests", ""),
        (counts.dead_letters.total, "dead-lettered", "warn"),
        (counts.unmatched.total, "without a match", "warn"),
        (counts.lost.total, "lost", "no"),
        (counts.refused.total, "refused", "no"),
        (counts.expired.total, "expired", "no"),
        (counts.failed_senders.total, "senders answered no", "no"),
        (counts.handler_errors.total, "handler errors", "no"),
        (counts.retries_due, "retries still due", "warn"),
    ):
        if number or not look:
            yield f'<li class="{look}"><b>{number}</b><span>{word}</span>'


def _table_of(title: str, sort: Happenings, look: str) -> Iterator[str]:
    if not sort.found:
        return
    yield f'<h3 class="{look}">{title} ({sort.total})</h3>'
    yield '<div class="wide"><table><tr><th class="n">times<th>type<th>first<th>where<th>why</tr>'
    for happening, (count, first) in list(sort.found.items())[:_MOST_HAPPENINGS]:
        to = f" → {happening.to}" if happening.to else ""
        cells = (happening.what, first.id, f"{happening.at}{to}")
        told = "".join(f"<td><code>{escape(cell)}</code>" for cell in cells)
        yield f'<tr><td class="n">{count}{told}<td class="why">{escape(happening.why)}</tr>'
    yield "</table></div>"
    yield from _more(len(sort.found) - _MOST_HAPPENINGS)


def _more(number: int) -> Iterator[str]:
    if number > 0:
        yield f'<p class="dim">and {number} more</p>'


def _explained(why: Why) -> str:
    lines = [f"✗ {why.trigger}", *(f"  {each}" for each in why.explanation.lines())]
    remedy = why.remedy
    if remedy:
        wanted = ", ".join(f"{name}={value}" for name, value in remedy.items())
        lines.append(f"  it would match with {wanted}")
    text = escape("\n".join(lines))
    return f'<pre class="tree mono">{text}</pre>'


def _event_of(lines: Sequence[Line], *, opened: bool) -> Iterator[str]:
    """Give an event with all that follows from it."""
    first = lines[0]
    looks = [_CLASSES.get(line.symbol, "") for line in lines]
    worst = next((look for look in _MARKS if look in looks), "")
    mark = _MARKS[worst]
    shown = " open" if opened or worst == "no" else ""
    number = len(lines) - 1
    below = f"{number} step{'s' * (number != 1)}" if number else ""
    yield (
        f'<details{shown}><summary><span class="{worst}">{mark}</span> '
        f'<span class="mono">+{time_text(first.at_ns)}</span> {escape(first.text)} '
        f"<small>{escape(first.outcome)}{' · ' if below and first.outcome else ''}"
        f'{below}</small></summary><ol class="flow mono">'
    )
    for line, look in zip(lines, looks, strict=True):
        other = line.event != first.event and not line.names_event
        indent = f' style="padding-left:{min(line.level, 12) * 0.9:.1f}rem"'
        named = f" · {' '.join(line.event)}" if other else ""
        yield (
            f'<li class="{"" if look == "ok" else look}"><span>+{time_text(line.at_ns)}</span>'
            f'<span class="{look}">{escape(line.symbol)}</span><span{indent}>'
            f"{escape(line.text)}<small>{escape(named)}</small>"
            f'</span><span class="end">{escape(line.outcome)}</span>'
        )
    yield "</ol></details>"


def _rows(table: Timetable, subscriber: str) -> Iterator[str]:
    route = (
        f"<code>{escape(table.route.node)}</code><br><small>{escape(table.hub.node)} → "
        f"{escape(subscriber or table.route.subscriber)}</small>"
    )
    for course in table.courses:
        by = "timeout" if course.status is None else str(course.status)
        yield f"<tr><td>{route}<td>{by}<td>{_steps(course)}<td>{_end(course)}</tr>"
        route = ""


def _steps(course: Course) -> str:
    ladder = course.delivery
    made = [at for at in ladder.instants_ns if course.happens(at)]
    told = [f"<li>+{time_text(at)}" for at in made[:_STEPS]]
    if len(made) > _STEPS:
        told += [f"<li>… {len(made) - _STEPS - 1} more", f"<li>+{time_text(made[-1])}"]
    if ladder.unlisted:
        told.append(f"<li>… {ladder.unlisted} more")
    return f'<ol class="steps">{"".join(told)}</ol>'


def _end(course: Course) -> str:
    if course.is_open:
        return '<span class="warn">not within what is listed</span>'
    if course.is_cut:
        at = time_text(course.limit_ns or 0)
        return f'<span class="no">given up by the hub at +{at}</span>'
    look = {"taken": "ok", "dead-lettered": "warn"}.get(course.end, "no")
    at = _settled(course.delivery)
    return f'<span class="{look}">{escape(course.end)}</span>{at}'


def _settled(ladder: Ladder) -> str:
    return "" if ladder.settled_ns is None else f" at +{time_text(ladder.settled_ns)}"
