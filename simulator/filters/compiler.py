"""A Trigger's `filters` and `filter.attributes` become one compiled filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.errors import nearest
from simulator.filters.comparison import attributes as legacy_attributes
from simulator.filters.comparison import exact, prefix, suffix
from simulator.filters.explanation import Explanation
from simulator.filters.filter import Filter
from simulator.filters.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulator.cesql import ParseError

_DIALECTS = ("exact", "prefix", "suffix", "all", "any", "not", "cesql")
_COMPARING: tuple[tuple[str, Callable[[Mapping[str, str]], Filter]], ...] = (
    ("exact", exact),
    ("prefix", prefix),
    ("suffix", suffix),
)


def compile_filters(
    filters: Sequence[Mapping[str, Any]] | None, attributes: Mapping[str, str] | None
) -> Filter:
    """Compile ``spec.filters`` or, when that is empty, ``spec.filter.attributes``.

    Anything that decodes as a Trigger is compiled, also what the webhook refuses: that
    does what it would do if it got through.

    Source: knative-runtime, "Filters": `filters` wins over `filter` when not empty;
        no filter: all pass.
    """
    if not filters:
        if attributes:
            return legacy_attributes(attributes)
        return _dropped("none", "no filter, every event passes")
    if not any(map(_has_cesql, filters)):
        return _compile_list(filters)

    from simulator.cesql import ParseError  # only if there is any

    try:
        return _compile_list(filters)
    except ParseError as error:
        return _crash(error)


def _compile_list(filters: Sequence[Mapping[str, Any]]) -> Filter:
    compiled = [_compile(element) for element in filters]
    if len(compiled) == 1 and not compiled[0].dropped:
        return compiled[0]
    from simulator.filters.joined import all_of  # most lists have one filter

    return all_of(compiled)


def _compile(element: Mapping[str, Any]) -> Filter:
    """Compile one filter object by the first dialect in it that is not empty.

    Source: knative-runtime, "Filters": several dialects in one object: exact wins,
        then prefix, suffix, all, any, not, cesql; an empty name or value drops it.
    """
    for dialect, compile_texts in _COMPARING:
        if wanted := element.get(dialect):
            return _comparing(dialect, wanted, compile_texts)
    from simulator.filters.joined import all_of, any_of, not_

    if members := element.get("all"):
        return all_of([_compile(member) for member in members])
    if members := element.get("any"):
        return any_of([_compile(member) for member in members])
    if (member := element.get("not")) is not None:
        return not_(_compile(member))
    if expression := element.get("cesql"):
        from simulator.filters.cesql import cesql  # only if needed

        return cesql(expression)
    dialect = next((name for name in _DIALECTS if name in element), "none")
    return _dropped(dialect, f"dropped, {_why_empty(element)}")


def _comparing(
    dialect: str,
    wanted: Mapping[str, str],
    compile_texts: Callable[[Mapping[str, str]], Filter],
) -> Filter:
    for name, text in wanted.items():
        if not name:
            return _dropped(dialect, "dropped, an attribute has no name")
        if not text:
            return _dropped(dialect, f"dropped, the value of {name!r} is empty")
    return compile_texts(wanted)


def _why_empty(element: Mapping[str, Any]) -> str:
    if any(name in element for name in _DIALECTS):
        return "it is empty"
    if unknown := next(iter(element), None):
        return f"{unknown!r} is no dialect{nearest(unknown, _DIALECTS)}"
    return "it names no dialect"


def _dropped(dialect: str, reason: str) -> Filter:
    explanation = Explanation(
        dialect=dialect, verdict=Verdict.NO_FILTER, reason=reason, dropped=True
    )
    return Filter(explain=lambda _attributes: explanation, dropped=True)


def _crash(error: ParseError) -> Filter:
    """Make the filter that panics on every event.

    Source: knative-runtime, "Filters": CESQL syntax errors panic in the parser. A few
        are refused by it instead, and then the real handler drops the expression;
        the webhook admits neither, so we do not tell them apart.
    """
    place = f"line {error.line}, column {error.column}"
    reason = f"{error.message} ({place}): the filter handler crashes on every event"
    explanation = Explanation(
        dialect="cesql", verdict=Verdict.PANIC, reason=reason, wanted=error.expression
    )
    return Filter(
        verdict=lambda _attributes: Verdict.PANIC,
        explain=lambda _attributes: explanation,
        may_panic=True,
    )


def _has_cesql(element: Mapping[str, Any]) -> bool:
    members = [*(element.get("all") or ()), *(element.get("any") or ())]
    if (member := element.get("not")) is not None:
        members.append(member)
    return bool(element.get("cesql")) or any(map(_has_cesql, members))
