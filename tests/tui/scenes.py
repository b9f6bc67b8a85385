"""The app in every state that has a picture: snapshots and the docs' pictures are of these.

Scenes of the main screen are here, those of dialogs in `dialog_scenes`; all are in
`SCENES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.kernel.log import Kind
from simulator.tui.actions.runs import look_at_files
from simulator.tui.main.choice import Choice
from simulator.tui.settings import Settings
from tests.pages import ROOT
from tests.tui import dialog_scenes
from tests.tui.places import town
from tests.tui.scene import (
    DELIVERY,
    PIPELINE,
    SCENES,
    a_while,
    asked_to_approve,
    companies,
    for_seconds,
    fork,
    held,
    nothing,
    scene,
    select,
)

if TYPE_CHECKING:
    from tests.tui.acting import Show

__all__ = ["SCENES", "companies", "dialog_scenes"]
LIGHT, NORD, BLUE_ORANGE = "kn-sim-light", "nord", "kn-sim-blue-orange"
PIPELINE_TEXT = (ROOT / PIPELINE).read_text(encoding="utf-8")
SEVEN_S = 7_000_000_000

# -- the main screen


@scene("120x40", "80x24", "160x45", "200x60", f"160x45 {LIGHT}", f"120x40 {NORD}", f"120x40 {BLUE_ORANGE}", start=a_while)  # fmt: skip
async def overview(show: Show) -> None:
    await nothing(show)


@scene("120x40", start=nothing)
async def nothing_yet(show: Show) -> None:
    await nothing(show)


@scene("160x45", f"120x40 {LIGHT}")
async def playing(show: Show) -> None:
    await show.press("space")
    await show.until(
        lambda main: (
            main.painter.frame.now_ns > SEVEN_S and len(main.painter.frame.dots) > 1
        )
    )


@scene("120x40", settings=Settings(motion=False))
async def no_motion(show: Show) -> None:
    await show.press("space")
    await show.until(
        lambda main: main.painter.frame.now_ns > SEVEN_S and main.painter.frame.glows
    )


@scene("160x45", f"120x40 {LIGHT}", start=a_while)
async def event(show: Show) -> None:
    await show.press("2")
    await select(show, Kind.RETRY_SCHEDULED)


@scene("160x45", f"120x40 {LIGHT}")
async def lineage(show: Show) -> None:
    await for_seconds(show, 18)
    await select(show, Kind.REPLIED, type="approval.granted")
    await show.press("L")


@scene("200x46", file=DELIVERY, start=asked_to_approve)
async def delivery(show: Show) -> None:
    await show.press("L")


@scene("152x30", file=DELIVERY, start=asked_to_approve)
async def delivery_alone(show: Show) -> None:
    await show.press("1", "M")


@scene("120x40", f"160x45 {LIGHT}", start=a_while)
async def why(show: Show) -> None:
    await select(show, Kind.REPLIED, type="testsuite.finished")
    await show.press("W")


@scene("120x40", start=a_while)
async def data(show: Show) -> None:
    await select(show, Kind.REPLIED, type="artifact.published")
    await show.press("D")


@scene("160x45", f"120x40 {LIGHT}", start=a_while)
async def node(show: Show) -> None:
    show.main.selection.choose_node("service/deploy-staging")
    await show.settle()


@scene("120x40", start=a_while)
async def line(show: Show) -> None:
    lines = show.main.stage.view.diagram.lines
    at = next(
        at for at, each in enumerate(lines) if each.end == "service/deploy-staging"
    )
    show.main.selection.choose(Choice(line=at))
    await show.settle()


@scene("120x40", start=a_while)
async def dead_letter(show: Show) -> None:
    await select(show, Kind.DEAD_LETTERED)


@scene("160x45", start=a_while)
async def by_event(show: Show) -> None:
    await show.press("2", "v")


@scene("120x40", start=a_while)
async def filtered(show: Show) -> None:
    await show.press("slash")
    await show.write("is:retry|dead")
    await show.press("enter")


@scene("120x40", start=a_while)
async def filter_completed(show: Show) -> None:
    await show.press("slash")
    await show.write("type:arti")


@scene(f"120x40 {LIGHT}", start=a_while)
async def filter_wrong(show: Show) -> None:
    await show.press("slash")
    await show.write("is:retri")


@scene("120x40", start=a_while)
async def filter_hides_all(show: Show) -> None:
    await show.press("slash")
    await show.write("is:held")
    await show.press("enter")


@scene("120x40")
async def misses(show: Show) -> None:
    await for_seconds(show, 2)
    await show.press("m")


@scene("120x40", start=a_while)
async def maximised(show: Show) -> None:
    await show.press("2", "M")


# -- one pane at a time, and less than that


@scene("80x24", start=a_while)
async def narrow_events(show: Show) -> None:
    await show.press("2")


@scene(f"80x24 {LIGHT}", start=a_while)
async def narrow_why(show: Show) -> None:
    await select(show, Kind.REPLIED, type="testsuite.finished")
    await show.press("W")


@scene("80x24", start=a_while)
async def narrow_overview(show: Show) -> None:
    await show.press("3")


@scene("50x16", start=a_while)
async def too_small(show: Show) -> None:
    await nothing(show)


# -- without colours, without Unicode


@scene("120x40", "80x24", settings=Settings(glyphs="ascii"))
async def ascii_only(show: Show) -> None:
    await a_while(show)
    await select(show, Kind.RETRY_SCHEDULED)


@scene("120x40", no_color=True)
async def no_colour(show: Show) -> None:
    await a_while(show)
    await select(show, Kind.RETRY_SCHEDULED)


# -- large topologies

BANDS = town(3, 6)
MAP = town(12, 5, stride=4, numbered=True)
LIST = town(40, 3, numbered=True)


@scene("160x45", f"80x24 {LIGHT}", file="town.yaml", text=BANDS)
async def bands(show: Show) -> None:
    await for_seconds(show, 8)


@scene("160x45", file="town.yaml", text=MAP)
async def as_a_map(show: Show) -> None:
    await for_seconds(show, 8)


@scene("80x24", "120x40", file="town.yaml", text=LIST)
async def as_a_list(show: Show) -> None:
    await for_seconds(show, 8)


# -- what goes wrong


@scene("120x40", "80x24", file="", start=nothing)
async def empty(show: Show) -> None:
    await nothing(show)


@scene("120x40", file="shop.yaml", text=PIPELINE_TEXT)
async def faulty_file(show: Show) -> None:
    await a_while(show)
    path = show.folder / "shop.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("filter: {type: c", "filtre: {type: c"), "utf-8")
    look_at_files(show.main)
    await show.settle()


@scene("120x40", keeps_notices=True)
async def stopped_at_a_breakpoint(show: Show) -> None:
    await held(show)


@scene("120x40", keeps_notices=True, most=60)
async def stopped_by_an_error(show: Show) -> None:
    await show.press("space")
    await show.until(lambda main: main.stage.player.state.value == "ERROR")
    await show.settle()


@scene("120x40", keeps_notices=True)
async def forked(show: Show) -> None:
    await fork(show)


@scene("120x40", recorded="20s")
async def replayed_without_a_topology(show: Show) -> None:
    await for_seconds(show, 8)
