"""What can be taken out of the UI, as text for other programs."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError
from simulator.event.writing import binary_headers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.screen import Screen

    from simulator.event import Event
    from simulator.trace import Record
    from simulator.trace.recorded import Recording

# Data that is no text goes to curl as a file of this name.
_DATA_FILE = "data.bin"
# The level of nesting of what is sent and expected: an item a line.
_ENTRY = 3


def event_json(event: Event) -> str:
    """Write an event in CloudEvents' JSON format, for people to read."""
    return json.dumps(event.to_json(), indent=2, ensure_ascii=False) + "\n"


def event_curl(event: Event, url: str) -> str:
    """Write the command that posts an event to a real address, in binary mode.

    Args:
        event: What is posted.
        url: Where to.
    """
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


def screen_text(screen: Screen[Any]) -> str:
    """Write what a screen shows, row by row, for an issue or a message."""
    # Only the compositor knows it; Textual's own screenshots ask it, too.
    strips = screen._compositor.render_strips()  # noqa: SLF001
    return "".join(strip.text.rstrip() + "\n" for strip in strips)


def kept_test(
    records: Iterable[Record], recording: Recording, name: str, handlers: Sequence[str]
) -> tuple[str, tuple[str, ...]]:
    """Write a run as a test that keeps it, as ``kn-sim trace test`` does.

    Args:
        records: In order.
        recording: How the run was made, and what was done to it.
        name: Of the test.
        handlers: Of its services in Python.

    Returns:
        The YAML, and what of the run it does not say.

    Raises:
        SimulatorError: The run cannot be had again, or nothing of it can be expected.
    """
    from simulator.manifests.writing import emit
    from simulator.session.replaying import Replay
    from simulator.testing.kept import document, kept
    from simulator.trace import Trace

    with TemporaryDirectory(prefix="kn-sim-") as folder:
        path = Path(folder, "run.jsonl")
        write_trace(path, records, recording)
        trace = Trace.read(str(path))
    replay = Replay(trace, name)
    replay.check()
    simulation, other = replay.again(handlers=handlers, raise_assertions=False)
    if other:
        raise UsageError(other)
    options = trace.recorded.run if trace.recorded is not None else {}
    own = {name: options[name] for name in ("folder",) if name in options}
    test = kept(simulation, options, handlers=list(handlers), **own)
    return emit(document(name, test.spec), flow_from=_ENTRY), test.untold


def write_trace(
    path: Path, records: Iterable[Record], recording: Recording | None = None
) -> None:
    """Write records as JSON Lines, as ``kn-sim run --trace`` does.

    Args:
        path: Where to.
        records: In order.
        recording: What is said of the run; None for nothing.

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
