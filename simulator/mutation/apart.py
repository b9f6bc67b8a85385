"""The smallest event that two filters tell apart, or the proof that there is none."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING, NamedTuple

from simulator.filters.condition import Condition, example, satisfiable
from simulator.filters.sides import sides
from simulator.filters.verdict import Part, Verdict
from simulator.session.samples import ANY, takes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from simulator.filters import Filter

_PLAIN = ("exact", "prefix", "suffix", "attributes")
_WITH_RULES = ("time", "dataschema", "schemaurl", "datacontenttype", "specversion")
_REQUIRED = ("type", "source", "id")
_MOST_CONDITIONS = 6  # on one attribute, each of which may hold or not
_MOST_EVENTS = 5_000


class Apart(NamedTuple):
    """What is known of two filters: an event that tells them apart, or a proof of none."""

    event: Mapping[str, str] | None
    proved: bool = False


def apart(one: Filter | None, other: Filter | None) -> Apart:
    """Compare two filters; None lets every event pass.

    Where all conditions compare an attribute of free text, each way in which these can
    hold together is tried with an event that makes it so: that is a proof. Otherwise
    events on both sides of the conditions of each are tried, which is none.
    """
    filters = [each for each in (one, other) if each is not None]
    leaves = [leaf for each in filters for leaf in each.explain({}).leaves()]
    ways = _ways([leaf for leaf in leaves if not leaf.dropped])
    found = _all_of(ways) if ways is not None else _samples(filters)
    events = list(islice(found, _MOST_EVENTS + 1))
    proves = ways is not None and len(events) <= _MOST_EVENTS
    for event in sorted(events, key=_size):
        if judged(one, event) == judged(other, event):
            continue
        if _can_be_sent(event):
            return Apart(event)
        proves = False  # no sender can send this one, but one much like it, perhaps
    return Apart(None, proves)


def passing(filter_: Filter | None) -> Mapping[str, str] | None:
    if filter_ is None:
        return {}
    ways = _ways([leaf for leaf in filter_.explain({}).leaves() if not leaf.dropped])
    found = _all_of(ways) if ways is not None else _samples([filter_])
    for event in sorted(islice(found, _MOST_EVENTS), key=_size):
        if judged(filter_, event) is True and _can_be_sent(event):
            return event
    return None


def _can_be_sent(event: Mapping[str, str]) -> bool:
    """Tell whether an event can have these values; by CloudEvents none is empty."""
    return all(text and takes(name, text) for name, text in event.items())


def judged(filter_: Filter | None, event: Mapping[str, str]) -> bool | Verdict:
    """Tell whether an event passes; a panic is an answer of its own."""
    if filter_ is None:
        return True
    verdict = filter_.verdict({**ANY, **event})
    return verdict if verdict is Verdict.PANIC else verdict.delivers


def _size(event: Mapping[str, str]) -> tuple[int, int]:
    return len(event), sum(map(len, event.values()))


def _ways(leaves: Sequence[Part]) -> dict[str, list[str | None]] | None:
    """Give for each attribute a value for every way in which its conditions can hold.

    Returns:
        None where that is not plain: a condition is CESQL, or about an attribute with a
        grammar of its own, or there are too many.
    """
    about: dict[str, dict[tuple[str, str | None], Part]] = {}
    for leaf in leaves:
        name = leaf.attribute
        if name is None or leaf.dialect not in _PLAIN or leaf.reads != (name,):
            return None
        if name in _WITH_RULES:
            return None
        about.setdefault(name, {})[leaf.dialect, leaf.wanted] = leaf
    ways: dict[str, list[str | None]] = {}
    for name, parts in about.items():
        if len(parts) > _MOST_CONDITIONS:
            return None
        absent = () if name in _REQUIRED else (None,)
        ways[name] = [*_values(list(parts.values())), *absent]
    return ways


def _values(leaves: Sequence[Part]) -> Iterator[str]:
    for holds in product((True, False), repeat=len(leaves)):
        conditions = [
            Condition(leaf=leaf, holds=each)
            for leaf, each in zip(leaves, holds, strict=True)
        ]
        if satisfiable(conditions):
            value = example(conditions)
            assert value is not None, "its grammar is free"
            yield value


def _all_of(ways: Mapping[str, Sequence[str | None]]) -> Iterator[dict[str, str]]:
    for texts in product(*ways.values()):
        given = zip(ways, texts, strict=True)
        yield {name: text for name, text in given if text is not None}


def _samples(filters: Iterable[Filter]) -> Iterator[dict[str, str]]:
    found = [dict(s.attributes) for each in filters for s in sides(each, takes, ANY)]
    yield from found
    for one, other in product(found, repeat=2):
        yield {**one, **other}
