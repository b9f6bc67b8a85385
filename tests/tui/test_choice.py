"""Selections."""

from simulator.tui.main.choice import NOTHING, Choice, History, carried
from tests.tui.widgets.pictures import teams

ONE, TWO = Choice(serial=1), Choice(node="broker/default")


def test_going_back_and_on_walks_through_the_selections() -> None:
    history = History()
    history.choose(ONE)
    history.choose(TWO)

    seen = [history.go(-1), history.go(-1), history.go(-1), history.go(1)]

    assert seen == [ONE, NOTHING, NOTHING, ONE]
    assert history.can_go(1)


def test_choosing_after_going_back_forgets_what_came_after() -> None:
    history = History()
    history.choose(ONE)
    history.go(-1)

    history.choose(TWO)

    assert not history.can_go(1)
    assert history.go(-1) == NOTHING


def test_the_same_again_is_no_new_selection() -> None:
    history = History()

    assert (history.choose(ONE), history.choose(ONE)) == (True, False)


def test_only_so_many_are_remembered() -> None:
    history = History()
    for serial in range(500):
        history.choose(Choice(serial=serial))

    steps = 0
    while history.can_go(-1):
        history.go(-1)
        steps += 1

    assert steps == 99


def test_a_namespace_that_has_gone_is_no_longer_selected() -> None:
    two, one = teams("shop", "ship"), teams("shop")

    def left(node: str) -> Choice:
        return carried(Choice(node=node), two, one)

    assert left("namespace/shop") == Choice(node="namespace/shop")
    assert left("namespace/ship") == left("broker/ship/broker") == NOTHING
