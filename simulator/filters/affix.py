"""The dialects `prefix` and `suffix`: attributes that begin or end with given texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters.comparison import comparison, indexable
from simulator.filters.lookup import is_derived, reader
from simulator.filters.needs import Needs
from simulator.filters.verdict import Judge, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.filters.filter import Filter


def prefix(wanted: Mapping[str, str]) -> Filter:
    """Compile ``prefix: {attribute: text}``; texts and names are not empty.

    Source: knative-resources 5.2, prefix: case-sensitive, a missing extension fails.
    """
    needs = Needs(prefixes=indexable(wanted, str.startswith))
    return comparison("prefix", wanted, _judge_heads, needs=needs)


def suffix(wanted: Mapping[str, str]) -> Filter:
    """Compile ``suffix: {attribute: text}``; texts and names are not empty.

    Source: knative-resources 5.2, suffix: case-sensitive, a missing extension fails.
    """
    return comparison("suffix", wanted, _judge_tails)


def _judge_heads(wanted: Mapping[str, str]) -> Judge:
    return _judge(wanted, str.startswith)


def _judge_tails(wanted: Mapping[str, str]) -> Judge:
    return _judge(wanted, str.endswith)


def _judge(wanted: Mapping[str, str], has: Callable[[str, str], bool]) -> Judge:
    passed, failed = Verdict.PASS, Verdict.FAIL
    (name, text), *more = wanted.items()
    if more or is_derived(name):
        pairs = tuple((reader(name), text) for name, text in wanted.items())

        def judge_each(attributes: Mapping[str, str]) -> Verdict:
            for read, text in pairs:
                if not has(read(attributes), text):
                    return failed
            return passed

        return judge_each

    def judge_one(attributes: Mapping[str, str]) -> Verdict:
        return passed if has(attributes.get(name, ""), text) else failed

    return judge_one
