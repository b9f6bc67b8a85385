"""Events on both sides of each condition of a filter: what just passes, what just fails."""

from __future__ import annotations

from itertools import combinations, islice, product
from typing import TYPE_CHECKING

from simulator.cesql import ParseError, compile_expression
from simulator.cesql.sdk_go import SDK_GO
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from simulator.filters.filter import Filter
    from simulator.filters.verdict import Part, Verdict

    Takes = Callable[[str, str], bool]

_MOST_TRIED = 500
_INT32 = ("2147483647", "-2147483648")  # all that CESQL takes for an Integer
_MORE = "x"


class Side(Value):
    """An event, by the attributes that a filter reads, and what that says to it."""

    attributes: Mapping[str, str]
    verdict: Verdict


def sides(filter_: Filter, takes: Takes, other: Mapping[str, str]) -> tuple[Side, ...]:
    """Give events of which each differs for the filter, the plainest first.

    Each value that a condition names is tried, what is nearly that, and none at all:
    first those that its conditions ask for, then with one attribute changed, then with
    more, as long as the conditions turn out in a way that was not there yet. Where
    there are very many ways, not all are found. *other* is what an event has besides.
    """
    tried = {
        name: [*(text for text in texts if takes(name, text)), None]
        for name, texts in _texts(filter_.explain(other)).items()
    }
    found: dict[tuple[object, ...], Side] = {}
    for changed, texts in islice(_combined(tried), _MOST_TRIED):
        given = {name: text for name, text in texts.items() if text is not None}
        told = filter_.explain({**other, **given})
        way = tuple(leaf.verdict for leaf in told.leaves())
        key = (way, told.verdict, *(given.items() if changed <= 1 else ()))
        found.setdefault(key, Side(attributes=given, verdict=told.verdict))
    return tuple(found.values())


def _combined(
    tried: Mapping[str, list[str | None]],
) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Give what is tried together, and how many are not what is tried first."""
    first = {name: texts[0] for name, texts in tried.items()}
    for count in range(len(tried) + 1):
        for names in combinations(tried, count):
            for texts in product(*(tried[name][1:] for name in names)):
                yield count, {**first, **dict(zip(names, texts, strict=True))}


def _texts(part: Part) -> dict[str, dict[str, None]]:
    named: dict[str, dict[str, None]] = {}
    near: dict[str, dict[str, None]] = {}
    heads: dict[str, list[str]] = {}
    for leaf in part.leaves():
        for name, text, dialect in _conditions(leaf):
            named.setdefault(name, {})[text] = None
            near.setdefault(name, {}).update(dict.fromkeys(_nearly(text, dialect)))
            if dialect == "prefix":
                heads.setdefault(name, []).append(text)
            elif dialect == "suffix":
                joined = [head + text for head in heads.get(name, ())]
                named[name] = {**dict.fromkeys(joined), **named[name]}
    return {name: {**texts, **near[name]} for name, texts in named.items()}


def _conditions(leaf: Part) -> Iterator[tuple[str, str, str]]:
    """Give attribute, text, and dialect; ``cesql`` for what stands in an expression."""
    if leaf.attribute is not None:
        reads = leaf.reads or (leaf.attribute,)
        name = leaf.attribute if leaf.attribute in reads else reads[0]
        yield name, leaf.wanted or _MORE, leaf.dialect
        return
    try:
        expression = compile_expression(leaf.wanted or "", SDK_GO)
    except ParseError:  # the webhook says so; the filter panics, whatever comes
        return
    for name, texts in expression.examples.items():
        for text in texts or (_MORE,):
            yield name, text, leaf.dialect


def _nearly(text: str, dialect: str) -> Iterator[str]:
    """Give texts beside one, those that differ least first."""
    if text.removeprefix("-").isdecimal():
        yield from _INT32
    if dialect == "suffix":
        yield from (_MORE + text, text[1:], text + _MORE)
    elif dialect == "prefix":
        yield from (text + _MORE, text[:-1], _MORE + text)
    else:
        yield from (text[:-1], text + _MORE)
    yield text.swapcase()
