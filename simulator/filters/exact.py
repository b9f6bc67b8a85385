"""The dialect `exact`: attributes that equal the given texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters.comparison import comparison, indexable
from simulator.filters.lookup import is_derived, reader
from simulator.filters.needs import Needs
from simulator.filters.verdict import Judge, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.filters.filter import Filter


def exact(wanted: Mapping[str, str]) -> Filter:
    """Compile ``exact: {attribute: text}``; texts and names are not empty.

    Source: knative-resources 5.2, exact: equality, case-sensitive.
    """
    needs = Needs(required=indexable(wanted, str.__eq__))
    return comparison("exact", wanted, judge_equal, needs=needs)


def judge_equal(wanted: Mapping[str, str]) -> Judge:
    """Make the function that passes an event whose attributes are all as *wanted*."""
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
