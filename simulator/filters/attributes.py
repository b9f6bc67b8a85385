"""The legacy filter `spec.filter.attributes`: attributes that are equal, or just there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters.comparison import comparison, indexable
from simulator.filters.exact import judge_equal
from simulator.filters.lookup import reader
from simulator.filters.verdict import Judge, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.filters.filter import Filter


def attributes(wanted: Mapping[str, str]) -> Filter:
    """Compile ``filter.attributes``, at least one; an empty text asks for any value.

    Source: knative-runtime, "Filters": "" means "present and not empty"; an absent
        attribute fails, but an absent time reads as the zero time and passes.
    """
    return comparison("attributes", wanted, _judge, required=indexable(wanted))


def _judge(wanted: Mapping[str, str]) -> Judge:
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
