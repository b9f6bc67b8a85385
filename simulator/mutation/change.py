"""A small change to the `spec` of one resource, and how such a change is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Spec = Mapping[str, Any]
    Step = str | int


class Change(NamedTuple):
    """What an operator makes of a spec.

    Attributes:
        path: The field that it changes: ``spec.filters[0].exact.type``.
        operator: Its name: ``exact-to-prefix``.
        words: What is changed, in words.
        spec: The spec as it is then; None where the resource is dropped.
    """

    path: str
    operator: str
    words: str
    spec: Spec | None


def replaced(spec: Any, steps: Sequence[Step], value: object) -> Any:
    """Give a copy in which something else stands along *steps*."""
    if not steps:
        return value
    first, *rest = steps
    if isinstance(spec, list):
        return [
            replaced(each, rest, value) if at == first else each
            for at, each in enumerate(spec)
        ]
    return {**spec, first: replaced(spec.get(first), rest, value)}


def dropped(spec: Any, steps: Sequence[Step]) -> Any:
    """Give a copy without what stands along *steps*."""
    *way, last = steps
    parent = at(spec, way)
    if isinstance(parent, list):
        left: Any = [each for number, each in enumerate(parent) if number != last]
    else:
        left = {name: each for name, each in parent.items() if name != last}
    return replaced(spec, way, left)


def at(spec: Any, steps: Sequence[Step]) -> Any:
    for step in steps:
        if isinstance(spec, list) and isinstance(step, int):
            spec = spec[step]
        else:
            spec = spec.get(step) if isinstance(spec, dict) else None
    return spec


def field(steps: Sequence[Step]) -> str:
    """Give the field path of steps below the spec, as positions are asked for with it."""
    from simulator.manifests.origin import path_of

    return path_of(("spec", *steps))
