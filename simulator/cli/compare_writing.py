"""A comparison of brokers as text, as JSON with a schema in the docs, and in Markdown."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from simulator.comparing.account import DELIVERY, SENT
from simulator.profiles.differences import BY_CODE
from simulator.story.phrases import time_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.cli.style import Style
    from simulator.comparing.comparison import Comparison, Parting, Row, Tally
    from simulator.comparing.trial import Played
    from simulator.profiles import Profile
    from simulator.profiles.difference import Difference

    Line = tuple[str, list[str]]

_LEAST_WIDTH, _MOST_WIDTH = 60, 100
_NAMED = 6  # routes that do not differ


def lines_of(found: Comparison, style: Style) -> Iterator[str]:
    names = [run.profile.name for run in found.played]
    run = run_lines(found)
    rows = {row.node: tally_lines(row) for row in found.rows}
    every = [*run, *(line for lines in rows.values() for line in lines)]
    first = max(len(label) for label, _ in every) + 2
    widths = [
        max(len(name), *(len(cells[at]) for _, cells in every))
        for at, name in enumerate(names)
    ]

    def grid(head: str, lines: Sequence[Line]) -> Iterator[str]:
        shown = [f"{name:>{w}}" for name, w in zip(names, widths, strict=True)]
        gap = "  ".join(shown)
        if len(head) + 2 > first:
            yield style.paint(style.symbols(head), "bold")
            head = ""
        yield style.paint(f"{style.symbols(head):<{first}}", "bold") + "  " + gap
        for label, cells in lines:
            padded = [f"{cell:>{w}}" for cell, w in zip(cells, widths, strict=True)]
            yield f"{'  ' + label:<{first}}  {'  '.join(padded)}".rstrip()

    yield from grid("the run", run)
    for each in found.played:
        if each.stopped:
            yield from _wrapped(f"{each.profile.name}: {each.stopped}", "  ", style)
    for row in found.rows:
        yield ""
        yield from grid(name_of(row), rows[row.node])
        for named, parting in alike(row, found.played[0].profile):
            yield from _parting_lines(named, parting, found.played[0].profile, style)
    yield from _rules(found, style)
    yield ""
    yield _verdict(found, style)


def run_lines(found: Comparison) -> list[Line]:
    waits = [run.answered_ns for run in found.played]
    lines: list[Line] = [
        ("records", [f"{run.records:,}" for run in found.played]),
        ("lasts", [time_text(run.now_ns) for run in found.played]),
    ]
    if any(wait is not None for wait in waits):
        cells = ["·" if wait is None else time_text(wait) for wait in waits]
        lines.append(("a sender waits", cells))
    return lines


def tally_lines(row: Row) -> list[Line]:
    """Count what differs of a route; all of it where only instants do."""
    tallies = row.tallies
    ends = dict.fromkeys(end for tally in tallies for end in tally.ends)
    lines: list[Line] = [
        ("deliveries" if row.node else "sent", [f"{t.deliveries:,}" for t in tallies]),
        ("attempts", [f"{t.attempts:,}" for t in tallies]),
        *((end, [f"{t.ends.get(end, 0):,}" for t in tallies]) for end in ends),
        ("replies", [f"{t.replies:,}" for t in tallies]),
        ("dead letters", [f"{t.dead_letters:,}" for t in tallies]),
        ("last at", [_last(t) for t in tallies]),
    ]
    differing = [line for line in lines if len(set(line[1])) > 1]
    return differing or lines[:1]


def _last(tally: Tally) -> str:
    return "·" if tally.last_ns is None else time_text(tally.last_ns)


def name_of(row: Row) -> str:
    return row.node or "callers"


def alike(row: Row, first: Profile) -> Iterator[tuple[str, Parting]]:
    """Give the partings, those that read the same as one, with the profiles' names."""
    groups: dict[tuple[str, ...], list[Parting]] = {}
    for each in row.partings:
        texts = (head_of(each), each.follows, *reasons_of(each, first))
        groups.setdefault(texts, []).append(each)
    for group in groups.values():
        yield ", ".join(each.profile.name for each in group), group[0]


def head_of(parting: Parting) -> str:
    """Tell of the first hop that differs, ``order.placed 7: no delivery → …``."""
    where = parting.where
    what = "" if parting.what in (DELIVERY, SENT) else f", {parting.what}"
    return f"{parting.event}{what}: {where.one} → {where.other}"


def reasons_of(parting: Parting, first: Profile) -> list[str]:
    """Tell the rules behind it, ``backoff-unsaid: no wait → 200ms exponential``."""
    return [
        f"{each.code}: {each.says(first)} → {each.says(parting.profile)}"
        for each in parting.reasons
    ]


def _parting_lines(
    names: str, parting: Parting, first: Profile, style: Style
) -> Iterator[str]:
    lines = _wrapped(f"{names}: {head_of(parting)}", "  ", style)
    yield lines[0].replace(names, style.paint(names, "yellow"), 1)
    yield from lines[1:]
    if parting.follows:
        yield from _wrapped(f"follows from {parting.follows}", "    ", style)
    for reason in reasons_of(parting, first):
        yield from _wrapped(reason, "    ", style)


def rules_of(found: Comparison) -> list[tuple[Difference, list[Profile]]]:
    behind: dict[str, dict[str, Profile]] = {}
    partings = [each for row in found.rows for each in row.partings]
    for parting in partings:
        for rule in parting.reasons:
            told = behind.setdefault(rule.code, {})
            for each in (found.played[0].profile, parting.profile):
                told.setdefault(each.name, each)
    return [(BY_CODE[code], list(told.values())) for code, told in behind.items()]


def _rules(found: Comparison, style: Style) -> Iterator[str]:
    behind = rules_of(found)
    if not behind:
        return
    yield ""
    yield style.paint("rules", "bold")
    for rule, profiles in behind:
        head = f"{rule.code}: {rule.about} ({rule.place})"
        yield from _wrapped(head, "  ", style)
        for each in profiles:
            text = f"{each.name}: {rule.says(each)} ({rule.source(each)})"
            yield from _wrapped(text, "    ", style)


def _verdict(found: Comparison, style: Style) -> str:
    names = ", ".join(run.profile.name for run in found.played[1:])
    first = found.played[0].profile.name
    if found.same:
        mark, colour, said = "✓", "green", f"nothing differs: {names} as {first}"
    else:
        routes = [row for row in found.rows if "/" in row.node]
        count = len(routes) + len(found.alike)
        mark, colour = "✗", "red"
        said = f"{len(routes)} of {count} routes differ from {first}"
        if found.alike:
            more = " …" if len(found.alike) > _NAMED else ""
            said += f"; alike: {', '.join(found.alike[:_NAMED])}{more}"
    symbol = style.mark(mark, colour)
    return f"{symbol} {style.paint(style.symbols(said), 'bold')}"


def _wrapped(text: str, indent: str, style: Style) -> list[str]:
    width = max(_LEAST_WIDTH, min(style.width, _MOST_WIDTH))
    return [
        style.line(each)
        for each in wrap(
            text,
            width,
            initial_indent=indent,
            subsequent_indent=f"{indent}  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    ]


_FORMAT = "kn-sim-compare/1"


def document(found: Comparison) -> dict[str, Any]:
    names = [run.profile.name for run in found.played]
    return {
        "format": _FORMAT,
        "same": found.same,
        "profiles": names,
        "runs": [_run(each) for each in found.played],
        "differing": [_row(row, found.played[0].profile, names) for row in found.rows],
        "alike": list(found.alike),
    }


def _run(run: Played) -> dict[str, Any]:
    return {
        "profile": run.profile.name,
        "known_from": run.profile.known_from,
        "records": run.records,
        "now_ns": run.now_ns,
        "sender_waits_ns": run.answered_ns,
        "stopped": run.stopped or None,
    }


def _row(row: Row, first: Profile, names: list[str]) -> dict[str, Any]:
    return {
        "node": row.node or None,
        "tallies": [
            {"profile": name, **tally._asdict()}
            for name, tally in zip(names, row.tallies, strict=True)
        ],
        "partings": [_parting(each, first) for each in row.partings],
    }


def _parting(parting: Parting, first: Profile) -> dict[str, Any]:
    return {
        "profile": parting.profile.name,
        "hop": parting.what,
        "event": parting.event._asdict(),
        "at_ns": parting.where.at_ns,
        "first": parting.where.one,
        "other": parting.where.other,
        "hops_that_differ": parting.differing,
        "follows": parting.follows or None,
        "rules": [
            {
                "code": each.code,
                "about": each.about,
                "rows": each.rows,
                "first": each.says(first),
                "other": each.says(parting.profile),
                "source": each.source(parting.profile),
            }
            for each in parting.reasons
        ],
    }


def markdown_of(found: Comparison) -> Iterator[str]:
    names = [run.profile.name for run in found.played]
    yield f"| | {' | '.join(names)} |"
    yield "|---|" + "---|" * len(names)
    for label, cells in run_lines(found):
        yield f"| {label} | {' | '.join(cells)} |"
    for row in found.rows:
        for label, cells in tally_lines(row):
            yield f"| `{name_of(row)}` {label} | {' | '.join(cells)} |"
    yield ""
    for each in found.played:
        if each.stopped:
            yield f"- {each.profile.name}: {each.stopped}"
    for row in found.rows:
        yield from _partings(row, found.played[0].profile)
    for rule, profiles in rules_of(found):
        yield f"- **{rule.code}**: {rule.about} ({rule.place})"
        for profile in profiles:
            told = f"{rule.says(profile)} ({rule.source(profile)})"
            yield f"  - {profile.name}: {told}"
    if found.same:
        yield f"Nothing differs: {', '.join(names[1:])} as {names[0]}."


def _partings(row: Row, first: Profile) -> Iterator[str]:
    for named, parting in alike(row, first):
        follows = f"; follows from `{parting.follows}`" if parting.follows else ""
        yield f"- `{name_of(row)}`, {named}: {head_of(parting)}{follows}"
        for reason in reasons_of(parting, first):
            yield f"  - {reason}"
