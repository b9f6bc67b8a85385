"""All records of a run, and the questions that they answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, overload

from simulator.duration import duration_text
from simulator.errors import UsageError, nearest
from simulator.kernel.log import Kind, Log
from simulator.trace.record import ATTEMPTS, HANDED_OVER, Record, unpack
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from simulator.trace.recorded import Recorded


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


class _LogRecords(Sequence[Record]):
    """The records of a log, unpacked when they are looked at."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def __len__(self) -> int:
        return len(self._log) - self._log.first

    def __iter__(self) -> Iterator[Record]:
        return map(unpack, self._log.rows())

    def of_kinds(self, kinds: Collection[Kind]) -> Iterator[Record]:
        """Give those of some kinds; the others are not unpacked."""
        return map(unpack, self._log.rows(kinds=kinds))

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> list[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | list[Record]:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step > 0:
                rows = self._log.rows(self._log.first + start)
                return list(map(unpack, islice(rows, 0, max(0, stop - start), step)))
            return [self[i] for i in range(start, stop, step)]
        at = index + len(self) if index < 0 else index
        if at < 0:
            raise IndexError(index)
        return unpack(self._log.row(self._log.first + at))


def _kinds(named: str | Iterable[str]) -> frozenset[Kind]:
    """Find the kinds of these names.

    Raises:
        UsageError: There are none.
    """
    if not isinstance(named, Iterable):
        raise UsageError(f"kind: expected one kind or several, found {named!r}")
    all_ = {str(each): each for each in Kind}
    kinds = []
    for name in (named,) if isinstance(named, str) else named:
        if not isinstance(name, str) or name not in all_:
            raise UsageError(
                f"{name!r} is no kind of record{nearest(name, all_)} "
                f"(there are: {', '.join(all_)})"
            )
        kinds.append(all_[name])
    return frozenset(kinds)


class Trace(Sequence[Record]):
    """The records of a run in the order in which things happened.

    Grows as the run goes on. Each question walks the records once.

    Attributes:
        recorded: What its file says of how the run was made; None for nothing.
    """

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records
        self.recorded: Recorded | None = getattr(records, "recorded", None)

    @classmethod
    def of(cls, log: Log) -> Trace:
        """Look at the log of a run."""
        return cls(_LogRecords(log))

    @classmethod
    def read(cls, path: str) -> Trace:
        """Read a trace file, plain or compressed; up to where it is whole.

        Raises:
            UsageError: It is none; the message names the line.
            OSError: It cannot be read.
        """
        if not hasattr(path, "__fspath__") and not isinstance(path, str):
            raise UsageError(f"expected the name of a trace file, found {path!r}")
        from simulator.trace.files import read_trace  # a run that is made reads none

        return cls(read_trace(path))

    def __len__(self) -> int:
        return len(self._records)

    def __repr__(self) -> str:
        end = f" up to {duration_text(self[-1].at_ns)}" if len(self) else ""
        return f"<Trace of {len(self)} records{end}>"

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records)

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | Sequence[Record]:
        return self._records[index]

    def select(
        self,
        *,
        kind: str | Iterable[str] | None = None,
        node: str | None = None,
        type: str | None = None,
        id: str | None = None,
        where: Callable[[Record], bool] | None = None,
    ) -> list[Record]:
        """Pick records.

        Args:
            kind: One kind or several.
            node: The node that it comes from or goes to.
            type: The event's type.
            id: The event's id.
            where: Any further condition.

        Raises:
            UsageError: There is no such kind, or the condition is none.
        """
        if where is not None and not callable(where):
            raise UsageError(
                f"where: expected a function that takes a record, found {where!r}"
            )
        return [
            record
            for record in self._of_kinds(kind)
            if (node is None or node in (record.source, record.target))
            and (type is None or record.event.type == type)
            and (id is None or record.event.id == id)
            and (where is None or where(record))
        ]

    def _of_kinds(self, kind: str | Iterable[str] | None) -> Iterator[Record]:
        if kind is None:
            return iter(self)
        kinds = _kinds(kind)
        if isinstance(self._records, _LogRecords):
            return self._records.of_kinds(kinds)
        return (record for record in self if record.kind in kinds)

    def attempts(self, *, node: str, id: str | None = None) -> list[Record]:
        """List the attempts to hand events to a node, their answers among them.

        Args:
            node: The subscriber, sink or hub that is called.
            id: Only of the event with this id.
        """
        return self.select(
            id=id,
            where=lambda record: (
                (record.kind in ATTEMPTS and record.target == node)
                or (record.kind is Kind.RESPONDED and record.source == node)
            ),
        )

    def trees(self) -> list[Lineage]:
        """Arrange all records as trees, one per event that somebody sent."""
        return trees(self)

    def lineage(self, serial: int) -> tuple[tuple[Record, ...], Lineage]:
        """Tell where a record comes from and what followed from it.

        Returns:
            Its ancestors, the oldest first; and the tree below it.

        Raises:
            UsageError: There is no record of this serial, or none any more.
        """
        by_serial = {record.serial: record for record in self}
        here = by_serial.get(serial) if isinstance(serial, int) else None
        if here is None:
            raise UsageError(f"there is no record {serial!r}")
        ancestors: list[Record] = []
        cause = here.cause
        while cause is not None and cause in by_serial:
            ancestors.append(by_serial[cause])
            cause = by_serial[cause].cause
        offspring = {serial}
        below = [here]
        for record in self:
            if record.cause in offspring:
                offspring.add(record.serial)
                below.append(record)
        return tuple(reversed(ancestors)), trees(below)[0]

    def appearances(self, id: str, source: str | None = None) -> list[Record]:
        """List where an event was handed over: sent, replied or dead-lettered."""
        return self.select(
            kind=HANDED_OVER,
            id=id,
            where=lambda r: (
                r.attempt == 1 and (source is None or r.event.source == source)
            ),
        )
