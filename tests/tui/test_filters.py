"""The filter language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import Simulation, Topology
from simulator.tui.filters.filter import Filter, lit_nodes
from simulator.tui.filters.language import FilterError, completions, help_lines
from simulator.tui.filters.terms import looked_up, shape_test
from simulator.tui.view.rows import Rows
from tests.tui.view.runs import busy, orders, played, view_of

if TYPE_CHECKING:
    from simulator.tui.view.trace_view import TraceView

DATA = """
topology: data
services: {one: {}}
"""


def found(text: str, view: TraceView | None = None) -> list[int]:
    """Give the serials of the rows that a filter leaves."""
    rows = Rows(view or orders(), Filter.parse(text))
    rows.scan()
    return [rows.serial(number) for number in range(len(rows))]


def everything() -> list[int]:
    return found("")


@pytest.mark.parametrize(
    ("text", "serials"),
    [
        ("is:retry", [12, 15]),
        ("is:retry|dead", [12, 15, 60]),
        ("is!=retry -is:sent|delivered|reply", [59, 60]),
        ("is:trouble", [12, 15, 59, 60]),
        ("from:checkout", [0, 20, 34]),
        ("from:pric* to:default", [6, 26, 40, 54]),
        ("to:service/shipping status>=500", [12, 15]),
        ("node:wholesale", [48]),
        ("kind:dead-lettered", [60]),
        ("type:shop.order.placed is:sent", [0, 20, 34, 48]),
        ("type:placed is:sent", [0, 20, 34, 48]),
        ("type:plac* is:sent subject:pallet", [48]),
        ("type:order is:sent", []),
        ("id:checkout-1 is:sent", [0]),
        ("id!=checkout* is:sent", [48]),
        ("id:CHECKOUT-1|wholesale-1 is:sent", [0, 48]),
        ("ms>10", [5, 25, 39, 53]),
        ("ms=20 t<3", [5]),
        ("t>0:05 t<=0:06 is:sent", [34]),
        ("t>=30s is:sent", [48]),
        ("t:2|6 is:sent", [0, 34]),
        ("attempt>1", [12, 15, 17]),
        ("status:422", [59]),
        ("trace:54 is:sent", [48]),
        ("trace:wholesale is:sent", [48]),
        ("trace!=wholesale is:sent", [0, 20, 34]),
        ("trace:9999 is:sent", []),
        ("wholesale is:sent", [48]),
        ("pallet is:sent", [48]),
        ("WHOLE*le is:sent", [48]),
        ("dead-l|wholesale is:sent|dead", [48, 60]),
        ('-"shop.order" ', []),
        ("data.amount=2 is:sent", [0, 20, 34]),
        ("data.amount>2 is:sent", [48]),
        ("ext.knativeerrorcode=422", [60]),
        ("source:*checkout is:sent", [0, 20, 34]),
        ("subject!=parcel is:sent", [48]),
    ],
)
def test_words_find_rows(text: str, serials: list[int]) -> None:
    assert found(text) == serials


def test_an_empty_filter_finds_everything() -> None:
    assert found("") == found("  ") == everything()


@pytest.mark.parametrize(
    ("text", "position", "said"),
    [
        ("typ:x", 0, "there is no key 'typ'; did you mean 'type'?"),
        ("a is:retri", 2, "did you mean 'retry'?"),
        ("kind:lots", 0, "did you mean 'lost'?"),
        ("status>x", 0, "expected a number as in status>=500"),
        ("ms>1s", 0, "expected a number as in ms>500"),
        ("t>later", 0, "expected a time such as 1:03 or 90s as in t>1:00"),
        ("type>a", 0, "expected a colon as in type:artifact*"),
        ("from<a", 0, "expected a colon"),
        ("is>dead", 0, "expected a colon"),
        ("trace>1", 0, "expected a colon"),
        ("data.a>b", 0, "expected a number"),
        ("ext.=a", 0, "there is no key 'ext.'"),
        ('x "open', 2, "a quote is not closed"),
        ("type:", 0, "lacks a value, expected one as in type:artifact*"),
        ("ms>", 0, "lacks a value, expected one as in ms>500"),
        ("is:dead|", 0, "lacks a value, expected one as in is:retry|dead"),
        ("type:a|", 0, "lacks a value"),
        ("|a", 0, "lacks a value"),
        ("-", 0, "lacks a value"),
    ],
)
def test_what_is_no_filter_is_explained(text: str, position: int, said: str) -> None:
    with pytest.raises(FilterError) as caught:
        Filter.parse(text)

    assert caught.value.position == position
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"filter, column {position + 1}: ")


def test_quotes_keep_blanks_and_stars() -> None:
    view = played(
        DATA,
        {"to": "one", "type": "a b", "subject": "5 * 3"},
        {"to": "one", "type": "ab", "subject": 'say "x|y"'},
    )

    assert found('is:sent type:"a b"', view) == [0]
    assert found('is:sent subject:*"5 * 3"', view) == [0]
    assert found('is:sent subject:"*"', view) == []
    assert found(r'is:sent "\"x|y"', view) == [1]
    assert found('is:sent subject:"5 * 3"|"nothing"', view) == [0]
    assert found('is:sent -"a b"', view) == [1]


def test_many_stars_are_looked_for_in_a_long_text_at_once() -> None:
    view = played(DATA, {"to": "one", "type": "a" * 5_000})

    assert found(f"is:sent type:{'a*' * 12}a", view) == [0]
    assert found(f"is:sent type:{'a*' * 12}b", view) == []
    assert found(f"is:sent {'a*' * 12}b", view) == []


def test_fields_of_data_are_looked_up() -> None:
    view = played(
        DATA,
        {"to": "one", "type": "a", "data": {"item": {"name": "Tea", "fresh": True}}},
        {"to": "one", "type": "b", "data": {"items": [{"n": 1}, {"n": 5}]}},
        {"to": "one", "type": "c", "data": b"\xff\xfe"},
        {"to": "one", "type": "d"},
        {"to": "one", "type": "e", "data": {"size": 3, "none": None}},
    )

    def sent(text: str) -> list[int]:
        return found(f"is:sent {text}", view)

    assert sent("data.item.name=tea") == [0]
    assert sent("data.item.fresh=true") == [0]
    assert sent("data.item.fresh>0") == []
    assert sent("data.items.n>4") == [1]
    assert sent("data.items.1.n=5") == [1]
    assert sent("data.items.7.n=5") == []
    assert sent("data.items.n=5.0|7") == [1]
    assert sent("data.size=2") == [2]
    assert sent("data.size=0") == [3]
    assert sent("data.size:3") == [4]
    assert sent("data.none=null") == [4]
    assert sent("data.item.name!=tea") == [1, 2, 3, 4]
    assert list(looked_up(b'{"a": 1}', ("b",))) == []


def test_a_filter_goes_on_with_a_run_and_to_another_one() -> None:
    sim = Simulation(Topology.load("topologies/orders.yaml"))
    sim.run("3s")
    view = view_of(sim)
    text = "type:*priced is:reply|retry"
    wanted = Filter.parse(text)
    rows = Rows(view, wanted)
    rows.scan()
    assert len(rows) == 3

    sim.run()
    view.extend()
    rows.scan()

    assert [rows.serial(n) for n in range(len(rows))] == found(text)
    assert wanted.matches(orders(), 6)
    assert not wanted.matches(orders(), 7)
    assert not wanted.matches(view, 0)


def test_what_a_shape_tells_is_told_of_its_records_too() -> None:
    test = shape_test(lambda shape: shape.end == "service/audit")

    assert list(test.answers(orders(), range(5))) == [False, False, False, True, True]


def test_boxes_are_lit_where_something_matches() -> None:
    dead = Filter.parse("is:dead")

    lit = lit_nodes(orders(), dead, len(orders()))

    assert lit == {"trigger/ship", "service/dead-letters"}
    assert lit_nodes(orders(), dead, 60) == frozenset()


def test_no_record_is_one_that_never_was() -> None:
    assert Filter.parse("is:never").select(orders(), range(60)) == []
    assert len(Filter.parse("-is:never").select(orders(), range(60))) == 60


def test_a_filter_can_be_completed() -> None:
    assert completions("ty") == ["type:"]
    assert completions("is:re") == ["is:retry", "is:reply", "is:refused", "is:rejected"]
    assert completions("a -is:dead|los") == ["a -is:dead|lost"]
    assert completions("type:o", types=["order", "x"]) == ["type:order"]
    assert completions("to:s", nodes=["service/ship"]) == ["to:ship"]
    assert completions("ext") == ["ext."]
    assert completions("id:a") == []


def test_the_help_tells_every_key() -> None:
    lines = help_lines()

    assert ("type:artifact*", "the type, or its end after a dot") in lines
    for example, _ in lines:
        if example != "is:":
            Filter.parse(example)


# -- laws

_WORDS = st.sampled_from(
    [
        "is:retry|dead", "is:reply", "from:shipping", "to:pric*", "node:default",
        "type:placed", "type:order.pr*", "status>=500", "attempt>1", "ms>10", "t>1",
        "pric", "parcel", "id:shop-7*", "data.total>41", "trace:7", "ext.none=a",
    ]
)  # fmt: skip


@settings(max_examples=25)
@given(st.lists(st.tuples(st.booleans(), _WORDS), min_size=1, max_size=3))
def test_slices_find_what_asking_record_by_record_finds(
    words: list[tuple[bool, str]],
) -> None:
    view = busy()
    some = range(0, len(view), 37)
    text = " ".join(f"{'-' * negated}{word}" for negated, word in words)

    at_once = Filter.parse(text).select(view, some)

    one_by_one = [
        serial
        for serial in some
        if all(
            Filter.parse(word).matches(view, serial) is not negated
            for negated, word in words
        )
    ]
    assert at_once == one_by_one


@settings(max_examples=40)
@given(st.text(alphabet='ab:|-" *>=.is', max_size=12))
def test_every_text_is_a_filter_or_explained(text: str) -> None:
    position = 0
    try:
        Filter.parse(text)
    except FilterError as error:
        position = error.position

    assert 0 <= position <= len(text)
