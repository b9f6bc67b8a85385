"""Which filters are judged for an event, and which need not be."""

from __future__ import annotations

from collections import UserDict
from typing import TYPE_CHECKING, Any

from simulator.filters import Verdict, compile_filters
from simulator.filters.index import Index

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.filters import Filter


class Watched:
    """Filters in an index, and the numbers of those that were judged."""

    def __init__(self, filters: Iterable[Filter], *, remembers: bool = True) -> None:
        self._judged: list[int] = []
        watched = [(n, self._watch(n, each)) for n, each in enumerate(filters)]
        self._index = Index(watched, remembers=remembers)

    def _watch(self, number: int, filter_: Filter) -> Filter:
        def judge(attributes: Mapping[str, str]) -> Verdict:
            self._judged.append(number)
            return filter_.verdict(attributes)

        return filter_.replace(verdict=judge)

    def find(self, **attributes: str) -> tuple[tuple[int, ...], list[int]]:
        """Give what is found for an event, and which were judged for that."""
        self._judged.clear()
        found = self._index.find(attributes)
        return found, sorted(self._judged)


def of(*filters: dict[str, Any]) -> Filter:
    return compile_filters(filters, None)


def exact(**wanted: str) -> Filter:
    return of({"exact": wanted})


def prefix(**wanted: str) -> Filter:
    return of({"prefix": wanted})


def suffix(**wanted: str) -> Filter:
    return of({"suffix": wanted})


def cesql(text: str) -> Filter:
    return of({"cesql": text})


def test_only_filters_whose_value_or_beginning_the_event_has_are_judged() -> None:
    index = Watched(
        [
            exact(type="order.placed"),
            exact(type="order.paid"),
            prefix(type="order."),
            prefix(type="pay."),
            cesql("type = 'order.placed' AND EXISTS vip"),
            cesql("type LIKE 'order.p%d' AND source = '/shop'"),
            of({"any": [{"exact": {"type": "a"}}, {"exact": {"type": "b"}}]}),
        ]
    )

    assert index.find(type="order.placed") == ((0, 2), [0, 2, 4, 6])
    assert index.find(type="order.paid", source="/shop") == ((1, 2, 5), [1, 2, 5, 6])
    assert index.find(type="pay.done") == ((3,), [3, 6])
    assert index.find(source="/shop") == ((), [5, 6])


def test_a_filter_is_found_by_the_rarest_of_what_it_needs() -> None:
    filters = [exact(type="order", tenant=f"t{number}") for number in range(50)]
    index = Watched([*filters, exact(type="order"), of({"prefix": {"tenant": "t4"}})])

    found = index.find(type="order", tenant="t42")

    assert found == ((42, 50, 51), [42, 50, 51])


def test_a_rare_beginning_is_looked_up_rather_than_a_common_value() -> None:
    texts = [
        f"type = 'order' AND source LIKE '/shop/{number}/%'" for number in range(9)
    ]
    index = Watched(map(cesql, texts))

    assert index.find(type="order", source="/shop/7/a") == ((7,), [7])


def test_a_value_may_be_empty() -> None:
    index = Watched([cesql("subject = ''"), cesql("subject = 'a'")])

    assert index.find(subject="") == ((0,), [0])
    assert index.find(type="a") == ((), [])


def test_of_what_is_equally_rare_a_value_is_looked_up_and_then_the_longest_text() -> (
    None
):
    value_or_beginning = cesql("type LIKE 'order.%' AND source = '/a'")
    short_or_long = prefix(type="o", source="/shop")
    index = Watched([value_or_beginning, short_or_long])

    assert index.find(type="order.a", source="/b") == ((), [])
    assert index.find(type="x", source="/a") == ((), [0])
    assert index.find(type="x", source="/shop/1") == ((), [1])


def test_filters_that_are_the_same_are_judged_once() -> None:
    judged: list[str] = []

    def ends_with_a(attributes: Mapping[str, str]) -> Verdict:
        judged.append(attributes["type"])
        return Verdict.PASS if attributes["type"].endswith("a") else Verdict.FAIL

    same, other = suffix(type="a").replace(verdict=ends_with_a), suffix(type="b")
    index = Index([(0, same), (1, other), (2, same), (3, same)], remembers=True)

    assert index.find({"type": "xa"}) == (0, 2, 3)
    assert index.find({"type": "xb"}) == (1,)
    assert judged == ["xa", "xb"]


def test_a_filter_that_panics_is_found_by_the_inverse_of_its_number() -> None:
    index = Watched([exact(type="a"), cesql("flag"), exact(flag="true"), cesql("type")])

    assert index.find(type="a", flag="true") == ((0, ~1, 2, ~3), [0, 1, 2, 3])


def test_many_filters_without_needs_remember_what_they_said_to_the_same_values() -> (
    None
):
    filters = [suffix(type=f".{number}") for number in range(12)]
    index = Watched([*filters, suffix(source="a")])

    everything = list(range(13))
    assert index.find(type="x.1", source="a") == ((1, 12), everything)
    assert index.find(type="x.1", source="b", id="2") == ((1,), [12])
    assert index.find(type="x.2", source="b") == ((2,), everything)
    assert index.find(type="x.1") == ((1,), [12])


def test_many_filters_on_one_value_remember_what_they_said() -> None:
    filters = [cesql(f"type = 'a' AND region != 'r{number}'") for number in range(9)]
    index = Watched(filters)

    assert index.find(type="b", region="r0") == ((), [])
    assert index.find(type="a", region="r0", id="1") == (
        tuple(range(1, 9)),
        list(range(9)),
    )
    assert index.find(type="a", region="r0", id="2") == (tuple(range(1, 9)), [])


def test_filters_remember_as_many_values_as_they_are() -> None:
    index = Watched([suffix(type=f".{number}") for number in range(9)])

    judged = [index.find(type=f"{number}.1")[1] for number in (*range(9), 0, 9, 0, 9)]

    everything = list(range(9))
    assert judged == [*[everything] * 9, [], everything, everything, []]


def test_few_filters_are_judged_each_time() -> None:
    index = Watched([suffix(type=".a"), suffix(type=".b")])

    assert index.find(type="x.a") == ((0,), [0, 1])
    assert index.find(type="x.a") == ((0,), [0, 1])


def test_filters_that_are_to_remember_nothing_are_judged_each_time() -> None:
    filters = [suffix(id=str(number)) for number in range(10)]
    index = Watched(filters, remembers=False)

    assert index.find(id="1") == ((1,), list(range(10)))
    assert index.find(id="1") == ((1,), list(range(10)))


def test_filters_may_need_more_attributes_than_an_event_has() -> None:
    index = Watched([exact(**{f"own{number}": "1"}) for number in range(100)])

    assert index.find(type="a", own7="1", own8="2", own42="1") == ((7, 42), [7, 42])


class Seen(UserDict[str, str]):
    """Attributes that know which names they were asked for."""

    def __init__(self, **attributes: str) -> None:
        super().__init__(attributes)
        self.asked: list[str] = []

    def __getitem__(self, name: str) -> str:
        self.asked.append(name)
        return super().__getitem__(name)


def test_attributes_that_an_event_does_not_have_are_not_looked_up() -> None:
    filters = [exact(**{f"own{number}": "1"}) for number in range(100)]
    index = Index(enumerate(filters), remembers=True)
    event = Seen(type="a", own7="2")

    assert index.find(event) == ()
    assert event.asked == ["type", "own7"]


def test_an_index_without_filters_finds_nothing() -> None:
    assert Index([], remembers=True).find({"type": "a"}) == ()
