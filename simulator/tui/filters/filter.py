"""`Filter`: which records somebody wants to see."""

from __future__ import annotations

from itertools import compress
from operator import or_
from typing import TYPE_CHECKING

from simulator.tui.filters.language import words_of
from simulator.tui.filters.meaning import test_of
from simulator.tui.filters.terms import contrary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.tui.filters.terms import Test
    from simulator.tui.view.shapes import Shape
    from simulator.tui.view.trace_view import TraceView

_UNKNOWN, _NO, _YES = 0, 1, 2
_IS_YES = (False, False, True)


class Filter:
    """Some words that a record has to match, all of them.

    Args:
        text: As it was written.
        tests: What its words ask.
    """

    def __init__(self, text: str, tests: Iterable[Test]) -> None:
        self.text = text
        self._tests = tuple(tests)
        self._known: _Known | None = None

    @classmethod
    def parse(cls, text: str) -> Filter:
        """Read a filter; an empty text matches everything.

        Raises:
            FilterError: A word of it is none.
        """
        tests = []
        for word in words_of(text):
            test = test_of(word)
            tests.append(contrary(test) if word.negated else test)
        return cls(text.strip(), tests)

    def __bool__(self) -> bool:
        """Tell whether it asks anything."""
        return bool(self._tests)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Filter) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Filter({self.text!r})"

    def matches(self, view: TraceView, serial: int) -> bool:
        """Tell whether a record matches."""
        return self.select(view, (serial,)) == [serial]

    def select(self, view: TraceView, serials: Iterable[int]) -> list[int]:
        """Give those of some records that match, in order.

        Most are decided by their shape, in the time that looking up a number takes.
        """
        known = self._known
        if known is None or not known.fits(view):
            known = self._known = _Known(view, self._tests)
        return known.select(list(serials))


class _Known:
    """What has been found out about the records of one trace view."""

    def __init__(self, view: TraceView, tests: tuple[Test, ...]) -> None:
        self._view = view
        self._diagram = view.diagram
        # By number of the shape: whether a record may match.
        self._may: list[bool] = []
        self._tests = [_Asked(test, view) for test in tests]

    def fits(self, view: TraceView) -> bool:
        """Tell whether all this is about a view as it is."""
        return self._view is view and self._diagram is view.diagram

    def select(self, serials: list[int]) -> list[int]:
        """Give those that match, asked test by test."""
        for shape in self._view.shapes.all[len(self._may) :]:
            said = [each.learn(shape) for each in self._tests]
            self._may.append(all(said))
        codes = map(self._view.columns.shape.__getitem__, serials)
        found = list(compress(serials, map(self._may.__getitem__, codes)))
        for each in self._tests:
            if found and each.is_open:
                found = each.select(found)
        return found


class _Asked:
    """One test, with the answers that it has given."""

    def __init__(self, test: Test, view: TraceView) -> None:
        self._test = test
        self._view = view
        self.is_open = False
        # By number of the shape: whether it alone says yes.
        self._yes: list[bool] = []
        # By number of the event: what the answer was, once there is one.
        self._answers = bytearray()

    def learn(self, shape: Shape) -> bool:
        """Ask for a shape; tell whether its records may match."""
        said = self._test.shape(shape)
        self._yes.append(said is True)
        self.is_open = self.is_open or said is None
        return said is not False

    def select(self, serials: list[int]) -> list[int]:
        """Give those that match; none of them is of a shape that says no."""
        columns, yes = self._view.columns, self._yes
        decided = list(map(yes.__getitem__, map(columns.shape.__getitem__, serials)))
        if self._test.by_event:
            matching = self._by_event(serials)
        else:
            matching = self._test.answers(self._view, serials)
        return list(compress(serials, map(or_, decided, matching)))

    def _by_event(self, serials: list[int]) -> Iterable[bool]:
        answers, columns = self._answers, self._view.columns
        answers.extend(bytes(len(columns.events) - len(answers)))
        events = list(map(columns.event.__getitem__, serials))
        asked = [e for e in dict.fromkeys(events) if answers[e] == _UNKNOWN]
        found = self._test.answers(self._view, asked)
        for event, answer in zip(asked, found, strict=True):
            answers[event] = _YES if answer else _NO
        return map(_IS_YES.__getitem__, map(answers.__getitem__, events))


def lit_nodes(view: TraceView, filter: Filter, shown: int) -> frozenset[str]:  # noqa: A002 - as the user calls it
    """Give the boxes where something matches, so that the others can be dimmed."""
    shapes = view.columns.shape
    codes = {shapes[serial] for serial in filter.select(view, range(shown))}
    box_name = view.diagram.box_name
    return frozenset(
        box_name(node)
        for code in codes
        for node in (view.shapes.all[code].start, view.shapes.all[code].end)
        if node
    )
