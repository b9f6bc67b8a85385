"""Conditions of one filter that no value meets together, whatever the event is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.filters.condition import Condition, satisfiable
from simulator.filters.verdict import Part, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_COMPARING = ("exact", "prefix", "suffix")


def contradictions(filters: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Say of each attribute that has to be what it cannot be, in a clause.

    Only conditions that all have to hold are looked at, each for the text of one
    attribute; what stands in an `any`, and what of CESQL is no plain comparison, is not.

    Args:
        filters: ``spec.filters``; all of them have to pass.
    """
    about: dict[tuple[str, str], dict[Condition, None]] = {}
    for element in filters:
        for condition in _demands(element, holds=True):
            about.setdefault(condition.subject, {})[condition] = None
    for (_, name), conditions in about.items():
        if len(conditions) > 1 and not satisfiable(list(conditions)):
            wanted = " and ".join(condition.phrase for condition in conditions)
            yield f"no event passes: {name} would have to be {wanted}"


def _demands(element: Mapping[str, Any], *, holds: bool) -> Iterator[Condition]:
    """Give the conditions without each of which a filter is not what it is to be.

    Source: knative-runtime, "Filters": which dialect of an object counts, and what
        drops it.
    """
    for dialect in _COMPARING:
        if texts := element.get(dialect):
            if all(name and text for name, text in texts.items()):
                yield from _compared(dialect, texts, holds=holds)
            return
    if members := element.get("all"):
        for member in members if holds else ():
            yield from _demands(member, holds=True)
    elif members := element.get("any"):
        for member in () if holds else members:
            yield from _demands(member, holds=False)
    elif (member := element.get("not")) is not None:
        yield from _demands(member, holds=not holds)
    elif holds and element.get("cesql"):
        yield from _of_cesql(str(element["cesql"]))


def _compared(
    dialect: str, texts: Mapping[str, str], *, holds: bool
) -> Iterator[Condition]:
    if holds or len(texts) == 1:
        for name, text in texts.items():
            yield _condition(dialect, name, text, holds=holds)


def _of_cesql(text: str) -> Iterator[Condition]:
    from simulator.cesql import ParseError, compile_expression  # only if there is any
    from simulator.cesql.sdk_go import SDK_GO

    try:
        found = compile_expression(text, SDK_GO).conjuncts
    except ParseError:  # the webhook says so
        return
    for each in found:
        if each.whole or each.text:
            dialect = "exact" if each.whole else "prefix"
            yield _condition(dialect, each.attribute, each.text, holds=True)


def _condition(dialect: str, name: str, text: str, *, holds: bool) -> Condition:
    leaf = Part(dialect=dialect, verdict=Verdict.FAIL, attribute=name, wanted=text)
    return Condition(leaf=leaf, holds=holds)
