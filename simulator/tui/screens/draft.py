"""An event that is being written: the text of every field, and the event it makes; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.duration import duration_ns
from simulator.errors import EventError, nearest
from simulator.event import Event, UnparsableEventError, faults, read_http
from simulator.event.http import put
from simulator.event.text import STRUCTURED, is_json_like
from simulator.event.writing import write_structured
from simulator.tui.screens import typed
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

# Attributes that have a field of their own, and the field.
FIELD_OF = {
    "type": "type",
    "source": "source",
    "subject": "subject",
    "datacontenttype": "content_type",
    "id": "id",
}
_VERSION = "specversion"
# Source: knative-runtime, "What each hop adds, removes, changes".
_ADDED = ("knativebrokerttl", "knativearrivaltime", "knativeerror")
MOST_REPEATS = 10_000
# Stands for the id that the run will make, while an event is only looked at.
_FUTURE_ID = "made-by-the-run"


class Draft(Value):
    """What stands in the fields.

    Args:
        to: An address, a bare service name or a URL; empty for the only broker.
        extensions: As `read_attributes` reads them; ``time`` and ``dataschema``, too.
        id: Empty: the run makes one.
        data: Text; as `shown_data` gives it.
        every: A duration between two of *repeat*.
        body: Data that is no text, or whose text is *shown*: sent as it is while
            nobody edits it.
    """

    to: str = ""
    type: str = ""
    source: str = "/kn-sim"
    subject: str = ""
    extensions: str = ""
    content_type: str = "application/json"
    id: str = ""
    data: str = ""
    repeat: str = "1"
    every: str = "1s"
    version: str = "1.0"
    body: bytes | None = None
    shown: str = ""

    @property
    def has_binary(self) -> bool:
        # Nothing at all is shown as an empty text.
        return typed.shown_data(self.body, "text/plain") is None


class SendRequest(Value):
    """What is to be sent.

    Args:
        event: Without ``id`` where the run is to make one.
        to: As typed; empty for the only broker.
        every_ns: Between two, ns of virtual time; 0 with *repeat* 1.
    """

    event: Event
    to: str = ""
    repeat: int = 1
    every_ns: int = 0


class Checked(Value):
    """What a draft makes.

    Args:
        request: What would be sent, as far as the fields can be read.
        faults: Field -> what is wrong with it.
        doubt: What is odd about its data, though it could be sent; may be empty.
    """

    request: SendRequest
    faults: Mapping[str, str]
    doubt: str

    @property
    def event(self) -> Event:
        return self.request.event

    @property
    def for_filters(self) -> Event:
        """The event with an id, as filters may ask for it."""
        return _with_id(self.event)


def draft_of(event: Event, *, to: str = "", anew: bool = True) -> Draft:
    """Give the draft that makes an event again.

    Args:
        anew: Whether it is to be another event: the run makes its id, and what hops
            added (``knativebrokerttl``, ``knativeerrorcode`` …) is left out.
    """
    attributes = {
        name: value
        for name, value in event.attributes.items()
        if not (anew and name.startswith(_ADDED))
    }
    own = {field: attributes.pop(name, "") for name, field in FIELD_OF.items()}
    version = attributes.pop(_VERSION, "1.0")
    text = typed.shown_data(event.body, own["content_type"]) or ""
    own["id"] = "" if anew else own["id"]
    return Draft(
        to=to,
        **own,
        extensions=typed.write_attributes(attributes),
        data=text,
        version=version,
        body=event.body,
        shown=text,
    )


def check(draft: Draft, addresses: Collection[str] = ()) -> Checked:
    """Make the event of a draft, and say all that is wrong with it.

    Without *addresses* where it goes to is not looked at.
    """
    found: dict[str, str] = {}
    event = Event(_attributes(draft, found), _body(draft))
    for fault in faults(_with_id(event)):
        name, _, reason = fault.partition(": ")
        found.setdefault(FIELD_OF.get(name, "extensions"), reason)
    if addresses and (fault := to_fault(draft.to, addresses)):
        found["to"] = fault
    repeat = _repeat(draft, found)
    every_ns = _every_ns(draft, found) if repeat > 1 else 0
    return Checked(
        request=SendRequest(event=event, to=draft.to, repeat=repeat, every_ns=every_ns),
        faults=found,
        doubt=typed.json_fault(draft.data) if is_json_like(draft.content_type) else "",
    )


def _with_id(event: Event) -> Event:
    return event.with_attributes({"id": event.id or _FUTURE_ID})


def to_fault(to: str, addresses: Collection[str]) -> str:
    """Say what is wrong with an address; empty where nothing is."""
    if not to or "://" in to or to in addresses or f"service/{to}" in addresses:
        return ""
    return f"nothing has the address {to!r}{nearest(to, addresses)}"


def _attributes(draft: Draft, found: dict[str, str]) -> dict[str, str]:
    made: dict[str, str] = {_VERSION: draft.version}
    for name, field in FIELD_OF.items():
        value = getattr(draft, field)
        if value and not _put(made, name, value, field, found) and name == "source":
            made[name] = "/"  # so that it is not missing, too
    try:
        more = typed.read_attributes(draft.extensions)
    except ValueError as error:
        found["extensions"] = str(error)
        more = {}
    for name, value in more.items():
        if name in FIELD_OF or name in _NO_EXTENSIONS:
            found.setdefault("extensions", f"{name} {_NO_EXTENSIONS.get(name, _OWN)}")
        else:
            _put(made, name, value, "extensions", found)
    return made


def _put(
    made: dict[str, str], name: str, value: str, field: str, found: dict[str, str]
) -> bool:
    try:
        put(made, name, value)
    except UnparsableEventError as error:
        found.setdefault(field, str(error).removeprefix(f"{name}: "))
        return False
    return True


_OWN = "has a field of its own"
_NO_EXTENSIONS = {_VERSION: "is always 1.0", "data": _OWN}


def _body(draft: Draft) -> bytes | None:
    if draft.body is not None and draft.data == draft.shown:
        return draft.body
    return typed.sent_data(draft.data, draft.content_type)


def _repeat(draft: Draft, found: dict[str, str]) -> int:
    text = draft.repeat.replace("_", "").replace(",", "")
    if text.isdecimal() and 1 <= int(text) <= MOST_REPEATS:
        return int(text)
    found["repeat"] = f"{draft.repeat!r} is no number from 1 to {MOST_REPEATS}"
    return 1


def _every_ns(draft: Draft, found: dict[str, str]) -> int:
    try:
        return duration_ns(draft.every)
    except ValueError as error:
        found["every"] = str(error)
        return 0


def event_text(draft: Draft) -> str:
    """Write the event of a draft as its structured JSON form, with indents.

    Raises:
        EventError: Its data is JSON by its type, and is none.
    """
    checked = check(draft)
    event = checked.event
    if checked.doubt:
        raise EventError(checked.doubt, where="data")
    text = typed.shown_data(write_structured(event.attributes, event.body), STRUCTURED)
    assert text is not None, "attributes and data are text"
    return text + "\n"


def read_event_text(text: str, before: Draft) -> Draft:
    """Read the document back; what it does not say is as *before*.

    Raises:
        EventError: It is no event; the message says where.
    """
    fault = typed.json_fault(text)
    if fault or not text.strip():
        raise EventError(fault or "the file is empty")
    try:
        event = read_http({"content-type": STRUCTURED}, text.encode())
    except UnparsableEventError as error:
        raise EventError(str(error)) from error
    made = draft_of(event, to=before.to, anew=False)
    return made.replace(repeat=before.repeat, every=before.every)
