"""Events that a topology's filters tell apart: samples of both sides, and what is sent."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from simulator.errors import EventError
from simulator.event.sdk import new_event
from simulator.filters.sides import sides
from simulator.session.senders import sent_forms
from simulator.subscribers.outcomes import asking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simulator.filters.filter import Filter
    from simulator.session.blueprint import Blueprint

    Attributes = dict[str, str]

ANY: Mapping[str, str] = {
    "specversion": "1.0", "id": "event-1", "source": "/kn-sim", "type": "event",
}  # fmt: skip
"""What an event has that is made up, unless a filter reads it."""
_SET_BY_BROKERS = "knative"  # what begins so


def sides_of(filter_: Filter) -> Iterator[tuple[Attributes, bool]]:
    """Give whole events for a filter, and whether they pass."""
    for side in sides(filter_, takes, ANY):
        yield {"type": ANY["type"], **side.attributes}, side.verdict.delivers


def known_events(blueprint: Blueprint) -> list[Attributes]:
    prepared = blueprint.prepared
    forms = sent_forms(
        blueprint.book(()),
        asking(prepared.spec.services),
        prepared.spec.sources,
        {each.key: each for each in prepared.admitted},
    )
    found = [
        {
            name: text
            for name, text in form.known.items()
            if name != "id" and not name.startswith("data") and takes(name, text)
        }
        for form in forms
        if "type" in form.known
    ]
    return distinct(found)


def distinct(events_: Iterable[Attributes]) -> list[Attributes]:
    return list({tuple(sorted(each.items())): each for each in events_}.values())


@cache
def takes(name: str, text: str) -> bool:
    """Whether an event can have a value for an attribute: each is judged for itself."""
    if name.startswith(_SET_BY_BROKERS) or name == "specversion":
        return False
    try:
        new_event({**ANY, name: text})
    except EventError:
        return False
    return text == text.strip()  # HTTP takes space around a header away
