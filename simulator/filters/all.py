"""The dialect `all`: every member must let the event through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters.explanation import Explanation
from simulator.filters.filter import Filter, names_in_order
from simulator.filters.verdict import Judge, Verdict, no_filter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def all_of(members: Sequence[Filter]) -> Filter:
    """Compile ``all: [filter]``, and with it the list ``spec.filters`` itself.

    Source: knative-resources 5.2, all: the first Fail is a Fail, else the last
        result; knative-runtime, "Filters": several filters: all must pass, dropped
        members do not count.
    """
    judged = [member for member in members if not member.dropped]
    judge = _judge([member.verdict for member in judged])

    def explain(attributes: Mapping[str, str]) -> Explanation:
        return Explanation(
            dialect="all",
            verdict=judge(attributes),
            reason="" if judged else "no members to judge by, every event passes",
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
    failed, panicked = Verdict.FAIL, Verdict.PANIC
    if not members:
        return no_filter
    if len(members) == 1:
        return members[0]

    def judge(attributes: Mapping[str, str]) -> Verdict:
        for member in members:
            verdict = member(attributes)
            if verdict is failed or verdict is panicked:
                return verdict
        return verdict

    return judge


def _required(members: Sequence[Filter]) -> Mapping[str, str]:
    """Collect what members need, until one that can panic before the next is asked."""
    required: dict[str, str] = {}
    for member in members:
        required = {**member.required, **required}
        if member.may_panic:
            break
    return required
