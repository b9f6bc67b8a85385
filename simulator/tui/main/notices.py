"""What the main screen tells by itself: holds, circles, failures, approvals, warnings."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from simulator.tui.player import State
from simulator.tui.screens.approvals import approval_of
from simulator.tui.spelling import counted
from simulator.wiring import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from simulator.session import Approval, Simulation
    from simulator.tui.stage import Stage
    from simulator.tui.view.frame import Frame
    from simulator.tui.widgets.top_bar import ProblemStrip, TopBar

    Essence = tuple[str, ...]

_TOLD_FOR_S = 4


class Notices:
    def __init__(self, notify: Callable[..., None]) -> None:
        self._notify = notify
        self._waited = 0
        self._told_s = -inf
        self._seen: frozenset[Essence] | None = None
        self._before: frozenset[Essence] = frozenset()

    def show_file(self, stage: Stage, top: TopBar, strip: ProblemStrip) -> None:
        """Say what runs, and the first fault of its file as it is now.

        Without faults, the first warning that was not there when the file was opened,
        until it is gone or the list of problems has been seen.
        """
        first = stage.current is stage.branches[0]
        top.file, top.changed = stage.opening.title, bool(stage.faults)
        top.branch = "" if first else stage.current.name
        seen = self._seen
        unseen = [] if seen is None else _others(stage.problems, seen)
        told = stage.faults or [*map(str, unseen)]
        text = told[0] if told else ""
        if len(told) > 1:
            text += f" (+{len(told) - 1})"
        if stage.faults:
            text += "; keeping the last good version"
        strip.text, strip.warns = text, not stage.faults

    def tell_misfit(self, stage: Stage) -> None:
        """Say when a recording is of another topology than the one that is drawn."""
        nodes = stage.strangers
        if nodes:
            self._notify(
                f"the recording has {counted(len(nodes), 'node')} that "
                f"{', '.join(stage.opening.files)} has not, such as {nodes[0]}: "
                "what goes there goes along no line",
                severity="warning",
                timeout=15,
            )

    def tell_state(self, stage: Stage) -> int | None:
        """Say why the playhead has stopped; give the record that is held."""
        state, held = stage.player.state, None
        if state is State.BREAK and stage.holds:
            first = stage.holds[0]
            held = first.serial
            self._notify(
                f"{first.event.type} is held before {first.target}: "
                ". one event, X the queue, space goes on",
                title="breakpoint",
                timeout=8,
            )
        if stage.circle:
            text, stage.circle = stage.circle, ""
            self._notify(
                f"{text}; space goes on; x at a box of it stops there",
                severity="warning",
                timeout=15,
            )
        if state is State.ERROR:
            self._notify(f"{stage.player.error}; ctrl+e says more", severity="error")
        return held

    def tell_approvals(self, stage: Stage, frame: Frame, now_s: float) -> None:
        """Say when an event begins to wait for an approval; one such notice at a time."""
        sim = stage.sim if stage.current.live else None
        waiting = frame.totals.approvals
        if (
            sim is not None
            and waiting > self._waited
            and now_s - self._told_s >= _TOLD_FOR_S
            and any(_needs_somebody(sim, each) for each in sim.approvals)
        ):
            told = "an event waits for an approval: a shows it"
            self._notify(told, timeout=_TOLD_FOR_S)
            self._told_s = now_s
        self._waited = waiting

    def see(self, problems: Iterable[Finding]) -> None:
        """Take note that the list of problems has been seen."""
        self._seen = frozenset(map(_essence, problems))

    def expect_changes(self, problems: Iterable[Finding]) -> None:
        """Take note of what there is before the file is read again."""
        self._before = frozenset(map(_essence, problems))
        if self._seen is None:
            self._seen = self._before

    def tell_changes(self, text: str, problems: Iterable[Finding]) -> None:
        """Say what a change of the file has changed, and which warnings it brought."""
        new = len(_others(problems, self._before))
        if new:
            text += f"; {counted(new, 'new warning')}: p lists them"
        self._notify(text, severity="warning" if new else "information", timeout=5)


def _needs_somebody(sim: Simulation, approval: Approval) -> bool:
    spec = approval_of(sim, approval.service)
    return spec is None or not spec.policy.decides(approval.event.attributes)


def _others(problems: Iterable[Finding], known: Container[Essence]) -> list[Finding]:
    return [
        each
        for each in problems
        if each.severity is not Severity.NOTE and _essence(each) not in known
    ]


def _essence(finding: Finding) -> Essence:
    """Give what stays of a finding while it moves within the file."""
    return (finding.code, finding.subject, finding.path, finding.message)
