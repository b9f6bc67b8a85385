"""The events that a trace file has told already, each by its number.

An event is known again by its identity as long as it is recent: nearly always it is the
object that the record before had. Else it is known by its content, as when records were
unpacked before they are written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.event import Event
from simulator.kernel.envelope import ARRIVAL, TTL, Envelope
from simulator.kernel.log import Kind
from simulator.trace.event_lines import changed_text, whole_text

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

# How many are known at least. Those that are known by identity are kept alive, bodies
# and all: about as many as a run keeps that is shown while it goes on.
_CONTENTS, _OBJECTS = 5_000, 500
# Of longer contents the hash is remembered.
_LONGEST = 400
_ADDED, _ERROR = (ARRIVAL, TTL), "knativeerror"


class _Recent(dict[Any, int]):
    """Numbers by key; the oldest are forgotten, half of them at once.

    Args:
        least: How many are known at least, and half of how many at most.

    Attributes:
        older: Those that are forgotten next.
    """

    def __init__(self, least: int) -> None:
        self._least = least
        self.older: dict[Any, int] = {}
        self._kept: list[object] = []
        self._older_kept: list[object] = []

    def grow(self, key: Any, number: int, kept: object = None) -> None:
        """Remember the number of a key that is not among the newer ones.

        Args:
            key: What it is known by.
            number: What is remembered.
            kept: Stays alive as long as it is.
        """
        if len(self) >= self._least:
            self.older, self._older_kept = dict(self), self._kept
            self.clear()
            self._kept = []
        self[key] = number
        self._kept.append(kept)


class ToldEvents:
    """Numbers events in order of appearance, and tells each where it first appears.

    Needs the memory of some recent events only, however long the run.

    Attributes:
        recent: `id` of an event or envelope -> its number, unless its record is of a
            dead letter; for who is in a hurry.
        count: Those told so far, the number of the last.
        lines: Those of events that are new; whoever writes them takes them out.
    """

    def __init__(self) -> None:
        self.recent = _Recent(_OBJECTS)
        self.lines: list[str] = []
        self._contents = _Recent(_CONTENTS)
        self.count = 0

    def number(self, held: Event | Envelope, kind: Kind) -> int:
        """Give the number of the event that a record of this kind has."""
        if kind is Kind.DEAD_LETTERED and isinstance(held, Envelope):
            # The same envelope says less in the records of its answer.
            return self._changed(held.event, held.added(with_ttl=True))
        return self._known(held)

    def _known(self, held: Event | Envelope) -> int:
        """Give the number of an event by what holds it."""
        recent, key = self.recent, id(held)
        number = recent.get(key)
        if number is not None:
            return number
        number = recent.older.get(key)
        if number is None:
            if isinstance(held, Envelope):
                number = self._changed(held.event, held.added())
            else:
                number = self._plain(held)
        recent.grow(key, number, held)
        return number

    def _changed(self, event: Event, added: Mapping[str, str]) -> int:
        """Number an event with what a hop added to it."""
        of = self._known(event)
        return self._with(of, added) if added else of

    def _with(self, of: int, added: Mapping[str, str]) -> int:
        """Number the event of a number with further attributes."""
        # Known by the number of the other: how far back that is, the line says, changes.
        return self._numbered(
            (of, *added.items()), changed_text(self.count - of, added)
        )

    def _plain(self, event: Event) -> int:
        """Number an event; as another with what a hop added, where that is known."""
        if ARRIVAL in event.attributes:
            own: dict[str, str] = {}
            added: dict[str, str] = {}
            for name, value in event.attributes.items():
                by_hop = name in _ADDED or name.startswith(_ERROR)
                (added if by_hop else own)[name] = value
            bare = _key(whole_text(Event(own, event.body)))
            of = self._contents.get(bare) or self._contents.older.get(bare)
            if of is not None:
                return self._with(of, added)
        return self._told(whole_text(event))

    def _told(self, line: str) -> int:
        return self._numbered(_key(line), line)

    def _numbered(self, content: Hashable, line: str) -> int:
        """Give the number of a content; with this line for it when it is new."""
        contents = self._contents
        number = contents.get(content) or contents.older.get(content)
        if number is None:
            number = self.count = self.count + 1
            self.lines.append(line)
            contents.grow(content, number)
        return number


def _key(text: str) -> str | bytes:
    if len(text) <= _LONGEST:
        return text
    from hashlib import blake2b  # loads OpenSSL; few events are so long

    return blake2b(text.encode(), digest_size=32).digest()
