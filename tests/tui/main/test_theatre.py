"""A main screen that was used before is as good as a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.settings import Settings
from tests.tui.main.theatre import NARROW, PIPELINE, played

if TYPE_CHECKING:
    from tests.tui.main.theatre import Theatre


def test_a_screen_that_was_used_looks_like_a_new_one(theatre: Theatre) -> None:
    used = theatre.show(played(PIPELINE))
    used.press("2", "up", "m", "v", "V", "exclamation_mark", "z", "R", "B")
    used.press("ctrl+left", "ctrl+up", "L", "s", "plus", "M", "t")
    used.press("slash")
    used.write("is:retry")
    used.resize(*NARROW)

    again = theatre.show(played(PIPELINE))
    after_use = again.text
    new = theatre.show(played(PIPELINE), Settings())

    assert again.main is used.main
    assert new.main is not used.main
    assert after_use == new.text
