"""Finds the test that a word of a filter stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.duration import duration_ns
from simulator.errors import nearest
from simulator.kernel import Kind
from simulator.story.meaning import Sense
from simulator.tui.filters import terms
from simulator.tui.filters.language import IS, KEYS, PREFIXES, FilterError, Looks
from simulator.tui.filters.terms import OPERATORS, Test
from simulator.tui.view.playhead import clock_ns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulator.tui.filters.language import Word
    from simulator.tui.view.shapes import Shape

_EQUAL = (":", "=", "!=")
_NO_STATUS = frozenset({Sense.ACCEPTED, Sense.UNMATCHED})


def test_of(word: Word) -> Test:
    """Give the test of a word, its minus left aside.

    Raises:
        FilterError: There is no such key, or its value is none.
    """
    if not word.key:
        return terms.bare_test(word.patterns)
    name = next((p for p in PREFIXES if word.key.startswith(p)), word.key)
    key = KEYS.get(name)
    if key is None or word.key in PREFIXES:
        raise _unknown_key(word)
    return _MEANINGS[key.looks](word)


def _unknown_key(word: Word) -> FilterError:
    return FilterError(
        word.position,
        word.text,
        f"there is no key {word.key!r}{nearest(word.key, KEYS)} "
        f"(there are: {', '.join(KEYS)}; put quotes around text with a colon)",
    )


def _wrong(word: Word, expected: str, hint: str = "") -> FilterError:
    example = KEYS.get(word.key)
    such = f" as in {example.example}" if example else ""
    return FilterError(
        word.position,
        word.text,
        f"{word.text!r}: expected {expected}{such}{hint}",
    )


def _only_equal(word: Word) -> None:
    if word.operator not in _EQUAL:
        raise _wrong(word, "a colon")


def _perhaps_not(word: Word, test: Test) -> Test:
    return terms.contrary(test) if word.operator == "!=" else test


def _nodes(word: Word) -> Test:
    _only_equal(word)
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
    return _perhaps_not(word, terms.node_test(word.patterns, ends[word.key]))


def _sort(word: Word) -> Test:
    _only_equal(word)
    valid: Iterable[str] = IS if word.key == "is" else tuple(map(str, Kind))
    for pattern in word.patterns:
        if pattern.text not in valid:
            known = ", ".join(valid)
            hint = f"{nearest(pattern.text, valid)} (there are: {known})"
            raise _wrong(word, "a known word", hint)
    texts = [pattern.text for pattern in word.patterns]
    if word.key == "kind":
        test = terms.shape_test(lambda shape: shape.facts.kind in texts)
    else:
        senses = frozenset().union(*(IS[text] for text in texts))
        test = terms.shape_test(lambda shape: shape.facts.sense in senses)
    return _perhaps_not(word, test)


def _numbers(word: Word) -> list[float]:
    try:
        return [float(pattern.text) for pattern in word.patterns]
    except ValueError:
        raise _wrong(word, "a number") from None


def _number(word: Word) -> Test:
    compare, numbers = OPERATORS[word.operator], _numbers(word)
    attempt = word.key == "attempt"

    def test(shape: Shape) -> bool:
        facts = shape.facts
        number = facts.attempt if attempt else facts.status
        if not number or (not attempt and facts.sense in _NO_STATUS):
            return False
        return any(compare(number, wanted) for wanted in numbers)

    return terms.shape_test(test)


def _time(word: Word) -> Test:
    compare = OPERATORS[word.operator]
    if word.key == "ms":
        return terms.latency_test(compare, _numbers(word))
    instants = []
    for pattern in word.patterns:
        ns = clock_ns(pattern.text)
        if ns is None:
            try:
                ns = duration_ns(pattern.text)
            except ValueError:
                raise _wrong(word, "a time such as 1:03 or 90s") from None
        instants.append(ns)
    return terms.instant_test(compare, instants)


def _attribute(word: Word) -> Test:
    _only_equal(word)
    name = word.key.removeprefix("ext.").lower()
    whole = terms.whole(word.patterns, tail=word.key == "type")
    return _perhaps_not(word, terms.attribute_test(name, whole))


def _data(word: Word) -> Test:
    path = word.key.removeprefix("data.")
    compare = OPERATORS[word.operator]
    if word.operator in _EQUAL:
        test: Test = terms.data_test(path, terms.value_test(word.patterns))
        return _perhaps_not(word, test)
    limits = _numbers(word)
    return terms.data_test(
        path,
        lambda value: (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and any(compare(value, limit) for limit in limits)
        ),
    )


def _trace(word: Word) -> Test:
    _only_equal(word)
    return _perhaps_not(word, terms.trace_test(word.patterns))


_MEANINGS: dict[Looks, Callable[[Word], Test]] = {
    Looks.NODES: _nodes,
    Looks.SORT: _sort,
    Looks.NUMBER: _number,
    Looks.TIME: _time,
    Looks.ATTRIBUTE: _attribute,
    Looks.DATA: _data,
    Looks.TRACE: _trace,
}
