"""How other implementations than Knative judge: an exchange of RabbitMQ, and Kafka in Java.

Source: profiles 25 to 33; run: `filter.attributes` become the arguments of a binding to a
    headers exchange, ``x-match: all``; dp/core filter/subscriptionsapi and
    filter/AttributesFilter, read, and their unit tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.filters.comparison import comparison, indexable
from simulator.filters.compiler import compile_filters
from simulator.filters.filter import NOTHING, Filter, Needs
from simulator.filters.joined import all_of, any_of, not_
from simulator.filters.lookup import ZERO_TIME
from simulator.filters.verdict import Judge, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulator.filters.explanation import Explanation

    Has = Callable[[str, str], bool]

_CONTENT_TYPE = "datacontenttype"


def compile_for_exchange(
    filters: Sequence[Mapping[str, Any]] | None, attributes: Mapping[str, str] | None
) -> Filter:
    """Compile a Trigger's filter as the exchange does, which reads no *filters*."""
    if not attributes:
        return compile_filters(None, None)
    needs = Needs(required=indexable(attributes, str.__eq__))
    made = comparison("exact", attributes, _judge, needs=needs)
    doubts = []
    if _CONTENT_TYPE in attributes:
        doubts.append(
            "no event passes: the header that holds its datacontenttype is called "
            "content-type there"
        )
    doubts += [
        f"no event passes: its {name} would have to be empty"
        for name, text in attributes.items()
        if not text
    ]
    return made.replace(doubts=(*made.doubts, *doubts))


def _judge(wanted: Mapping[str, str]) -> Judge:
    pairs = tuple(wanted.items())
    never = _CONTENT_TYPE in wanted

    def judge(attributes: Mapping[str, str]) -> Verdict:
        for name, text in pairs:
            # A number of a structured event is no text; see `simulator.kernel.routes`.
            absent = ZERO_TIME if name == "time" else None
            found = attributes.get(name, absent)
            if never or found != text:
                return Verdict.FAIL
        return Verdict.PASS

    return judge


_HAS: Mapping[str, Has] = {
    "exact": str.__eq__,
    "attributes": str.__eq__,
    "prefix": str.startswith,
    "suffix": str.endswith,
}
# Absent, these are null in Java, and asked for a beginning or an end they throw.
_NULLABLE = ("subject", "datacontenttype")
_SAME_AS = {"schemaurl": "dataschema"}
_GROUP = 3


def compile_for_java(
    filters: Sequence[Mapping[str, Any]] | None, attributes: Mapping[str, str] | None
) -> Filter:
    """Compile a Trigger's filters as Kafka's data plane does, else its attributes."""
    if filters:
        return _discarding(all_of([_compile(each) for each in filters]))
    if attributes:
        return _compare("attributes", attributes)
    return compile_filters(None, None)


def _compile(element: Mapping[str, Any]) -> Filter:
    """Compile one filter object: all dialects in it must pass."""
    made = [
        _compare(dialect, element[dialect])
        for dialect in ("exact", "prefix", "suffix")
        if element.get(dialect)
    ]
    if members := element.get("all"):
        made.append(all_of([_compile(each) for each in members]))
    if members := element.get("any"):
        made.append(any_of([_compile(each) for each in members]))
    if (member := element.get("not")) is not None:
        made.append(not_(_compile(member)))
    if expression := element.get("cesql"):
        from simulator.filters.cesql import cesql  # only if needed

        made.append(cesql(expression, casts=True))
    return made[0] if len(made) == 1 else all_of(made)


def _compare(dialect: str, wanted: Mapping[str, str]) -> Filter:
    """Compile a comparison; what asks for the empty text asks for nothing."""
    asked = {name: text for name, text in wanted.items() if text}
    if not asked:
        return _always(dialect)
    has = _HAS[dialect]
    needs = NOTHING
    if has is str.__eq__:
        plain = {n: t for n, t in asked.items() if n not in ("time", *_SAME_AS)}
        needs = Needs(required=plain)
    throws = has is not str.__eq__

    def judge_of(entries: Mapping[str, str]) -> Judge:
        pairs = tuple(entries.items())

        def judge(attributes: Mapping[str, str]) -> Verdict:
            for name, text in pairs:
                found = _read(name, attributes)
                if found is None:
                    null = throws and name in _NULLABLE
                    return Verdict.PANIC if null else Verdict.FAIL
                if not has(found, text):
                    return Verdict.FAIL
            return Verdict.PASS

        return judge

    may_throw = throws and any(name in asked for name in _NULLABLE)
    made = comparison(dialect, asked, judge_of, needs=needs)
    reads = tuple(dict.fromkeys(_SAME_AS.get(n, n) for n in asked))
    return made.replace(reads=reads, may_panic=may_throw)


def _read(name: str, attributes: Mapping[str, str]) -> str | None:
    """Read an attribute; time as an instant, its fraction in groups of three digits."""
    found = attributes.get(_SAME_AS.get(name, name))
    if name != "time" or found is None or "." not in found:
        return found
    whole, _, fraction = found.removesuffix("Z").partition(".")
    missing = -len(fraction) % _GROUP
    return f"{whole}.{fraction}{'0' * missing}Z"


def _always(dialect: str) -> Filter:
    from simulator.filters.explanation import Explanation

    explanation = Explanation(
        dialect=dialect,
        verdict=Verdict.PASS,
        reason="an empty value asks for nothing on Kafka, every event passes",
    )
    return Filter(
        verdict=lambda _attributes: Verdict.PASS,
        explain=lambda _attributes: explanation,
    )


def _discarding(inner: Filter) -> Filter:
    """Discard an event at which the filter throws, wherever in it.

    Source: profiles 31: RecordDispatcherImpl.dispatch.
    """
    if not inner.may_panic:
        return inner

    def judge(attributes: Mapping[str, str]) -> Verdict:
        verdict = inner.verdict(attributes)
        return Verdict.FAIL if verdict is Verdict.PANIC else verdict

    def explain(attributes: Mapping[str, str]) -> Explanation:
        told = inner.explain(attributes)
        if told.verdict is not Verdict.PANIC:
            return told
        return told.replace(
            verdict=Verdict.FAIL,
            reason="the filter throws on an attribute that is absent: Kafka discards the event",
        )

    return inner.replace(verdict=judge, explain=explain, may_panic=False)
