"""One service of a Simulation document, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.statuses import FAILING
from simulator.subscribers.latency import NO_LATENCY, Latency, parse_latency
from simulator.subscribers.replies import Reply, events_of, parse_event, parse_reply
from simulator.subscribers.script import (
    Response,
    Rule,
    distinct,
    parse_responses,
    parse_rules,
)
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from simulator.kernel import Request
    from simulator.subscribers.approval_spec import ApprovalSpec
    from simulator.subscribers.fields import Fields, Table
    from simulator.subscribers.program_spec import Real
    from simulator.subscribers.replies import Surroundings

_PROBED_NS: Final = 200_000_000
"""Source: knative/serving pkg/activator/net/revision_backends.go:92: a new pod is probed
every 200 ms, so that it is found up to as much later."""

PODS: Table = {"start": ("start", "how long a pod takes to start")}
EXACTLY: Table = {"exactly": ("duration", "no longer until it is found")}


class PodsSpec(Value):
    """How the pods of a service come about, *start* after they are wanted."""

    start: Latency

    @property
    def starts_ns(self) -> tuple[int, int]:
        return self.start.first, self.start.second or self.start.first


def parse_pods(fields: Fields) -> PodsSpec | None:
    """Read ``{start: 2s}`` or ``{start: {exactly: 2s}}``; None where it says nothing."""
    fields.only(PODS)
    if "start" not in fields:
        if not fields.values:
            fields.fault("", "expected how long a pod takes to start: {start: 2s}")
        return None
    if isinstance(fields.get("start"), dict):
        start = fields.child("start")
        start.only(EXACTLY)
        if not start.values:
            start.fault("", "expected a duration, or {exactly: 2s}")
        return PodsSpec(start=Latency(first=start.duration("exactly")))
    least = fields.duration("start")
    return PodsSpec(
        start=Latency(shape="uniform", first=least, second=least + _PROBED_NS)
    )


EMISSION: Table = {
    "event": ("reply, required", "the event"),
    "to": ("text, required", "where to, such as broker/default"),
    "after": ("duration", "how long after the request"),
    "match": ("map of scalar", "only for requests with these attributes"),
}


class Emission(Value):
    """One further event, which a service posts to a sink when it is called.

    Adapters work that way: they do not reply, they post (systems reference 1.2).

    Args:
        to: The address: ``broker/default``, or a URL.
        after_ns: How long after the request.
        match: Only for requests whose attributes have these values.
    """

    event: Reply
    to: str
    after_ns: int
    match: Mapping[str, str]

    def emit(self, request: Request, service: Surroundings) -> None:
        """Post the event of one request, if it calls for it, or raise ReplyFailedError."""
        self.posts(service)(request)

    def posts(self, service: Surroundings) -> Callable[[Request], None]:
        """Make what posts the events of one service; see `emit`."""
        event_of = events_of(self.event, service)
        wanted, to, after_ns = self.match.items(), self.to, self.after_ns

        def post(request: Request) -> None:
            if wanted:
                attributes = request.attributes
                if any(attributes.get(name) != value for name, value in wanted):
                    return
            event = event_of(request)
            if event is not None:
                service.emit(event, to, after_ns)

        return post


def parse_emissions(fields: Fields, name: str) -> tuple[Emission, ...]:
    """Read ``emit: [{event: {type: …}, to: broker/default, after: 2s}]``."""
    emissions = []
    for part in fields.children(name):
        part.only(EMISSION)
        if "event" not in part:
            part.fault("event", "is required: the event to emit")
        to = part.text("to")
        if not to:
            part.fault("to", "is required: where to, such as broker/default")
        emissions.append(
            Emission(
                event=parse_event(part.child("event")),
                to=to,
                after_ns=part.duration("after"),
                match=part.texts_by_name("match"),
            )
        )
    return tuple(emissions)


PROGRAM: Table = {
    "run": ("text", "the program that plays it in kn-sim serve --run"),
    "cwd": ("text", "where it is started, from this file; its folder if left out"),
    "env": ("map of scalar", "variables of its environment, besides those of Knative"),
    "watch": ("texts", "files below cwd, such as **/*.py; if one changes, it restarts"),
}
REAL: Table = {
    "url": ("text", "the real service that kn-sim serve asks: http://HOST:PORT/PATH"),
    **PROGRAM,
    "ready": ("ready", "when the program of run is ready; once its port is open"),
    "host": (("cluster",), "the Host that it sees: that in the cluster"),
}
"""The members of a service that say what is real."""
SERVICE: Table = {
    "hosts": ("texts", "further host names that it answers to"),
    "unreachable": ("flag", "connections to it are refused"),
    "latency": ("latency", "how long each answer takes"),
    "responses": ("list of response", "one for each request; the last repeats"),
    "rules": ("list of rule", "responses by attributes, tried first"),
    "reply": ("reply", "the event that it answers with"),
    "echo": ("echo", "it answers with the event received, perhaps changed"),
    "emit": ("list of emission", "further events that it posts"),
    "approval": ("approval", "it holds requests until somebody decides"),
    "handler": ("text", "file.py:name in Python, or kn-sim/NAME"),
    "with": ("mapping", "the arguments of the handler"),
    "errors": ("whole", "the status, 400 to 599, when the handler raises"),
    "as": ("text", "the service account in whose name it posts"),
    "pods": ("pods", "it is scaled as Knative Serving does"),
    **REAL,
}
SYSTEM = "kn-sim/"
"""What a handler begins with that kn-sim brings: a played system."""
_NOT_WITH_APPROVAL = ("responses", "rules", "reply", "echo")
_NOT_WITH_HANDLER = (*_NOT_WITH_APPROVAL, "emit", "approval")
_NOT_WITH_REAL = (*_NOT_WITH_HANDLER, "handler", "unreachable", "pods", "as")


class ServiceSpec(Value):
    """What a service answers; with none of these set it accepts with 200, empty.

    Args:
        unreachable: Connections to it are refused.
        responses: In order, one per request, the last repeats.
        reply: The event that it answers with where no response says otherwise.
        approval: How it decides about requests that it holds; None for not at all.
        handler: ``module:function`` or ``file.py:function``, or a class there that is
            called as one; ``kn-sim/NAME`` for a system that kn-sim brings; empty for none.
        options: The arguments of such a class or system, as they are written.
        errors: The status with which the handler answers when it raises, since it may;
            0 for one that must not.
        account: In whose name it posts events; empty for nobody's.
        pods: How its pods come about; None for a service that is always there.
        real: Who answers in `kn-sim serve`; anywhere else a stub does. None for nobody.
        refusals: Of Jobs: see `simulator.processes.JobTemplate`.
        reconciled: Of what makes them, likewise.
    """

    hosts: tuple[str, ...] = ()
    unreachable: bool = False
    latency: Latency = NO_LATENCY
    responses: tuple[Response, ...] = ()
    rules: tuple[Rule, ...] = ()
    reply: Reply | None = None
    emissions: tuple[Emission, ...] = ()
    approval: ApprovalSpec | None = None
    handler: str = ""
    options: Mapping[str, Any] | None = None
    errors: int = 0
    account: str = ""
    pods: PodsSpec | None = None
    real: Real | None = None
    refusals: tuple[str, ...] = ()
    reconciled: bool = True

    @property
    def is_constant(self) -> bool:
        """Whether every request is answered 200, empty, at once."""
        # Asked for each service of each run: comparing Values takes ten times as long.
        latency = self.latency
        return not (
            self.unreachable
            or self.responses
            or self.rules
            or self.reply is not None
            or self.emissions
            or self.approval is not None
            or self.handler
            or self.pods is not None
            or self.real is not None
            or latency.first
            or latency.second
            or latency.shape != "fixed"
        )

    @property
    def replies(self) -> bool | None:
        """Whether any answer carries an event; None where that is not described."""
        if self.handler or self.real is not None:
            return None
        return self.reply is not None or any(each.replies for each in self.answers)

    @property
    def when_preferred(self) -> bool:
        """Whether it replies, but only to requests that prefer a reply."""
        own = () if self.reply is None else (self.reply,)
        replies = (*own, *(r.reply for r in self.answers if r.replies))
        return bool(replies) and all(r and r.when_preferred for r in replies)

    @property
    def answers(self) -> Collection[Response]:
        approval = self.approval
        return distinct(
            (
                *self.responses,
                *(each for rule in self.rules for each in rule.responses),
                *((approval.approve, approval.reject) if approval else ()),
            )
        )


def parse_service(fields: Fields) -> ServiceSpec:
    fields.only(SERVICE)
    handler = fields.text("handler")
    if handler and ":" not in handler and not handler.startswith(SYSTEM):
        expected = f"module:function or {SYSTEM}NAME"
        fields.fault("handler", f"expected {expected}, found {handler!r}")
    for name in _NOT_WITH_HANDLER if handler else ():
        if name in fields:
            fields.fault(name, "a service with a handler answers and emits by it alone")
    if "errors" in fields and not handler:
        fields.fault("errors", "is for a handler, which a Python function plays")
    if "with" in fields and not handler:
        fields.fault("with", "says the arguments of a handler; there is none")
    for name in _NOT_WITH_APPROVAL if "approval" in fields else ():
        if name in fields and not handler:
            fields.fault(name, "a service with an approval answers by it alone")
    return ServiceSpec(
        hosts=tuple(host.lower() for host in fields.texts("hosts")),
        unreachable=fields.flag("unreachable"),
        latency=parse_latency(fields, "latency"),
        responses=parse_responses(fields, "responses"),
        rules=parse_rules(fields, "rules"),
        reply=parse_reply(fields),
        emissions=parse_emissions(fields, "emit"),
        approval=_approval(fields),
        handler=handler,
        options=fields.child("with").values or None,
        errors=fields.number("errors", FAILING[0], FAILING[-1], 0),
        account=fields.account("as"),
        pods=_pods(fields),
        real=_real(fields),
    )


def _real(fields: Fields) -> Real | None:
    found = [name for name in REAL if name in fields]
    if not found:
        return None
    what = next((name for name in ("url", "run") if name in found), "")
    for name in found:
        if not what:
            needs = "url or run" if name == "host" else "run"
            fields.fault(name, f"goes with {needs}, and there is none")
        elif what == "url" and name == "run":
            fields.fault("run", "does not go with url: one of them answers")
        elif "run" not in found and name not in ("url", "host"):
            fields.fault(name, "goes with run, and not with url")
    for name in _NOT_WITH_REAL if what else ():
        if name in fields:
            fields.fault(
                name, f"does not go with {what}: what is real answers by itself"
            )
    if not what:
        return None
    from simulator.subscribers.program_spec import parse_real  # few are real

    return parse_real(fields)


def _pods(fields: Fields) -> PodsSpec | None:
    if "pods" not in fields:
        return None

    if fields.flag("unreachable"):
        fields.fault("pods", "nobody gets as far as its pods: it is unreachable")
    pods = fields.child("pods")
    return parse_pods(pods) if isinstance(fields.get("pods"), dict) else None


def _approval(fields: Fields) -> ApprovalSpec | None:
    if "approval" not in fields:
        return None
    from simulator.subscribers.approval_spec import parse_approval  # few hold requests

    return parse_approval(fields, "approval")
