"""``--fail-on``: what a run must not show besides what is a failure anyway."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from simulator.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.story.counts import Counts, Happening
    from simulator.wiring import Wiring

UNMATCHED, DEAD_LETTERED, STUB, WARNING = (
    "unmatched",
    "dead-lettered",
    "stub",
    "warning",
)
_NAMED = 5  # in one message
CONDITIONS = (UNMATCHED, DEAD_LETTERED, STUB, WARNING)


def conditions(text: str) -> tuple[str, ...]:
    """Read a list with commas, for argparse."""
    words = [word.strip() for word in text.split(",")]
    for word in words:
        if word not in CONDITIONS:
            raise argparse.ArgumentTypeError(
                f"{word!r} is nothing to fail on{nearest(word, CONDITIONS)} "
                f"(there are: {', '.join(CONDITIONS)})"
            )
    return tuple(dict.fromkeys(words))


def failed(wanted: tuple[str, ...], wiring: Wiring, counts: Counts) -> dict[str, str]:
    """Give which of the conditions hold, each with what it is about."""
    found = {
        UNMATCHED: _types(counts.unmatched.total, counts.unmatched.found),
        DEAD_LETTERED: _types(counts.dead_letters.total, counts.dead_letters.found),
        STUB: _stubs(wiring),
        WARNING: _warnings(wiring),
    }
    return {word: found[word] for word in wanted if found[word]}


def _types(total: int, found: Iterable[Happening]) -> str:
    if not total:
        return ""
    types = dict.fromkeys(each.what for each in found)
    return f"{total}, {_listed(list(types))}"


def _stubs(wiring: Wiring) -> str:
    from simulator.cli.findings import stub_names

    return _listed(stub_names(wiring))


def _warnings(wiring: Wiring) -> str:
    from simulator.wiring import Severity

    found = [f for f in wiring.findings if f.severity is Severity.WARNING]
    if not found:
        return ""
    return f"{len(found)}, {_listed([f'{f.id} {f.subject}' for f in found])}"


def _listed(names: list[str]) -> str:
    more = ", …" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
