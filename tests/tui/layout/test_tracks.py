"""Trunks side by side, and the jogs of those that need two columns."""

from __future__ import annotations

from simulator.tui.layout.rows import nearest
from simulator.tui.layout.tracks import Gap, Net, Span, lay_tracks, put


def gap(busy: set[int], *nets: tuple[set[int], set[int]]) -> tuple[Gap, list[Net]]:
    """A gap of nets, each with the rows it takes from the left and gives to the right."""
    made = Gap(busy)
    for at, (leave, join) in enumerate(nets):
        net = made.net((at,))
        net.leave, net.join = leave, join
    return made, list(made.nets.values())


def test_a_row_with_a_line_on_both_sides_orders_the_trunks() -> None:
    made, (one, other) = gap({0, 2, 4}, ({2}, {4}), ({0}, {2}))

    assert lay_tracks(made, 5) is None
    assert one.track < other.track


def test_trunks_that_never_meet_share_a_column() -> None:
    made, (one, other) = gap({0, 1, 2, 3}, ({0}, {1}), ({2}, {3}))

    assert lay_tracks(made, 4) is None
    assert (one.track, other.track, made.tracks) == (0, 0, 1)


def test_trunks_lie_where_they_cross_least() -> None:
    made, (one, other) = gap({0, 1, 2, 4}, ({0}, {2, 4}), ({1}, {0 + 5}))

    assert lay_tracks(made, 6) is None
    assert other.track < one.track


def test_two_trunks_that_change_places_need_a_jog() -> None:
    made, (one, other) = gap({0, 4}, ({0}, {4}), ({4}, {0}))

    assert lay_tracks(made, 5) is None
    assert (one.jog, other.jog) == (2, None)
    assert one.track < other.track < one.turn
    assert made.tracks == 3


def test_a_jog_may_go_beyond_its_trunk() -> None:
    made, (one, _) = gap({0, 1}, ({0}, {1}), ({1}, {0}))

    assert lay_tracks(made, 3) is None
    assert one.jog == 2


def test_a_row_is_asked_for_where_none_is_spare() -> None:
    made, _ = gap({3, 4}, ({3}, {4}), ({4}, {3}))
    made.busy |= {1, 2, 5, 6}

    assert lay_tracks(made, 7) == 3


def test_three_trunks_in_a_circle_need_one_jog() -> None:
    made, nets = gap({0, 3, 6}, ({0}, {3}), ({3}, {6}), ({6}, {0}))

    assert lay_tracks(made, 7) is None
    assert sum(net.jog is not None for net in nets) == 1


def test_lanes_beside_each_other_share_a_row() -> None:
    tracks: list[list[Span]] = []

    assert [put(tracks, span) for span in (Span(0, 2), Span(3, 5), Span(1, 5))] == [
        0,
        0,
        1,
    ]


def test_rows_in_order_come_nearest_to_the_wishes() -> None:
    wishes = [[(5, 1)], [(3, 1), (4, 1)], [(9, 2)], [(7, 1)]]

    assert nearest(wishes) == [4, 4, 9, 9]
