"""The screen of a run that is served over sockets and drives itself."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import pytest

from simulator import Simulation, Topology
from simulator.bridge import Live, LiveSettings
from simulator.errors import UsageError
from simulator.session.blueprint import Blueprint
from simulator.tui.app import KnSimApp
from simulator.tui.opening import Opening
from simulator.tui.settings import Settings
from simulator.tui.stage import Stage
from tests.unit.bridge.sockets import SHOP, request, status, talk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def _begin(topology: Topology, _: Sequence[str]) -> Simulation:
    return Simulation(topology, live=True, journal=True)


def _served(simulation: Simulation) -> Live:
    return Live(Blueprint(simulation.topology), simulation, LiveSettings())


def test_real_traffic_shows_and_changed_files_take_over(tmp_path: Path) -> None:
    # given
    file = tmp_path / "shop.yaml"
    file.write_text(SHOP)

    async def shown() -> tuple[list[int], int, int]:
        stage = Stage(Opening([str(file)], _begin, serve=_served))
        app = KnSimApp(stage, Settings(), play=True, frames=False)
        live = stage.served
        assert isinstance(live, Live)
        async with app.run_test(size=(100, 30)):
            ask = partial(talk, live, request("/default/default"))
            # when
            answers = [await ask()]
            file.write_text(SHOP.replace("brokers: {default: {},", "brokers: {"))
            stage.reload()
            answers.append(await ask())
            await app.main.frame(0.1)
            fork = await stage.fork(10)
            return (
                [status(each) for each in answers],
                len(stage.branches[0].view),
                len(fork.view),
            )

    # then
    assert asyncio.run(shown()) == ([202, 404], 10, 10)


def test_what_is_served_does_not_begin_again(tmp_path: Path) -> None:
    # given
    file = tmp_path / "shop.yaml"
    file.write_text(SHOP)
    stage = Stage(Opening([str(file)], _begin, serve=_served))

    # then
    with pytest.raises(UsageError, match="what is served goes on"):
        stage.restart()
    assert isinstance(stage.served, Live)
    stage.served.bind().close()
