"""The dialect `not`: the opposite of its member, if that has anything to judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters.explanation import Explanation
from simulator.filters.filter import Filter
from simulator.filters.verdict import Verdict, no_filter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.filters.verdict import Judge


def not_(member: Filter) -> Filter:
    """Compile ``not: filter``.

    Source: knative-runtime, "Filters": `not` of a dropped filter lets everything
        pass, with result noFilter; it is not dropped itself.
    """
    judge = no_filter if member.dropped else _judge(member.verdict)

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


def _judge(member: Judge) -> Judge:
    passed, failed = Verdict.PASS, Verdict.FAIL

    def judge(attributes: Mapping[str, str]) -> Verdict:
        verdict = member(attributes)
        if verdict is passed:
            return failed
        return passed if verdict is failed else verdict

    return judge
