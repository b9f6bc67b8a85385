"""The tests that the words of a filter stand for.

A test says first what a shape tells. Where that leaves it open, it answers for many
events, or records, at once.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne, not_
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

from simulator import digits
from simulator.resource import DEFAULT_NAMESPACE
from simulator.story.meaning import ANSWERS
from simulator.tui.spelling import short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from simulator.tui.filters.language import Pattern
    from simulator.tui.view.shapes import Shape
    from simulator.tui.view.trace_view import TraceView

    Answers = Callable[[TraceView, Iterable[int]], Iterable[bool]]


OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ":": eq,
    "=": eq,
    "!=": ne,
    ">": gt,
    ">=": ge,
    "<": lt,
    "<=": le,
}


class Test(NamedTuple):
    """What one word of a filter asks.

    Args:
        shape: Answers for all records of a shape; None when these differ.
        answers: Answers, where the shape leaves it open, for the numbers of events, or
            for the serials of records.
        by_event: Whether for events.
    """

    shape: Callable[[Shape], bool | None]
    answers: Answers
    by_event: bool = False


def shape_test(test: Callable[[Shape], bool]) -> Test:
    return Test(test, lambda view, serials: (test(view.shape(s)) for s in serials))


def event_test(answers: Answers) -> Test:
    return Test(lambda _: None, answers, by_event=True)


def contrary(test: Test) -> Test:
    opposite = {True: False, False: True, None: None}
    return Test(
        lambda shape: opposite[test.shape(shape)],
        lambda view, numbers: map(not_, test.answers(view, numbers)),
        test.by_event,
    )


def attribute_test(name: str, test: Callable[[str], bool]) -> Test:
    """Test an attribute of the event; one without it does not match."""

    def answers(view: TraceView, events: Iterable[int]) -> Iterable[bool]:
        texts = (each.get(name) for each in map(view.columns.attributes, events))
        return (text is not None and test(text) for text in texts)

    return event_test(answers)


def data_test(path: str, test: Callable[[object], bool]) -> Test:
    """Test a field of JSON data; ``size`` is the number of bytes without one."""
    names = tuple(path.split("."))

    def answers(view: TraceView, events: Iterable[int]) -> Iterable[bool]:
        bodies = map(view.columns.body, events)
        return (any(map(test, looked_up(body, names))) for body in bodies)

    return event_test(answers)


def bare_test(patterns: Sequence[Pattern]) -> Test:
    """Look for a word without a key in the type, a node, the subject or the id.

    A node that matches is enough; the event has its say otherwise.
    """
    found = within(patterns)

    def answers(view: TraceView, events: Iterable[int]) -> Iterable[bool]:
        for attributes in map(view.columns.attributes, events):
            get = attributes.get
            yield found(f"{get('type', '')}\n{get('subject', '')}\n{get('id', '')}")

    return Test(
        lambda shape: found(f"{short(shape.start)}\n{short(shape.end)}") or None,
        answers,
        by_event=True,
    )


def glob(patterns: Sequence[Pattern], *, tail: bool = False) -> re.Pattern[str]:
    """Make the expression of what is one of some patterns; *tail*: or is so after a dot."""
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
    """Test whether a text is one of some patterns; *tail*: or is so after a dot."""
    if tail or any(pattern.has_wildcard for pattern in patterns):
        matches = glob(patterns, tail=tail).fullmatch
        # Types are few and come often.
        return lru_cache(1_000)(lambda text: matches(text) is not None)
    texts = frozenset(pattern.text.lower() for pattern in patterns)
    return lambda text: text.lower() in texts


def node_test(
    patterns: Sequence[Pattern], ends: Callable[[Shape], Sequence[str]]
) -> Test:
    """Test the nodes of a record: by whole name, without kind, or without namespace.

    Without kind, the default namespace may stand before the name, as any other does.
    """
    matches = whole(patterns)

    def named(node: str) -> bool:
        name = short(node)
        spaced = name if "/" in name else f"{DEFAULT_NAMESPACE}/{name}"
        names = (node, name, spaced, node.rpartition("/")[2])
        return bool(node) and any(map(matches, names))

    return shape_test(lambda shape: any(map(named, ends(shape))))


def any_of(operator: str, limits: Sequence[float]) -> Callable[[float], bool]:
    compare = OPERATORS[operator]
    if len(limits) == 1:
        limit = limits[0]
        return lambda number: compare(number, limit)
    return lambda number: any(compare(number, limit) for limit in limits)


def latency_test(test: Callable[[float], bool]) -> Test:
    """Test how long an answer took, in ns; only answers match."""

    def took(view: TraceView, serials: Iterable[int]) -> Iterable[bool]:
        at, cause = view.columns.at, view.columns.cause
        return [test(at[serial] - at[cause[serial]]) for serial in serials]

    return Test(lambda shape: None if shape.facts.sense in ANSWERS else False, took)


def instant_test(test: Callable[[float], bool]) -> Test:
    return Test(
        lambda _: None,
        lambda view, serials: map(test, map(view.columns.at.__getitem__, serials)),
    )


def trace_test(patterns: Sequence[Pattern]) -> Test:
    """Test whether an event is of the lineage of a record, or of an event by its id."""
    numbers = [p for p in patterns if p.text.isdecimal()]
    serials = [digits.whole(pattern.text) for pattern in numbers]
    same = whole(numbers)
    # Nobody writes an id out: its beginning is enough, unless it is a number.
    texts = [p for p in patterns if not p.text.isdecimal()]
    begins = glob(texts).match if texts else lambda _: None

    def answers(view: TraceView, events: Iterable[int]) -> Iterable[bool]:
        wanted = {view.trace_of(n) for n in serials if n < len(view)}
        for root in map(view.columns.root.__getitem__, events):
            name = view.attributes(root).get("id", "")
            yield root in wanted or begins(name) is not None or same(name)

    return event_test(answers)


def value_test(patterns: Sequence[Pattern]) -> Callable[[object], bool]:
    """Test a value of JSON data: text by pattern, numbers by value, the rest as JSON."""
    matches = glob(patterns).fullmatch
    numbers = [number for p in patterns if (number := _number(p.text)) is not None]

    def test(value: object) -> bool:
        if isinstance(value, str):
            return matches(value) is not None
        if is_number(value):
            return value in numbers
        return matches(json.dumps(value)) is not None

    return test


def is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def looked_up(body: bytes | None, path: Sequence[str]) -> list[object]:
    """Give what stands at a path, in every item where the path meets a list.

    The path ``size`` gives the number of bytes where there is no such field.
    """
    import orjson  # only filters that look into data pay for it

    try:
        data = None if body is None else orjson.loads(body)
    except ValueError:
        data = None
    found = list(_values(data, path))
    if not found and tuple(path) == ("size",):
        return [len(body or b"")]
    return found


def _values(data: Any, path: Sequence[str]) -> Iterator[object]:
    if isinstance(data, list):
        if path and path[0].isdecimal():
            index = digits.whole(path[0])
            if index < len(data):
                yield from _values(data[index], path[1:])
            return
        for item in data:
            yield from _values(item, path)
    elif not path:
        yield data
    elif isinstance(data, dict) and path[0] in data:
        yield from _values(data[path[0]], path[1:])
