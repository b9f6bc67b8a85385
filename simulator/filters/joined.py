"""What `all` and `any` share: members that are asked in turn until one decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters.explanation import Explanation
from simulator.filters.filter import Filter, names_in_order
from simulator.filters.verdict import Judge, Verdict, no_filter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulator.filters.needs import Needs

NOTHING_TO_JUDGE = "no members to judge by, every event passes"


def joined(
    dialect: str,
    members: Sequence[Filter],
    *,
    deciding: Verdict,
    reason: Callable[[Verdict], str],
    needs: Callable[[Sequence[Filter]], Needs],
) -> Filter:
    """Join filters; dropped ones do not count.

    Args:
        dialect: ``all`` or ``any``.
        members: The filters, in written order.
        deciding: The verdict of a member after which no other is asked.
        reason: What there is to say of a verdict.
        needs: What an event needs that is not to fail, from the members that count.
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
