"""A comparison of brokers in Markdown, for a pull request or a wiki."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cli.compare_text import (
    alike,
    head_of,
    name_of,
    reasons_of,
    rules_of,
    run_lines,
    tally_lines,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.comparing.comparison import Comparison, Row
    from simulator.profiles import Profile


def markdown_of(found: Comparison) -> Iterator[str]:
    """Give the lines: a table of what differs, then where and why."""
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
