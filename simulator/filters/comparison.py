"""The dialects `exact`, `prefix`, `suffix`, and the legacy attributes: texts compared by name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simulator.filters.explanation import Explanation
from simulator.filters.filter import NOTHING, Filter, Needs, names_in_order
from simulator.filters.lookup import ZERO_TIME, actual, is_derived, read_names, reader
from simulator.filters.verdict import Judge, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SPACE = " \t"


def comparison(
    dialect: str,
    wanted: Mapping[str, str],
    judge: Callable[[Mapping[str, str]], Judge],
    *,
    needs: Needs = NOTHING,
) -> Filter:
    """Compile a dialect that compares texts; every entry must hold.

    Source: knative-runtime, "Filters": several keys in one exact, prefix or suffix:
        all must match.
    """
    entries = tuple(wanted.items())

    def explain(attributes: Mapping[str, str]) -> Explanation:
        leaves = tuple(
            _leaf(dialect, name, text, attributes, judge({name: text})(attributes))
            for name, text in entries
        )
        if len(leaves) == 1:
            return leaves[0]
        verdict = next((x.verdict for x in leaves if not x.passes), Verdict.PASS)
        return Explanation(dialect=dialect, verdict=verdict, children=leaves)

    return Filter(
        verdict=judge(wanted),
        explain=explain,
        reads=names_in_order(used for name in wanted for used in read_names(name)),
        needs=needs,
        doubts=_doubts(dialect, wanted),
    )


def _doubts(dialect: str, wanted: Mapping[str, str]) -> tuple[str, ...]:
    """Source: RFC 9110 5.5: a header has no white space around its value."""
    return tuple(
        f"no event has {name} {text!r}: HTTP takes the space at its "
        f"{'beginning' if text[0] in _SPACE and dialect != 'suffix' else 'end'} away"
        for name, text in wanted.items()
        if text
        and (
            (text[0] in _SPACE and dialect != "suffix")
            or (text[-1] in _SPACE and dialect != "prefix")
        )
    )


def indexable(
    wanted: Mapping[str, str], meets: Callable[[str, str], bool]
) -> Mapping[str, str]:
    """Keep the entries that a look-up by the attribute's plain value can decide.

    An absent time reads as the zero time, and dataschema has two names, so those
    cannot be told from the attribute of that name alone. *meets* gets the value first.
    """
    return {
        name: text
        for name, text in wanted.items()
        if text
        and (not is_derived(name) or (name == "time" and not meets(ZERO_TIME, text)))
    }


def _leaf(
    dialect: str,
    name: str,
    wanted: str,
    attributes: Mapping[str, str],
    verdict: Verdict,
) -> Explanation:
    found = actual(name, attributes)
    asked = f"wanted {wanted!r}" if wanted else "wanted any value"
    hint = ""
    if verdict is Verdict.FAIL:
        # Only a question why pays.
        from simulator.filters.hints import absence_hint, value_hint

        if found is None:
            hint = absence_hint(name, attributes)
        elif wanted:
            kind = "exact" if dialect == "attributes" else dialect
            hint = value_hint(kind, name, wanted, found)
    return Explanation(
        dialect=dialect,
        verdict=verdict,
        reason=f"{asked}, {'it is absent' if found is None else f'got {found!r}'}",
        attribute=name,
        wanted=wanted,
        actual=found,
        hint=hint,
        reads=read_names(name),
    )


def exact(wanted: Mapping[str, str]) -> Filter:
    """Compile ``exact: {attribute: text}``; texts and names are not empty.

    Source: knative-resources 5.2, exact: equality, case-sensitive.
    """
    needs = Needs(required=indexable(wanted, str.__eq__))
    return comparison("exact", wanted, judge_equal, needs=needs)


def judge_equal(wanted: Mapping[str, str]) -> Judge:
    passed, failed = Verdict.PASS, Verdict.FAIL
    if any(map(is_derived, wanted)):
        readers = tuple((reader(name), text) for name, text in wanted.items())

        def judge_derived(attributes: Mapping[str, str]) -> Verdict:
            for read, text in readers:
                if read(attributes) != text:
                    return failed
            return passed

        return judge_derived

    pairs = tuple(wanted.items())
    if len(pairs) == 1:
        ((name, text),) = pairs

        def judge_one(attributes: Mapping[str, str]) -> Verdict:
            return passed if attributes.get(name) == text else failed

        return judge_one

    def judge_each(attributes: Mapping[str, str]) -> Verdict:
        for name, text in pairs:
            if attributes.get(name) != text:
                return failed
        return passed

    return judge_each


def prefix(wanted: Mapping[str, str]) -> Filter:
    """Compile ``prefix: {attribute: text}``; texts and names are not empty.

    Source: knative-resources 5.2, prefix: case-sensitive, a missing extension fails.
    """
    needs = Needs(prefixes=indexable(wanted, str.startswith))
    return comparison(
        "prefix", wanted, partial(_judge_with, has=str.startswith), needs=needs
    )


def suffix(wanted: Mapping[str, str]) -> Filter:
    """Compile ``suffix: {attribute: text}``; texts and names are not empty.

    Source: knative-resources 5.2, suffix: case-sensitive, a missing extension fails.
    """
    return comparison("suffix", wanted, partial(_judge_with, has=str.endswith))


def _judge_with(wanted: Mapping[str, str], has: Callable[[str, str], bool]) -> Judge:
    passed, failed = Verdict.PASS, Verdict.FAIL
    (name, text), *more = wanted.items()
    if more or is_derived(name):
        pairs = tuple((reader(name), text) for name, text in wanted.items())

        def judge_each(attributes: Mapping[str, str]) -> Verdict:
            for read, text in pairs:
                if not has(read(attributes), text):
                    return failed
            return passed

        return judge_each

    def judge_one(attributes: Mapping[str, str]) -> Verdict:
        return passed if has(attributes.get(name, ""), text) else failed

    return judge_one


def attributes(wanted: Mapping[str, str]) -> Filter:
    """Compile ``filter.attributes``, at least one; an empty text asks for any value.

    Source: knative-runtime, "Filters": "" means "present and not empty"; an absent
        attribute fails, but an absent time reads as the zero time and passes.
    """
    needs = Needs(required=indexable(wanted, str.__eq__))
    return comparison("attributes", wanted, _judge_legacy, needs=needs)


def _judge_legacy(wanted: Mapping[str, str]) -> Judge:
    if all(wanted.values()):
        return judge_equal(wanted)
    passed, failed = Verdict.PASS, Verdict.FAIL
    pairs = tuple((reader(name), text) for name, text in wanted.items())

    def judge(attributes: Mapping[str, str]) -> Verdict:
        for read, text in pairs:
            found = read(attributes)
            if not found or (text and found != text):
                return failed
        return passed

    return judge
