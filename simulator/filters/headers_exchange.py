"""How RabbitMQ judges: an exchange compares headers, text with text.

Source: profiles 25 to 30; run: `filter.attributes` become the arguments of a binding to a
    headers exchange, ``x-match: all``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.filters.comparison import comparison, indexable
from simulator.filters.compiler import compile_filters
from simulator.filters.lookup import ZERO_TIME
from simulator.filters.needs import Needs
from simulator.filters.verdict import Judge, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.filters.filter import Filter

_CONTENT_TYPE = "datacontenttype"


def compile_for_exchange(
    filters: Sequence[Mapping[str, Any]] | None, attributes: Mapping[str, str] | None
) -> Filter:
    """Compile a Trigger's filter as the exchange judges it.

    Args:
        filters: Not looked at.
        attributes: ``spec.filter.attributes``.
    """
    if not attributes:
        return compile_filters(None, None)
    needs = Needs(required=indexable(attributes, str.__eq__))
    made = comparison("exact", attributes, _judge, needs=needs)
    doubts = []
    if _CONTENT_TYPE in attributes:
        doubts.append(
            "no event passes: the header that holds its datacontenttype is called "
            "content-type there"
        )
    doubts += [
        f"no event passes: its {name} would have to be empty"
        for name, text in attributes.items()
        if not text
    ]
    return made.replace(doubts=(*made.doubts, *doubts))


def _judge(wanted: Mapping[str, str]) -> Judge:
    pairs = tuple(wanted.items())
    never = _CONTENT_TYPE in wanted

    def judge(attributes: Mapping[str, str]) -> Verdict:
        for name, text in pairs:
            # A number of a structured event is no text; see `simulator.kernel.routes`.
            absent = ZERO_TIME if name == "time" else None
            found = attributes.get(name, absent)
            if never or found != text:
                return Verdict.FAIL
        return Verdict.PASS

    return judge
