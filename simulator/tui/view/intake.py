"""Takes records out of a log or a list, in batches of columns."""

from __future__ import annotations

from itertools import count
from operator import sub
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.kernel.log import WIDTH, name_of
from simulator.trace.record import unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from simulator.kernel import Log
    from simulator.trace import Record
    from simulator.tui.view.shapes import Shapes

_BATCH = 1024
# What a record is known by holds on to the kernel's objects: more than these are
# not remembered.
_REMEMBERED = 50_000


class Batch(NamedTuple):
    """Some records, as columns.

    Args:
        start: The serial of the first.
        causes: Serials; their own for those without a cause.
        codes: The numbers of their shapes.
        held: Events, or envelopes with events.
    """

    start: int
    instants: Sequence[int]
    causes: list[int]
    codes: list[int]
    held: Sequence[Any]


class Codes(dict[tuple[Any, ...], int]):
    """What a record says -> the number of its shape, asked for once."""

    def __init__(self, code: Callable[..., int], most: int = _REMEMBERED) -> None:
        self._code = code
        self._most = most

    def __missing__(self, said: tuple[Any, ...]) -> int:
        code = self._code(*said)
        if len(self) >= self._most:
            self.clear()
        self[said] = code
        return code


class LogIntake:
    def __init__(self, log: Log, shapes: Shapes) -> None:
        self._log = log
        self._shapes = shapes
        self._known = Codes(self._code).__getitem__

    @property
    def first(self) -> int:
        return self._log.first

    def __len__(self) -> int:
        """Count all records, those gone included."""
        return len(self._log)

    def record(self, serial: int) -> Record:
        return unpack(self._log.row(serial))

    def batches(self, start: int) -> Iterator[Batch]:
        for serial, cells in self._log.chunks(start):
            said = (cells[at::WIDTH] for at in (2, 4, 5, 6, 7))
            yield Batch(
                serial,
                cells[::WIDTH],
                list(map(sub, count(serial), cells[1::WIDTH])),
                list(map(self._known, zip(*said, strict=True))),
                cells[3::WIDTH],
            )

    def _code(
        self, kind: str, source: object, target: object, attempt: int, noted: Any
    ) -> int:
        status, detail = noted if type(noted) is tuple else (noted, None)
        ends = name_of(source), name_of(target)
        return self._shapes.code(kind, *ends, attempt, status, detail)


class RecordIntake:
    def __init__(self, records: Sequence[Record], shapes: Shapes) -> None:
        self._records = records
        self._known = Codes(shapes.code).__getitem__

    @property
    def first(self) -> int:
        return self._records[0].serial if self._records else 0

    def __len__(self) -> int:
        """Count all records, those before the first included."""
        return self.first + len(self._records)

    def record(self, serial: int) -> Record:
        return self._records[serial - self.first]

    def batches(self, start: int) -> Iterator[Batch]:
        for at in range(start - self.first, len(self._records), _BATCH):
            some = self._records[at : at + _BATCH]
            serials, instants, kinds, causes, events, *said = zip(*some, strict=True)
            yield Batch(
                serials[0],
                instants,
                [
                    serial if cause is None else cause
                    for serial, cause in zip(serials, causes, strict=True)
                ],
                list(map(self._known, zip(kinds, *said, strict=True))),
                events,
            )
