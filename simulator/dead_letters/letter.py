"""Dead letters, and groups of those that died alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from simulator.event import Event
from simulator.filters.verdict import Verdict
from simulator.kernel.log import Kind
from simulator.story.counts import error_text
from simulator.story.phrases import answer
from simulator.timetable import timetable
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from simulator.kernel import AddressBook
    from simulator.story.hops import Hop
    from simulator.wiring import Hub, Route

ERROR = "knativeerror"
"""How the attributes begin that say what failed."""
_FAILING = range(300, 600)


class Attempt(NamedTuple):
    """One request of the delivery that failed, *at_ns* after the first."""

    at_ns: int
    said: str = ""


class Letter(Value):
    """One dead letter.

    Args:
        code: Of the report that it carries; empty without one.
        dest: The URL in it.
        text: The data in it, decoded.
        hub: The node that the event came to before it died; empty where nobody knows.
        route: Likewise, the trigger or subscription that could not deliver it.
        sink: Likewise, what took it.
        attempts: At what failed; none where nobody knows.
        ended: What the last of them came to, at length.
        buried_ns: When it went to the sink, counted from the first attempt.
        serial: Of the record of that; -1 where there is none.
    """

    event: Event
    code: str
    dest: str
    text: str
    hub: str = ""
    route: str = ""
    sink: str = ""
    attempts: tuple[Attempt, ...] = ()
    ended: str = ""
    buried_ns: int | None = None
    serial: int = -1

    @property
    def alive(self) -> Event:
        """The event as it is sent once more: without the report, all else as it is.

        The time to live stays, and goes on counting down where it is sent to.
        """
        told = self.event.attributes
        kept = {n: text for n, text in told.items() if not n.startswith(ERROR)}
        return Event(kept, self.event.body)


def letters_of(events: Iterable[Event]) -> Iterator[Letter]:
    """Read dead letters of which there is nothing but themselves."""
    return (_letter(event) for event in events)


def letters_in(hops: Iterable[Hop]) -> Iterator[Letter]:
    """Find those that dead letter sinks took, in order."""
    for hop in hops:
        took = hop.answer
        if hop.first.kind is Kind.DEAD_LETTERED and took is not None and took.ok:
            yield _buried(hop)


def _letter(event: Event) -> Letter:
    told = event.attributes.get
    return Letter(
        event=event,
        code=told("knativeerrorcode", ""),
        dest=told("knativeerrordest", ""),
        text=error_text(told("knativeerrordata", "")),
    )


def _buried(burial: Hop) -> Letter:
    route, failed = burial.first.source, burial.parent
    hub = ""
    for each in burial.ancestors():
        if each.is_delivery and each.first.source == route:
            taken = None if each.parent is None else each.parent.accepted
            hub = "" if taken is None else taken.target
            break
    letter = _letter(burial.event).replace(
        hub=hub, route=route, sink=burial.first.target, serial=burial.first.serial
    )
    if failed is None or not failed.attempts:
        return letter
    first_ns = failed.first.at_ns
    answers = [each.answer for each in failed.attempts]
    said = ["no answer" if each is None else answer(each) for each in answers]
    return letter.replace(
        attempts=tuple(
            Attempt(each.request.at_ns - first_ns, text)
            for each, text in zip(failed.attempts, said, strict=True)
        ),
        ended=said[-1] if answers[-1] is None else answer(answers[-1], "long"),
        buried_ns=burial.first.at_ns - first_ns,
    )


def named(url: str, book: AddressBook | None) -> str:
    """Name the receiver at a URL, such as ``service/shop``; itself where there is none."""
    if book is None or "://" not in url:
        return url
    try:
        return book.name_of(url)
    except ValueError:
        return url


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
    """Letters that are alike in what they are grouped by, in order; at least one."""

    letters: tuple[Letter, ...]

    @property
    def example(self) -> Letter:
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
    """
    if letter.attempts:
        return Ladder(attempts=letter.attempts, buried_ns=letter.buried_ns)
    if book is None or not letter.dest:
        return None
    found: dict[Ladder, list[str]] = {}
    for hub, route in origins(letter, book):
        course = timetable(hub, route, _status(letter.code)).courses[0]
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
    return number if number in _FAILING else 500


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
