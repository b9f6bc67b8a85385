"""The tests that the words of a filter stand for.

A test says first what a shape tells. Where that leaves it open, it answers for many
events, or records, at once.
"""

from __future__ import annotations

import json
import operator
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from simulator import digits
from simulator.story.meaning import ANSWERS, Sense
from simulator.tui.filters.json_path import looked_up
from simulator.tui.view.row import short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from simulator.tui.filters.words import Pattern
    from simulator.tui.view.shapes import Shape
    from simulator.tui.view.trace_view import TraceView

OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ":": operator.eq,
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


class Test(Protocol):
    """What one word of a filter asks."""

    @property
    def by_event(self) -> bool:
        """Whether `answers` is about events; otherwise it is about records."""

    def shape(self, shape: Shape) -> bool | None:
        """Answer for all records of a shape; None when these differ."""

    def answers(self, view: TraceView, numbers: Iterable[int]) -> Iterable[bool]:
        """Answer, where the shape leaves it open, for events or for records.

        Args:
            view: Where they are.
            numbers: Of the events, or serials.
        """


class ShapeTest:
    """A test that the shape alone answers."""

    by_event = False

    def __init__(self, test: Callable[[Shape], bool]) -> None:
        self._test = test

    def shape(self, shape: Shape) -> bool | None:
        """Answer for all records of a shape."""
        return self._test(shape)

    def answers(self, view: TraceView, numbers: Iterable[int]) -> Iterable[bool]:
        """Answer for records."""
        return (self._test(view.shape(serial)) for serial in numbers)


class RecordTest:
    """A test of a number that belongs to a record.

    Args:
        number: Gives the number of each of some records.
        test: Of the number.
        senses: Records of other senses never match; None for all.
    """

    by_event = False

    def __init__(
        self,
        number: Callable[[TraceView, Iterable[int]], Iterable[int]],
        test: Callable[[int], bool],
        senses: frozenset[Sense] | None = None,
    ) -> None:
        self._senses = senses
        self._number = number
        self._test = test

    def shape(self, shape: Shape) -> bool | None:
        """Answer for all records of a shape."""
        if self._senses is not None and shape.facts.sense not in self._senses:
            return False
        return None

    def answers(self, view: TraceView, numbers: Iterable[int]) -> Iterable[bool]:
        """Answer for records."""
        return map(self._test, self._number(view, numbers))


class AttributeTest:
    """A test of an attribute of the event.

    Args:
        name: Of the attribute.
        test: Of its text.
    """

    by_event = True

    def __init__(self, name: str, test: Callable[[str], bool]) -> None:
        self._name = name
        self._test = test

    def shape(self, shape: Shape) -> bool | None:
        """Leave it open."""
        return None

    def answers(self, view: TraceView, numbers: Iterable[int]) -> Iterable[bool]:
        """Answer for events; one without the attribute does not match."""
        name, test = self._name, self._test
        for attributes in map(view.columns.attributes, numbers):
            text = attributes.get(name)
            yield text is not None and test(text)


class DataTest:
    """A test of a field of JSON data; ``size`` is the number of bytes without one."""

    by_event = True

    def __init__(self, path: str, test: Callable[[object], bool]) -> None:
        self._path = tuple(path.split("."))
        self._test = test

    def shape(self, shape: Shape) -> bool | None:
        """Leave it open."""
        return None

    def answers(self, view: TraceView, numbers: Iterable[int]) -> Iterable[bool]:
        """Answer for events."""
        for body in map(view.columns.body, numbers):
            yield any(map(self._test, looked_up(body, self._path)))


class BareTest:
    """A test of a word without a key: in the type, a node, the subject or the id."""

    by_event = True

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._found = within(patterns)

    def shape(self, shape: Shape) -> bool | None:
        """Answer where a node matches; the event has its say otherwise."""
        return self._found(f"{short(shape.start)}\n{short(shape.end)}") or None

    def answers(self, view: TraceView, numbers: Iterable[int]) -> Iterable[bool]:
        """Answer for events."""
        found = self._found
        for attributes in map(view.columns.attributes, numbers):
            get = attributes.get
            yield found(f"{get('type', '')}\n{get('subject', '')}\n{get('id', '')}")


def glob(patterns: Sequence[Pattern], *, tail: bool = False) -> re.Pattern[str]:
    """Make the expression of what matches one of some patterns, whatever the case.

    Args:
        patterns: The alternatives.
        tail: Whether what comes after a dot may match alone.
    """
    either = "|".join(pattern.regex() for pattern in patterns)
    before = r"(?:.*\.)?" if tail else ""
    return re.compile(f"{before}(?:{either})", re.IGNORECASE | re.DOTALL)


def within(patterns: Sequence[Pattern]) -> Callable[[str], bool]:
    """Test whether a line of a text contains one of some patterns, whatever the case."""
    if any(pattern.has_wildcard for pattern in patterns):
        either = "|".join(pattern.regex() for pattern in patterns)
        search = re.compile(either, re.IGNORECASE).search
        return lambda text: search(text) is not None
    parts = [pattern.text.lower() for pattern in patterns]
    if len(parts) == 1:
        part = parts[0]
        return lambda text: part in text.lower()
    return lambda text: any(part in text.lower() for part in parts)


def whole(patterns: Sequence[Pattern], *, tail: bool = False) -> Callable[[str], bool]:
    """Test whether a text is one of some patterns, whatever the case.

    Args:
        patterns: The alternatives.
        tail: Whether what comes after a dot may match alone.
    """
    if tail or any(pattern.has_wildcard for pattern in patterns):
        matches = glob(patterns, tail=tail).fullmatch
        # Types are few and come often.
        return lru_cache(1_000)(lambda text: matches(text) is not None)
    texts = frozenset(pattern.text.lower() for pattern in patterns)
    return lambda text: text.lower() in texts


def node_test(
    patterns: Sequence[Pattern], ends: Callable[[Shape], Sequence[str]]
) -> ShapeTest:
    """Test the nodes of a record: by whole name, without kind, or without namespace."""
    matches = whole(patterns)

    def named(node: str) -> bool:
        names = (node, short(node), node.rpartition("/")[2])
        return bool(node) and any(map(matches, names))

    return ShapeTest(lambda shape: any(map(named, ends(shape))))


def any_of(
    compare: Callable[[float, float], bool], limits: Sequence[float]
) -> Callable[[float], bool]:
    """Test a number against some others."""
    if len(limits) == 1:
        limit = limits[0]
        return lambda number: compare(number, limit)
    return lambda number: any(compare(number, limit) for limit in limits)


def latency_test(compare: Callable[[float, float], bool], ms: Sequence[float]) -> Test:
    """Test how long an answer took; only answers match."""

    def took(view: TraceView, serials: Iterable[int]) -> Iterable[int]:
        at, cause = view.columns.at, view.columns.cause
        return [at[serial] - at[cause[serial]] for serial in serials]

    return RecordTest(took, any_of(compare, [n * 1_000_000 for n in ms]), ANSWERS)


def instant_test(compare: Callable[[float, float], bool], ns: Sequence[int]) -> Test:
    """Test when a record happened."""
    return RecordTest(
        lambda view, serials: map(view.columns.at.__getitem__, serials),
        any_of(compare, ns),
    )


class TraceTest:
    """A test whether an event is of the lineage of a record, or of an event by its id."""

    by_event = True

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        numbers = [p for p in patterns if p.text.isdecimal()]
        self._serials = [digits.whole(pattern.text) for pattern in numbers]
        self._same = whole(numbers)
        # Nobody writes an id out: its beginning is enough, unless it is a number.
        texts = [p for p in patterns if not p.text.isdecimal()]
        self._begins = glob(texts).match if texts else None

    def shape(self, shape: Shape) -> bool | None:
        """Leave it open."""
        return None

    def answers(self, view: TraceView, numbers: Iterable[int]) -> Iterable[bool]:
        """Answer for events."""
        wanted = {view.trace_of(n) for n in self._serials if n < len(view)}
        for root in map(view.columns.root.__getitem__, numbers):
            yield root in wanted or self._is_named(view.attributes(root).get("id", ""))

    def _is_named(self, name: str) -> bool:
        if self._begins is not None and self._begins(name):
            return True
        return self._same(name)


def value_test(patterns: Sequence[Pattern]) -> Callable[[object], bool]:
    """Test a value of JSON data: text by pattern, numbers by value, the rest as JSON."""
    matches = glob(patterns).fullmatch
    numbers = [number for p in patterns if (number := _number(p.text)) is not None]

    def test(value: object) -> bool:
        if isinstance(value, str):
            return matches(value) is not None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value in numbers
        return matches(json.dumps(value)) is not None

    return test


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
