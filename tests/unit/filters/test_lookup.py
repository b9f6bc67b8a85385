"""What was found is remembered, up to a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters.lookup import MOST, Memory, remember

if TYPE_CHECKING:
    from collections.abc import Mapping


class Counting:
    """Finds a new number whenever it is asked."""

    def __init__(self) -> None:
        self.asked: list[Mapping[str, str]] = []

    def find(self, attributes: Mapping[str, str]) -> list[int]:
        self.asked.append(attributes)
        return [len(self.asked)]


def test_an_event_of_the_same_values_is_not_asked_about_again() -> None:
    finder = Counting()
    memory = Memory(("type", "source"), finder)

    found = [
        memory.find({"type": "a", "id": "1"}),
        memory.find({"type": "a", "id": "2"}),
        memory.find({"source": "a", "id": "3"}),
        memory.find({"type": "a", "source": "a"}),
        memory.find({"id": "4", "type": "a"}),
    ]

    assert found == [(1,), (1,), (2,), (3,), (1,)]
    assert found[0] is found[4]


def test_what_nothing_decides_is_asked_once() -> None:
    memory = Memory((), Counting())

    assert [memory.find({"id": text}) for text in "abc"] == [(1,), (1,), (1,)]


def test_an_absent_attribute_is_no_empty_one() -> None:
    memory = Memory(("subject",), Counting())

    assert [memory.find({}), memory.find({"subject": ""})] == [(1,), (2,)]


def test_a_full_memory_is_emptied() -> None:
    memory = Memory(("id",), Counting(), 2)

    found = [memory.find({"id": text}) for text in "abacba"]

    assert found == [(1,), (2,), (1,), (3,), (4,), (5,)]


def test_a_memory_never_has_more_entries_than_its_bound() -> None:
    entries: dict[int, int] = {}

    sizes = set()
    for number in range(2 * MOST + 2):
        assert remember(entries, number, -number) == -number
        sizes.add(len(entries))

    assert sizes == set(range(1, MOST + 1))
