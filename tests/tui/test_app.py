"""The app as it is started: its first frame, its keys, what it keeps when it ends."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from textual.events import Resize
from textual.geometry import Size
from textual.widgets._toast import Toast

from simulator.trace import Trace
from simulator.tui.app import KnSimApp
from simulator.tui.opening import LAST, last_trace
from simulator.tui.paint import DARK
from simulator.tui.screens.dialog import Dialog
from simulator.tui.screens.help import HelpText
from simulator.tui.settings import Settings
from tests.tui.main.theatre import PIPELINE, Clock, opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MOST_FRAMES = 200


def lines(app: KnSimApp) -> list[str]:
    strips = app.screen._compositor.render_strips()
    return ["".join(part.text for part in strip) for strip in strips]


async def until(app: KnSimApp, done: Callable[[], bool]) -> None:
    for _ in range(MOST_FRAMES):
        if done():
            return
        await app.main.frame(0.05)
    raise AssertionError("it never happens")


def test_the_first_frame_shows_the_topology_and_space_plays() -> None:
    async def play() -> None:
        app = KnSimApp(opened(PIPELINE), Settings(), clock=Clock(), frames=False)
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.pause()
            assert "pipeline.yaml" in lines(app)[0]
            assert "on-merged" in "\n".join(lines(app))
            assert app.theme == DARK.name
            await pilot.press("space")

            await until(app, lambda: len(app.main.stage.view) > 5)

            await pilot.press("q")
        assert app.return_code == 0

    asyncio.run(play())


def test_an_older_size_that_is_told_last_does_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def play() -> None:
        app = KnSimApp(opened(PIPELINE), Settings(), clock=Clock(), frames=False)
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.pause()
            monkeypatch.setattr(KnSimApp, "is_headless", False)
            monkeypatch.setattr("shutil.get_terminal_size", lambda: (120, 40))

            app.post_message(Resize(Size(20, 5), Size(20, 5)))
            for _ in range(MOST_FRAMES):
                await pilot.pause()
                if app.main.outer_size != (100, 30):
                    break

            assert app.main.outer_size == (120, 40)

    asyncio.run(play())


def test_a_toast_that_is_over_as_it_is_made_stops_nothing() -> None:
    async def play() -> None:
        app = KnSimApp(opened(PIPELINE), Settings(), clock=Clock(), frames=False)
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.pause()
            app.notify("late", timeout=60)
            await pilot.pause()
            [notice] = app._notifications
            notice.timeout = -1.0

            assert notice.has_expired
            assert notice.time_left > 0  # what the timer of a toast is set to
            await app.screen.mount(Toast(notice))
            await pilot.press("space")
            await until(app, lambda: len(app.main.stage.view) > 5)

    asyncio.run(play())


def test_frames_come_by_themselves_and_the_trace_is_kept(tmp_path: Path) -> None:
    stage = opened(PIPELINE)

    async def play() -> None:
        app = KnSimApp(stage, Settings(fps=60), play=True, keep=tmp_path)
        async with app.run_test(size=(80, 24)) as pilot:
            app.main.stage.player.set_speed(64)
            while len(stage.view) < 10:
                await pilot.pause(0.01)

    asyncio.run(asyncio.wait_for(play(), 20))

    kept = Trace.read(str(tmp_path / LAST))
    assert len(kept) >= 10
    assert [r.kind for r in kept] == [r.kind for r in stage.current.records]
    assert last_trace(tmp_path) == tmp_path / LAST


def test_a_replay_is_not_kept_over_the_last_run(tmp_path: Path) -> None:
    sim = opened(PIPELINE).sim
    assert sim is not None
    sim.run("10s")

    async def play() -> None:
        stage = opened(replay=Trace(list(sim.trace)))
        app = KnSimApp(stage, Settings(), clock=Clock(), frames=False, keep=tmp_path)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()

    asyncio.run(play())

    assert not (tmp_path / LAST).exists()


def test_splits_are_as_they_were_in_the_last_session(tmp_path: Path) -> None:
    async def play(*keys: str) -> int:
        app = KnSimApp(
            opened(PIPELINE), Settings(), clock=Clock(), frames=False, keep=tmp_path
        )
        async with app.run_test(size=(120, 30)) as pilot:
            await pilot.press(*keys)
            await pilot.pause()
            return app.main.query_one("#inspector-pane").outer_size.width

    first = asyncio.run(play())
    moved = asyncio.run(play("ctrl+left", "ctrl+left"))
    again = asyncio.run(play())

    assert moved == again == first + 4


@pytest.mark.parametrize("key", ["", "question_mark"], ids=["main screen", "dialog"])
def test_a_size_of_before_does_not_take_the_place_of_the_newest(key: str) -> None:
    async def play() -> None:
        app = KnSimApp(opened(PIPELINE), Settings(), clock=Clock(), frames=False)
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press(*[key] if key else [])
            before, now = app.size, Size(140, 40)

            app._size = now  # of the terminal
            # What the screen says to itself, being laid out for the size before, comes
            # behind what it is told by the app.
            app.screen.post_message(Resize(now, now))
            app.screen.post_message(Resize(before, before))
            await pilot.pause()

            drawn = lines(app)
            assert (len(drawn[0]), len(drawn)) == now

    asyncio.run(play())


def test_a_dialog_that_was_left_is_laid_out_no_more() -> None:
    async def play() -> None:
        app = KnSimApp(opened(PIPELINE), Settings(), clock=Clock(), frames=False)
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press("question_mark")
            help_, laid = app.screen, []
            assert isinstance(help_, Dialog)

            help_.after_layout(lambda: laid.append("while it is there"))
            await pilot.pause()
            help_.dismiss()
            help_.after_layout(lambda: laid.append("too late"))
            await pilot.pause()

            assert laid == ["while it is there"]

    asyncio.run(play())


def test_the_help_is_as_wide_as_it_is_shown_whoever_asked_for_its_height_last() -> None:
    async def play() -> None:
        app = KnSimApp(opened(PIPELINE), Settings(), clock=Clock(), frames=False)
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press("question_mark")
            text = app.screen.query_one(HelpText)
            shown = text.render()

            text.get_content_height(text.container_size, app.size, text.size.width + 2)

            assert text.render() == shown

    asyncio.run(play())
