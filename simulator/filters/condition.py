"""A leaf of a filter that is to hold, or not to hold, and a value that makes it so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

from simulator.errors import likeness
from simulator.filters.rendering import one_line
from simulator.filters.verdict import Part, Verdict
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

Test = Callable[[str, str], bool]

_TESTS: Mapping[str, Test] = {
    "exact": str.__eq__,
    "prefix": str.startswith,
    "suffix": str.endswith,
    "present": lambda value, _wanted: bool(value),
}
_PHRASES: Mapping[tuple[str, bool], str] = {
    ("exact", True): "exactly {!r}",
    ("exact", False): "anything but {!r}",
    ("prefix", True): "something starting with {!r}",
    ("prefix", False): "something not starting with {!r}",
    ("suffix", True): "something ending with {!r}",
    ("suffix", False): "something not ending with {!r}",
    ("present", True): "any value",
    ("present", False): "no value",
    ("cesql", True): "such that {} is TRUE",
    ("cesql", False): "such that {} is FALSE",
}

# What has a grammar of its own: a value made up from texts would be no valid one.
_WITH_GRAMMAR = (
    "specversion", "time", "dataschema", "datacontenttype", "datamediatype",
    "datacontentencoding",
)  # fmt: skip
_SAME_AS = {"schemaurl": "dataschema"}


class Condition(Value):
    leaf: Part
    holds: bool

    @property
    def operator(self) -> str:
        """What the comparison is; legacy attributes are equal, or present."""
        if self.leaf.dialect == "attributes":
            return "exact" if self.leaf.wanted else "present"
        return self.leaf.dialect

    @property
    def subject(self) -> tuple[str, str]:
        """What it is about: conditions on one subject can contradict each other."""
        if self.leaf.attribute is None:
            return ("cesql", self.leaf.wanted or "")
        return ("attribute", _SAME_AS.get(self.leaf.attribute, self.leaf.attribute))

    @property
    def key(self) -> tuple[tuple[str, str], str, str | None, bool]:
        return (self.subject, self.operator, self.leaf.wanted, self.holds)

    @property
    def flips(self) -> bool:
        verdict = Verdict.PASS if self.holds else Verdict.FAIL
        return self.leaf.verdict is not verdict

    @property
    def phrase(self) -> str:
        wanted = self.leaf.wanted or ""
        if self.operator == "cesql":
            wanted = one_line(wanted)
        return _PHRASES[self.operator, self.holds].format(wanted)

    @property
    def unlikeness(self) -> float:
        """0 for a value that is nearly right, 1 for one that has nothing in common."""
        if not self.flips or self.leaf.actual is None or not self.leaf.wanted:
            return float(self.flips)
        return 1 - likeness(self.leaf.wanted, self.leaf.actual)

    def met_by(self, value: str) -> bool:
        return _TESTS[self.operator](value, self.leaf.wanted or "") is self.holds


def satisfiable(conditions: Sequence[Condition]) -> bool:
    if conditions[0].leaf.attribute is None:
        return len({condition.holds for condition in conditions}) == 1
    return _value(conditions) is not None


def example(conditions: Sequence[Condition]) -> str | None:
    """Make a value that meets conditions on one attribute.

    None for CESQL, and where the value has to follow a grammar and none is given.
    """
    kind, name = conditions[0].subject
    if kind == "cesql":
        return None
    value = _value(conditions)
    given = [x.leaf.wanted for x in conditions if x.operator == "exact" and x.holds]
    return None if name in _WITH_GRAMMAR and value not in given else value


def _value(conditions: Sequence[Condition]) -> str | None:
    for value in _candidates(conditions):
        if all(condition.met_by(value) for condition in conditions):
            return value
    return None


def _candidates(conditions: Sequence[Condition]) -> Iterator[str]:
    """Give values of which one meets the conditions, if any value does.

    The last is the longest prefix and suffix around a letter that no condition
    mentions: only an exact value, or a contradiction, can rule that out.
    """
    if conditions[0].leaf.actual is not None:
        yield conditions[0].leaf.actual

    def wanted(operator: str) -> list[str]:
        return [
            x.leaf.wanted or ""
            for x in conditions
            if x.holds and x.operator == operator
        ]

    yield from wanted("exact")
    head = max(wanted("prefix"), key=len, default="")
    tail = max(wanted("suffix"), key=len, default="")
    for overlap in range(min(len(head), len(tail)), -1, -1):
        if head.endswith(tail[:overlap]) and head + tail:
            yield head + tail[overlap:]
    mentioned = "".join(x.leaf.wanted or "" for x in conditions)
    fresh = next(chr(x) for x in count(ord("a")) if chr(x) not in mentioned)
    yield head + fresh + tail


_COMPARING = ("exact", "prefix", "suffix")


def contradictions(filters: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Say of each attribute that has to be what it cannot be, in a clause.

    Only conditions that all have to hold are looked at, each for the text of one
    attribute; what stands in an `any`, and what of CESQL is no plain comparison, is not.
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
