"""Two traces side by side: where they part, and how often what happened in each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from simulator.kernel.log import Kind
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulator.trace.record import Record


class Tally(Value):
    """How many records of one kind, or with one node, two traces have."""

    name: str
    first: int
    second: int


class Comparison(Value):
    """What two traces have in common, and where they part.

    Args:
        common: How many records they share at their beginnings.
        first: The first record of the first trace that is not shared; None where it
            ends there.
        second: The same of the second trace.
        kinds: Each kind that occurs, in the order of `Kind`.
        nodes: Each node that occurs as source or target, by name; a record counts once.
    """

    common: int
    first: Record | None
    second: Record | None
    kinds: tuple[Tally, ...]
    nodes: tuple[Tally, ...]

    @property
    def equal(self) -> bool:
        """Whether the traces are equal, record by record."""
        return self.first is None and self.second is None


def compare(
    a: Sequence[Record], b: Sequence[Record], *, numbered: bool = True
) -> Comparison:
    """Compare two traces, such as those of a run and of its fork.

    Records are equal when all that they say is, whatever run they come from: number,
    instant, cause, nodes, attempt, status, detail, and the event with its body.

    Args:
        a: The first.
        b: The second.
        numbered: Whether number and cause count, which are others after one record more.
    """
    common = 0
    first: Record | None = None
    second: Record | None = None
    for first, second in zip(a, b, strict=False):
        if first != second and (numbered or _said(first) != _said(second)):
            break
        common += 1
    else:
        first = a[common] if common < len(a) else None
        second = b[common] if common < len(b) else None
    order = {str(kind): number for number, kind in enumerate(Kind)}
    kinds = sorted(_tallies(_kinds(a), _kinds(b)), key=lambda tally: order[tally.name])
    return Comparison(
        common=common,
        first=first,
        second=second,
        kinds=tuple(kinds),
        nodes=tuple(_tallies(_nodes(a), _nodes(b))),
    )


def _said(record: Record) -> Record:
    return record._replace(serial=0, cause=None)


def _kinds(records: Iterable[Record]) -> Counter[str]:
    return Counter(str(record.kind) for record in records)


def _nodes(records: Iterable[Record]) -> Counter[str]:
    return Counter(
        node for record in records for node in {record.source, record.target} if node
    )


def _tallies(a: Counter[str], b: Counter[str]) -> list[Tally]:
    return [
        Tally(name=name, first=a[name], second=b[name]) for name in sorted({*a, *b})
    ]
