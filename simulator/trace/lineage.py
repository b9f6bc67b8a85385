"""What followed from what: the records of a run as trees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.trace.record import Record


class Lineage(Value):
    """A record and everything that follows from it, in order.

    Shown and compared without recursion, however deep it is.
    """

    record: Record
    children: tuple[Lineage, ...] = ()

    def __repr__(self) -> str:
        return f"<Lineage of {self.record!r}, {len(self.children)} children>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lineage) and [*self.walk()] == [*other.walk()]

    def __hash__(self) -> int:
        return hash(self.record)

    def __iter__(self) -> Iterator[Record]:
        """Give all its records, parents before children."""
        pending = [self]
        while pending:
            node = pending.pop()
            yield node.record
            pending.extend(reversed(node.children))

    def walk(self) -> Iterator[tuple[int, Record]]:
        """Give all its records with their depth, 0 for the root."""
        pending = [(0, self)]
        while pending:
            depth, node = pending.pop()
            yield depth, node.record
            pending.extend((depth + 1, child) for child in reversed(node.children))


def trees(records: Sequence[Record]) -> list[Lineage]:
    """Arrange records as trees, roots in order.

    A record whose cause is not among them is a root. Needs no recursion: a loop of
    255 replies is 255 levels deep.
    """
    children: dict[int, list[Lineage]] = {}
    roots: list[Lineage] = []
    known = {record.serial for record in records}
    for record in reversed(records):
        found = children.pop(record.serial, [])
        node = Lineage(record=record, children=tuple(reversed(found)))
        if record.cause is None or record.cause not in known:
            roots.append(node)
        else:
            children.setdefault(record.cause, []).append(node)
    return list(reversed(roots))
