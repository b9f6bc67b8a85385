"""What a scene is: a state of the app, and the sizes and themes in which it is seen.

A scene is played once, and then looked at in one view after the other. Scenes that
begin in the same way share an app, since to start one takes longer than most scenes.
"""

from __future__ import annotations

import shutil
from contextlib import asynccontextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator import Simulation, Topology
from simulator.kernel.log import Kind
from simulator.trace import Trace
from simulator.tui.settings import Settings
from tests.pages import ROOT
from tests.tui.acting import Show, View, acting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from pathlib import Path

    from simulator.tui.main.screen import MainScreen

    Act = Callable[[Show], Awaitable[None]]

PIPELINE = "topologies/pipeline.yaml"
DELIVERY = "topologies/cdevents/poc-2021"
FIRST = View(120, 40)
# So many scenes share an app at most, so that tests can run side by side.
_TOGETHER = 9
SCENES: dict[str, Scene] = {}


class Scene(NamedTuple):
    """A state of the app, and how it is looked at.

    Args:
        name: Of its pictures.
        start: What happens before, in an app that only shows; None for nothing.
        act: Brings the app there.
        views: The first is that in which the act is played.
        file: The topology, a file or a folder; empty for none.
        text: What stands in *file*, for files that are no examples.
        settings: Looks; the theme is the view's.
        options: Further ones of `acting`.
        keeps_notices: Whether notices are in the picture.
        recorded: Replay a recording of *file* for so long, without the topology.
    """

    name: str
    start: Act | None
    act: Act
    views: tuple[View, ...]
    file: str = PIPELINE
    text: str = ""
    settings: Settings = Settings()
    options: Mapping[str, object] = {}
    keeps_notices: bool = False
    recorded: str = ""

    @property
    def opening(self) -> tuple[object, ...]:
        """What scenes have in common that share an app."""
        alone = self.name if self.start is None else ""
        return (
            alone, self.start, self.file, self.text, self.settings,
            self.options, self.recorded,
        )  # fmt: skip

    @asynccontextmanager
    async def opened(self, folder: Path) -> AsyncIterator[Show]:
        """Start an app in an empty folder."""
        (folder / "topologies").mkdir()
        for file in (ROOT / "topologies").glob("*.*"):
            shutil.copy(file, folder / "topologies")
        if self.file and (ROOT / self.file).is_dir():
            shutil.copytree(ROOT / self.file, folder / self.file)
        if self.text:
            (folder / self.file).write_text(self.text, encoding="utf-8")
        files = [self.file] if self.file else []
        options: dict[str, Any] = dict(self.options)
        if self.recorded:
            simulation = Simulation(Topology.load(folder / self.file))
            simulation.run(until=self.recorded)
            files, options["replay"] = [], Trace.of(simulation.log)
        async with acting(files, folder, FIRST, self.settings, **options) as show:
            if self.start is not None:
                await self.start(show)
            yield show

    async def seen(self, show: Show) -> AsyncIterator[View]:
        """Play it, and show it in each of its views."""
        await show.look(self.views[0])
        await self.act(show)
        if not self.keeps_notices:
            await show.quiet()
        for view in self.views:
            await show.look(view)
            yield view


def companies() -> list[list[Scene]]:
    """Give all scenes, some that share an app together; not too many for one test."""
    known = list(SCENES.values())
    order = [scene.opening for scene in known]
    ordered = sorted(known, key=lambda scene: order.index(scene.opening))
    return [
        together[at : at + _TOGETHER]
        for _, some in groupby(ordered, key=lambda scene: scene.opening)
        for together in [list(some)]
        for at in range(0, len(together), _TOGETHER)
    ]


def scene(
    *views: str, file: str = PIPELINE, text: str = "", settings: Settings | None = None,
    keeps_notices: bool = False, recorded: str = "", start: Act | None = None,
    **options: object,
) -> Callable[[Act], Act]:  # fmt: skip
    """Make a scene of a function, whose name it has."""

    def made(act: Act) -> Act:
        name = act.__name__.strip("_").replace("_", "-")
        SCENES[name] = Scene(
            name=name, start=start, act=act, views=tuple(View.of(view) for view in views),
            file=file, text=text, settings=settings or Settings(), options=options,
            keeps_notices=keeps_notices, recorded=recorded,
        )  # fmt: skip
        return act

    return made


# -- what happens until something can be seen


async def nothing(show: Show) -> None:
    """Only look."""


async def a_while(show: Show) -> None:
    """Play until there is something of each kind to see, and pause."""
    await for_seconds(show, 12)


async def for_seconds(show: Show, seconds: float) -> None:
    """Play, and pause."""
    await show.press("space")
    await show.play(seconds)
    await show.press("space")
    await show.quiet()


def serial_of(main: MainScreen, kind: Kind, node: str = "", type: str = "") -> int:
    """Find the first record of a kind, perhaps at a node or of an event type."""
    for record in main.stage.current.records:
        at = node in (record.source, record.target) if node else True
        if record.kind is kind and at and type in (record.event.type, ""):
            return record.serial
    raise AssertionError(f"there is no {kind} {node} {type}")


async def select(show: Show, kind: Kind, node: str = "", type: str = "") -> None:
    """Select a record."""
    show.main.selection.choose_record(serial_of(show.main, kind, node, type))
    await show.settle()


async def asked_to_approve(show: Show) -> None:
    """Play until a person has to decide."""
    await show.press("space")
    await show.until(lambda main: main.painter.frame.totals.approvals)
    await show.press("space")
    await select(show, Kind.SENT, type="sh.keptn.event.approval.triggered")


async def held(show: Show) -> None:
    """Stop at a breakpoint before a service."""
    await show.press("space")
    await show.until(lambda main: main.painter.frame.now_ns > 7_300_000_000)
    await show.press("space")
    show.main.selection.choose_node("service/deploy-staging")
    await show.press("x")
    await show.quiet()
    await show.press("space")
    await show.until(lambda main: main.stage.player.state.value == "BREAK")
    await show.settle()


async def fork(show: Show) -> None:
    """Fork where something was tried again."""
    await a_while(show)
    await select(show, Kind.RETRY_SCHEDULED)
    await show.press("2", "enter", "ctrl+f")
