"""Keys that change the run: send, approve, faults, reload."""

from __future__ import annotations

from functools import cached_property, partial
from math import inf
from typing import TYPE_CHECKING, Any

from simulator.changes.change_set import reloaded
from simulator.errors import SimulatorError
from simulator.tui.keeping import TEMPLATES, read_templates, write_templates
from simulator.tui.main.guard import possible
from simulator.tui.main.looking import seen_types
from simulator.tui.main.panes import PaneKeys
from simulator.tui.main.replying import reply_draft
from simulator.tui.main.warned import Warned
from simulator.tui.player import State
from simulator.tui.screens.approvals import Approvals, Waiting
from simulator.tui.screens.draft import Draft, draft_of
from simulator.tui.screens.faults import Faults
from simulator.tui.screens.problems import Problems
from simulator.tui.screens.send_event import Purpose, SendEvent
from simulator.tui.spelling import counted

if TYPE_CHECKING:
    from simulator.event import Event
    from simulator.session import Approval, Simulation
    from simulator.subscribers.approval_spec import ApprovalSpec
    from simulator.tui.inspect.inspector import Inspector
    from simulator.tui.screens.draft import SendRequest
    from simulator.tui.screens.faults import FaultWish
    from simulator.tui.screens.templates import Template

_TOLD_FOR_S = 4


class DoingKeys(PaneKeys):
    """The part of the main screen that changes what runs."""

    _waited = 0
    _told_s = -inf
    _templates: list[Template] | None = None

    @cached_property
    def warned(self) -> Warned:
        """Which warnings have been seen."""
        return Warned()

    @property
    def sim(self) -> Simulation:
        """What runs; there is one where an action is possible."""
        sim = self.stage.sim
        assert sim is not None, "possible() has seen to it"
        return sim

    def changed(self) -> None:
        """Show what an input has done; it happens at the live edge."""
        self.stage.tell_player()
        self.show_marks()
        self.show()
        self.show_hints()

    # -- sending

    @possible
    def action_send(self) -> None:
        """Write an event and send it."""
        node = self.history.now.node
        to = node if node in self.sim.wiring.addresses else ""
        self._write(Draft(to=to, type=(self._types() or [""])[0]), Purpose.SEND)

    @possible
    def action_send_again(self) -> None:
        """Send the selected event again, or an edited copy."""
        serial = self.history.now.serial
        assert serial is not None, "an event is selected"
        view = self.stage.view
        first = view.record(view.columns.begun[view.columns.event[serial]])
        self._write(draft_of(first.event, to=first.target), Purpose.SEND)

    @possible
    def action_try_edited(self) -> None:
        """Try an edited copy against all filters, without sending it."""
        self.inspector.try_edited()

    def on_inspector_try_edited(self, message: Inspector.TryEdited) -> None:
        """Open the copy."""
        self._write(draft_of(message.event, to=message.hub), Purpose.TRY)

    def _write(self, draft: Draft, purpose: Purpose) -> None:
        """Open the screen on which events are written."""
        sim = self.sim
        self.app.push_screen(
            SendEvent(
                draft,
                purpose=purpose,
                addresses=list(sim.wiring.addresses),
                types=self._types(),
                whys=self._whys,
                hub_of=self._hub_of,
                templates=self.templates,
                save=self._save_template,
                remove=self._remove_template,
            ),
            self._send,
        )

    def _whys(self, event: Event) -> list[Any]:
        return self.sim.whys(event)

    def _hub_of(self, address: str) -> str:
        """Give the node that an address leads to; the address where it is none."""
        try:
            return self.sim.target(address).node
        except SimulatorError:
            return address

    def _types(self) -> list[str]:
        """List event types: those that filters want first, then those seen."""
        return list(
            dict.fromkeys([*self.stage.wanted_types(), *seen_types(self.stage.view)])
        )

    def _send(self, request: SendRequest | None) -> None:
        if request is None:
            return
        try:
            self.stage.send(request)
        except SimulatorError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self.events.follow()
        self.changed()
        times = f" {request.repeat} times" if request.repeat > 1 else ""
        hint = "" if self.stage.player.playing else ": space plays it"
        self.notify(f"sent {request.event.type}{times}{hint}", timeout=3, markup=False)

    # -- templates

    @property
    def templates(self) -> list[Template]:
        """The saved events."""
        if self._templates is None:
            state = self.state
            self._templates = read_templates(state / TEMPLATES) if state else []
        return self._templates

    def _save_template(self, template: Template) -> None:
        """Save an event; the screen that asks says why it cannot be."""
        self._keep([t for t in self.templates if t.name != template.name] + [template])

    def _remove_template(self, name: str) -> None:
        try:
            self._keep([t for t in self.templates if t.name != name])
        except OSError as error:
            self.notify(f"not removed: {error}", severity="error", markup=False)

    def _keep(self, templates: list[Template]) -> None:
        self._templates = templates
        if self.state is not None:
            write_templates(self.state / TEMPLATES, templates)

    # -- approvals

    @possible
    def action_approvals(self) -> None:
        """Show what waits for an approval."""
        self.app.push_screen(
            Approvals(
                self._waiting,
                approve=lambda serial: self.input("approve", serial),
                reject=lambda serial: self.input("reject", serial),
                edit=self._edit_reply,
            ),
            self._inspect,
        )

    def _waiting(self) -> list[Waiting]:
        now = self.sim.now_ns
        return [
            Waiting(
                serial=each.serial,
                gate=each.service.partition("/")[2],
                type=each.event.type,
                subject=each.event.attributes.get("subject", ""),
                waited_ns=now - each.since_ns,
                left_ns=None if each.deadline_ns is None else each.deadline_ns - now,
                then=self._then(each.service),
            )
            for each in self.sim.approvals
        ]

    def _needs_somebody(self, approval: Approval) -> bool:
        spec = self._approval(approval.service)
        return spec is None or not spec.policy.decides(approval.event.attributes)

    def _approval(self, service: str) -> ApprovalSpec | None:
        spec = self.sim.service_spec(service)
        return None if spec is None else spec.approval

    def _then(self, service: str) -> str:
        approval = self._approval(service)
        return "" if approval is None else approval.then

    def _inspect(self, serial: int | None) -> None:
        if serial is not None:
            self.choose_record(serial)

    def _edit_reply(self, serial: int) -> None:
        """Let the reply of an approval be edited, and approve with it."""
        waiting = next(each for each in self.sim.approvals if each.serial == serial)
        approval = self._approval(waiting.service)
        wanted = None if approval is None else approval.approve.reply
        self.app.push_screen(
            SendEvent(
                reply_draft(wanted, waiting.event).replace(to=self._hub_asking(serial)),
                purpose=Purpose.REPLY,
                types=self._types(),
                whys=self._whys,
            ),
            partial(self._approve_with, serial, waiting.event.id),
        )

    def _hub_asking(self, serial: int) -> str:
        """Give the hub whose route waits for an answer: replies are judged there."""
        route = self.stage.view.record(serial).source
        for hub in self.sim.wiring.hubs:
            if any(each.node == route for each in hub.routes):
                return hub.node
        return ""

    def _approve_with(
        self, serial: int, asked: str, request: SendRequest | None
    ) -> None:
        if request is None:
            return
        reply = request.event
        if not reply.id:  # as the run names what a service replies
            reply = reply.with_attributes({"id": f"{asked}/{reply.type}"})
        self.input("approve", serial, reply)

    def input(self, name: str, *args: object) -> None:
        """Carry out an input of the run, and say what it cannot do."""
        self.stage.catch_up()
        try:
            getattr(self.sim, name)(*args)
        except SimulatorError as error:
            self.notify(str(error), severity="error", markup=False)
        self.changed()

    # -- faults

    @possible
    def action_faults(self) -> None:
        """Show the faults."""
        self.app.push_screen(
            Faults(
                lambda: self.sim.faults,
                nodes=["*", *self._places()],
                node=self.history.now.node,
                add=self._add_fault,
                change=self._change_fault,
                switch=lambda number, on: self._set("set_fault", number, on=on),
                lift=lambda number: self._set("lift", number),
            )
        )

    def _places(self) -> list[str]:
        """List the nodes that requests go to."""
        wiring = self.sim.wiring
        hubs = [hub.node for hub in wiring.hubs]
        return [*hubs, *(endpoint.node for endpoint in wiring.endpoints)]

    def _add_fault(self, wish: FaultWish) -> int:
        self.stage.catch_up()
        number = self.sim.fault(wish.node, **wish.said)
        self.changed()
        return number

    def _change_fault(self, number: int, wish: FaultWish) -> int:
        made = self._add_fault(wish)
        self._set("lift", number)
        return made

    def _set(self, name: str, *args: object, **kwargs: object) -> None:
        """Carry out an input of the run; what it refuses goes to the screen that asks."""
        self.stage.catch_up()
        getattr(self.sim, name)(*args, **kwargs)
        self.changed()

    # -- problems and reload

    @possible
    def action_problems(self) -> None:
        """Show what the topology's author should know."""
        stage = self.stage
        self.warned.see(stage.problems)
        self.show_problem()
        names = {box.label: box.name for box in stage.view.diagram.boxes}
        self.app.push_screen(
            Problems(
                stage.problems,
                faults=stage.faults,
                node_of=lambda each: names.get(each.subject.rpartition(" ")[2], ""),
            ),
            lambda node: self.choose_node(node) if node else None,
        )

    def on_problem_strip_opened(self) -> None:
        """Show all problems."""
        self.action_problems()

    def show_problem(self) -> None:
        """Show the first fault of the file as it is now, in the strip.

        Without faults, the first warning that was not there when the file was opened,
        until it is gone or the list of problems has been seen.
        """
        stage = self.stage
        told = [*stage.faults] or [*map(str, self.warned.unseen(stage.problems))]
        text = told[0] if told else ""
        if len(told) > 1:
            text += f" (+{len(told) - 1})"
        if stage.faults:
            text += "; keeping the last good version"
        self.strip.set_problem(text, warns=not stage.faults)

    def file_changed(self) -> None:
        """Apply the file as it is on disk to the run, or say why it cannot be."""
        before = self.stage.view.diagram
        self.warned.begin(self.stage.problems)
        changes = self.stage.reload()
        self.show_problem()
        self.show_title(changed=bool(self.stage.faults))
        if self.stage.faults:
            return
        self.inspector.set_run(self.stage.view, self.stage.sim, self.shown_frame)
        self.redrawn(before)
        self.changed()
        if changes is not None and self.stage.sim is not None:
            total = len(self.stage.sim.topology)
            self._tell_changes(reloaded(changes, total))

    def _tell_changes(self, text: str) -> None:
        """Say what a change of the file has changed, and which warnings it brought."""
        new = len(self.warned.new(self.stage.problems))
        if new:
            text += f"; {counted(new, 'new warning')}: p lists them"
        self.notify(
            text,
            timeout=5,
            markup=False,
            severity="warning" if new else "information",
        )

    # -- what happens by itself

    def state_changed(self, before: State, after: State) -> None:
        """Say what a change of state means."""
        super().state_changed(before, after)
        stage = self.stage
        if after is State.BREAK and stage.holds:
            first = stage.holds[0]
            self.choose_record(first.serial)
            self.notify(
                f"{first.event.type} is held before {first.target}: "
                ". one event, X the queue, space goes on",
                title="breakpoint",
                timeout=8,
                markup=False,
            )
        if stage.circle:
            text, stage.circle = stage.circle, ""
            self.notify(
                f"{text}; space goes on; x at a box of it stops there",
                severity="warning",
                timeout=15,
                markup=False,
            )
        if after is State.ERROR:
            self.notify(
                f"{stage.error}; ctrl+e says more", severity="error", markup=False
            )

    def tell_of_approvals(self) -> None:
        """Say when an event begins to wait for an approval."""
        waiting, now = self.shown_frame.totals.approvals, self.clock()
        more = waiting > self._waited and self.stage.current.live
        if (
            more
            and now - self._told_s >= _TOLD_FOR_S
            and any(map(self._needs_somebody, self.sim.approvals))
        ):  # one such notice at a time
            told = "an event waits for an approval: a shows it"
            self.notify(told, timeout=_TOLD_FOR_S)
            self._told_s = now
        self._waited = waiting
