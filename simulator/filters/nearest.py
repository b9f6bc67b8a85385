"""The smallest set of conditions that would turn a `FAIL` around.

A *way* is a set of conditions on leaves that together give a part of the filter
a certain verdict. Ways are put together from the leaves up, contradictory ones are
thrown away, and of the rest the few that change least are kept.
"""

from __future__ import annotations

from itertools import combinations, islice, product
from typing import TYPE_CHECKING

from simulator.cesql import MissingAttributeError, compile_expression
from simulator.cesql.sdk_go import SDK_GO
from simulator.filters.condition import Condition, example, satisfiable
from simulator.filters.rendering import culprit_of, one_line, read_text
from simulator.filters.verdict import Change, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from simulator.filters.verdict import Part

_KEPT = 16  # ways a part hands up: keeps nested anys from multiplying without end


def nearest_miss(part: Part) -> tuple[Change, ...]:
    way = _nearest(part)
    if way is None:
        return ()
    return tuple(
        _change(condition, way) for condition in way.conditions if condition.flips
    )


def distance(part: Part) -> int:
    """Count the conditions that must turn; past all of them if that is not enough."""
    if part.verdict is not Verdict.FAIL:
        return 0
    way = _nearest(part)
    return way.flips if way else 1 + sum(1 for _ in part.leaves())


class _Way:
    __slots__ = ("conditions", "cost", "flips")

    def __init__(self, conditions: tuple[Condition, ...] = ()) -> None:
        self.conditions = conditions
        self.flips = sum(x.flips for x in conditions)
        self.cost = (self.flips, sum(x.unlikeness for x in conditions))

    def about(self, subject: tuple[str, str]) -> list[Condition]:
        return [x for x in self.conditions if x.subject == subject]

    def possible(self) -> bool:
        subjects = dict.fromkeys(x.subject for x in self.conditions)
        return all(satisfiable(self.about(subject)) for subject in subjects)

    def and_(self, other: _Way) -> _Way:
        merged = {x.key: x for x in (*self.conditions, *other.conditions)}
        return _Way(tuple(merged.values()))


_AS_IT_IS = (_Way(),)


def _nearest(part: Part) -> _Way | None:
    if part.verdict is not Verdict.FAIL:
        return None
    ways = _any_of(part, (Verdict.PASS, Verdict.NO_FILTER))
    return ways[0] if ways else None


def _cheapest(ways: Iterable[_Way]) -> Sequence[_Way]:
    kept: list[_Way] = []
    for way in sorted(ways, key=lambda way: way.cost):
        if len(kept) == _KEPT:
            break
        if way.possible():
            kept.append(way)
    return kept


def _any_of(part: Part, verdicts: Iterable[Verdict]) -> Sequence[_Way]:
    return _cheapest(way for verdict in verdicts for way in _ways(part, verdict))


def _both(left: Sequence[_Way], right: Sequence[_Way]) -> Sequence[_Way]:
    return _cheapest(one.and_(other) for one in left for other in right)


def _ways(part: Part, verdict: Verdict) -> Sequence[_Way]:
    members = [child for child in part.children if not child.dropped]
    if part.dialect == "not":
        return _ways(members[0], _NEGATED[verdict]) if members else _nothing(verdict)
    if part.dialect in ("all", "any") or members:
        stop = Verdict.PASS if part.dialect == "any" else Verdict.FAIL
        return _ways_of_list(members, verdict, stop)
    if verdict is Verdict.NO_FILTER:
        return ()
    return (_Way((Condition(leaf=part, holds=verdict is Verdict.PASS),)),)


_NEGATED = {
    Verdict.PASS: Verdict.FAIL,
    Verdict.FAIL: Verdict.PASS,
    Verdict.NO_FILTER: Verdict.NO_FILTER,
}


def _nothing(verdict: Verdict) -> Sequence[_Way]:
    return _AS_IT_IS if verdict is Verdict.NO_FILTER else ()


def _ways_of_list(
    members: Sequence[Part], verdict: Verdict, stop: Verdict
) -> Sequence[_Way]:
    """Find how a list could come to a verdict.

    *stop* is that of a member that settles the list: `FAIL` for all, `PASS` for any.
    Without it the last member's verdict is the list's.
    """
    if not members:
        return _nothing(verdict)
    before: Sequence[_Way] = _AS_IT_IS
    if verdict is stop:
        found: list[_Way] = []
        for member in members:
            found += _both(before, _ways(member, stop))
            before = _both(before, _without_panic(member))
        return _cheapest(found)
    going_on = [x for x in _NEGATED if x is not stop]
    for member in members[:-1]:
        before = _both(before, _any_of(member, going_on))
    return _both(before, _ways(members[-1], verdict))


def _without_panic(part: Part) -> Sequence[_Way]:
    if part.verdict is not Verdict.PANIC:
        return _AS_IT_IS
    return _any_of(part, _NEGATED)


def _change(condition: Condition, way: _Way) -> Change:
    leaf = condition.leaf
    return Change(
        attribute=leaf.attribute or ", ".join(leaf.reads),
        actual=leaf.actual,
        wanted=condition.phrase,
        example=example(way.about(condition.subject)),
        text=_sentence(condition),
    )


def _sentence(condition: Condition) -> str:
    leaf = condition.leaf
    hint = f" ({leaf.hint})" if leaf.hint else ""
    if leaf.attribute is None:
        return _of_cesql(leaf, hint, str(condition.holds).upper())
    is_now = "is absent" if leaf.actual is None else f"is {leaf.actual!r}"
    return f"{leaf.attribute} {is_now}, wanted {condition.phrase}{hint}"


def _of_cesql(leaf: Part, hint: str, wanted: str) -> str:
    """Name the part of an expression that decides; what it lacks is something to add."""
    if leaf.expression is None:
        return f"{leaf.reason}, wanted {wanted}"
    decides = culprit_of(leaf.expression)
    if isinstance(decides.error, MissingAttributeError):
        whole = one_line(leaf.wanted or "")
        return f"add the attribute {decides.error.attribute!r}{hint}: {whole} must be {wanted}"
    return f"{one_line(decides.text)} must be {wanted}{read_text(decides)}"


_MOST_TRIES = 400
_MOST_CHANGES = 3


def remedy(
    part: Part, seen: Mapping[str, str], passes: Callable[[Mapping[str, str]], bool]
) -> Mapping[str, str] | None:
    """Find the fewest attributes that would turn a filter around.

    None where nothing that was tried does it.
    """
    tried = {
        name: [text for text in texts if text != seen.get(name)]
        for name, texts in _worth_a_try(part).items()
    }
    for changed in islice(_changes(tried), _MOST_TRIES):
        if passes({**seen, **changed}):
            return changed
    return None


def _changes(tried: Mapping[str, list[str]]) -> Iterator[dict[str, str]]:
    """Give sets of changes, those of few attributes first, and last those of all."""
    names = [name for name, texts in tried.items() if texts]
    counts = dict.fromkeys((*range(1, min(len(names), _MOST_CHANGES) + 1), len(names)))
    for count in counts:
        for chosen in combinations(names, count):
            for texts in product(*(tried[name] for name in chosen)):
                yield dict(zip(chosen, texts, strict=True))


def _worth_a_try(part: Part) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    for leaf in part.leaves():
        if leaf.attribute is not None:
            found.setdefault(leaf.attribute, {}).setdefault(leaf.wanted or "x")
        elif leaf.wanted is not None:
            expression = compile_expression(leaf.wanted, SDK_GO)
            for name, texts in expression.examples.items():
                found.setdefault(name, {}).update(dict.fromkeys(texts))
    return {name: list(texts) for name, texts in found.items()}
