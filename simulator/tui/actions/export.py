"""Commands that take something out of the UI, and the texts that other programs get."""

from __future__ import annotations

import json
import shlex
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from simulator.event.writing import binary_headers
from simulator.graph.build import build
from simulator.graph.writing import to_mermaid
from simulator.tui.actions.send import refusals_told
from simulator.tui.screens.dialog import ask
from simulator.tui.screens.paths import EXPORTS, Export, Exportable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.event import Event
    from simulator.trace import Record
    from simulator.trace.recorded import Recording
    from simulator.tui.main.screen import MainScreen

# Data that is no text goes to curl as a file of this name.
_DATA_FILE = "data.bin"


def kinds(screen: MainScreen) -> Iterator[tuple[str, str]]:
    for each in EXPORTS:
        if _is_there(screen, each.what):
            yield each.what, each.label


def export(screen: MainScreen, what: str) -> None:
    # The dialog is still on the screen: a picture is taken when it has gone.
    take = partial(screen.call_after_refresh, _take_out, screen)
    ask(screen, Export(first=what), take)


def _is_there(screen: MainScreen, what: str) -> bool:
    stage = screen.stage
    is_selected = screen.selection.now.serial is not None
    return {
        "event": is_selected,
        "curl": is_selected,
        "mermaid": stage.sim is not None,
        "trace": len(stage.view) > 0,
        "test": stage.current.recording is not None,
    }.get(what, True)


def _take_out(screen: MainScreen, wanted: Exportable) -> None:
    what, path = wanted.what, Path(wanted.path).expanduser()
    if not _is_there(screen, what):
        screen.notify("select an event in the list first", severity="warning")
    elif not wanted.path:
        screen.app.copy_to_clipboard(_text_of(screen, what))
        screen.notify(f"copied the {what}", timeout=2)
    else:
        with refusals_told(screen, "not written: "):
            if what == "trace":
                branch = screen.stage.current
                write_trace(path, branch.records, branch.recording)
            else:
                text = _text_of(screen, what, path.stem)
                path.write_text(text, encoding="utf-8")
            screen.notify(f"written: {path}", timeout=4, markup=False)


def _text_of(screen: MainScreen, what: str, name: str = "") -> str:
    """Give what is exported, all but a trace; the name is that of a test."""
    stage, serial = screen.stage, screen.selection.now.serial
    if what == "text":
        # Only the compositor knows it; Textual's own screenshots ask it, too.
        strips = screen._compositor.render_strips()  # noqa: SLF001
        return "".join(strip.text.rstrip() + "\n" for strip in strips)
    if what == "svg":
        return screen.app.export_screenshot()
    if what == "mermaid":
        return to_mermaid(build(screen.sim.wiring, stage.view.shapes.sent))
    if what == "test":
        return _kept_test(screen, name)
    assert serial is not None, "an event is selected"
    event = stage.view.record(serial).event
    if what == "event":
        return event_json(event)
    target = stage.view.record(stage.view.trace_of(serial)).target
    addresses = {} if stage.sim is None else stage.sim.wiring.addresses
    return event_curl(event, addresses.get(target, target))


def _kept_test(screen: MainScreen, name: str) -> str:
    """Write the run as a test that keeps it, as ``kn-sim trace test`` does.

    Raises:
        SimulatorError: The run cannot be had again, or nothing of it can be expected.
    """
    from simulator.testing.kept import kept_of, yaml_text
    from simulator.trace import Trace

    branch, handlers = screen.stage.current, screen.stage.opening.handlers
    with TemporaryDirectory(prefix="kn-sim-") as folder:
        path = Path(folder, "run.jsonl")
        write_trace(path, branch.records, branch.recording)
        trace = Trace.read(str(path))
    test = kept_of(trace, name, handlers)
    for each in test.untold:
        screen.notify(f"not kept: {each}", severity="warning", markup=False)
    return yaml_text(name, test.spec)


# -- texts


def event_json(event: Event) -> str:
    return json.dumps(event.to_json(), indent=2, ensure_ascii=False) + "\n"


def event_curl(event: Event, url: str) -> str:
    body = event.body
    words = [["curl", "-v", url, "-X", "POST"]]
    words += [
        ["-H", f"{name.title() if name.startswith('ce-') else name}: {value}"]
        for name, value in binary_headers(event.attributes).items()
    ]
    if body:
        try:
            words.append(["--data-raw", body.decode()])
        except UnicodeDecodeError:
            words.append(["--data-binary", f"@{_DATA_FILE}"])
    return " \\\n  ".join(shlex.join(line) for line in words) + "\n"


def write_trace(
    path: Path, records: Iterable[Record], recording: Recording | None = None
) -> None:
    """Write records as JSON Lines, as ``kn-sim run --trace`` does.

    Raises:
        UsageError: It is to be compressed, and nothing here can.
        OSError: It cannot be written.
    """
    from simulator.trace.files import create_trace
    from simulator.trace.writing import TraceWriter

    with create_trace(str(path)) as file:
        writer = TraceWriter(file, recording)
        writer.write_records(records)
        writer.finish()
