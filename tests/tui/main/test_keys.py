"""Every key of the table does what its help says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.tui.commands import COMMANDS
from tests.tui.main import (
    check_doing,
    check_events,
    check_graph,
    check_panes,
    check_playback,
)
from tests.tui.main.checks import CHECKS
from tests.tui.main.theatre import PIPELINE, WIDE, opened, played
from tests.tui.main.topologies import TWO_NAMESPACES

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.tui.command import Command
    from simulator.tui.main.screen import MainScreen
    from tests.tui.main.theatre import Theatre

SECTIONS = (check_playback, check_panes, check_graph, check_events, check_doing)
# What is checked on something else than the pipeline of the first twelve seconds.
NAMESPACES = ("graph.open", "graph.collapse")
LARGE = ("graph.zoom", "graph.unzoom", "graph.misses", "events.group")


def test_every_key_is_checked() -> None:
    assert set(CHECKS) == {key.id for key in COMMANDS}


@pytest.mark.parametrize("key", COMMANDS, ids=lambda key: key.id)
def test_a_key_does_what_its_help_says(
    key: Command[MainScreen], theatre: Theatre, tmp_path: Path
) -> None:
    two = tmp_path / "two.yaml"
    two.write_text(TWO_NAMESPACES)
    for pressed in key.keys.split(","):
        on_two = key.id in NAMESPACES
        stage = opened(str(two)) if on_two else played(PIPELINE)
        show = theatre.show(stage, size=WIDE if key.id in LARGE else (100, 30))

        CHECKS[key.id](show, pressed)
