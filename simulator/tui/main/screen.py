"""`MainScreen`: all its parts together, with the keys of the table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding

from simulator.errors import SimulatorError
from simulator.graph.build import build
from simulator.graph.writing import to_mermaid
from simulator.manifests.files import Watch
from simulator.tui.branch import compared
from simulator.tui.exporting import (
    event_curl,
    event_json,
    kept_test,
    screen_text,
    write_trace,
)
from simulator.tui.keys import KEYS
from simulator.tui.main.guard import possible
from simulator.tui.main.playback import PlaybackKeys
from simulator.tui.opening import example_folder, examples
from simulator.tui.screens.branches import Branch as ShownBranch
from simulator.tui.screens.branches import BranchChoice, Branches
from simulator.tui.screens.compare import Compare
from simulator.tui.screens.dialog import Details
from simulator.tui.screens.paths import EXPORTS, Export, ExportRequest, OpenTopology
from simulator.tui.stage import Stage
from simulator.tui.widgets.figures import clock_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.binding import BindingType

    from simulator.tui.keys import Key

_LOOK_EVERY_S = 0.5
# Keys that panes listen to themselves.
_OF_PANES = (
    "graph.left", "graph.right", "graph.up", "graph.down", "graph.open",
    "events.up", "events.down", "events.page_up", "events.page_down", "events.goto",
    "events.first", "events.last",
    "events.next_hit", "events.previous_hit",
)  # fmt: skip
_OF_GRAPH = (
    "graph.zoom",
    "graph.unzoom",
    "graph.fit",
    "graph.replies",
    "graph.collapse",
)


def screen_action(key: Key) -> str:
    """Give what the screen does for a key, wherever the focus is."""
    return f"on_graph({key.action!r})" if key.id in _OF_GRAPH else key.action


class MainScreen(PlaybackKeys):
    """The screen on which everything is seen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                key.keys,
                screen_action(key),
                key.label,
                show=False,
                id=key.id,
                tooltip=key.help,
            )
            for key in KEYS
            if key.id not in _OF_PANES
        ),
        # Before the graph, which has nothing to open where there is no topology.
        Binding("enter", "open_topology", show=False, priority=True),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave a key to whoever else wants it, where the screen does not."""
        if action == "open_topology":
            return self.stage.sim is None and self.focused is self.graph
        if action == "next_hit" and parameters == (1,) and not self.is_finding:
            here = self.keys_of("events.next_hit").split(",")
            return not set(here) & set(self.keys_of("do.send").split(","))
        return True

    def on_mount(self) -> None:
        """Show the run, and open something where there is none."""
        self.begin()
        self._watch = Watch(self.stage.opening.files)
        if self._frames and self.settings.follow_files:
            self.set_interval(_LOOK_EVERY_S, self.look_at_files)

    def look_at_files(self) -> None:
        """Apply the topology when a file of it has changed."""
        # Between two slices of the run, and not while a handler is waited for.
        if not self.driving.locked() and self._watch.changed():
            self.file_changed()

    def show(self, now: float | None = None) -> None:
        """Paint what has changed, and tell of approvals."""
        super().show(now)
        self.tell_of_approvals()

    async def action_on_graph(self, action: str) -> None:
        """Do something with the graph, wherever the focus is."""
        await self.graph.run_action(action)

    def action_open_topology(self) -> None:
        """Open a topology where there is none."""
        self.open_topology()

    def open_topology(self) -> None:
        """Ask for a topology, and show it in place of what is shown."""
        self.app.push_screen(
            OpenTopology(examples(example_folder())),
            self._open_file,
        )

    def _open_file(self, path: str | None) -> None:
        if not path:
            return
        try:
            stage = Stage(self.stage.opening.of([path]))
        except (SimulatorError, OSError) as error:
            self.notify(str(error), severity="error", markup=False, timeout=10)
            return
        self.stage = stage
        self._watch = Watch([path])
        self.history.forget()
        self.show_problem()
        self.show_run()

    # -- branches

    def show_branches(self) -> None:
        """List the branches."""
        self.app.push_screen(
            Branches(self._shown_branches, remove=self._remove_branch),
            self._branch_chosen,
        )

    def _shown_branches(self) -> list[ShownBranch]:
        return [
            ShownBranch(
                name=branch.name,
                parent=branch.parent,
                at="" if branch.forked_at is None else f"#{branch.forked_at}",
                records=len(branch.view),
                now=clock_text(branch.player.now_ns),
                current=branch is self.stage.current,
            )
            for branch in self.stage.branches
        ]

    def _remove_branch(self, name: str) -> None:
        self.stage.remove(self.stage.branch(name))

    def _branch_chosen(self, choice: BranchChoice | None) -> None:
        if choice is None:
            return
        if choice.compare:
            self.show_compare(choice.name)
            return
        self.stage.switch(self.stage.branch(choice.name))
        self.history.forget()
        self.show_run()

    def show_compare(self, other: str = "") -> None:
        """Show two branches side by side."""
        stage = self.stage
        names = [branch.name for branch in stage.branches]
        here = stage.current.name
        there = other or next(name for name in names if name != here)
        self.app.push_screen(
            Compare(
                names,
                compare=lambda a, b: compared(stage.branch(a), stage.branch(b)),
                first=here,
                second=there,
            ),
            lambda serial: None if serial is None else self.choose_record(serial),
        )

    def show_figures(self) -> None:
        """Show what the screen costs and how much there is."""
        stage, governor = self.stage, self.governor
        drawing = self.graph.drawing
        lines = [
            f"frames a second     {governor.rate}"
            + (" (as set)" if self.settings.fps else " (as the machine can)"),
            f"drawing takes       {governor.share:.0%} of a frame",
            f"records             {len(stage.view):,}, {stage.view.first:,} no longer held",
            f"kinds of records    {len(stage.view.shapes.all):,}",
            f"branches            {len(stage.branches)}",
            f"picture             {self.graph.summary}",
        ]
        if drawing is not None:
            lines.append(
                f"                    {drawing.width} x {drawing.height} cells"
            )
        self.app.push_screen(Details("figures", "\n".join(lines)))

    # -- exports

    def export_kinds(self) -> Iterator[tuple[str, str]]:
        """List what can be exported now: a name and what it is."""
        for each in EXPORTS:
            if self._export_text(each.what) != "":
                yield each.what, each.label

    def export(self, what: str) -> None:
        """Ask where to, and write it."""
        self.app.push_screen(Export(first=what), self._write_export)

    def _export_text(self, what: str) -> str | None:
        """Give what is exported as text; empty where there is nothing, None: no text."""
        stage, serial = self.stage, self.history.now.serial
        if what in ("event", "curl"):
            if serial is None:
                return ""
            event = stage.view.record(serial).event
            return (
                event_json(event)
                if what == "event"
                else event_curl(event, self._url(serial))
            )
        if what == "mermaid":
            return "" if stage.sim is None else to_mermaid(build(stage.sim.wiring))
        if what == "trace":
            return None if len(stage.view) else ""
        if what == "test":
            return None if stage.current.recording is not None else ""
        return None

    def _url(self, serial: int) -> str:
        """Give the address that the event of a record was sent to."""
        view, sim = self.stage.view, self.stage.sim
        target = view.record(view.trace_of(serial)).target
        return sim.wiring.addresses.get(target, target) if sim is not None else target

    def _write_export(self, request: ExportRequest | None) -> None:
        if request is None:
            return
        # The dialog is still on the screen: a picture is taken when it has gone.
        self.call_after_refresh(self._take_out, request)

    def _take_out(self, request: ExportRequest) -> None:
        text = self._export_text(request.what)
        if request.what == "text":
            text = screen_text(self)
        if text == "":
            self.notify("select an event in the list first", severity="warning")
            return
        if not request.path and text:
            self.app.copy_to_clipboard(text)
            self.notify(f"copied the {request.what}", timeout=2)
            return
        path = Path(request.path).expanduser()
        try:
            if request.what == "test":
                path.write_text(self._kept_test(path.stem), encoding="utf-8")
            elif request.what == "trace":
                branch = self.stage.current
                write_trace(path, list(branch.records), branch.recording)
            elif request.what == "svg":
                path.write_text(self.app.export_screenshot(), encoding="utf-8")
            else:
                path.write_text(text or "", encoding="utf-8")
        except (OSError, SimulatorError) as error:
            self.notify(f"not written: {error}", severity="error", markup=False)
            return
        self.notify(f"written: {path}", timeout=4, markup=False)

    def _kept_test(self, name: str) -> str:
        branch = self.stage.current
        assert branch.recording is not None, "it is offered only then"
        text, untold = kept_test(
            branch.records, branch.recording, name, self.stage.opening.handlers
        )
        for each in untold:
            self.notify(f"not kept: {each}", severity="warning", markup=False)
        return text

    @possible
    def action_keep_test(self) -> None:
        """Write a test that keeps the run."""
        self.export("test")

    @possible
    def action_save_trace(self) -> None:
        """Save the trace."""
        self.export("trace")

    def keep_sizes(self) -> None:
        """Keep the splits for the next session, as far as that is possible."""
        try:
            self.sizes.keep()
        except OSError as error:
            self.log.warning("the splits are not kept: %s", error)

    def keep_trace(self, path: Path, most: int) -> None:
        """Keep the newest records for the next session, as far as that is possible."""
        view = self.stage.view
        if not len(view) or not self.stage.current.live:
            return
        first = max(view.first, len(view) - most)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            records = [view.record(serial) for serial in range(first, len(view))]
            write_trace(path, records, self.stage.current.recording)
        except OSError as error:
            self.log.warning("the last trace is not kept: %s", error)
