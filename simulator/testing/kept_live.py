"""What a test needs of a live run: the answers of real services, in order, as a script."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from simulator.duration import duration_written
from simulator.event import NotAnEventError, UnparsableEventError, read_http
from simulator.kernel import Failure
from simulator.session.sending import lower_case

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.event import Event
    from simulator.session import Simulation
    from simulator.session.journal import Input
    from simulator.session.outside import Asked

_FAILURES = {
    Failure.REFUSED: "refuse", Failure.CLOSED: "close", Failure.RESET: "reset",
    Failure.TIMEOUT: "hang",
}  # fmt: skip
# Of the headers of an answer, those that Knative looks at or passes on.
_TOLD = ("content-type", "location", "retry-after", "traceparent", "x-request-id")
_TOLD_FROM = ("ce-", "knative-", "x-b3-")
Script = list[dict[str, Any]]


class Answers:
    """Takes note of who is asked, and when; see `simulator.session.outside.Carrier`."""

    def __init__(self, simulation: Simulation) -> None:
        self._sim = simulation
        self._asked: dict[int, tuple[Asked, int]] = {}
        simulation.outside().carrier = self

    def ask(self, asked: Asked) -> None:
        self._asked[asked.number] = asked, self._sim.now_ns

    def leave(self, asked: Asked) -> None:
        """Take no note: who is given up does not answer."""

    def services(self, inputs: Iterable[Input]) -> tuple[dict[str, Any], list[str]]:
        """Give what each real service does, by name; and what of that cannot be said."""
        answers = {each.args[0]: each for each in inputs if each.name == "answer"}
        scripts: dict[str, Script] = {}
        untold = []
        for number, (asked, at_ns) in self._asked.items():
            given = answers.get(number)
            response: dict[str, Any] | None = {"hang": True}
            if given is not None:
                response = _response(given)
            if response is None:
                untold.append(f"how request {number} to {asked.node} failed")
                response = {"hang": True}
            elif given is not None:
                delay_ns = given.reached.now_ns - at_ns + asked.latency
                if delay_ns:
                    response["delay"] = duration_written(delay_ns)
            scripts.setdefault(asked.node, []).append(response)
        found = {}
        for endpoint in self._sim.wiring.endpoints:
            if endpoint.node in scripts and endpoint.described is not None:
                said: dict[str, Any] = {"responses": scripts[endpoint.node]}
                spec = self._sim.service_spec(endpoint.node)
                if spec is not None and spec.hosts:
                    said["hosts"] = list(spec.hosts)
                found[endpoint.described] = said
        return found, untold


def _response(answer: Input) -> dict[str, Any] | None:
    """Give what a script says of an answer; None where it has no word for it."""
    told, status = answer.kwargs, [*answer.args, 0][1]
    if told.get("failure") is not None:
        word = _FAILURES.get(Failure(told["failure"]))
        return None if word is None else {word: True}
    response: dict[str, Any] = {"status": status}
    headers = {
        name: value
        for name, value in lower_case(told.get("headers")).items()
        if name in _TOLD or name.startswith(_TOLD_FROM)
    }
    if headers:
        response["headers"] = headers
    body = told.get("body") or b""
    if isinstance(body, bytes) and body:
        response["bodyBase64"] = b64encode(body).decode()
    elif body:
        response["body"] = body
    return response


def posted_event(posted: Input, sim: Simulation) -> tuple[Event, str] | None:
    """Give the event that somebody has posted to a broker or channel, and its node.

    None for what is no event, or goes elsewhere: a test sends events.
    """
    told: Mapping[str, Any] = posted.kwargs
    if told.get("method", "POST") != "POST" or told.get("refused") is not None:
        return None
    target = sim.target(posted.args[0])
    if target.hub is None or target.inner:
        return None
    body = told.get("body") or b""
    text = body.encode("utf-8", "surrogateescape") if isinstance(body, str) else body
    try:
        return read_http(lower_case(told.get("headers")), text), target.node
    except (NotAnEventError, UnparsableEventError):
        return None
