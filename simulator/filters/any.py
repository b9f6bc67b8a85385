"""The dialect `any`: one member must let the event through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters.joined import joined
from simulator.filters.needs import Needs, common
from simulator.filters.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.filters.filter import Filter


def any_of(members: Sequence[Filter]) -> Filter:
    """Compile ``any: [filter]``.

    Source: knative-resources 5.2, any: the first Pass is a Pass, else the last
        result, so a last member without anything to judge lets every event pass.
        Knative reorders members by how often they pass; we keep the written order.
    """
    return joined("any", members, deciding=Verdict.PASS, reason=_reason, needs=_needs)


def _reason(verdict: Verdict) -> str:
    if verdict is Verdict.NO_FILTER:
        return "none passes, but the last has nothing to judge, so the event passes"
    return ""


def _needs(members: Sequence[Filter]) -> Needs:
    """Keep what every member needs; a member that fails for lack of it cannot panic."""
    return common([member.needs for member in members])
