"""The dialect `all`: every member must let the event through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters.joined import joined
from simulator.filters.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
        required=_required,
    )


def _required(members: Sequence[Filter]) -> Mapping[str, str]:
    """Collect what members need, until one that can panic before the next is asked."""
    required: dict[str, str] = {}
    for member in members:
        required = {**member.required, **required}
        if member.may_panic:
            break
    return required
