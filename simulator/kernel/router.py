"""Which of a hub's filters take an event, whatever they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.event.text import instant_text
from simulator.filters import compile_filters
from simulator.filters.index import Index, ascending
from simulator.filters.lookup import Memory, remember
from simulator.kernel.envelope import ARRIVAL
from simulator.profiles.profile import Reading, retried_by, successes_by
from simulator.typed_text import TypedText
from simulator.value import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.filters import Filter
    from simulator.profiles import Profile
    from simulator.wiring import Hub

_DIFFERING = frozenset({"id", "time", ARRIVAL})
"""Attributes of which every event has a value of its own: no use to remember them."""

_MOST_READ = 16
"""Attributes by which a memory pays: to look up more takes longer than to ask the index."""

_EVERYTHING = compile_filters(None, None)


class Router:
    """Which of a hub's filters take an event, at a cost per match and not per filter.

    Filters that read what differs in every event are asked each time. What the others
    say is then remembered here, by the values of all that they read; where there are
    no such filters, whoever asks can remember the answer by the values of `reads`.

    Nothing of it but its memories ever changes, and they change no answer: any number of
    runs can share a router, in threads too.

    Args:
        filters: In the order of the routes; None lets everything pass.
        stamps: Whether they see the time of arrival in ``knativearrivaltime``, whatever
            the event has there.
        keeps_types: A number or boolean of a structured event is equal to no text; so
            nothing is remembered by its text.

    Attributes:
        key: The attribute that alone decides, if there is just one and it is not one
            that differs in every event; else empty, which no event has.
        reads: The attributes that alone decide, by which it pays to remember what
            matches; None if there are none such.
    """

    __slots__ = (
        "_differing",
        "_known",
        "_reads_arrival",
        "_steady",
        "keeps_types",
        "key",
        "reads",
    )

    def __init__(
        self,
        filters: Sequence[Filter | None],
        *,
        stamps: bool = True,
        keeps_types: bool = False,
    ) -> None:
        steady: list[tuple[int, Filter]] = []
        differing: list[tuple[int, Filter]] = []
        for number, given in enumerate(filters):
            filter_ = _EVERYTHING if given is None else given
            alike = _DIFFERING.isdisjoint(filter_.reads)
            (steady if alike else differing).append((number, filter_))
        reads = tuple(dict.fromkeys(name for _, each in steady for name in each.reads))
        index = Index(steady, remembers=True)
        few = len(reads) <= _MOST_READ
        self._steady = Memory(reads, index) if few and differing else index
        self._differing = Index(differing, remembers=False) if differing else None
        self._reads_arrival = stamps and any(
            ARRIVAL in each.reads for _, each in differing
        )
        self.keeps_types = keeps_types
        alone = not (differing or keeps_types)
        self.reads = reads if few and alone else None
        self.key = reads[0] if len(reads) == 1 and alone else ""
        self._known: dict[object, tuple[int, ...]] = {}

    def match_known(
        self, values: object, attributes: Mapping[str, str], arrival_ns: int
    ) -> tuple[int, ...]:
        """Give the same as `match`, as it was in a run before, by the values of `reads`."""
        found = self._known.get(values)
        if found is None:
            numbers = self.match(attributes, arrival_ns)
            found = remember(self._known, values, numbers)
        return found

    def match(self, attributes: Mapping[str, str], arrival_ns: int) -> tuple[int, ...]:
        """Give the numbers of the filters that take an event, ascending.

        Args:
            attributes: In binary HTTP form, without those that the broker adds.
            arrival_ns: When it came, nanoseconds since 1970.

        Returns:
            ``~number`` where the filter panics on the event.
        """
        if self.keeps_types:
            attributes = _as_headers(attributes)
        found = self._steady.find(attributes)
        if self._differing is None:
            return found
        if self._reads_arrival:
            attributes = {**attributes, ARRIVAL: instant_text(arrival_ns)}
        more = self._differing.find(attributes)
        return ascending(found + more) if more else found


class HubRules(NamedTuple):
    """What no run decides of a hub: worked out for the first, and shared by all.

    Attributes:
        router: Which of its routes an event takes.
        retried: The final statuses that are worth another attempt.
        successes: The statuses of answers that settle a delivery.
        carries: The statuses of answers whose event is a reply as it is.
        backoffs: Of each route, the waits before its retries that were worked out so
            far, in ns, by the number of the attempt before.
    """

    router: Router
    retried: frozenset[int]
    successes: frozenset[int]
    carries: frozenset[int]
    backoffs: tuple[dict[int, int], ...]


def rules_of(hub: Hub) -> HubRules:
    profile: Profile = hub.profile
    return HubRules(
        _router_of(hub),
        retried_by(profile.retrying),
        successes_by(profile.retrying),
        profile.replies.as_they_are,
        tuple({} for _ in hub.routes),
    )


def _router_of(hub: Hub) -> Router:
    filters = [route.filter for route in hub.routes]
    profile = hub.profile
    keeps_types = profile.filtering.reading is Reading.HEADERS_EXCHANGE
    return Router(filters, stamps=profile.door.stamps_arrival, keeps_types=keeps_types)


def _as_headers(attributes: Mapping[str, str]) -> Mapping[str, str]:
    """Give attributes as a headers exchange has them: what was no text equals none."""
    return {
        name: f"{value}\0" if isinstance(value, TypedText) else value
        for name, value in attributes.items()
    }
