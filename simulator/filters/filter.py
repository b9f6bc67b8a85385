"""A compiled filter: its verdict on an event, why, and what an index may know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from simulator.filters.verdict import Judge, no_filter
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from simulator.filters.explanation import Explanation

Entry = tuple[str, str]

_NONE: Mapping[str, str] = {}


class Needs(Value):
    """Conditions without any one of which the verdict is `FAIL`.

    Attributes:
        required: Attribute -> its value.
        prefixes: Attribute -> text, not empty, that its value starts with; only for
            attributes that have no required value.
    """

    required: Mapping[str, str] = _NONE
    prefixes: Mapping[str, str] = _NONE


NOTHING = Needs()


def joint(required: Iterable[Entry], prefixes: Iterable[Entry]) -> Needs:
    """Join conditions that all are necessary.

    Of two values for one attribute the first is kept, of two beginnings the longest:
    if they contradict each other, no event passes, and one is as good as the other.
    """
    values: dict[str, str] = {}
    for name, text in required:
        values.setdefault(name, text)
    heads = [entry for entry in prefixes if entry[1] and entry[0] not in values]
    longest_last = sorted(heads, key=lambda entry: len(entry[1]))
    return Needs(required=values or _NONE, prefixes=dict(longest_last) or _NONE)


def common(members: Sequence[Needs]) -> Needs:
    """Keep what each of some filters needs: equal values, and what texts begin with."""
    if not members:
        return NOTHING
    required: dict[str, str] = {}
    prefixes: dict[str, str] = {}
    for name in {**members[0].required, **members[0].prefixes}:
        texts = [m.required.get(name, m.prefixes.get(name, "")) for m in members]
        if all(name in m.required and m.required[name] == texts[0] for m in members):
            required[name] = texts[0]
        elif head := _common_head(texts):
            prefixes[name] = head
    return Needs(required=required or _NONE, prefixes=prefixes or _NONE)


def _common_head(texts: Sequence[str]) -> str:
    """Rely on the order: what the first and the last begin with, all do."""
    low, high = min(texts), max(texts)
    length = 0
    while length < len(low) and low[length] == high[length]:
        length += 1
    return low[:length]


Explain: TypeAlias = "Callable[[Mapping[str, str]], Explanation]"


class Filter(Value):
    """A filter, ready to judge events by their attributes in binary HTTP form.

    Attributes:
        verdict: Judges an event; stops as early as Knative does.
        explain: Judges it again, every part of it, and says why.
        reads: The attributes that the verdict depends on, in order of first use.
        needs: Conditions without which the verdict is `FAIL`; a broker looks
            candidates up by them. Necessary, not sufficient; may be none.
        may_panic: Whether some event could make it panic.
        dropped: Knative skips it: it takes no part in the list that it stands in.
        always: Every event passes, though attributes are read.
        doubts: What of it can never be, or never be right, whatever the event is; each a
            clause in words.
    """

    verdict: Judge = no_filter
    explain: Explain
    reads: tuple[str, ...] = ()
    needs: Needs = NOTHING
    may_panic: bool = False
    dropped: bool = False
    always: bool = False
    doubts: tuple[str, ...] = ()

    @property
    def required(self) -> Mapping[str, str]:
        return self.needs.required

    @property
    def prefixes(self) -> Mapping[str, str]:
        return self.needs.prefixes


def names_in_order(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
