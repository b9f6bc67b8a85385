"""Events that a service answers with: static, an echo, or a JSONata expression."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from simulator.errors import UsageError, nearest
from simulator.event import Event, UnparsableEventError, read_written
from simulator.event.text import STRUCTURED
from simulator.event.writing import binary_headers, write_structured
from simulator.kernel import Answer
from simulator.kernel.answer import Replying
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from simulator.jsonata import Expression
    from simulator.kernel import Request
    from simulator.subscribers.fields import Fields, Table
    from simulator.subscribers.template import Template

MODES = ("binary", "structured")
_WHEN = "whenPreferred"
JSONATA: Table = {
    "jsonata": ("text, required", "an expression that gives the event"),
    "mode": (MODES, "the form in which it travels"),
}
ECHO: Table = {
    "set": ("mapping", "attributes and data that change"),
    "remove": ("texts", "attributes that go"),
    "mode": (MODES, "the form in which it travels"),
    _WHEN: ("flag", "only for requests that prefer a reply"),
}
_MISSPELT = 0.8  # so alike is no attribute
_OK = 200
_NO_REPLY = Answer(_OK)


class ReplyFailedError(Exception):
    """The reply of a service could not be made."""


class StaticReply(Value):
    """An event described by its attributes and data.

    What is missing is filled in: an id made from the answered event's, the source
    ``/<service>``, specversion 1.0.

    Args:
        mode: ``binary`` or ``structured``, the form of the response.
        members: The structured JSON form, perhaps without id, source and type.
        when_preferred: It is given only to requests that prefer one.
        templates: Name of a service -> what makes its events, in all runs of a blueprint.
    """

    members: Mapping[str, Any]
    mode: str = "binary"
    when_preferred: bool = False
    templates: dict[str, Template] = made(default_factory=dict)

    _uncompared: ClassVar[tuple[str, ...]] = ("templates",)

    def template(self, service: Surroundings) -> Template:
        template = self.templates.get(service.name)
        if template is None:
            from simulator.subscribers.template import Template

            template = Template(self.members, service.name)
            self.templates[service.name] = template
        return template

    def event(self, request: Request, service: Surroundings) -> Event:
        """Make the event that answers a request; ReplyFailedError where it is none."""
        return _of_template(self.template(service), request)


class Echo(Value):
    """The event received, some attributes changed.

    Args:
        set: Attributes, or ``data``, to set; the values of attributes are texts.
        remove: Attributes, or ``data``, to take away.
        when_preferred: It is given only to requests that prefer one.
    """

    set: Mapping[str, Any] = made(default_factory=dict)
    remove: tuple[str, ...] = ()
    mode: str = "binary"
    when_preferred: bool = False

    def event(self, request: Request, service: Surroundings) -> Event:
        received = request.event
        attributes = dict(received.attributes)
        body = received.body
        for name in self.remove:
            attributes.pop(name, None)
            if name == "data":
                body = None
        for name, value in self.set.items():
            if name == "data":
                import orjson  # only for this form

                body = orjson.dumps(value)
            else:
                attributes[name] = value
        return Event(attributes, body)


class JsonataReply(Value):
    """A JSONata expression over the structured event.

    Its result is the structured reply, missing members filled in as for a static
    one; no result is no reply.

    Args:
        compiled: The same, compiled; None for one that does not parse.
    """

    expression: str
    mode: str = "binary"
    when_preferred: bool = False
    compiled: Expression | None = None

    _uncompared: ClassVar[tuple[str, ...]] = ("compiled",)

    def event(self, request: Request, service: Surroundings) -> Event | None:
        """Make the event that answers a request; None when there is no result.

        Raises:
            ReplyFailedError: The expression fails, or its result is no event.
            UsageError: It does not end.
        """
        from simulator.jsonata import JsonataError, NoEndError  # loaded by then

        assert self.compiled is not None, "it parses"
        try:
            result = self.compiled.evaluate(
                request.event.to_json(), service.now_ms(), service.random
            )
        except NoEndError as error:
            raise UsageError(f"service {service.name}: jsonata: {error}") from None
        except JsonataError as error:
            raise ReplyFailedError(f"jsonata: {error}") from error
        if result is None:
            return None
        if not isinstance(result, dict):
            raise ReplyFailedError(f"jsonata: the result is no event: {result!r}")
        from simulator.subscribers.template import Template

        return _of_template(Template(result, service.name), request)


Reply = StaticReply | Echo | JsonataReply


def events_of(reply: Reply, service: Surroundings) -> Callable[[Request], Event | None]:
    """Make what makes the replies of one service: what is the same in all, only once."""
    if isinstance(reply, StaticReply):
        return partial(_of_template, reply.template(service))
    return partial(reply.event, service=service)


def responses_of(reply: Reply, service: Surroundings) -> Callable[[Request], Answer]:
    """Make what answers 200 with the reply as it travels, or without where there is none.

    What it makes raises a ReplyFailedError where the reply cannot be made.

    Source: knative-runtime, Replies: what a response without Content-Type carries is
        for the broker's filter to find out, so it is handed over as it travels.
    """
    if reply.when_preferred:
        return _when_preferred(
            responses_of(reply.replace(when_preferred=False), service)
        )
    event_of, mode = events_of(reply, service), reply.mode
    return lambda request: _carrying(event_of(request), mode)


def answers_of(reply: Reply, service: Surroundings) -> Callable[[Request], Answer]:
    """Make the same, but hand over at once an event that is read as it was written."""
    if reply.when_preferred:
        return _when_preferred(answers_of(reply.replace(when_preferred=False), service))
    if not isinstance(reply, StaticReply) or reply.mode == "structured":
        return responses_of(reply, service)
    template = reply.template(service)

    def answer(request: Request) -> Answer:
        try:
            event = template.event(request.envelope.event)
        except UnparsableEventError as error:
            raise _no_event(error) from error
        if template.travels_bare:
            return Replying(event)
        return _carrying(event, "binary")

    return answer


def _when_preferred(
    answers: Callable[[Request], Answer],
) -> Callable[[Request], Answer]:
    """Answer without an event where the request does not prefer one.

    Source: knative/specs, data-plane.md:172: a recipient may reply only where the request
        says ``Prefer: reply``.
    """
    return lambda request: answers(request) if request.prefers_reply else _NO_REPLY


def _of_template(template: Template, request: Request) -> Event:
    try:
        return template.event(request.envelope.event)
    except UnparsableEventError as error:
        raise _no_event(error) from error


def _no_event(error: UnparsableEventError) -> ReplyFailedError:
    return ReplyFailedError(f"the reply is no event: {error}")


def _carrying(event: Event | None, mode: str) -> Answer:
    if event is None:
        return Answer(_OK)
    if mode == "structured":
        body = write_structured(event.attributes, event.body)
        return Answer(_OK, headers={"content-type": STRUCTURED}, body=body)
    if event.attributes.get("datacontenttype"):
        return Replying(event)
    return Answer(_OK, headers=binary_headers(event.attributes), body=event.body or b"")


def parse_reply(fields: Fields) -> Reply | None:
    """Read the members ``reply`` and ``echo``, at most one of them; None for neither.

    ``reply: {type: …, data: …}``, ``reply: {jsonata: "…"}``, ``echo: true`` or
    ``echo: {set: {…}, remove: […]}``.
    """
    if "reply" in fields and "echo" in fields:
        fields.fault("echo", "expected a reply or an echo, not both")
    if "reply" in fields:
        written = fields.child("reply")
        event = parse_event(written, leave=(_WHEN,))
        return event.replace(when_preferred=written.flag(_WHEN))
    echo = fields.get("echo")
    if echo is None or echo is False:
        return None
    return Echo() if echo is True else _parse_echo(fields.child("echo"))


def parse_event(
    fields: Fields, leave: tuple[str, ...] = ()
) -> StaticReply | JsonataReply:
    """Read an event: its structured form, or ``{jsonata: "…"}``; and ``mode``.

    Args:
        leave: Members that are no part of it.
    """
    mode = _parse_mode(fields)
    if "jsonata" in fields:
        from simulator.jsonata import Expression  # only such replies pay

        fields.only((*JSONATA, *leave))
        expression = fields.text("jsonata")
        compiled = None
        try:
            compiled = Expression(expression)
        except ValueError as error:
            fields.fault("jsonata", f"does not parse: {error}")
        return JsonataReply(expression=expression, mode=mode, compiled=compiled)
    beside = ("mode", *leave)
    members = {n: value for n, value in fields.values.items() if n not in beside}
    for name in members:
        meant = nearest(name, leave, _MISSPELT)
        if meant:
            fields.fault(name, f"unknown field{meant}")
    _example(members, fields, "")
    return StaticReply(members=members, mode=mode)


def _parse_echo(fields: Fields) -> Echo:
    fields.only(ECHO)
    written = fields.child("set").values
    changes: dict[str, Any] = {str(n).lower(): v for n, v in written.items()}
    removed = [name.lower() for name in fields.texts("remove")]
    example = _example(changes, fields, "set")
    if example is not None:
        removed += [name for name, value in changes.items() if value is None]
        changes = {
            name: value if name == "data" else example.attributes.get(name, value)
            for name, value in changes.items()
            if value is not None
        }
    return Echo(
        set=changes,
        remove=tuple(removed),
        mode=_parse_mode(fields),
        when_preferred=fields.flag(_WHEN),
    )


def _example(members: Mapping[str, Any], fields: Fields, name: str) -> Event | None:
    try:
        return read_written({"id": "1", "source": "/", "type": "t", **members})
    except UnparsableEventError as error:
        fields.fault(name, f"is no event: {error}")
        return None


def _parse_mode(fields: Fields) -> str:
    mode = fields.text("mode", "binary")
    if mode not in MODES:
        fields.fault("mode", f"expected binary or structured, found {mode!r}")
        return "binary"
    return mode


class Surroundings(Protocol):
    """The run as one service, ``service/pricing`` in the trace, sees it."""

    name: str
    node: str

    @property
    def random(self) -> Random: ...

    def now_ms(self) -> int:
        """Tell the virtual time, ms since 1970."""
        ...

    def emit(self, event: Event, to: str, after_ns: int) -> None:
        """Post a new event to an address, later or now."""
        ...
