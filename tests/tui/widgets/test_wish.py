from simulator.tui.layout.fit import fit
from simulator.tui.widgets.graph.wish import Wish, wished
from tests.tui.widgets.pictures import BROKER, pipeline, teams


def test_cards_are_wide_where_there_is_room() -> None:
    drawing = wished(fit, pipeline(), (250, 60), Wish(), None)

    assert (drawing.mode, drawing.places[BROKER].w) == ("cards", 30)


def test_cards_are_narrow_where_wide_ones_would_be_stacked() -> None:
    diagram = teams("shop", triggers=3)
    assert fit(diagram, 118, 40, zoom="cards", card_width=30).style != "plain"

    drawing = wished(fit, diagram, (118, 40), Wish(zoom="cards"), None)

    assert (drawing.mode, drawing.style) == ("cards", "plain")
    assert drawing.places["broker/shop/broker"].w < 30


def test_many_boxes_are_asked_for_once() -> None:
    drawing = wished(fit, teams("a", "b", triggers=16), (250, 60), Wish(), None)

    assert drawing.fits


def test_the_last_namespace_that_opens_makes_the_diagram_whole() -> None:
    wish = Wish(expanded=frozenset("a"), collapsed=True)

    assert wish.opened("b", frozenset("abc")) == Wish(expanded=frozenset("ab"))
    assert wish.opened("b", frozenset("ab")) == Wish()


def test_the_last_namespace_that_closes_makes_the_map() -> None:
    wish = Wish(zoom="rows", replies="off")

    assert wish.closed("a", frozenset("ab")).expanded == frozenset("b")
    assert wish.closed("a", frozenset("a")) == Wish(
        zoom="rows", replies="off", collapsed=True
    )
