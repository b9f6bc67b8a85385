"""The dialects `all`, `any` and `not`: members that are asked in turn until one decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters.explanation import Explanation
from simulator.filters.filter import Filter, Needs, common, joint, names_in_order
from simulator.filters.verdict import Judge, Verdict, no_filter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

NOTHING_TO_JUDGE = "no members to judge by, every event passes"


def joined(
    dialect: str,
    members: Sequence[Filter],
    *,
    deciding: Verdict,
    reason: Callable[[Verdict], str],
    needs: Callable[[Sequence[Filter]], Needs],
) -> Filter:
    """Join filters by ``all`` or ``any``; dropped ones do not count.

    After a member with the verdict *deciding* no other is asked.
    """
    judged = [member for member in members if not member.dropped]
    decides = all if deciding is Verdict.FAIL else any
    judge = _judge([member.verdict for member in judged], deciding)

    def explain(attributes: Mapping[str, str]) -> Explanation:
        verdict = judge(attributes)
        return Explanation(
            dialect=dialect,
            verdict=verdict,
            reason=reason(verdict) if judged else NOTHING_TO_JUDGE,
            children=tuple(member.explain(attributes) for member in members),
        )

    return Filter(
        verdict=judge,
        explain=explain,
        reads=names_in_order(name for member in judged for name in member.reads),
        needs=needs(judged),
        may_panic=any(member.may_panic for member in judged),
        always=bool(judged) and decides(member.always for member in judged),
        doubts=tuple(doubt for member in judged for doubt in member.doubts),
    )


def _judge(members: Sequence[Judge], deciding: Verdict) -> Judge:
    panicked = Verdict.PANIC
    if not members:
        return no_filter
    if len(members) == 1:
        return members[0]

    def judge(attributes: Mapping[str, str]) -> Verdict:
        for member in members:
            verdict = member(attributes)
            if verdict is deciding or verdict is panicked:
                return verdict
        return verdict

    return judge


def all_of(members: Sequence[Filter]) -> Filter:
    """Compile ``all: [filter]``, and with it the list ``spec.filters`` itself.

    Source: knative-resources 5.2, all: the first Fail is a Fail, else the last
        result; knative-runtime, "Filters": several filters: all must pass, dropped
        members do not count.
    """
    return joined(
        "all", members, deciding=Verdict.FAIL, reason=lambda _: "", needs=_needs_of_all
    )


def _needs_of_all(members: Sequence[Filter]) -> Needs:
    panicking = (n for n, member in enumerate(members, 1) if member.may_panic)
    asked = members[: next(panicking, None)]
    return joint(
        (entry for member in asked for entry in member.required.items()),
        (entry for member in asked for entry in member.prefixes.items()),
    )


def any_of(members: Sequence[Filter]) -> Filter:
    """Compile ``any: [filter]``.

    Source: knative-resources 5.2, any: the first Pass is a Pass, else the last
        result, so a last member without anything to judge lets every event pass.
        Knative reorders members by how often they pass; we keep the written order.
    """
    return joined(
        "any",
        members,
        deciding=Verdict.PASS,
        reason=_reason,
        # A member that fails for lack of what it needs cannot panic.
        needs=lambda judged: common([member.needs for member in judged]),
    )


def _reason(verdict: Verdict) -> str:
    if verdict is Verdict.NO_FILTER:
        return "none passes, but the last has nothing to judge, so the event passes"
    return ""


def not_(member: Filter) -> Filter:
    """Compile ``not: filter``.

    Source: knative-runtime, "Filters": `not` of a dropped filter lets everything
        pass, with result noFilter; it is not dropped itself.
    """
    judge = no_filter if member.dropped else _opposite(member.verdict)

    def explain(attributes: Mapping[str, str]) -> Explanation:
        verdict = judge(attributes)
        nothing = verdict is Verdict.NO_FILTER
        return Explanation(
            dialect="not",
            verdict=verdict,
            reason="nothing to negate, the event passes" if nothing else "",
            children=(member.explain(attributes),),
        )

    return Filter(
        verdict=judge,
        explain=explain,
        reads=member.reads,
        may_panic=member.may_panic,
        doubts=member.doubts,
    )


def _opposite(member: Judge) -> Judge:
    passed, failed = Verdict.PASS, Verdict.FAIL

    def judge(attributes: Mapping[str, str]) -> Verdict:
        verdict = member(attributes)
        if verdict is passed:
            return failed
        return passed if verdict is failed else verdict

    return judge
