"""Commands about the run: breakpoints, faults, problems, branches, the file it is of."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simulator.tui.actions.send import act, edit_held, known_types, refusals_told
from simulator.tui.branch import compared, ended
from simulator.tui.main.painter import edges_of
from simulator.tui.screens.branches import BranchChoice, Branches, Compare
from simulator.tui.screens.breakpoints import Breakpoints, BreakWish
from simulator.tui.screens.dialog import ask
from simulator.tui.screens.faults import Faults
from simulator.tui.screens.paths import OpenTopology, example_folder, examples
from simulator.tui.screens.problems import Problems
from simulator.tui.stage import Stage

if TYPE_CHECKING:
    from simulator.tui.main.screen import MainScreen


def toggle_break(screen: MainScreen) -> None:
    wishes = _break_wishes(screen)
    same = [
        each.number
        for each in screen.sim.breakpoints
        if BreakWish(node=each.node, edge=each.edge, type=each.type, where=each.where)
        in wishes
    ]
    if same:
        act(screen, lambda sim: [sim.unbreak(number) for number in same])
        screen.notify("breakpoint removed", timeout=2)
        return
    with refusals_told(screen):  # such as at a namespace
        for wish in wishes:
            act(screen, wish.set)
        places = [w.node or w.type or " to ".join(w.edge or ()) for w in wishes]
        text = f"breakpoint at {', '.join(places)}: X lists them"
        screen.notify(text, timeout=3, markup=False)


def _break_wishes(screen: MainScreen) -> list[BreakWish]:
    choice, view = screen.selection.now, screen.stage.view
    if choice.node:
        return [BreakWish(node=choice.node)]
    if choice.line is not None:
        line = view.diagram.lines[choice.line]
        return [BreakWish(edge=edge) for edge in edges_of(line)]
    if choice.serial is not None:
        return [BreakWish(type=view.record(choice.serial).event.type)]
    return []


def breakpoints(screen: MainScreen) -> None:
    wishes = _break_wishes(screen)

    def go_on() -> None:
        screen.stage.release_all()
        screen.stage.player.play()
        screen.changed()

    dialog = Breakpoints(
        lambda: screen.sim.breakpoints,
        lambda: screen.sim.held,
        selected=wishes[0] if wishes else None,
        nodes=[box.name for box in screen.stage.view.diagram.boxes],
        types=known_types(screen),
        act=partial(act, screen),
        edit=partial(edit_held, screen),
        go_on=go_on,
    )
    screen.app.push_screen(dialog, screen.selection.choose_record)


def faults(screen: MainScreen) -> None:
    wiring = screen.sim.wiring
    hubs = [hub.node for hub in wiring.hubs]
    places = [*hubs, *(endpoint.node for endpoint in wiring.endpoints)]
    node = screen.selection.now.node
    dialog = Faults(
        lambda: screen.sim.faults,
        nodes=["*", *places],
        node=node if node in places else "",
        act=partial(act, screen),
    )
    screen.app.push_screen(dialog)


# -- branches


def show_branches(screen: MainScreen) -> None:
    stage = screen.stage

    def chosen(choice: BranchChoice) -> None:
        if choice.compare:
            show_compare(screen, choice.name)
        else:
            stage.switch(stage.branch(choice.name))
            screen.show_other()

    dialog = Branches(lambda: stage.branches, stage.current, remove=stage.remove)
    ask(screen, dialog, chosen)


def show_compare(screen: MainScreen, other: str = "") -> None:
    stage = screen.stage
    names = [branch.name for branch in stage.branches]
    here = stage.current.name
    dialog = Compare(
        names,
        compare=lambda a, b: compared(stage.branch(a), stage.branch(b)),
        ended=lambda a, b: ended(stage.branch(a), stage.branch(b)),
        first=here,
        second=other or next(name for name in names if name != here),
    )
    screen.app.push_screen(dialog, screen.selection.choose_record)


# -- the file


def problems(screen: MainScreen) -> None:
    stage = screen.stage
    screen.notices.see(stage.problems)
    screen.show_state()
    names = {box.label: box.name for box in stage.view.diagram.boxes}
    dialog = Problems(
        stage.problems,
        faults=stage.faults,
        node_of=lambda each: names.get(each.subject.rpartition(" ")[2], ""),
    )
    screen.app.push_screen(dialog, screen.selection.choose_node)


def open_topology(screen: MainScreen) -> None:
    dialog = OpenTopology(examples(example_folder()))
    ask(screen, dialog, partial(open_file, screen))


def open_file(screen: MainScreen, path: str) -> None:
    with refusals_told(screen, timeout=10):
        screen.show_other(Stage(screen.stage.opening.of([path])))


def open_box(screen: MainScreen) -> None:
    """Open the selected box, or a topology where there is none to select from."""
    diagram = screen.graph.diagram
    if diagram is not None and not diagram.boxes:
        open_topology(screen)
    else:
        screen.graph.action_open()


def look_at_files(screen: MainScreen) -> None:
    """Apply the topology when a file of it has changed, or say why it cannot be."""
    stage, notices = screen.stage, screen.notices
    # Between two slices of the run, and not while a handler is waited for.
    if screen.driving.locked() or not stage.watch.changed():
        return
    before = stage.view.diagram
    notices.expect_changes(stage.problems)
    changes = stage.reload()
    screen.show_state()
    if stage.faults:
        return
    screen.inspector.set_run(stage.view, stage.sim, screen.painter.frame)
    screen.selection.redrawn(before)
    screen.changed()
    if changes is not None:
        notices.tell_changes(str(changes), stage.problems)
