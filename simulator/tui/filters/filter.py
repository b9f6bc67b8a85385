"""`Filter`: which records somebody wants to see, and how its words are read."""

from __future__ import annotations

from itertools import compress
from operator import or_
from typing import TYPE_CHECKING

from simulator.errors import nearest
from simulator.kernel import Kind
from simulator.story.meaning import Sense
from simulator.tui.filters import terms
from simulator.tui.filters.language import (
    IS,
    KEYS,
    PREFIXES,
    FilterError,
    Word,
    words_of,
)
from simulator.tui.filters.terms import Test, contrary
from simulator.tui.view.playhead import instant_ns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulator.tui.diagram import Diagram
    from simulator.tui.view.shapes import Shape
    from simulator.tui.view.trace_view import TraceView


_UNKNOWN, _NO, _YES = 0, 1, 2
_IS_YES = (False, False, True)


class Filter:
    """Some words that a record has to match, all of them."""

    def __init__(self, tests: Iterable[Test]) -> None:
        self._tests = tuple(tests)
        # What is known of the view that was asked about last, as it is drawn.
        self._view: TraceView | None = None
        self._diagram: Diagram | None = None
        self._asked: list[_Asked] = []
        # By number of the shape: whether a record may match.
        self._may: list[bool] = []

    @classmethod
    def parse(cls, text: str) -> Filter:
        """Read a filter; an empty text matches everything.

        Raises:
            FilterError: A word of it is none.
        """
        tests = []
        for word in words_of(text):
            test = test_of(word)
            tests.append(contrary(test) if word.negated else test)
        return cls(tests)

    def matches(self, view: TraceView, serial: int) -> bool:
        return self.select(view, (serial,)) == [serial]

    def select(self, view: TraceView, serials: Iterable[int]) -> list[int]:
        """Give those of some records that match, in order.

        Most are decided by their shape, in the time that looking up a number takes.
        """
        if self._view is not view or self._diagram is not view.diagram:
            self._view, self._diagram, self._may = view, view.diagram, []
            self._asked = [_Asked(test, view) for test in self._tests]
        for shape in view.shapes.all[len(self._may) :]:
            said = [each.learn(shape) for each in self._asked]
            self._may.append(all(said))
        serials = list(serials)
        codes = map(view.columns.shape.__getitem__, serials)
        found = list(compress(serials, map(self._may.__getitem__, codes)))
        for each in self._asked:
            if found and each.is_open:
                found = each.select(found)
        return found


class _Asked:
    def __init__(self, test: Test, view: TraceView) -> None:
        self._test = test
        self._view = view
        self.is_open = False
        # By number of the shape: whether it alone says yes.
        self._yes: list[bool] = []
        # By number of the event: what the answer was, once there is one.
        self._answers = bytearray()

    def learn(self, shape: Shape) -> bool:
        said = self._test.shape(shape)
        self._yes.append(said is True)
        self.is_open = self.is_open or said is None
        return said is not False

    def select(self, serials: list[int]) -> list[int]:
        """Give those that match; none of them is of a shape that says no."""
        columns, yes = self._view.columns, self._yes
        decided = list(map(yes.__getitem__, map(columns.shape.__getitem__, serials)))
        if self._test.by_event:
            matching = self._by_event(serials)
        else:
            matching = self._test.answers(self._view, serials)
        return list(compress(serials, map(or_, decided, matching)))

    def _by_event(self, serials: list[int]) -> Iterable[bool]:
        answers, columns = self._answers, self._view.columns
        answers.extend(bytes(len(columns.events) - len(answers)))
        events = list(map(columns.event.__getitem__, serials))
        asked = [e for e in dict.fromkeys(events) if answers[e] == _UNKNOWN]
        found = self._test.answers(self._view, asked)
        for event, answer in zip(asked, found, strict=True):
            answers[event] = _YES if answer else _NO
        return map(_IS_YES.__getitem__, map(answers.__getitem__, events))


def lit_nodes(view: TraceView, filter: Filter, shown: int) -> frozenset[str]:  # noqa: A002 - as the user calls it
    """Give the boxes where something matches, so that the others can be dimmed."""
    shapes = view.columns.shape
    codes = {shapes[serial] for serial in filter.select(view, range(shown))}
    found = map(view.shapes.all.__getitem__, codes)
    nodes = {node for shape in found for node in (shape.start, shape.end) if node}
    return frozenset(map(view.diagram.box_name, nodes))


_EQUAL = (":", "=", "!=")
_MS = 1_000_000
_NO_STATUS = frozenset({Sense.ACCEPTED, Sense.UNMATCHED})


def test_of(word: Word) -> Test:
    """Give the test of a word, its minus left aside.

    Raises:
        FilterError: There is no such key, or its value is none.
    """
    if not word.key:
        return terms.bare_test(word.patterns)
    name = next((p for p in PREFIXES if word.key.startswith(p)), word.key)
    if name not in KEYS or word.key in PREFIXES:
        raise FilterError(
            word.position,
            f"there is no key {word.key!r}{nearest(word.key, KEYS)} "
            f"(there are: {', '.join(KEYS)}; put quotes around text with a colon)",
        )
    meaning = _MEANINGS.get(name, _attribute)
    if meaning in _COMPARING:
        return meaning(word)
    if word.operator not in _EQUAL:
        raise _wrong(word, "a colon")
    return _perhaps_not(word, meaning(word))


def _wrong(word: Word, expected: str, hint: str = "") -> FilterError:
    such = f" as in {KEYS[word.key][0]}" if word.key in KEYS else ""
    reason = f"{word.text!r}: expected {expected}{such}{hint}"
    return FilterError(word.position, reason)


def _perhaps_not(word: Word, test: Test) -> Test:
    return contrary(test) if word.operator == "!=" else test


def _nodes(word: Word) -> Test:
    ends: dict[str, Callable[[Shape], tuple[str, ...]]] = {
        "from": lambda shape: (shape.start,),
        "to": lambda shape: (shape.end,),
        "node": lambda shape: (
            shape.start,
            shape.end,
            shape.facts.source,
            shape.facts.target,
        ),
    }
    return terms.node_test(word.patterns, ends[word.key])


def _sort(word: Word) -> Test:
    valid: Iterable[str] = IS if word.key == "is" else tuple(map(str, Kind))
    for pattern in word.patterns:
        if pattern.text not in valid:
            known = ", ".join(valid)
            hint = f"{nearest(pattern.text, valid)} (there are: {known})"
            raise _wrong(word, "a known word", hint)
    texts = [pattern.text for pattern in word.patterns]
    if word.key == "kind":
        return terms.shape_test(lambda shape: shape.facts.kind in texts)
    senses = {sense for text in texts for sense in IS[text]}
    return terms.shape_test(lambda shape: shape.facts.sense in senses)


def _numbers(word: Word) -> list[float]:
    try:
        return [float(pattern.text) for pattern in word.patterns]
    except ValueError:
        raise _wrong(word, "a number") from None


def _number(word: Word) -> Test:
    compare = terms.any_of(word.operator, _numbers(word))
    attempt = word.key == "attempt"

    def test(shape: Shape) -> bool:
        facts = shape.facts
        number = facts.attempt if attempt else facts.status
        if not number or (not attempt and facts.sense in _NO_STATUS):
            return False
        return compare(number)

    return terms.shape_test(test)


def _time(word: Word) -> Test:
    if word.key == "ms":
        limits = [number * _MS for number in _numbers(word)]
        return terms.latency_test(terms.any_of(word.operator, limits))
    read = (instant_ns(pattern.text) for pattern in word.patterns)
    instants = [ns for ns in read if ns is not None]
    if len(instants) < len(word.patterns):
        raise _wrong(word, "a time such as 1:03 or 90s")
    return terms.instant_test(terms.any_of(word.operator, instants))


def _attribute(word: Word) -> Test:
    name = word.key.removeprefix("ext.").lower()
    whole = terms.whole(word.patterns, tail=word.key == "type")
    return terms.attribute_test(name, whole)


def _data(word: Word) -> Test:
    path = word.key.removeprefix("data.")
    if word.operator in _EQUAL:
        test = terms.data_test(path, terms.value_test(word.patterns))
        return _perhaps_not(word, test)
    compare = terms.any_of(word.operator, _numbers(word))
    return terms.data_test(
        path, lambda value: terms.is_number(value) and compare(value)
    )


# These see to their operators themselves; all others only have a colon.
_COMPARING = (_number, _time, _data)
# What a word with one of these keys asks; all other keys name an attribute.
_MEANINGS: dict[str, Callable[[Word], Test]] = {
    **dict.fromkeys(("from", "to", "node"), _nodes),
    **dict.fromkeys(("is", "kind"), _sort),
    **dict.fromkeys(("status", "attempt"), _number),
    **dict.fromkeys(("ms", "t"), _time),
    "data.": _data,
    "trace": lambda word: terms.trace_test(word.patterns),
}
