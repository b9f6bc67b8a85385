"""Every choice of a run: drawn from its seed, unless somebody chooses otherwise.

A choice has a name that stays the same when the rest of a topology changes: what it is
about, and the how manieth of that it is, as ``fault/2#7``. No other file makes a `Random`.

=========================  ==============================================================
fault/2                    whether fault 2 hits a request that it could hit: 1 or 0
fault/2/latency            how long it delays the request, in ns
latency/service/pricing    how long an answer of the service takes, in ns
approval/service/gate      how long its policy takes to decide, in ns
interval/source/shop       how long the source waits for its next event, in ns
order/trigger/ship         how many of those whose turn is in the same instant go first,
                           when its own turn has come; of a sender without name,
                           ``order/caller``
later/trigger/ship         whether its first attempt waits until all that is ready in
                           the instant is done: 1 or 0
request/service/shipping   what goes wrong with a request to it: one of `MISHAPS`, by
                           its place; 0 for nothing
=========================  ==============================================================
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from simulator.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from random import Random

    # The sort of a choice, its name, the how manieth of that name it is, what the seed
    # says, and how many there are to choose from (None: a number of ns) -> what is chosen.
    Explorer = Callable[[str, str, int, int, int | None], int]

FAULT, ORDER, LATER, REQUEST = "fault/", "order/", "later/", "request/"
DURATIONS = ("latency", "approval", "start", "interval")
SORTS = ("fault", *DURATIONS, "order", "later", "request")
UNKNOWN = -2
MISHAPS = ("none", "503", "reset", "duplicate", "slow", "timeout", "lost-answer")
"""What may go wrong with a request, at its place the number that chooses it."""
ENDLESS = 5
"""So many of them may be chosen where the caller has no time limit: who waits for what
never comes would wait for ever."""


@cache
def _random() -> type[Random]:
    from random import Random  # most runs draw nothing

    return Random


def point_of(name: str, number: int) -> str:
    """Give the point at which a choice is made, the how manieth of its name."""
    return f"{name}#{number}"


class Chooser:
    """What decides in a run where it could go on in more than one way.

    Args:
        seed: Of the run.
        choices: Point -> what is chosen there in place of what the seed says.
        explorer: Is asked at all points, where there are no such choices.
        asked: The sorts of points that there are only if somebody asks: ``order/``,
            ``later/``, ``request/``; those of *choices* are asked anyway.
        durations: Whether he is asked, too, how long services take.

    Attributes:
        seed: As given.
        explorer: Is asked at all points; None where the seed alone decides.
        durations: Whether he is asked how long a service takes.
        made: Point -> what was chosen there, for those at which that was other than what
            the seed says, in the order in which the run came to them.
        orders: Whether the order within an instant is asked.
        laters: Whether it is asked if a first attempt waits.
        requests: Whether it is asked what goes wrong with requests.
        about: At a point about turns: the record that whoever has his turn goes on from;
            -1 where he begins with the next one, `UNKNOWN` where nobody knows.
        failed: What was wrong with a choice; a run is of no use after that.
    """

    def __init__(
        self,
        seed: int,
        choices: Mapping[str, int] | None = None,
        explorer: Explorer | None = None,
        asked: Collection[str] = (),
        *,
        durations: bool = True,
    ) -> None:
        self.seed = seed
        self._given = dict(choices or {})
        self.explorer = self._as_given if self._given else explorer
        self._met: dict[str, None] = {}
        self._counts: dict[str, int] = {}  # by name, the choices that were made
        self.durations = durations and self.explorer is not None
        self.made: dict[str, int] = {}
        self.failed: UsageError | None = None
        self.about = -1
        sorts = {point.partition("/")[0] + "/" for point in self._given}.union(asked)
        self.orders = ORDER in sorts
        self.laters = LATER in sorts
        self.requests = REQUEST in sorts

    def random(self, name: str) -> Random:
        """Give a stream of chance that no other draw moves."""
        return _random()(f"{self.seed}:{name}")

    def choose(
        self, sort: str, about: str, default: int, count: int | None = None
    ) -> int:
        """Make the next choice of a name.

        Args:
            sort: The name begins with it: ``fault/``, ``order/``, …
            about: The rest of the name.
            default: What the seed says.
            count: The choice is one of 0 to *count* - 1; None for a number of ns.

        Raises:
            UsageError: What was chosen instead is none of them.
        """
        name = sort + about
        number = self._counts.get(name, 0) + 1
        self._counts[name] = number
        explorer = self.explorer
        if explorer is None:
            return default
        chosen = explorer(sort, name, number, default, count)
        if chosen != default:
            self._depart(point_of(name, number), chosen, count)
        return chosen

    def next_point(self, name: str) -> str:
        """Name the point that a choice comes to next."""
        return point_of(name, self._counts.get(name, 0) + 1)

    def _as_given(
        self, sort: str, name: str, number: int, default: int, count: int | None
    ) -> int:
        """Choose what is said of a point; what the seed says, where nothing is."""
        point = point_of(name, number)
        chosen = self._given.get(point)
        if chosen is None:
            return default
        self._met[point] = None
        return chosen

    def _depart(self, point: str, chosen: int, count: int | None) -> None:
        """Note that something else is chosen than the seed says."""
        if chosen < 0 or (count is not None and chosen >= count):
            expected = "0 or more" if count is None else f"0 to {count - 1}"
            self.failed = UsageError(
                f"choices: {point}: expected {expected}, found {chosen}"
            )
            raise self.failed
        self.made[point] = chosen

    def check_names(self, names: Iterable[str]) -> None:
        """See that there is what the points are about; of faults, more may be to come.

        Args:
            names: Of all choices that a topology may come to.

        Raises:
            UsageError: There is not; each such point is named.
        """
        if not self._given:
            return
        there_are = list(names)
        wrong = [
            f"choices: {point}: there is no {name}{nearest(name, there_are)}"
            for point in self._given
            if (name := point.rpartition("#")[0]) not in there_are
            and not name.startswith(FAULT)
        ]
        if wrong:
            raise UsageError("\n".join(wrong))

    def check(self) -> None:
        """See that the run has come to every point that was given.

        Raises:
            UsageError: It has not; each such point is named.
        """
        missed = [point for point in self._given if point not in self._met]
        if missed:
            raise UsageError("\n".join(map(self._missed, missed)))

    def _missed(self, point: str) -> str:
        name = point.rpartition("#")[0]
        count = self._counts.get(name, 0)
        if count:
            return f"choices: {point}: the run came to {name}#{count} and no further"
        met = list(self._counts)
        # All but faults are known to be there.
        close = nearest(name, met) if name.startswith(FAULT) else ""
        return (
            f"choices: {point}: the run never came to {name}{close} "
            f"(it came to: {', '.join(met) or 'none'})"
        )
