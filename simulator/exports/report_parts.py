"""Parts of the page of a run: its head and style, its tables; every text passes `escape`.

The page loads nothing, and its policy forbids it to. Without JavaScript all is there but
the field that picks events.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING

from simulator.story.phrases import time_text
from simulator.wiring import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.session.why import Why
    from simulator.story.counts import Counts, Happenings
    from simulator.story.flow import Line
    from simulator.timetable import Course, Timetable
    from simulator.wiring import Finding

_STEPS = 12
_CLASSES = {"✗": "no", "↻": "warn", "◐": "warn", "!": "warn", "✓": "ok"}
_MARKS = {"no": "✗", "warn": "↻", "ok": "✓", "": "·"}
_NOT_SIMULATED, _STUB, _READING = "not-simulated", "stub", "reading"
MOST_HAPPENINGS = 50
GROUPS = (
    "Faults", "Warnings", "Notes", "Played by what was read, not recorded",
    "Answered by stubs, for nobody describes them", "Not simulated",
)  # fmt: skip

_STYLE = """
:root { color-scheme: light dark;
  --ground: #fff; --raised: #f6f8fa; --edge: #d4dae1; --text: #1b2430; --dim: #5c6875;
  --flow: #5b6b7d; --reply: #0a7d83; --dead: #c0382b; --good: #1a7f37; --warn: #8f6100;
  --source: #8250df; --hub: #0a66c2; --route: #b35900; --service: #1a7f37; }
@media (prefers-color-scheme: dark) { :root {
  --ground: #0e131a; --raised: #171e27; --edge: #303a46; --text: #dde5ee; --dim: #93a0af;
  --flow: #8b9aab; --reply: #45c4c9; --dead: #ff7b6e; --good: #4ec46b; --warn: #e0ac42;
  --source: #b98cff; --hub: #5aa9f5; --route: #f0993f; --service: #4ec46b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 82rem; padding: 1.5rem 1.25rem 4rem; background: var(--ground);
  color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.4rem 0 .7rem; padding-bottom: .3rem; border-bottom: 1px solid var(--edge); }
h3 { font-size: .95rem; margin: 1.2rem 0 .3rem; }
p { margin: .4rem 0; max-width: 60rem; } .dim, small { color: var(--dim); }
a { color: var(--hub); } nav { margin: .8rem 0 0; } nav a { margin-right: 1rem; }
code, .mono { font: .87em/1.5 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.verdict { font-weight: 600; } .ok { color: var(--good); } .no { color: var(--dead); } .warn { color: var(--warn); }
.tiles { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1.1rem 0 0; padding: 0; list-style: none; }
.tiles li { background: var(--raised); border: 1px solid var(--edge); border-radius: 8px; padding: .5rem .9rem; min-width: 6.5rem; }
.tiles b { display: block; font-size: 1.35rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.tiles .no b { color: var(--dead); } .tiles .warn b { color: var(--warn); } .tiles li span { color: var(--dim); font-size: .85rem; }
.wide { overflow-x: auto; -webkit-overflow-scrolling: touch; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .25rem 1.1rem .25rem 0; vertical-align: top; }
th { color: var(--dim); font-weight: 500; font-size: .87rem; white-space: nowrap; } td { border-top: 1px solid var(--edge); }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; } td code { white-space: nowrap; } td.why { max-width: 34rem; min-width: 12rem; overflow-wrap: anywhere; }
details { border: 1px solid var(--edge); border-radius: 8px; margin: .45rem 0; background: var(--raised); }
summary { cursor: pointer; padding: .4rem .8rem; overflow-wrap: anywhere; } summary small { float: right; margin-left: 1rem; }
details > div, details > ol { border-top: 1px solid var(--edge); margin: 0; padding: .5rem .8rem; list-style: none; background: var(--ground); border-radius: 0 0 8px 8px; }
.flow li { display: grid; grid-template-columns: 5.6rem 1.2rem minmax(0, 1fr) minmax(0, auto); gap: 0 .5rem; padding: .06rem 0; }
.flow li > :first-child { color: var(--dim); text-align: right; font-variant-numeric: tabular-nums; } .flow .end { color: var(--dim); text-align: right; }
.flow li.no, .flow li.warn { color: inherit; }
.flow li.no .end { color: var(--dead); } .flow li.warn .end { color: var(--warn); }
.tree { white-space: pre-wrap; margin: .2rem 0 .7rem; } .steps { display: flex; flex-wrap: wrap; gap: .25rem; margin: .1rem 0; padding: 0; list-style: none; }
.steps li { border: 1px solid var(--edge); border-radius: 5px; padding: 0 .45rem; font-size: .85rem; white-space: nowrap; }
.steps .no { border-color: var(--dead); } .steps .warn { border-color: var(--warn); }
input { font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--edge); border-radius: 6px; padding: .3rem .6rem; width: 100%; max-width: 26rem; }
ul.plain { margin: .2rem 0; padding-left: 1.2rem; } ul.plain li { margin: .2rem 0; overflow-wrap: anywhere; }
svg { display: block; width: 100%; height: auto; } svg text { fill: var(--text); font: 13px system-ui, sans-serif; }
svg .note, svg .count { font-size: 11px; fill: var(--dim); } svg .name { font-weight: 600; } svg .failed { fill: var(--dead); }
svg .heading { fill: var(--dim); font-size: 11px; letter-spacing: .06em; }
svg rect { fill: var(--raised); stroke: var(--edge); } svg .band { stroke: none; fill: var(--service); }
svg .source .band { fill: var(--source); } svg .broker .band, svg .channel .band { fill: var(--hub); }
svg .trigger .band { fill: var(--route); } svg .dead-letters .band, svg .nowhere .band { fill: var(--dead); }
svg .stub rect:not(.band), svg .nowhere rect:not(.band) { stroke-dasharray: 4 3; } svg .not-ready rect:not(.band) { stroke: var(--dead); }
svg .link .band { fill: var(--edge); } svg .link rect:not(.band) { stroke-dasharray: 2 3; } svg .idle { opacity: .55; } svg .not-ready.idle { opacity: 1; }
svg path { fill: none; stroke: var(--flow); stroke-width: 1.6; } svg .reply { stroke: var(--reply); stroke-dasharray: 5 3; }
svg .dead-letter { stroke: var(--dead); stroke-dasharray: 2 3; } svg path.unused { stroke: var(--edge); stroke-width: 1.2; }
svg marker path { stroke: none; fill: var(--flow); } svg marker.reply path { fill: var(--reply); } svg marker.dead-letter path { fill: var(--dead); }
svg marker.unused path { fill: var(--edge); } svg text.number { font-size: 11px; stroke: var(--ground); stroke-width: 3px; stroke-dasharray: none; paint-order: stroke; fill: var(--flow); }
svg text.reply { fill: var(--reply); } svg text.dead-letter { fill: var(--dead); }
.key span { margin-right: 1.1rem; } .key span:not(:last-child) { white-space: nowrap; } .key i { display: inline-block; width: 1.6rem; border-top: 2px solid var(--flow); vertical-align: .25em; margin-right: .35rem; }
.key .reply { border-top: 2px dashed var(--reply); } .key .dead { border-top: 2px dotted var(--dead); }
@media (max-width: 40rem) { body { padding: 1rem .8rem 3rem; } summary small { float: none; display: block; margin: 0; }
  .flow li { grid-template-columns: 3.7rem 1rem minmax(0, 1fr); } .flow .end { grid-column: 3; text-align: left; } .tiles li { min-width: 5rem; padding: .4rem .6rem; } }
@media print { details > * { display: block; } #pick { display: none; } }
"""
_SCRIPT = """
const pick = document.getElementById("pick");
if (pick) { pick.hidden = false; const events = [...document.querySelectorAll("#events > details")];
  pick.firstElementChild.addEventListener("input", (e) => { const word = e.target.value.toLowerCase();
    for (const each of events) each.hidden = !each.textContent.toLowerCase().includes(word); }); }
"""


def head(title: str) -> str:
    digest = b64encode(sha256(_SCRIPT.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    )
    return (
        '<!doctype html>\n<html lang="en" data-of="kn-sim">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    )


def foot() -> str:
    return f"<script>{_SCRIPT}</script>\n</body>\n</html>\n"


def group(finding: Finding) -> str:
    *severities, reading, stub, absent = GROUPS
    by_code = {_NOT_SIMULATED: absent, _STUB: stub, _READING: reading}
    if finding.code in by_code:
        return by_code[finding.code]
    order = (Severity.FAULT, Severity.WARNING, Severity.NOTE)
    return severities[order.index(finding.severity)]


def tiles(counts: Counts) -> Iterator[str]:
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


def table_of(title: str, sort: Happenings, look: str) -> Iterator[str]:
    """Give a table of misfortunes; nothing where there are none."""
    if not sort.found:
        return
    yield f'<h3 class="{look}">{title} ({sort.total})</h3>'
    yield '<div class="wide"><table><tr><th class="n">times<th>type<th>first<th>where<th>why</tr>'
    for happening, (count, first) in list(sort.found.items())[:MOST_HAPPENINGS]:
        to = f" → {happening.to}" if happening.to else ""
        cells = (happening.what, first.id, f"{happening.at}{to}")
        told = "".join(f"<td><code>{escape(cell)}</code>" for cell in cells)
        yield f'<tr><td class="n">{count}{told}<td class="why">{escape(happening.why)}</tr>'
    yield "</table></div>"
    yield from more(len(sort.found) - MOST_HAPPENINGS)


def more(number: int) -> Iterator[str]:
    if number > 0:
        yield f'<p class="dim">and {number} more</p>'


def explained(why: Why) -> str:
    lines = [f"✗ {why.trigger}", *(f"  {row.line()}" for row in why.rows())]
    text = escape("\n".join(lines))
    return f'<pre class="tree mono">{text}</pre>'


def event_of(lines: Sequence[Line], *, opened: bool) -> Iterator[str]:
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


def rows(table: Timetable, subscriber: str) -> Iterator[str]:
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
    settled_ns = course.delivery.settled_ns
    at = "" if settled_ns is None else f" at +{time_text(settled_ns)}"
    return f'<span class="{look}">{escape(course.end)}</span>{at}'
