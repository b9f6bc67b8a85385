"""Scripted responses: one per request in order, the last repeats; rules come first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.event import NotAnEventError, UnparsableEventError, read_http
from simulator.kernel import Answer, Failure
from simulator.kernel.answer import nothing_but
from simulator.statuses import SUCCESS
from simulator.subscribers.fields import Fields, Table
from simulator.subscribers.replies import Reply, parse_reply, responses_of
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from simulator.kernel import Request
    from simulator.subscribers.replies import Surroundings

    Answering = Callable[[Request], Answer]

RESPONSE: Table = {
    "status": ("whole", "200 to 999; 200 if left out"),
    "headers": ("map of scalar", "name -> value"),
    "body": ("any", "text as it stands, anything else as JSON"),
    "bodyBase64": ("text", "the bytes of the body"),
    "reply": ("reply", "the event that it carries"),
    "echo": ("echo", "it carries the event received, perhaps changed"),
    "delay": ("duration", "how long it takes, besides the latency"),
    "reset": ("flag", "the connection is reset"),
    "close": ("flag", "the connection is closed"),
    "hang": ("flag", "there is no answer"),
    "refuse": ("flag", "the connection is refused"),
    "times": ("whole", "how many requests it is for"),
}
RULE: Table = {
    "match": ("map of scalar, required", "attributes and their values"),
    "responses": ("list of response, required", "one for each request"),
}
_FAILURES = {
    "reset": Failure.RESET,
    "close": Failure.CLOSED,
    "hang": Failure.HANG,
    "refuse": Failure.REFUSED,
}
_MOST_RESPONSES = 10_000


class Response(Value):
    """One scripted response.

    Args:
        headers: Of the answer, lower-case names, beside the reply's own.
        delay_ns: How long it takes, beside the service's latency.
    """

    status: int = 200
    headers: Mapping[str, str] | None = None
    body: bytes = b""
    reply: Reply | None = None
    delay_ns: int = 0
    failure: Failure | None = None

    @property
    def replies(self) -> bool:
        """Whether it carries an event: a success with headers and body that are one."""
        if self.failure is not None or self.status not in SUCCESS:
            return False
        if self.reply is not None:
            return True
        try:
            read_http(self.headers or {}, self.body)
        except (NotAnEventError, UnparsableEventError):
            return False
        return True

    def answer(self, request: Request, service: Surroundings) -> Answer:
        return _asked(self.answers(service), request)

    def answers(self, service: Surroundings) -> Answer | Answering:
        """Make the answer of a service; with a reply, what makes its answers."""
        return self.always or self._replying(service)

    @property
    def always(self) -> Answer | None:
        """The answer to every request; None where it carries an event."""
        if self.failure is not None:
            return Answer(0, failure=self.failure, after_ns=self.delay_ns)
        if self.reply is not None:
            return None
        if not (self.headers or self.body or self.delay_ns):
            return nothing_but(self.status)
        return Answer(
            self.status,
            headers=dict(self.headers or {}),
            body=self.body,
            after_ns=self.delay_ns,
        )

    def _replying(self, service: Surroundings) -> Answering:
        reply = self.reply
        assert reply is not None, "else it is always the same"
        status, after_ns, headers = self.status, self.delay_ns, dict(self.headers or {})
        ok = status in SUCCESS
        # As it travels: headers may stand in place of the reply's.
        replied = responses_of(reply, service)

        def answer(request: Request) -> Answer:
            made = replied(request)
            if ok and made.reply is not None:
                return Answer(
                    status, reply=made.reply, headers=headers, after_ns=after_ns
                )
            return Answer(
                status,
                headers={**made.headers, **headers},
                body=made.body or (made.reply.body if made.reply else None) or b"",
                after_ns=after_ns,
            )

        return answer


def _asked(answers: Answer | Answering, request: Request) -> Answer:
    return answers if isinstance(answers, Answer) else answers(request)


class _InOrder:
    __slots__ = ("_answers", "_next", "_response", "_responses", "_service")

    def __init__(self, responses: Sequence[Response], service: Surroundings) -> None:
        self._responses = responses
        self._service = service
        self._next = 0
        self._response = responses[0]
        self._answers = self._response.answers(service)

    def answer(self, request: Request) -> Answer:
        if self._next < len(self._responses):
            response = self._responses[self._next]
            self._next += 1
            if response is not self._response:
                self._response = response
                self._answers = response.answers(self._service)
        return _asked(self._answers, request)


class Rule(Value):
    match: Mapping[str, str]
    responses: tuple[Response, ...]


class Script:
    """The state of one service's script in one run.

    *always* answers all requests, where no rule has a say.
    """

    __slots__ = ("_default", "_rules", "always")

    def __init__(
        self,
        responses: Sequence[Response],
        rules: Sequence[Rule],
        service: Surroundings,
    ) -> None:
        self._default = _InOrder(responses, service) if responses else None
        self._rules = [
            (rule.match, _InOrder(rule.responses, service)) for rule in rules
        ]
        self.always: Answering | None = None
        if self._default is not None and not rules:
            self.always = self._default.answer

    def answer(self, request: Request) -> Answer | None:
        """Answer a request, None for nothing to say, or raise ReplyFailedError."""
        if self._rules:
            attributes = request.attributes
            for match, responses in self._rules:
                if all(attributes.get(name) == value for name, value in match.items()):
                    return responses.answer(request)
        return self._default.answer(request) if self._default is not None else None


def constants_of(responses: Sequence[Response]) -> tuple[Answer, ...]:
    """Give the answers of responses that are the same in all runs; none if any is not."""
    answers: dict[int, Answer] = {}
    for each in distinct(responses):
        answer = each.always
        if answer is None:
            return ()
        answers[id(each)] = answer
    return tuple(answers[id(each)] for each in responses)


class InTurn:
    """Such answers one after another, in one run; the last repeats."""

    __slots__ = ("_last", "_left")

    def __init__(self, answers: Sequence[Answer]) -> None:
        self._left = iter(answers)
        self._last = answers[-1]

    def answer(self, request: Request) -> Answer:
        """Give the next one, whatever the request is."""
        return next(self._left, self._last)


def distinct(responses: Iterable[Response]) -> Collection[Response]:
    """Give each response once that a script repeats, such as ``{times: 9993}``."""
    return {id(each): each for each in responses}.values()


def parse_responses(fields: Fields, name: str) -> tuple[Response, ...]:
    """Read ``responses: [503, 503, {status: 200, delay: 1s, reply: {…}}]``."""
    value = fields.get(name)
    if value is None:
        return ()
    items = value if isinstance(value, list) else [value]
    if not items:
        fields.fault(name, "expected at least one response")
    responses: list[Response] = []
    for number, item in enumerate(items):
        part = _status_or_fields(item, f"{fields.at(name)}[{number}]", fields)
        response = _parse_response(part)
        responses += [response] * part.number("times", 1, _MOST_RESPONSES, 1)
    return tuple(responses[:_MOST_RESPONSES])


def parse_response(fields: Fields, name: str, default: Response) -> Response:
    """Read one response, ``403`` or ``{reply: {…}}``; the default when absent."""
    if name not in fields:
        return default
    part = _status_or_fields(fields.get(name), fields.at(name), fields)
    if "times" in part:
        part.fault("times", "is for one of several responses")
    return _parse_response(part)


def _status_or_fields(value: object, path: str, within: Fields) -> Fields:
    if isinstance(value, int) and not isinstance(value, bool):
        return Fields({"status": value}, path, within.faults)
    if not isinstance(value, str):
        return Fields(value, path, within.faults)
    quotes = f"; write {value} without quotes" if value.isdecimal() else ""
    nothing = Fields(None, path, within.faults)
    nothing.fault("", f"expected a status or a mapping, found {value!r}{quotes}")
    return nothing


def _parse_response(fields: Fields) -> Response:
    fields.only(RESPONSE)
    failures = [each for name, each in _FAILURES.items() if fields.flag(name)]
    if len(failures) > 1:
        fields.fault("", f"expected at most one of {', '.join(_FAILURES)}")
    body = fields.base64("bodyBase64")
    headers = fields.texts_by_name("headers")
    if body is None:
        body = _body(fields, headers)
    reply = parse_reply(fields)
    if reply is not None and body:
        fields.fault("body", "a response has a body or a reply, not both")
    return Response(
        status=fields.number("status", 200, 999, 200),
        headers=headers,
        body=body,
        reply=reply,
        delay_ns=fields.duration("delay"),
        failure=failures[0] if failures else None,
    )


def _body(fields: Fields, headers: dict[str, str]) -> bytes:
    """Read a body: text as it stands, anything else as JSON of that content type."""
    value = fields.get("body")
    if value is None:
        return b""
    if isinstance(value, str):
        return value.encode()
    import orjson  # only for this form

    headers.setdefault("content-type", "application/json")
    return orjson.dumps(value)


def parse_rules(fields: Fields, name: str) -> tuple[Rule, ...]:
    """Read ``rules: [{match: {type: order.paid}, responses: [500, 200]}]``."""
    rules = []
    for part in fields.children(name):
        part.only(RULE)
        match = part.texts_by_name("match")
        responses = parse_responses(part, "responses")
        if not match:
            part.fault("match", "expected attributes and their values")
        if not responses:
            part.fault("responses", "expected at least one response")
        else:
            rules.append(Rule(match=match, responses=responses))
    return tuple(rules)
