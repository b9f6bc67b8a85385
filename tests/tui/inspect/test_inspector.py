"""The widget: what it shows, when it writes it, where it leads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.app import App
from textual.containers import Horizontal

from simulator.tui.inspect.inspector import Inspector
from simulator.tui.paint import THEMES, variable_defaults
from simulator.tui.widgets.tab_strip import TabStrip, shares
from tests.tui.inspect.runs import run
from tests.tui.widgets.stage import Keyed

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.screen import Screen as TextualScreen

    from simulator.tui.inspect.pane import LinesPane
    from tests.tui.inspect.runs import Run


pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Wheel(events.MouseScrollUp, events.MouseScrollDown):
    """A turn of the wheel."""

    def __init__(self) -> None:
        super().__init__(None, 0, 0, 0, 0, 0, False, False, False)


class Screen(App[None]):
    """An inspector alone."""

    def __init__(self, of: Run, width: int = 50) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        self.run_shown = of
        self.inspector = Inspector(id="inspector")
        self.inspector.styles.width = width
        self.told: list[int | str] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(self.current_theme)

    def get_default_screen(self) -> TextualScreen[None]:
        return Keyed("inspector", lines=self.inspector.pane)

    def compose(self) -> ComposeResult:
        yield Horizontal(self.inspector)

    def on_mount(self) -> None:
        it = self.run_shown
        self.inspector.set_run(it.view, it.sim, it.frame())
        self.inspector.pane.focus()

    def on_lines_pane_entered(self, message: LinesPane.Entered) -> None:
        self.told.append(message.goal)

    def rows(self) -> list[str]:
        """Give what the terminal shows, without margins."""
        strips = self.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips]


async def test_the_overview_comes_first_and_each_tab_when_it_is_asked_for() -> None:
    app = Screen(run("orders"))
    async with app.run_test(size=(50, 24)) as pilot:
        it = app.inspector
        await pilot.pause()
        titles = [it.title, it.copied_text().splitlines()[0]]
        underlined = "━" in app.rows()[1]

        it.show_record(12)
        for tab in ("lineage", "why", "data"):
            it.show_tab(tab)
            titles.append(it.copied_text().splitlines()[0])
        titles.append(it.title)
        regions = it.tab_regions()
        await pilot.pause()

        assert titles == [
            "overview",
            "THROUGHPUT                                0.3/s",
            "from checkout-1  2 events  4 deliveries",
            "◆ default → 3 triggers, 2 matched",
            "application/json                       23 bytes",
            "shop.order.priced",
        ]
        rows = app.rows()
        assert [name for name in rows[0].split() if name] == [
            "Event", "Lineage", "Why", "Data",
        ]  # fmt: skip
        assert [rows[0][r.x : r.right].strip().lower() for _, r in regions] == [
            name for name, _ in regions
        ]
        assert not underlined  # the overview is none of them
        assert "━" in rows[1]
        assert rows[4] == " {"


async def test_a_tab_that_is_asked_for_again_shows_more_or_less() -> None:
    app = Screen(run("orders"))
    async with app.run_test(size=(50, 30)):
        it = app.inspector
        it.show_record(2)
        it.show_tab("lineage")
        whole = it.copied_text()
        it.show_tab("lineage")
        own = it.copied_text()
        it.show_record(12)
        it.show_tab("data")
        it.show_tab("data")

        assert "shipping" in whole
        assert "only what led here and what followed" in own
        assert it.tab == "data"
        assert it.copied_text().endswith("+ total 42\n")


async def test_enter_leads_to_records_and_nodes() -> None:
    app = Screen(run("orders"))
    async with app.run_test(size=(50, 30)) as pilot:
        it = app.inspector
        it.show_record(11)
        it.show_tab("lineage")
        await pilot.press("down", "enter")
        it.show_tab("why")
        await pilot.press("up", "enter", "j", "k", "enter")
        await pilot.pause()

        assert app.told == [10, "trigger/ship", "trigger/ship"]


async def test_clicks_choose_tabs_and_lines() -> None:
    app = Screen(run("orders"))
    async with app.run_test(size=(50, 30)) as pilot:
        it = app.inspector
        it.show_record(12)
        await pilot.click(TabStrip, offset=(18, 0))
        await pilot.pause()
        tab = it.tab
        await pilot.click(it.pane, offset=(4, 4))
        await pilot.click(it.pane, offset=(4, 4), times=2)
        await pilot.pause()

        assert tab == "lineage"
        assert app.told == [5]
        assert it.pane.cursor == 4


async def test_long_pages_scroll_by_keys_and_wheel() -> None:
    app = Screen(run("filters"), width=40)
    async with app.run_test(size=(40, 12)) as pilot:
        pane = app.inspector.pane
        app.inspector.show_record(0)
        app.inspector.show_tab("data")
        await pilot.press("down", "pagedown")
        short = (pane.window.y, pane.cursor)
        app.inspector.show_tab("event")
        await pilot.press("down")
        tops = [pane.window.y]
        await pilot.press("pagedown", "pagedown", "pagedown")
        tops.append(pane.window.y)
        await pilot.press("down", "down", "pageup")
        pane.on_mouse_scroll_up(Wheel())
        pane.on_mouse_scroll_down(Wheel())
        await pilot.pause()

        assert short == (0, None)
        assert tops[0] > 0
        assert tops[1] == len(pane.lines) - pane.size.height
        assert pane.window.y < tops[1]
        assert any(row.endswith("▐") for row in app.rows())


async def test_the_page_is_written_anew_for_another_width() -> None:
    app = Screen(run("orders"))
    async with app.run_test(size=(80, 24)) as pilot:
        it = app.inspector
        it.show_record(12)
        await pilot.pause()
        wide = max(map(len, it.copied_text().splitlines()))
        it.styles.width = 32
        while it.pane.size.width > 32:  # on a busy machine one pause is not enough
            await pilot.pause()
        await pilot.pause()
        narrow = max(map(len, it.copied_text().splitlines()))

        assert (wide, narrow) == (47, 29)


async def test_a_hidden_inspector_writes_when_it_is_shown() -> None:
    app = Screen(run("orders"))
    async with app.run_test(size=(80, 24)) as pilot:
        it = app.inspector
        it.display = False
        await pilot.pause()
        it.show_record(12)
        it.show_tab("lineage")
        assert it.tab_regions() == []
        await pilot.pause()
        it.styles.width = 40
        it.display = True
        await pilot.pause()

        assert it.copied_text().startswith("from checkout-1\n")
        assert it.pane.cursor is not None


async def test_the_playhead_changes_what_is_told() -> None:
    of = run("orders")
    app = Screen(of)
    async with app.run_test(size=(50, 30)) as pilot:
        it = app.inspector
        it.refresh_at(of.frame(13))
        it.show_record(12)
        due = it.copied_text()
        it.refresh_at(of.frame(13))
        it.refresh_at(of.frame(18))
        done = it.copied_text()
        it.show_overview()
        it.refresh_at(of.frame(40))
        await pilot.pause()
        overview = it.copied_text()

        assert "due" in due
        assert "due" not in done
        delivered = re.search("✓ delivered .* ([0-9]+)\n", overview)
        assert delivered is not None
        assert delivered[1] == "10"


async def test_nodes_and_lines_are_told_on_the_first_tab() -> None:
    of = run("orders")
    app = Screen(of)
    async with app.run_test(size=(50, 60)) as pilot:
        it = app.inspector
        it.show_tab("why")
        hint = it.copied_text()
        it.show_node("trigger/ship", [("x", "break here")])
        node = (it.title, it.tab, it.copied_text())
        it.show_tab("lineage")
        it.show_line(5)
        line = (it.title, it.tab)
        it.refresh_at(of.frame(10))
        it.show_tab("data")
        it.show_node("broker/default")
        it.refresh_at(of.frame(10))
        it.show_tab("data")
        await pilot.pause()

        assert hint == (
            "\nSelect an event in the list to see why each\n"
            "trigger matched or did not.\n"
        )
        assert node[:2] == ("ship", "event")
        assert "  x  break here\n" in node[2]
        assert line == ("price to dead-letters", "event")
        assert "its data" in it.copied_text()


async def test_a_record_is_given_as_its_sender_sent_it() -> None:
    app = Screen(run("orders"))
    async with app.run_test(size=(50, 30)):
        it = app.inspector
        assert it.event_to_try() is None
        it.show_record(12)
        asked = it.event_to_try()
        assert asked is not None
        event, hub = asked

        assert "knativearrivaltime" not in event.attributes
        assert hub == "broker/default"


async def test_themes_change_while_it_is_shown() -> None:
    app = Screen(run("orders"))
    async with app.run_test(size=(32, 20)) as pilot:
        it = app.inspector
        it.styles.width = 32
        it.show_record(12)
        app.theme = THEMES[1].name
        await pilot.pause()

        assert app.rows()


async def test_a_replay_without_topology_is_told_as_far_as_it_goes() -> None:
    of = run("orders")
    app = Screen(of)
    async with app.run_test(size=(50, 40)) as pilot:
        it = app.inspector
        it.set_run(of.view, None, of.frame())
        it.show_node("trigger/ship")
        await pilot.pause()

        assert "known only with its" in it.copied_text()


async def test_what_is_no_more_there_is_refused() -> None:
    app = Screen(run("orders"))
    async with app.run_test(size=(50, 20)):
        with pytest.raises(IndexError):
            app.inspector.show_record(10_000)


def test_tab_names_share_the_width() -> None:
    names = ("Event", "Lineage", "Why", "Data")

    narrow, wide = shares(names, 32), shares(names, 50)

    assert [cells.stop for cells in narrow] == [9, 19, 25, 32]
    assert wide[-1].stop == 50
    assert all(
        len(name) < len(cells) for name, cells in zip(names, narrow, strict=True)
    )


async def test_the_cursor_keeps_to_lines_that_lead_somewhere() -> None:
    app = Screen(run("filters"), width=50)
    async with app.run_test(size=(50, 10)) as pilot:
        pane = app.inspector.pane
        app.inspector.show_record(0)
        app.inspector.show_tab("why")
        cursors = []
        await pilot.press("down", "up", "up", "down")
        cursors.append(pane.cursor)
        await pilot.press(*["down"] * 18)
        cursors.append(pane.cursor)
        await pilot.press("pageup", "pageup")
        cursors.append(pane.cursor)
        await pilot.press("pagedown")
        cursors.append(pane.cursor)
        await pilot.click(pane, offset=(4, 1))
        await pilot.press("end", "enter")
        pane.set_lines(pane.lines[:3])
        await pilot.press("enter")

        goals = [at for at, each in enumerate(pane.lines) if each.goal is not None]
        assert goals == [0, 2]
        assert cursors == [2, 58, 46, 46]
        assert (pane.window.y, pane.cursor) == (0, None)
