"""A run as one page of HTML that needs no other file, no network and no JavaScript."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from simulator import __version__
from simulator.event.text import instant_text
from simulator.exports import report_parts as parts
from simulator.exports.picture import MOST_BOXES, Picture
from simulator.graph.build import build, recorded, sent
from simulator.nodes import name_of
from simulator.story.counts import COLUMNS
from simulator.story.phrases import time_text
from simulator.story.story import Nodes, Story

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.event import Event
    from simulator.exports.subject import Subject
    from simulator.story.counts import Counts
    from simulator.story.flow import Line
    from simulator.wiring import Finding

MOST_LINES = 3_000
"""Of the flow; a page of more is of no use to anybody."""
_OPEN = 12  # events whose flow is open when the page is
_NEAREST = 3
_MOST_TABLES = 200
_NO_PLACE = ("<python>",)  # of a topology that stands in a trace


class Flow(NamedTuple):
    """Lines of a run by the serial of the record that begins what they follow from."""

    events: dict[int, list[Line]]
    left_out: int


def report(subject: Subject) -> Iterator[str]:
    flow, counts = _told(subject)
    page = _Page(subject, counts, flow)
    yield parts.head(f"{subject.title} · kn-sim")
    for piece in page.pieces():
        yield f"{piece}\n"
    yield parts.foot()


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
        yield from parts.tiles(counts)
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
            yield from parts.table_of(title, sort, look)
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
        for happening, (count, first) in list(found.items())[: parts.MOST_HAPPENINGS]:
            who = f"id {first.id}" if count == 1 else f"{count} times, first {first.id}"
            yield (
                f"<details open><summary><b>{escape(happening.what)}</b> at "
                f"<code>{escape(happening.at)}</code> <small>{escape(who)}</small>"
                "</summary><div>"
            )
            yield from self._nearest(first, happening.at)
            yield "</div></details>"
        yield from parts.more(len(found) - parts.MOST_HAPPENINGS)

    def _nearest(self, event: Event, hub: str) -> Iterator[str]:
        sim = self._subject.sim
        if sim is None:
            yield (
                "<p>Why, nobody can tell here: the trace does not hold its topology, or "
                "code plays services in it. <code>kn-sim explain</code> tells.</p>"
            )
            return
        from simulator.session.why import nearest_first  # few pages ask

        whys = nearest_first(sim.whys(event, at=hub))
        if not whys:
            yield "<p>The broker has no triggers.</p>"
        for why in whys[:_NEAREST]:
            yield parts.explained(why)
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
            yield from parts.event_of(lines, opened=few)
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
            yield from parts.rows(table, names.get(table.route.subscriber, ""))
        yield "</table></div>"
        yield from parts.more(len(tables) - _MOST_TABLES)

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
            groups.setdefault(parts.group(finding), []).append(finding)
        for title in parts.GROUPS:
            if title in groups:
                yield f"<h3>{title} ({len(groups[title])})</h3>"
                yield '<ul class="plain">'
                for each in groups[title]:
                    told = each.replace(where="") if each.where in _NO_PLACE else each
                    yield f"<li><code>{escape(str(told))}</code>"
                yield "</ul>"
        real = self._real()
        if real:
            yield f'<p class="dim">Answered by real services: {escape(", ".join(real))}.</p>'
        if not groups:
            rest = "else " if real else ""
            yield f'<p class="dim">All {rest}of the topology is simulated.</p>'

    def _real(self) -> list[str]:
        sim = self._subject.sim
        if sim is None:
            return []
        specs = ((e, sim.service_spec(e.node)) for e in sim.wiring.endpoints)
        return [
            each.described or each.node
            for each, spec in specs
            if spec is not None and spec.real is not None and not each.stub
        ]
