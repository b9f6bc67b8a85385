"""Commands that take something out of the UI: exports, the trace, a test that keeps it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.errors import SimulatorError
from simulator.graph.build import build
from simulator.graph.writing import to_mermaid
from simulator.tui.exporting import (
    event_curl,
    event_json,
    kept_test,
    screen_text,
    write_trace,
)
from simulator.tui.screens.paths import EXPORTS, Export, ExportRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.tui.main.screen import MainScreen


def kinds(screen: MainScreen) -> Iterator[tuple[str, str]]:
    """List what can be exported now: a name and what it is."""
    for each in EXPORTS:
        if _text_of(screen, each.what) != "":
            yield each.what, each.label


def export(screen: MainScreen, what: str) -> None:
    """Ask where to, and write it."""

    def take(request: ExportRequest | None) -> None:
        # The dialog is still on the screen: a picture is taken when it has gone.
        if request is not None:
            screen.call_after_refresh(partial(_take_out, screen, request))

    screen.app.push_screen(Export(first=what), take)


def _text_of(screen: MainScreen, what: str) -> str | None:
    """Give what is exported as text; empty where there is nothing, None: no text."""
    stage, serial = screen.stage, screen.selection.now.serial
    if what in ("event", "curl"):
        if serial is None:
            return ""
        event = stage.view.record(serial).event
        if what == "event":
            return event_json(event)
        target = stage.view.record(stage.view.trace_of(serial)).target
        addresses = {} if stage.sim is None else stage.sim.wiring.addresses
        return event_curl(event, addresses.get(target, target))
    if what == "mermaid":
        return "" if stage.sim is None else to_mermaid(build(stage.sim.wiring))
    there = {"trace": len(stage.view) > 0, "test": stage.current.recording is not None}
    return None if there.get(what, True) else ""


def _take_out(screen: MainScreen, request: ExportRequest) -> None:
    what = request.what
    text = screen_text(screen) if what == "text" else _text_of(screen, what)
    if text == "":
        screen.notify("select an event in the list first", severity="warning")
        return
    if not request.path and text:
        screen.app.copy_to_clipboard(text)
        screen.notify(f"copied the {what}", timeout=2)
        return
    path = Path(request.path).expanduser()
    try:
        if what == "trace":
            branch = screen.stage.current
            write_trace(path, branch.records, branch.recording)
        else:
            if what == "test":
                text = _kept_test(screen, path.stem)
            elif what == "svg":
                text = screen.app.export_screenshot()
            path.write_text(text or "", encoding="utf-8")
    except (OSError, SimulatorError) as error:
        screen.notify(f"not written: {error}", severity="error", markup=False)
        return
    screen.notify(f"written: {path}", timeout=4, markup=False)


def _kept_test(screen: MainScreen, name: str) -> str:
    branch = screen.stage.current
    assert branch.recording is not None, "it is offered only then"
    handlers = screen.stage.opening.handlers
    text, untold = kept_test(branch.records, branch.recording, name, handlers)
    for each in untold:
        screen.notify(f"not kept: {each}", severity="warning", markup=False)
    return text
