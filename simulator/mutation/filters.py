"""Changes to filters, in any dialect of an Eventing filter or in CESQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.cesql.syntax import Kind
from simulator.mutation.change import Change, at, dropped, field, replaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.cesql.syntax import Term
    from simulator.mutation.change import Spec, Step

    Steps = tuple[Step, ...]
_COMPARING = ("exact", "prefix", "suffix")
_ONE_MORE = "x"


def filter_changes(spec: Spec) -> Iterator[Change]:
    """Give the changes to `spec.filters`, or to `spec.filter` where that counts.

    Source: knative-runtime, "Filters": `filters` wins over `filter` when not empty.
    """
    filters = spec.get("filters")
    attributes = at(spec, ("filter", "attributes"))
    if isinstance(filters, list) and filters:
        yield _whole(spec, "filters")
        for number, element in enumerate(filters):
            yield from _element(spec, ("filters", number), element, len(filters))
    elif isinstance(attributes, dict) and attributes:
        yield _whole(spec, "filter")
        yield from _legacy(spec, attributes)


def _whole(spec: Spec, name: str) -> Change:
    left = {n: each for n, each in spec.items() if n not in ("filter", "filters")}
    words = "filter dropped, every event passes"
    return Change(f"spec.{name}", "drop-filter", words, left)


def _legacy(spec: Spec, attributes: Mapping[str, str]) -> Iterator[Change]:
    """Change `filter.attributes`; what it cannot say is said with `filters`."""
    for name, text in attributes.items():
        steps = ("filter", "attributes", name)
        others = {n: t for n, t in attributes.items() if n != name}
        if others:
            yield _drop(spec, steps, f"filter {name} dropped")
        if not all(attributes.values()):  # "" asks for any value, as no dialect does
            continue
        bare = {n: each for n, each in spec.items() if n != "filter"}
        for operator, words, element in _variants("exact", name, text, others):
            yield Change(field(steps), operator, words, {**bare, "filters": [element]})


def _drop(spec: Spec, steps: Steps, words: str) -> Change:
    return Change(field(steps), "drop-condition", words, dropped(spec, steps))


def _element(
    spec: Spec,
    steps: Steps,
    element: Mapping[str, Any],
    members: int,
    *,
    inverse: bool = False,
) -> Iterator[Change]:
    """Change one filter object by the dialect that counts, as `filters.compiler` does.

    Args:
        steps: Where the object stands in it.
        members: How many there are in the list that it stands in.
        inverse: It stands in a `not`: to negate it is to drop that.
    """
    for dialect in _COMPARING:
        if texts := element.get(dialect):
            yield from _comparing(spec, steps, dialect, texts, members, inverse=inverse)
            return
    for dialect in ("all", "any"):
        if inner := element.get(dialect):
            if members > 1:
                yield _drop(spec, steps, f"{_place(steps)}: {dialect} dropped")
            for number, member in enumerate(inner):
                yield from _element(spec, (*steps, dialect, number), member, len(inner))
            return
    if (member := element.get("not")) is not None:
        if members > 1:
            yield _drop(spec, steps, f"{_place(steps)}: not … dropped")
        words = f"{_place(steps)}: not … → …"
        yield Change(field(steps), "negate", words, replaced(spec, steps, member))
        yield from _element(spec, (*steps, "not"), member, 1, inverse=True)
    elif text := element.get("cesql"):
        yield from _cesql(spec, steps, str(text), members, inverse=inverse)


def _cesql(
    spec: Spec, steps: Steps, text: str, members: int, *, inverse: bool
) -> Iterator[Change]:
    if members > 1:
        yield _drop(spec, steps, f"filter cesql {text!r} dropped")
    for operator, words, changed in cesql_changes(text):
        if not (inverse and operator == "negate"):
            spec_ = replaced(spec, steps, {"cesql": changed})
            yield Change(field((*steps, "cesql")), operator, f"filter {words}", spec_)


def _comparing(
    spec: Spec,
    steps: Steps,
    dialect: str,
    texts: Mapping[str, str],
    members: int,
    *,
    inverse: bool,
) -> Iterator[Change]:
    for name, text in texts.items():
        here = (*steps, dialect, name)
        others = {n: t for n, t in texts.items() if n != name}
        if others:
            yield _drop(spec, here, f"filter {name} dropped")
        elif members > 1:
            yield _drop(spec, steps, f"filter {name} dropped")._replace(
                path=field(here)
            )
        for operator, words, element in _variants(dialect, name, text, others):
            if inverse and operator == "negate" and not others:
                continue
            yield Change(field(here), operator, words, replaced(spec, steps, element))


def _variants(
    dialect: str, name: str, text: str, others: Mapping[str, str]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give what one comparison may become: operator, words, the filter object."""
    if not name or not text:  # dropped by Knative
        return
    said = f"filter {name}: {dialect} {text!r}"
    this = {dialect: {name: text}}
    yield "negate", f"{said} → not", _beside(dialect, others, {"not": this})
    if dialect == "exact":
        for other in ("prefix", "suffix"):
            loose = {other: {name: text}}
            made = _beside(dialect, others, loose)
            yield f"exact-to-{other}", f"{said} → {other}", made
        return
    shorter = text[:-1] if dialect == "prefix" else text[1:]
    longer = text + _ONE_MORE if dialect == "prefix" else _ONE_MORE + text
    for operator, near in (("shorter", shorter), ("longer", longer)):
        if near:
            made = {dialect: {**others, name: near}}
            yield f"{dialect}-{operator}", f"{said} → {near!r}", made


def _beside(
    dialect: str, others: Mapping[str, str], element: dict[str, Any]
) -> dict[str, Any]:
    """Give an object that asks for the other comparisons, too."""
    return {"all": [{dialect: dict(others)}, element]} if others else element


def _place(steps: Steps) -> str:
    return field(steps).removeprefix("spec.")


_DROP, _MOVE = "drop-condition", "boundary"
_BOUNDARY = {
    Kind.LESS: "<=",
    Kind.LESS_OR_EQUAL: "<",
    Kind.GREATER: ">=",
    Kind.GREATER_OR_EQUAL: ">",
}


def cesql_changes(text: str) -> Iterator[tuple[str, str, str]]:
    """Negate it, drop what AND joins, and move comparisons by their boundary.

    Returns:
        Operator, words, and the expression as it is then; nothing for a text that is
        no CESQL.
    """
    from simulator.cesql import ParseError
    from simulator.cesql.parser import parse  # lark costs 50 ms

    try:
        root = parse(text)
    except ParseError:  # the webhook says so
        return
    if root.kind is Kind.NOT:
        negated = _text(root.operands[0], text)
    else:
        negated = f"NOT ({text})"
    yield "negate", f"cesql {text!r} → {negated!r}", negated
    counts = dict.fromkeys((_DROP, _MOVE), 0)
    for term in root.walk():
        if term.kind is Kind.AND:
            found = [*_without_each(term, text)]
        elif term.kind in _BOUNDARY:
            found = [_at_boundary(term, text)]
        else:
            continue
        for operator, words, changed in found:
            counts[operator] += 1
            yield f"{operator}-{counts[operator]}", words, changed


def _without_each(term: Term, text: str) -> Iterator[tuple[str, str, str]]:
    operands = term.operands
    start, end = operands[0].span[0], operands[-1].span[1]
    for operand in operands:
        rest = [_text(each, text) for each in operands if each is not operand]
        changed = text[:start] + " AND ".join(rest) + text[end:]
        yield _DROP, f"cesql: {_text(operand, text)!r} dropped", changed


def _at_boundary(term: Term, text: str) -> tuple[str, str, str]:
    left, right = term.operands
    between = slice(left.span[1], right.span[0])
    symbol = str(term.kind)
    other = _BOUNDARY[term.kind]
    changed = text[: between.start] + text[between].replace(symbol, other, 1)
    words = f"cesql {_text(term, text)!r}: {symbol} → {other}"
    return _MOVE, words, changed + text[between.stop :]


def _text(term: Term, text: str) -> str:
    return text[slice(*term.span)]
