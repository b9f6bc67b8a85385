"""The dialect `all`: every member must let the event through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters.joined import joined
from simulator.filters.needs import Needs, joint
from simulator.filters.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.filters.filter import Filter


def all_of(members: Sequence[Filter]) -> Filter:
    """Compile ``all: [filter]``, and with it the list ``spec.filters`` itself.

    Source: knative-resources 5.2, all: the first Fail is a Fail, else the last
        result; knative-runtime, "Filters": several filters: all must pass, dropped
        members do not count.
    """
    return joined(
        "all",
        members,
        deciding=Verdict.FAIL,
        reason=lambda _: "",
        needs=_needs,
    )


def _needs(members: Sequence[Filter]) -> Needs:
    """Collect what members need, until one that can panic before the next is asked."""
    panicking = (n for n, member in enumerate(members, 1) if member.may_panic)
    asked = members[: next(panicking, None)]
    return joint(
        (entry for member in asked for entry in member.required.items()),
        (entry for member in asked for entry in member.prefixes.items()),
    )
