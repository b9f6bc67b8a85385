"""What an event would have to be for a filter to let it pass, found by trying."""

from __future__ import annotations

from itertools import combinations, islice, product
from typing import TYPE_CHECKING

from simulator.cesql import compile_expression
from simulator.cesql.sdk_go import SDK_GO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from simulator.filters.part import Part

_MOST_TRIES = 400
_MOST_CHANGES = 3


def remedy(
    part: Part, seen: Mapping[str, str], passes: Callable[[Mapping[str, str]], bool]
) -> Mapping[str, str] | None:
    """Find the fewest attributes that would turn a filter around.

    Args:
        part: What the filter says of the event.
        seen: The attributes that it sees.
        passes: Whether it lets through an event of other attributes.

    Returns:
        Attribute -> value; None where nothing that was tried does it.
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
    """Give for each attribute that is read the values that its conditions name."""
    found: dict[str, dict[str, None]] = {}
    for leaf in part.leaves():
        if leaf.attribute is not None:
            found.setdefault(leaf.attribute, {}).setdefault(leaf.wanted or "x")
        elif leaf.wanted is not None:
            expression = compile_expression(leaf.wanted, SDK_GO)
            for name, texts in expression.examples.items():
                found.setdefault(name, {}).update(dict.fromkeys(texts))
    return {name: list(texts) for name, texts in found.items()}
