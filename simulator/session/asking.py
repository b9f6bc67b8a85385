"""What answers for a RequestReply in one run: the pods, and the requests they keep open.

Source: knative-kinds 2; knative/eventing pkg/requestreply/ingress_handler.go.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from simulator.correlation import NONCE_BYTES, correlation_value, is_genuine
from simulator.event import (
    Event,
    NotAnEventError,
    UnparsableEventError,
    faults,
    read_http,
)
from simulator.kernel import Answer, Kind
from simulator.kernel.calendar import Alarm
from simulator.kernel.envelope import passed_on
from simulator.session.pods import Pod
from simulator.session.sending import look_up
from simulator.statuses import SUCCESS
from simulator.typed_text import TypedText
from simulator.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.kernel import Request, Sender
    from simulator.kernel.addresses import Answering
    from simulator.processes import Asking
    from simulator.session.run import Run, Service

_ALLOW = {"allow": "POST, OPTIONS"}
_OPTIONS = {"webhook-allowed-origin": "*", "webhook-allowed-rate": "*"}
_NONCE_BITS = NONCE_BYTES * 8
_COLON = (
    "its id has a colon: the value of its replies has more than three parts, so that no "
    "trigger takes one, and the request waits its minute in vain"
)
_FREEZES = (
    "a second reply, while the broker has not answered: it waits for the first to be "
    "taken, and keeps the pod's lock; unless the broker answers meanwhile, this pod "
    "answers no request any more, whatever resource it is for"
)


def asking(process: Asking, service: Service, run: Run) -> Answering:
    """Make what answers requests to a RequestReply, and takes replies to them."""
    played = _Played(process, service, run)

    def answer(request: Request) -> Answer | None:
        path = request.target.path or "/"
        refused = _refused(request.method, path)
        if refused is not None:
            return refused
        try:
            event = read_http(request.headers, request.body)
        except (NotAnEventError, UnparsableEventError) as error:
            return _only(400, str(error))
        found = faults(event)
        if found:
            return _only(400, "; ".join(found))
        _, namespace, name, *rest = path.removesuffix("/").split("/")
        if f"{namespace}/{name}" != service.full_name:
            return _only(404, f"there is no {namespace}/{name}")
        host = _pod_host(process, service, request)
        pod = run.pods.setdefault(host, Pod())
        if rest == ["reply"]:
            _Reply(pod, played, request, event, run.asked()).take()
        else:
            index = process.pods.index(host)
            _Question(pod, index, played, request, event).ask(run.asked())
        return None

    return answer


def _refused(method: str, path: str) -> Answer | None:
    if method == "OPTIONS":
        return Answer(200, headers={**_ALLOW, **_OPTIONS})
    if method != "POST":
        return _only(405)
    if path == "/":
        return _only(404)
    parts = path.removesuffix("/").split("/")
    return None if len(parts) in (3, 4) else _only(400, "malformed path")


def _only(status: int, why: str | None = None) -> Answer:
    return Answer(status, headers=_ALLOW, detail=why)


def _pod_host(process: Asking, service: Service, request: Request) -> str:
    host = host_of(request.target.url)
    if host in process.pods:
        return host
    pods = process.pods
    return pods[0] if len(pods) == 1 else pods[service.random.randrange(len(pods))]


class _Played(NamedTuple):
    process: Asking
    service: Service
    run: Run


def _tell_of_bug(run: Run, request: Request, cause: int, text: str) -> None:
    kernel = run.running()

    def write() -> None:
        event, target = request.envelope.event, request.target
        kernel.record(cause, Kind.UPSTREAM_BUG, event, "", target, 1, (0, text))

    kernel.ready.append((Alarm(kernel, "", write), 0, None))


class _Question:
    """A request that is open until the broker has answered and a reply has come.

    Attributes:
        reply: The one that has come and was not taken so far: there is room for one.
        answered: The broker has taken the event.
    """

    def __init__(
        self, pod: Pod, index: int, played: _Played, request: Request, event: Event
    ) -> None:
        self.pod = pod
        self.reply: Event | None = None
        self.answered = False
        self._index = index
        # Further replies, each of which keeps the pod's lock until it is asked for.
        self._held_up: deque[Callable[[], Event]] = deque()
        self._process, self._service, self._run = played
        self._request = request
        self._event = event
        kernel = played.run.running()
        self._until = kernel.now + played.process.waits_ns
        self._alarm = Alarm(kernel, played.service.node, self._end)

    @property
    def _name(self) -> tuple[str, str]:
        return self._service.full_name, self._event.id

    def ask(self, cause: int) -> None:
        if ":" in self._event.id:
            _tell_of_bug(self._run, self._request, cause, _COLON)
        self.pod.lock.write(partial(self._post, cause))

    def _post(self, cause: int) -> None:
        process, service = self._process, self._service
        self.pod.open[self._name] = self
        kernel = self._run.running()
        left = self._until - kernel.now
        if process.broker is None:
            return self._give(_only(500, "it has found no broker"))
        if not process.key:
            return self._give(_only(500, "it has no key"))
        if left <= 0:
            return self._give(_only(500, "the minute is over"))
        nonce = service.random.getrandbits(_NONCE_BITS).to_bytes(NONCE_BYTES, "big")
        value = correlation_value(self._event.id, process.key, nonce, self._index)
        event = Event(
            {**self._event.attributes, process.correlation: value}, self._event.body
        )
        passed = passed_on(self._request.headers)
        headers = {n: v for n, v in passed.items() if n not in _TRACE}
        sender = kernel.send(
            look_up(kernel.addresses, process.broker), event, node=service.node,
            headers={**headers, "prefer": "reply"}, timeout_ns=left, cause=cause,
        )  # fmt: skip
        sender.then = self._asked
        return None

    def _asked(self, sender: Sender) -> None:
        """Go on once the broker has answered; without a 2xx it is over.

        Source: as read, such a request is not forgotten: a reply that comes later is
            kept, and a second one freezes the pod.
        """
        if sender.status not in SUCCESS:
            why = sender.error or f"the broker answers {sender.status}"
            return self._give(_only(500, why))
        self.answered = True
        if self.reply is None:
            self._alarm.set(self._until)
        else:
            self.take()
        return None

    def take(self) -> None:
        self._alarm.stop()
        event, self.reply = self.reply, None
        assert event is not None, "one has come"
        self.answered = False
        answer = Answer(200, reply=event, headers=_ALLOW)
        if self._held_up:
            self.reply = self._held_up.popleft()()
            self.pod.lock.release()
        self.pod.lock.write(partial(self._forget, answer))

    def hold_up(self, give: Callable[[], Event]) -> None:
        self._held_up.append(give)

    def _end(self) -> None:
        self.answered = False
        self.pod.lock.write(partial(self._forget, _only(200, _IN_VAIN)))

    def _forget(self, answer: Answer) -> None:
        self.pod.open.pop(self._name, None)
        self._give(answer)

    def _give(self, answer: Answer) -> None:
        self._run.running().answer(self._request, answer)


_TRACE = ("traceparent", "tracestate")
_IN_VAIN = "no reply within 60 s"


class _Reply:
    def __init__(
        self, pod: Pod, played: _Played, request: Request, event: Event, cause: int
    ) -> None:
        self._event = event
        self._pod = pod
        self._process, self._service, self._run = played
        self._request = request
        self._cause = cause

    def take(self) -> None:
        self._pod.lock.read(self._hand_over)

    def _given(self) -> Event:
        self._give(202)
        return self._event

    def _give(self, status: int, why: str | None = None) -> None:
        self._run.running().answer(self._request, _only(status, why))

    def _hand_over(self) -> bool:
        """Hand it over; tell whether it is held up."""
        process = self._process
        if not process.key:
            self._give(500, "it has no key")
            return False
        value = self._event.attributes.get(process.reply)
        if value is None or process.reply in _NO_EXTENSION:
            self._give(400, f"it has no attribute {process.reply!r}")
            return False
        if isinstance(value, TypedText) or not is_genuine(value, process.key):
            self._give(400, f"{process.reply} is no value made here")
            return False
        name = self._service.full_name, value.partition(":")[0]
        question = self._pod.open.get(name)
        if question is None:
            self._give(202, "nobody waits for it: it is dropped")
            return False
        if question.reply is not None:
            question.hold_up(self._given)
            _tell_of_bug(self._run, self._request, self._cause, _FREEZES)
            return True
        question.reply = self._event
        self._give(202)
        if question.answered:
            question.take()
        return False


_NO_EXTENSION = ("specversion", "id", "source", "type", "subject", "time", "dataschema",
                 "datacontenttype")  # fmt: skip
