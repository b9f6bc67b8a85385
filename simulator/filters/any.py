"""The dialect `any`: one member must let the event through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters.explanation import Explanation
from simulator.filters.filter import Filter, names_in_order
from simulator.filters.verdict import Judge, Verdict, no_filter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def any_of(members: Sequence[Filter]) -> Filter:
    """Compile ``any: [filter]``.

    Source: knative-resources 5.2, any: the first Pass is a Pass, else the last
        result, so a last member without anything to judge lets every event pass.
        Knative reorders members by how often they pass; we keep the written order.
    """
    judged = [member for member in members if not member.dropped]
    judge = _judge([member.verdict for member in judged])

    def explain(attributes: Mapping[str, str]) -> Explanation:
        verdict = judge(attributes)
        return Explanation(
            dialect="any",
            verdict=verdict,
            reason=_reason(verdict, judged),
            children=tuple(member.explain(attributes) for member in members),
        )

    return Filter(
        verdict=judge,
        explain=explain,
        reads=names_in_order(name for member in judged for name in member.reads),
        required=_required(judged),
        may_panic=any(member.may_panic for member in judged),
    )


def _judge(members: Sequence[Judge]) -> Judge:
    passed, panicked = Verdict.PASS, Verdict.PANIC
    if not members:
        return no_filter
    if len(members) == 1:
        return members[0]

    def judge(attributes: Mapping[str, str]) -> Verdict:
        for member in members:
            verdict = member(attributes)
            if verdict is passed or verdict is panicked:
                return verdict
        return verdict

    return judge


def _reason(verdict: Verdict, members: Sequence[Filter]) -> str:
    if not members:
        return "no members to judge by, every event passes"
    if verdict is Verdict.NO_FILTER:
        return "none passes, but the last has nothing to judge, so the event passes"
    return ""


def _required(members: Sequence[Filter]) -> Mapping[str, str]:
    """Keep what every member needs; a member that fails for lack of it cannot panic."""
    if not members:
        return {}
    first, *others = members
    return {
        name: text
        for name, text in first.required.items()
        if all(member.required.get(name) == text for member in others)
    }
