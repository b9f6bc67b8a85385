"""Scenes of all dialogs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.kernel.log import Kind
from simulator.tui.actions import export as exports
from simulator.tui.actions.runs import show_branches, show_compare
from simulator.tui.settings import Settings
from tests.tui.scene import a_while, fork, held, nothing, scene, select

if TYPE_CHECKING:
    from tests.tui.acting import Show

LIGHT = "kn-sim-light"
FAULTY = """\
topology: faulty
brokers: {default: {}}
channels: {news: {}}
triggers:
  price: {filter: {type: order.placed}, subscriber: pricing}
  again: {filters: [{prefix: {type: order.}}], subscriber: pricing}
  ship: {filter: {type: order.priced}, subscriber: shiping}
  nowhere: {broker: defualt, subscriber: pricing}
services:
  pricing: {reply: {type: order.priced}}
  shipping: {}
"""


@scene("120x40", f"80x24 {LIGHT}", start=a_while)
async def send(show: Show) -> None:
    await show.press("n")


@scene(f"120x40 {LIGHT}", start=a_while)
async def send_again(show: Show) -> None:
    await select(show, Kind.REPLIED, type="testsuite.finished")
    await show.press("r")


@scene("120x40", start=a_while)
async def try_edited(show: Show) -> None:
    await select(show, Kind.REPLIED, type="testsuite.finished")
    await show.press("W", "e")


@scene("120x40", f"80x24 {LIGHT}")
async def approvals(show: Show) -> None:
    await show.press("space")
    await show.until(lambda main: main.painter.frame.totals.approvals > 1)
    await show.play(1)
    await show.press("space")
    await show.quiet()
    await show.press("a")


@scene("120x40")
async def faults(show: Show) -> None:
    await a_while(show)
    sim = show.main.sim
    sim.fault("service/e2e-tests", status=503, count=3)
    number = sim.fault("channel/audit", latency="300ms", rate=0.5)
    sim.set_fault(number, on=False)
    show.main.changed()
    await show.press("f")


@scene(f"120x40 {LIGHT}", start=a_while)
async def fault_form(show: Show) -> None:
    show.main.selection.choose_node("service/e2e-tests")
    await show.settle()
    await show.press("f", "plus")


@scene("120x40", f"80x24 {LIGHT}")
async def breakpoints(show: Show) -> None:
    await held(show)
    await show.quiet()
    await show.press("X")


@scene("120x40", start=a_while)
async def breakpoint_form(show: Show) -> None:
    await select(show, Kind.REPLIED, type="testsuite.finished")
    await show.press("X", "plus")


@scene("160x45", f"80x24 {LIGHT}", start=nothing)
async def help_(show: Show) -> None:
    await show.press("question_mark")


@scene("80x24", settings=Settings(glyphs="ascii"))
async def help_in_ascii(show: Show) -> None:
    await show.press("question_mark")


@scene("120x40", file="faulty.yaml", text=FAULTY)
async def problems(show: Show) -> None:
    await show.press("p")


@scene("120x40", f"80x24 {LIGHT}")
async def tables(show: Show) -> None:
    await show.press("S", "3", "s", "s", "s", "s", "s")


@scene("120x40", f"80x24 {LIGHT}")
async def compare(show: Show) -> None:
    await fork(show)
    show.main.sim.fault("service/deploy-staging", status=400)
    show.main.changed()
    await show.press("space")
    await show.play(12)
    await show.press("space")
    await show.quiet()
    show_compare(show.main)
    await show.settle()


@scene("120x40")
async def branches(show: Show) -> None:
    await fork(show)
    await show.quiet()
    show_branches(show.main)
    await show.settle()


@scene("80x24", start=a_while)
async def go_to(show: Show) -> None:
    await show.press("g")
    await show.write("+5x")
    await show.press("enter")


@scene(f"120x40 {LIGHT}", most=60)
async def details(show: Show) -> None:
    await show.press("space")
    await show.until(lambda main: main.stage.player.state.value == "ERROR")
    await show.quiet()
    await show.press("ctrl+e")


@scene("120x40", file="", start=nothing)
async def open_topology(show: Show) -> None:
    await show.press("enter")


@scene("120x40", start=a_while)
async def export(show: Show) -> None:
    await select(show, Kind.RETRY_SCHEDULED)
    exports.export(show.main, "curl")
    await show.settle()


@scene("120x40", start=a_while)
async def jump(show: Show) -> None:
    await show.press("o")


@scene("80x24", start=a_while)
async def palette(show: Show) -> None:
    await show.press("ctrl+p")
    await listed(show)


@scene(f"120x40 {LIGHT}", start=a_while)
async def palette_search(show: Show) -> None:
    await show.press("ctrl+p")
    await show.write("go to trig")
    await listed(show)


async def listed(show: Show) -> None:
    """Wait until the palette has all that it finds; it shows some of it before."""
    workers = show.app.workers
    own = [worker for worker in workers if worker.node is show.app.screen]
    await workers.wait_for_complete(own)
    await show.settle()
