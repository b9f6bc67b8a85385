"""Commands for which an event is written: send, again, try; and approvals."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from simulator.errors import SimulatorError
from simulator.event import Event, UnparsableEventError, read_json
from simulator.subscribers.replies import Reply, StaticReply
from simulator.tui.diagram import counted
from simulator.tui.main.listing import seen_types
from simulator.tui.screens.approvals import Approvals, approval_of
from simulator.tui.screens.dialog import ask
from simulator.tui.screens.draft import Draft, SendRequest, draft_of
from simulator.tui.screens.send_event import Purpose, SendEvent
from simulator.tui.stage import filter_types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simulator.session import Simulation
    from simulator.tui.main.screen import MainScreen


def act(screen: MainScreen, do: Callable[[Simulation], Any]) -> Any:
    """Do something to the run at the instant on the screen, and show it."""
    screen.stage.catch_up()
    try:
        return do(screen.sim)
    finally:
        screen.changed()


@contextmanager
def refusals_told(
    screen: MainScreen, before: str = "", *, timeout: float | None = None
) -> Iterator[None]:
    """Say what is refused, or cannot be read or written."""
    try:
        yield
    except (SimulatorError, OSError) as error:
        text = f"{before}{error}"
        screen.notify(text, severity="error", markup=False, timeout=timeout)


def known_types(screen: MainScreen) -> list[str]:
    """List event types: those that filters want first, then those seen."""
    wanted, seen = filter_types(screen.sim.wiring), seen_types(screen.stage.view)
    return list(dict.fromkeys([*wanted, *seen]))


def send(screen: MainScreen) -> None:
    # To a namespace means to the one hub that it has.
    diagram = screen.stage.view.diagram
    nodes = counted(diagram.nodes_of(screen.selection.now.node))
    known = len(nodes) == 1 and nodes[0] in screen.sim.wiring.addresses
    _write(screen, Draft(to=nodes[0] if known else ""), Purpose.SEND)


def send_again(screen: MainScreen) -> None:
    serial, view = screen.selection.now.serial, screen.stage.view
    assert serial is not None, "the command needs an event"
    first = view.record(view.columns.begun[view.columns.event[serial]])
    _write(screen, draft_of(first.event, to=first.target), Purpose.SEND)


def try_edited(screen: MainScreen) -> None:
    tried = screen.inspector.event_to_try()
    if tried is not None:
        event, hub = tried
        _write(screen, draft_of(event, to=hub), Purpose.TRY)


def _write(screen: MainScreen, draft: Draft, purpose: Purpose) -> None:
    sim = screen.sim

    @cache  # to say of one of thousands that it is none takes long
    def hub_of(address: str) -> str:
        """Give the node that an address leads to; the address where it is none."""
        try:
            return sim.target(address).node
        except SimulatorError:
            return address

    _show(
        screen,
        draft,
        purpose,
        partial(_send, screen),
        addresses=list(sim.wiring.addresses),
        hub_of=hub_of,
    )


def _show(
    screen: MainScreen,
    draft: Draft,
    purpose: Purpose,
    use: Callable[[SendRequest], object],
    **where: Any,
) -> None:
    """Let an event be written, and use it unless the dialog is left."""

    def written(request: SendRequest) -> None:
        with refusals_told(screen):
            use(request)

    types = known_types(screen)
    if not draft.type and types:
        draft = draft.replace(type=types[0])
    whys, saved = screen.sim.whys, screen.saved
    dialog = SendEvent(
        draft, purpose=purpose, types=types, whys=whys, saved=saved, **where
    )
    ask(screen, dialog, written)


def _send(screen: MainScreen, request: SendRequest) -> None:
    screen.stage.send(request)
    screen.events.follow()
    screen.changed()
    times = f" {request.repeat} times" if request.repeat > 1 else ""
    hint = "" if screen.stage.player.playing else ": space plays it"
    text = f"sent {request.event.type}{times}{hint}"
    screen.notify(text, timeout=3, markup=False)


def edit_held(screen: MainScreen, serial: int) -> None:
    held = next(each for each in screen.sim.held if each.serial == serial)

    def release(request: SendRequest) -> None:
        act(screen, lambda sim: sim.release(serial, request.event))

    draft = draft_of(held.event, to=held.target, anew=False)
    _show(screen, draft, Purpose.RELEASE, release)


# -- approvals


def approvals(screen: MainScreen) -> None:
    dialog = Approvals(
        lambda: screen.sim, act=partial(act, screen), edit=partial(_edit_reply, screen)
    )
    screen.app.push_screen(dialog, screen.selection.choose_record)


def _edit_reply(screen: MainScreen, serial: int) -> None:
    sim = screen.sim
    asked = next(each for each in sim.approvals if each.serial == serial)
    approval = approval_of(sim, asked.service)
    wanted = None if approval is None else approval.approve.reply
    # Replies are judged at the hub whose route waits for the answer.
    route = screen.stage.view.record(serial).source
    hubs = (h.node for h in sim.wiring.hubs if any(r.node == route for r in h.routes))

    def approve(request: SendRequest) -> None:
        reply = request.event
        if not reply.id:  # as the run names what a service replies
            reply = reply.with_attributes({"id": f"{asked.event.id}/{reply.type}"})
        act(screen, lambda sim: sim.approve(serial, reply))

    draft = reply_draft(wanted, asked.event).replace(to=next(hubs, ""))
    _show(screen, draft, Purpose.REPLY, approve)


def reply_draft(reply: Reply | None, event: Event) -> Draft:
    """Give the fields of a reply; *event* stands in where only the run could tell it."""
    if isinstance(reply, StaticReply):
        filled = {"id": f"{event.id}-approved", "source": "/kn-sim", **reply.members}
        if filled.get("data") is not None:
            filled.setdefault("datacontenttype", "application/json")
        try:
            return draft_of(read_json(filled), anew=False)
        except UnparsableEventError:
            pass
    return draft_of(event)
