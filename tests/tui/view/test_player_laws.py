"""Laws of the playhead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.tui.view.timeline import Mode
from simulator.tui.view.trace_view import TraceView
from tests.tui.view.players import Live, recording, rows_of
from tests.tui.view.runs import TOPOLOGIES, orders, places

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.tui.player import Player
    from simulator.tui.view.rows import Rows


moves = st.lists(
    st.sampled_from(
        ["play", "pause", "tick", "leap", "faster", "slower", "step", "back",
         "home", "end", "middle", "mode", "turn", "mark", "next", "lineage"]
    ),
    max_size=25,
)  # fmt: skip


def move(player: Player, rows: Rows, name: str) -> None:
    does: dict[str, Callable[[], object]] = {
        "play": player.play,
        "pause": player.pause,
        "tick": lambda: player.tick(0.3),
        "leap": lambda: player.tick(5.0),
        "faster": player.faster,
        "slower": player.slower,
        "step": lambda: player.step(1, rows),
        "back": lambda: player.step(-1, rows),
        "home": player.home,
        "end": player.end,
        "middle": lambda: player.seek(player.edge / 2),
        "mode": lambda: player.use(
            Mode.TRUE if player.mode == Mode.STORY else Mode.STORY
        ),
        "turn": player.run_until_quiet,
        "mark": player.mark,
        "next": player.next_mark,
        "lineage": lambda: player.step_lineage(1, 0),
    }
    does[name]()


@settings(max_examples=60)
@given(moves)
def test_the_playhead_never_leaves_the_time_line(names: list[str]) -> None:
    player, rows = recording(), rows_of(orders())

    for name in names:
        move(player, rows, name)
        assert 0 <= player.position <= player.edge
        assert player.shown <= len(player.view)


@settings(max_examples=40)
@given(moves)
def test_any_way_to_a_position_shows_the_same(names: list[str]) -> None:
    player, rows = recording(), rows_of(orders())
    for name in names:
        move(player, rows, name)

    fresh = TraceView([orders().record(n) for n in range(64)], orders().diagram)

    seen = player.view.frame(player.position, player.mode)
    assert fresh.frame(player.position, player.mode) == seen


@settings(max_examples=40)
@given(st.floats(0, 1), st.sampled_from([1, -1]))
def test_a_step_and_the_step_back_lead_home(part: float, by: int) -> None:
    player, rows = recording(), rows_of(orders())
    player.seek(player.edge * part)
    before = player.position

    if player.step(by, rows) is not None:
        player.step(-by, rows)

    assert player.position == before


@settings(max_examples=12)
@given(st.lists(st.floats(0.001, 0.7), min_size=1, max_size=40))
def test_however_time_is_cut_a_live_run_is_the_same(slices: list[float]) -> None:
    topology = (TOPOLOGIES / "orders.yaml").read_text()
    live = Live(topology)
    live.player.play()

    for dt in slices:
        live.frame(dt)

    whole, mine = orders(), live.player.view
    count = len(mine)
    assert places(mine) == places(whole)[:count]
    assert mine.columns.at == whole.columns.at[:count]
    assert 0 <= live.player.position <= live.player.edge
