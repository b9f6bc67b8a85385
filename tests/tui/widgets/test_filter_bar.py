import pytest
from textual.widgets import Input

from simulator.tui.widgets.filter_bar import FilterBar
from tests.tui.widgets.stage import Play, playing

pytestmark = pytest.mark.anyio


def check(text: str) -> str | None:
    return 'unknown key "foo"' if text.startswith("foo:") else None


def complete(text: str) -> str | None:
    return "is:retry" if text and "is:retry".startswith(text) else None


def bar() -> FilterBar:
    return FilterBar(check, complete)


def changes(play: Play) -> list[str]:
    return [message.text for message in play.heard(FilterBar.Changed)]


async def test_a_filter_is_passed_on_while_it_is_typed() -> None:
    line = bar()
    async with playing(line, 80, 3) as play:
        before = line.display
        line.open("")
        await play.press("a", "b")

        assert not before
        assert line.display
        assert line.query_one(Input).value == "ab"
        assert changes(play) == ["a", "ab"]


async def test_a_wrong_filter_is_told_and_what_it_began_with_stays() -> None:
    line = bar()
    async with playing(line, 80, 3) as play:
        line.open("fo")
        await play.settle()

        await play.press("o", ":", "enter")

        assert changes(play) == ["fo", "foo", "fo"]
        assert play.heard(FilterBar.Submitted) == []
        assert line.display
        fault = line.query_one("#filter-fault")
        assert str(fault.render()) == 'unknown key "foo"'


async def test_right_takes_the_completion() -> None:
    line = bar()
    async with playing(line, 80, 3) as play:
        line.open("")
        await play.press("i", "s", ":")

        await play.press("right")

        assert line.query_one(Input).value == "is:retry"


async def test_enter_keeps_the_filter_and_lets_the_line_go() -> None:
    line = bar()
    async with playing(line, 80, 3) as play:
        line.open("is:retry")

        await play.press("enter")

        assert [one.text for one in play.heard(FilterBar.Submitted)] == ["is:retry"]
        assert not line.display


async def test_escape_takes_filter_and_line_away() -> None:
    line = bar()
    async with playing(line, 80, 3) as play:
        line.open("is:retry")
        await play.settle()

        await play.press("escape")

        assert len(play.heard(FilterBar.Closed)) == 1
        assert line.query_one(Input).value == ""
        assert not line.display
