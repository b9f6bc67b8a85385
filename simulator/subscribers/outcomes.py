"""What a described service may make of an event of which only the form is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.event import Event, NotAnEventError, UnparsableEventError, read_http
from simulator.filters.form import ANY, VARYING, Form
from simulator.graph.steps import OPAQUE, Outcome, Post
from simulator.statuses import SUCCESS
from simulator.subscribers.replies import Echo, JsonataReply, StaticReply
from simulator.subscribers.script import distinct
from simulator.wiring import of_endpoint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simulator.graph.steps import Ask
    from simulator.subscribers.replies import Reply
    from simulator.subscribers.script import Response
    from simulator.subscribers.service_spec import ServiceSpec
    from simulator.subscribers.template import Template
    from simulator.wiring import Endpoint

_TTL = "knativebrokerttl"
# Source: knative-runtime, Retries: the event is posted again to where these lead.
_FORWARDS = (307, 308)
_ACCEPTS = Outcome()
_FAILS = Outcome(fails=True)


def asking(services: Mapping[str, ServiceSpec]) -> Ask:
    def ask(endpoint: Endpoint, event: Form) -> tuple[Outcome, ...]:
        spec = of_endpoint(services, endpoint)
        if spec is None:  # a function plays it, or a process of Knative's
            return opaque(replies=endpoint.replies is not False, to=endpoint.emits)
        return outcomes(spec, endpoint.name, event)

    return ask


def outcomes(spec: ServiceSpec, name: str, event: Form) -> tuple[Outcome, ...]:
    """List what a service may answer, and post, when it gets an event."""
    if spec.unreachable:
        return (_FAILS,)
    if spec.handler or spec.real is not None:
        return opaque()
    found: list[Outcome] = []
    for response in _responses(spec, event):
        for made in _made(response, spec.reply, name, event):
            whole = made
            if not made.fails and spec.emissions:
                whole = made.replace(posts=tuple(_posts(spec, name, event)))
            if whole not in found:
                found.append(whole)
    if spec.pods is not None and _FAILS not in found:  # no pod may come in time
        found.append(_FAILS)
    return tuple(found)


def opaque(*, replies: bool = True, to: Iterable[str] = ()) -> tuple[Outcome, ...]:
    """List what code may do that nobody can read, but for what it posts *to*."""
    posts = tuple(Post(to=each, event=OPAQUE, sure=False) for each in to)
    may = (_ACCEPTS, Outcome(reply=OPAQUE), _FAILS) if replies else (_ACCEPTS, _FAILS)
    return tuple(each.replace(posts=posts) for each in may) if posts else may


def _responses(spec: ServiceSpec, event: Form) -> Iterator[Response | None]:
    """Give the responses that may be made; None for what the script leaves open."""
    if spec.approval is not None:
        yield spec.approval.approve
        yield spec.approval.reject
        return
    for rule in spec.rules:
        matches = _matches(rule.match, event)
        if matches is not False:
            yield from distinct(rule.responses)
        if matches:
            return
    if spec.responses:
        yield from distinct(spec.responses)
    else:
        yield None


def _matches(wanted: Mapping[str, str], event: Form) -> bool | None:
    """Tell whether attributes have these values; None where that is not known."""
    told = [event.known.get(n) == v for n, v in wanted.items() if event.tells(n)]
    if not all(told):
        return False
    return True if len(told) == len(wanted) else None


def _made(
    response: Response | None, reply: Reply | None, name: str, event: Form
) -> Iterator[Outcome]:
    """Give what comes of one response; see `described_service` in the session."""
    if response is None:
        yield from _replied(reply, name, event)
    elif response.failure is not None:
        yield _FAILS
    elif response.status in _FORWARDS and (to := _headers(response).get("location")):
        yield Outcome(posts=(Post(to=to, event=event),))
    elif response.status not in SUCCESS:
        yield _FAILS
    elif response.reply is not None:
        yield from _replied(response.reply, name, event)
    elif reply is not None and not response.body:
        yield from _replied(reply, name, event)
    else:
        yield _written(response)


def _headers(response: Response) -> dict[str, str]:
    return {name.lower(): text for name, text in (response.headers or {}).items()}


def _written(response: Response) -> Outcome:
    """Give what a body and headers come to that somebody wrote by hand."""
    try:
        written = read_http(_headers(response), response.body)
    except (NotAnEventError, UnparsableEventError):
        return Outcome(bare=bool(response.body))
    return Outcome(reply=Form(known=dict(written.attributes), closed=True))


def _replied(reply: Reply | None, name: str, event: Form) -> Iterator[Outcome]:
    if reply is None:
        yield _ACCEPTS
        return
    for made in _given(reply, name, event):
        asked = reply.when_preferred and made.reply is not None
        yield made.replace(when_preferred=True) if asked else made


def _given(reply: Reply, name: str, event: Form) -> Iterator[Outcome]:
    if isinstance(reply, Echo):
        echo = _echoed(reply, event)
        changed = (*reply.set, *reply.remove)
        yield Outcome(
            reply=echo, echoes=_TTL not in changed, same_id="id" not in changed
        )
    elif isinstance(reply, StaticReply):
        template = reply.templates.get(name)
        if template is None:
            from simulator.subscribers.template import Template

            template = reply.templates[name] = Template(reply.members, name)
        made = _described(template, reply.members, event)
        yield _FAILS if made is None else Outcome(reply=made)
    else:
        for form in _computed(reply, name, event):
            yield Outcome(reply=form)


def _posts(spec: ServiceSpec, name: str, event: Form) -> Iterator[Post]:
    for emission in spec.emissions:
        matches = _matches(emission.match, event)
        if matches is False:
            continue
        made = [each.reply for each in _replied(emission.event, name, event)]
        sure = matches is not None and len(made) == 1
        for form in made:
            if form is not None:
                yield Post(to=emission.to, event=form, sure=sure)


def _echoed(echo: Echo, event: Form) -> Form:
    names = [name for name in (*echo.set, *echo.remove) if name != "data"]
    if not names:
        return event
    known = {n: str(v) for n, v in echo.set.items() if n != "data"}
    changed = event.changed(names, known)
    if not event.closed:
        return changed
    gone = [name for name in echo.remove if name not in known]
    return changed.replace(loose=tuple(n for n in changed.loose if n not in gone))


def _described(
    template: Template, members: Mapping[str, Any], event: Form
) -> Form | None:
    type_ = event.known.get("type", "?")
    answered = {"specversion": "1.0", "id": "?", "source": "/", "type": type_}
    try:
        made = template.event(Event(answered, None))
    except UnparsableEventError:
        return None
    known = dict(made.attributes)
    loose = []
    if "id" not in members:
        del known["id"]
    if "type" not in members and "type" not in event.known:
        del known["type"]
        loose.append("type")
    return Form(known=known, loose=tuple(loose), closed=True)


def _computed(reply: JsonataReply, name: str, event: Form) -> Iterator[Form | None]:
    """Give the forms that an expression may come to, None for no reply."""
    assert reply.compiled is not None, "it parses"
    for node in _results(reply.compiled.tree):
        yield None if node is None else _constructed(node, name, event)


def _results(node: Any) -> Iterator[Any]:
    """Give the parts of an expression of which one is its result; None for nothing."""
    if node is None:
        yield None
    elif node["type"] == "condition":
        yield from _results(node["then"])
        yield from _results(node.get("else"))
    elif node["type"] == "block" and node["expressions"]:
        yield from _results(node["expressions"][-1])
    else:
        yield node
        if not _is_object(node):
            yield None


def _is_object(node: Any) -> bool:
    return bool(node["type"] == "unary" and node["value"] == "{")


def _constructed(node: Any, name: str, event: Form) -> Form:
    """Give the form of an object that is written out; any where it is not."""
    pairs = node["lhs"] if _is_object(node) else []
    if not pairs or any(key["type"] != "string" for key, _ in pairs):
        return ANY
    written = {str(key["value"]).lower(): value for key, value in pairs}
    literal = {n: v["value"] for n, v in written.items() if v["type"] == "string"}
    members = {n: v for n, v in literal.items() if n not in ("data", "data_base64")}
    from simulator.subscribers.template import Template

    form = _described(Template(members, name), members, event)
    if form is None:
        return ANY
    open_ = [n for n in written if n not in literal and n not in VARYING]
    if "data" in written:
        open_.append("datacontenttype")
    return form.changed(open_, {n: literal[n] for n in open_ if n in literal})
