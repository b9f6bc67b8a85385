"""The leaves of a filter, and where each is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.filters import Filter
    from simulator.filters.verdict import Part

_COMPARING = ("exact", "prefix", "suffix")


def leaves_of(filter_: Filter, attributes: Mapping[str, str]) -> list[Part]:
    """Judge an event by each leaf that takes part, in written order."""
    explanation = filter_.explain(attributes)
    return [leaf for leaf in explanation.leaves() if not leaf.dropped]


def leaf_paths(filter_: Filter, spec: Mapping[str, Any]) -> list[str]:
    """Find the field path of each of these leaves.

    Where an implementation reads a filter in its own way, and so has other leaves than
    were written, each gets the path of the whole, and its number.
    """
    leaves = leaves_of(filter_, {})
    filters = spec.get("filters")
    written = [*_written(filters, spec.get("filter"))]
    if [leaf.wanted for leaf in leaves] == [wanted for _, wanted in written]:
        return [path for path, _ in written]
    whole = "spec.filters" if filters else "spec.filter"
    return [f"{whole} leaf {number}" for number, _ in enumerate(leaves)]


def _written(filters: Any, legacy: Any) -> Iterator[tuple[str, str]]:
    """Give the leaves of `spec.filters`, else of `spec.filter`: path, wanted text."""
    if filters:
        for number, element in enumerate(filters):
            yield from _element(element, f"spec.filters[{number}]")
    elif isinstance(legacy, dict):
        for name, text in (legacy.get("attributes") or {}).items():
            yield f"spec.filter.attributes.{name}", text


def _element(element: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    """Walk one filter object by the dialect that counts, as `filters.compiler` does."""
    for dialect in _COMPARING:
        if texts := element.get(dialect):
            if all(name and text for name, text in texts.items()):
                yield from ((f"{path}.{dialect}.{n}", t) for n, t in texts.items())
            return
    for dialect in ("all", "any"):
        if members := element.get(dialect):
            for number, member in enumerate(members):
                yield from _element(member, f"{path}.{dialect}[{number}]")
            return
    if (member := element.get("not")) is not None:
        yield from _element(member, f"{path}.not")
    elif expression := element.get("cesql"):
        yield f"{path}.cesql", expression
