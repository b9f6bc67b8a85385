"""Dead letters that died alike, and by which steps they were tried before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from simulator.dead_letters.letter import Attempt, named
from simulator.filters.verdict import Verdict
from simulator.timetable import timetable
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from simulator.dead_letters.letter import Letter
    from simulator.kernel import AddressBook
    from simulator.wiring import Hub, Route

PREFIX = 40
"""Of the decoded data, so many characters tell groups apart, whatever the numbers in it."""
_DIGITS = re.compile(r"[0-9]+")
KEYS: dict[str, Callable[[Letter], str]] = {
    "code": lambda letter: letter.code,
    "dest": lambda letter: letter.dest,
    "data": lambda letter: _DIGITS.sub("0", letter.text)[:PREFIX],
    "type": lambda letter: letter.event.type,
    "hub": lambda letter: letter.hub,
    "route": lambda letter: letter.route,
    "sink": lambda letter: letter.sink,
}
"""What letters can be grouped by."""
USUAL = ("code", "dest", "data")


class Ladder(NamedTuple):
    """The attempts before a letter was given up.

    Args:
        attempts: Each with its instant.
        buried_ns: When the letter went to the sink; None where that is not known.
        routes: Whose settings say so; none where a run did.
        unlisted: Further attempts, too many to be listed.
    """

    attempts: tuple[Attempt, ...]
    buried_ns: int | None
    routes: tuple[str, ...] = ()
    unlisted: int = 0


class Group(Value):
    """Letters that are alike in what they are grouped by, in order.

    Args:
        letters: At least one; the first is the example.
    """

    letters: tuple[Letter, ...]

    @property
    def example(self) -> Letter:
        """The first."""
        return self.letters[0]


def grouped(letters: Iterable[Letter], keys: Sequence[str]) -> list[Group]:
    """Group letters; the largest group first, of equal ones the one that came first."""
    found: dict[tuple[str, ...], list[Letter]] = {}
    for letter in letters:
        found.setdefault(tuple(KEYS[key](letter) for key in keys), []).append(letter)
    groups = [Group(letters=tuple(those)) for those in found.values()]
    return sorted(groups, key=lambda group: -len(group.letters))


def ladder_of(letter: Letter, book: AddressBook | None) -> Ladder | None:
    """Give the attempts of a letter: as they were, else as a topology says that they are.

    None where nobody knows: of a letter without a report, such as after a timeout, or
    that several routes may have made that try differently.

    Args:
        letter: With its attempts, if it comes from a trace.
        book: Of the topology that it came from; None for none.
    """
    if letter.attempts:
        return Ladder(attempts=letter.attempts, buried_ns=letter.buried_ns)
    if book is None or not letter.dest:
        return None
    found: dict[Ladder, list[str]] = {}
    for hub, route in origins(letter, book):
        course = timetable(book.wiring, hub, route, _status(letter.code)).courses[0]
        steps = course.delivery
        ladder = Ladder(
            attempts=tuple(Attempt(at_ns) for at_ns in steps.instants_ns),
            buried_ns=steps.settled_ns if course.end == "dead-lettered" else None,
            unlisted=steps.unlisted,
        )
        found.setdefault(ladder, []).append(route.node)
    if len(found) != 1:
        return None
    [(ladder, routes)] = found.items()
    return ladder._replace(routes=tuple(routes))


def _status(code: str) -> int:
    """Read a code; one that is no failing status stands for a connection that failed.

    Source: knative-runtime, Dead letters: transport errors have the code 500; profiles
        45: or -1, or none.
    """
    number = int(code) if code.isascii() and code.isdecimal() else 0
    return number if 300 <= number < 600 else 500  # noqa: PLR2004 - statuses


def origins(letter: Letter, book: AddressBook) -> Iterator[tuple[Hub, Route]]:
    """Find the routes of a topology that a letter may come from.

    Its own, if the letter is of a trace; else those that call what it names, or send
    replies there, and take its event. One that names nothing may be of any that take it.

    Source: knative-runtime, Dead letters: knativeerrordest is the subscriber's URL as it
        is configured; Replies: or the reply address, where posting the reply failed.
    """
    attributes = letter.alive.attributes
    dest = named(letter.dest, book)
    for hub in book.wiring.hubs:
        for route in hub.routes:
            if letter.route:
                if route.node == letter.route:
                    yield hub, route
                continue
            ends = (route.subscriber, route.reply or "")
            if dest and dest not in [named(end, book) for end in ends]:
                continue
            judged = route.filter
            if judged is None or judged.verdict(attributes) is not Verdict.FAIL:
                yield hub, route
