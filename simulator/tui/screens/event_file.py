"""A draft as one JSON document, for an editor outside; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import EventError
from simulator.event import UnparsableEventError, read_http
from simulator.event.text import STRUCTURED
from simulator.event.writing import write_structured
from simulator.tui.screens.data_text import json_fault, shown_data
from simulator.tui.screens.draft import check, draft_of

if TYPE_CHECKING:
    from simulator.tui.screens.draft import Draft


def event_text(draft: Draft) -> str:
    """Write the event of a draft as its structured JSON form, with indents.

    Raises:
        EventError: Its data is JSON by its type, and is none.
    """
    checked = check(draft)
    event = checked.event
    if checked.doubts:
        raise EventError(checked.doubts["data"], where="data")
    text = shown_data(write_structured(event.attributes, event.body), STRUCTURED)
    assert text is not None, "attributes and data are text"
    return text + "\n"


def read_event_text(text: str, before: Draft) -> Draft:
    """Read the document back.

    Args:
        text: As it was left.
        before: What is not in it comes from there: where to, how often.

    Raises:
        EventError: It is no event; the message says where.
    """
    fault = json_fault(text)
    if fault or not text.strip():
        raise EventError(fault or "the file is empty")
    try:
        event = read_http({"content-type": STRUCTURED}, text.encode())
    except UnparsableEventError as error:
        raise EventError(str(error)) from error
    made = draft_of(event, to=before.to, anew=False)
    return made.replace(repeat=before.repeat, every=before.every)
