"""What a dead letter says of the delivery that failed, and what a trace knows besides."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.event import Event
from simulator.kernel.log import Kind
from simulator.story.counts import error_text
from simulator.story.phrases import answer
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.kernel import AddressBook
    from simulator.story.hops import Hop

ERROR = "knativeerror"
"""How the attributes begin that say what failed."""


class Attempt(NamedTuple):
    """One request of the delivery that failed.

    Args:
        at_ns: When, counted from the first.
        said: What it was answered, in words; empty where nobody knows.
    """

    at_ns: int
    said: str = ""


class Letter(Value):
    """One dead letter.

    Args:
        event: As the sink took it.
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
        hub=hub,
        route=route,
        sink=burial.first.target,
        serial=burial.first.serial,
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
