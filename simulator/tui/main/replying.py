"""The draft of a reply that a person gives in place of a service's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.event import UnparsableEventError, read_json
from simulator.subscribers.replies import StaticReply
from simulator.tui.screens.draft import Draft, draft_of

if TYPE_CHECKING:
    from simulator.event import Event
    from simulator.subscribers.replies import Reply


def reply_draft(reply: Reply | None, event: Event) -> Draft:
    """Give what stands in the fields at first.

    Args:
        reply: What the service would answer; None for nothing.
        event: What it would answer to, for all that only the run could tell.
    """
    if isinstance(reply, StaticReply):
        filled = {"id": f"{event.id}-approved", "source": "/kn-sim", **reply.members}
        if filled.get("data") is not None:
            filled.setdefault("datacontenttype", "application/json")
        try:
            made = read_json(filled)
        except UnparsableEventError:
            return draft_of(event)
        return draft_of(made, anew=False)
    return draft_of(event)
