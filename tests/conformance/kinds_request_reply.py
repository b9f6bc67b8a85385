"""RequestReplies as they were recorded: a pod between its clients and a broker.

All resources of a recording have one key; here each has its own. So a value that is
genuine for one resource and goes to another is made anew, for that.
"""

from __future__ import annotations

import json
import math
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from simulator import Simulation, Topology
from simulator.correlation import (
    NONCE_BYTES,
    correlation_value,
    is_genuine,
    key_of,
)
from simulator.event.sdk import event_of
from simulator.event.writing import binary_headers
from simulator.kernel import Answer, Failure
from simulator.kernel.request import Script
from tests.conformance.kinds_event_transform import request_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from simulator.kernel import Request
    from simulator.kernel.calendar import Suspended
    from simulator.session.views import Sent

Json = dict[str, Any]
_SERVICE = "request-reply"
_HOST = f"{_SERVICE}.knative-eventing.svc.cluster.local"
_INGRESS = "http://broker-ingress.knative-eventing.svc.cluster.local"
_NS_PER_MS = 1_000_000
_UNTIL_S = 200
_ENCRYPTED = re.compile(r":[A-Za-z0-9_-]{38,}={0,2}(?=:)")
_WITHOUT = ("content-length", "date", "host", "user-agent", "accept-encoding")


def differences(case: Json) -> Iterator[str]:
    """Say where what the pod and its triggers do differs from what was recorded."""
    wanted = case["expected"]
    play = _Play(case)
    play.run()
    if "responses" in wanted:
        yield from _each("response", play.responses(), wanted["responses"])
        yield from _each("broker", play.broker, wanted.get("broker", []))
        yield from _each("reply", play.replies, wanted.get("replyPosts", []))
    for number, given in enumerate(case.get("filters") or []):
        there = wanted["filters"][number]
        passes = _passes(case, given)
        if passes != (there in (True, "pass", "Pass")):
            yield f"filter {number}: passes: {passes}, recorded {there}"


class _Play:
    """One recording played: the fake broker, and who posts to the pod."""

    def __init__(self, case: Json) -> None:
        self._case = case
        self._specs = {_path(each): each for each in case["requestReplies"]}
        self._pod: int = case.get("podIndex") or 0
        self.sim = Simulation(_topology(case, self._pod + 1))
        self.broker: list[Json] = []
        self.replies: list[Json] = []
        self._sent: list[Sent] = []

    def run(self) -> None:
        if not self._case.get("noBrokerAddress"):
            for each in self._specs.values():
                broker = f"{_INGRESS}/{_of_broker(each)}"
                self.sim.target(broker).intercept((self,))
        for each in self._case.get("requests", []):
            self._send(each)
        self.sim.run(until=_UNTIL_S)

    def responses(self) -> list[Json]:
        return [_response(sent) for sent in self._sent]

    def _send(self, given: Json) -> None:
        method, path, headers, body = request_of(given)
        headers = {name.lower(): value for name, value in headers.items()}
        if "replyValueFor" in given:
            index = given.get("replyValueIdx", self._pod)
            name = given.get("replyAttr", "replyid")
            headers[f"ce-{name}"] = self._value(path, given["replyValueFor"], index)
        timeout_ms = given.get("timeoutMs")
        sent = self.sim.post(
            self._url(path), method=method, headers=headers, body=body,
            after=given.get("atMs", 0) / 1000,
            timeout=None if timeout_ms is None else timeout_ms / 1000,
        )  # fmt: skip
        self._sent.append(sent)

    def _url(self, path: str) -> str:
        return f"http://{_SERVICE}-{self._pod}.{_HOST}:8080{path}"

    def _value(self, path: str, id_: str, index: int) -> str:
        """Make a genuine value for the resource that a path names."""
        key = self._key(path)
        return correlation_value(id_, key, bytes(NONCE_BYTES), index)

    def _key(self, path: str) -> str:
        for own, each in self._specs.items():
            if path == own or path.startswith(f"{own}/"):
                return key_of(each["metadata"]["namespace"], each["metadata"]["name"])
        return ""

    # -- the broker

    def intercept(self, request: Request) -> Script:
        """Answer in the broker's place."""
        attributes = request.attributes
        plans = self._case.get("brokerByType", {})
        plan = plans.get(attributes.get("type"), self._case["broker"])
        self.broker.append(
            {
                "atMs": self.sim.now_ns / _NS_PER_MS,
                "path": request.target.path,
                "headers": request.headers,
                "body": request.body.decode(),
            }
        )
        return Script(partial(self._broker, plan, attributes))

    def _broker(
        self,
        plan: Json,
        attributes: Mapping[str, str],
        waiter: Suspended,
        _serial: int,
        _request: Request,
        _left: int | None,
    ) -> Generator[int | None, Any, Answer | None]:
        replies = plan.get("replies", [])
        at_once = [each for each in replies if each.get("sync")]
        later = [each for each in replies if not each.get("sync")]
        waits_ms = 0
        until_ms = self._now_ms
        try:
            while at_once:
                waits_ms = at_once[0].get("delayMs", 0)
                until_ms = self._now_ms + waits_ms
                if waits_ms:
                    yield waits_ms * _NS_PER_MS
                reply = at_once.pop(0)
                until_ms = math.inf
                self._reply(reply, attributes, then=lambda _: waiter.resume(None))
                yield None
            waits_ms = plan.get("delayMs", 0)
            until_ms = self._now_ms + waits_ms
            if waits_ms:
                yield waits_ms * _NS_PER_MS
        except GeneratorExit:  # the pod has gone, and the broker does not care
            if until_ms < math.inf:
                self._all(at_once + later, attributes, until_ms - self._now_ms)
            raise
        self._all(later, attributes)
        if plan.get("close"):
            return Answer(0, failure=Failure.CLOSED)
        return Answer(plan.get("status", 202))

    @property
    def _now_ms(self) -> float:
        return self.sim.now_ns / _NS_PER_MS

    def _all(
        self, replies: list[Json], attributes: Mapping[str, str], after_ms: float = 0
    ) -> None:
        for each in replies:
            own_ms = 0 if each.get("sync") else each.get("delayMs", 0)
            self._reply(each, attributes, after_ms=after_ms + own_ms)

    def _reply(
        self,
        reply: Json,
        attributes: Mapping[str, str],
        *,
        after_ms: float = 0,
        then: Any = None,
    ) -> None:
        first = next(iter(self._specs))
        path = reply.get("path", f"{first}/reply")
        asked = self._asked(attributes)
        correlation = attributes.get(asked["correlationAttribute"], "")
        written = reply.get("value", "correlation")
        headers = {n.lower(): text for n, text in reply.get("headers", {}).items()}
        made = self._for(path, correlation)
        body = reply.get("body", "").replace("<correlation>", made)
        if written != "absent":
            if written != "correlation":
                made = written.replace("<correlation>", made)
            headers[f"ce-{self._asked_at(path)['replyAttribute']}"] = made
        at_ms = self.sim.now_ns / _NS_PER_MS + after_ms

        def answered(sent: Sent) -> None:
            done_ms = self.sim.now_ns / _NS_PER_MS
            found = {"status": sent.status, "atMs": at_ms, "doneMs": done_ms}
            if sent.status:
                self.replies.append(found)
            if then is not None:
                then(sent)

        self.sim.post(
            self._url(path), headers=headers, body=body.encode(),
            after=after_ms / 1000, then=answered,
        )  # fmt: skip

    def _for(self, path: str, value: str) -> str:
        """Make a value genuine for the resource at a path, if it is so for any."""
        if any(is_genuine(value, self._key(own)) for own in self._specs):
            id_, _, index = value.split(":")
            return self._value(path, id_, int(index))
        return value

    def _asked(self, attributes: Mapping[str, str]) -> Mapping[str, str]:
        """Give the attributes' names of the resource that has posted an event."""
        specs = [_names(each) for each in self._specs.values()]
        named = [each for each in specs if each["correlationAttribute"] in attributes]
        return (named or specs)[0]

    def _asked_at(self, path: str) -> Mapping[str, str]:
        for own, each in self._specs.items():
            if path.startswith(f"{own}/"):
                return _names(each)
        return _names(next(iter(self._specs.values())))


def _names(request_reply: Json) -> Mapping[str, str]:
    usual = {"correlationAttribute": "correlationid", "replyAttribute": "replyid"}
    return {name: request_reply["spec"].get(name) or usual[name] for name in usual}


def _path(request_reply: Json) -> str:
    metadata = request_reply["metadata"]
    return f"/{metadata['namespace']}/{metadata['name']}"


def _of_broker(request_reply: Json) -> str:
    namespace = request_reply["metadata"]["namespace"]
    return f"{namespace}/{request_reply['spec']['brokerRef']['name']}"


def _topology(case: Json, replicas: int) -> Topology:
    pods = {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": _SERVICE, "namespace": "knative-eventing"},
        "spec": {"replicas": replicas},
    }
    requests = case["requestReplies"]
    brokers = (
        {} if case.get("noBrokerAddress") else dict.fromkeys(map(_of_broker, requests))
    )
    documents = [pods]
    for each in brokers:
        namespace, name = each.split("/")
        documents.append(
            {
                "apiVersion": "eventing.knative.dev/v1",
                "kind": "Broker",
                "metadata": {"name": name, "namespace": namespace},
            }
        )
    if case.get("noKey"):  # one whose name goes on takes the key
        for each in requests:
            name = f"{each['metadata']['name']}-and-more"
            documents.append({**each, "metadata": {**each["metadata"], "name": name}})
    return Topology.parse("\n---\n".join(map(json.dumps, [*documents, *requests])))


def _passes(case: Json, given: Json) -> bool:
    """Judge a value of the reply attribute by the trigger of a pod."""
    first = case["requestReplies"][0]
    replicas = given.get("replicas", 1)
    sim = Simulation(_topology(case, replicas))
    pod = given.get("podIdx", 0)
    names = [f"{first['metadata']['name']}{pod}-{replicas}"]
    route = next(
        route
        for hub in sim.wiring.hubs
        for route in hub.routes
        if route.resource.name in names
    )
    attributes = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t"}
    value = given.get("value")
    if isinstance(value, str) and value.startswith("good:"):
        key = key_of(first["metadata"]["namespace"], first["metadata"]["name"])
        index = given.get("idx", 0)
        value = correlation_value(value[5:], key, bytes(NONCE_BYTES), index)
    if value is not None and value != "absent":
        attributes[_names(first)["replyAttribute"]] = value
    assert route.filter is not None, "the trigger has one"
    return route.filter.verdict(attributes).delivers


def _response(sent: Sent) -> Json:
    done = None if sent.answered_ns is None else sent.answered_ns / _NS_PER_MS
    if sent.status is None:
        error = "connection closed" if sent.error == Failure.CLOSED else "no answer"
        return {"error": error, "doneMs": done}
    headers = dict(sent.headers)
    body = ""
    if sent.reply is not None:
        reply = event_of(sent.reply)
        headers |= binary_headers(reply.attributes)
        body = (reply.body or b"").decode()
    return {"status": sent.status, "headers": headers, "body": body, "doneMs": done}


def _each(what: str, found: list[Json], wanted: list[Json]) -> Iterator[str]:
    if len(found) != len(wanted):
        yield f"{what}: {len(found)}, recorded {len(wanted)}: {found}"
        return
    for number, (here, there) in enumerate(zip(found, wanted, strict=True)):
        for name in ("status", "error", "path"):
            if here.get(name) != there.get(name):
                yield f"{what} {number}: {name} {here.get(name)}, recorded {there.get(name)}"
        for name in ("atMs", "doneMs"):
            if name in there and not _near(here.get(name), there[name]):
                yield f"{what} {number}: {name} {here.get(name)}, recorded {there[name]}"
        if "status" in there or what == "broker":
            yield from _of_message(f"{what} {number}", here, there)


def _near(found: float | None, wanted: float) -> bool:
    return found is not None and abs(found - wanted) <= max(120, wanted * 0.08)


def _same(found: str, wanted: str) -> bool:
    try:
        return bool(json.loads(found) == json.loads(wanted))
    except ValueError:
        return found == wanted


def _of_message(what: str, here: Json, there: Json) -> Iterator[str]:
    if "headers" in there:
        found = {
            n: _ENCRYPTED.sub(":<enc>", v)
            for n, v in here["headers"].items()
            if n in there["headers"] or not (n in _WITHOUT or n.startswith("webhook-"))
        }
        if found != there["headers"]:
            yield f"{what}: headers {found}, recorded {there['headers']}"
    if "body" in here and not _same(here["body"], there.get("body", "")):
        yield f"{what}: body {here['body']!r}, recorded {there.get('body', '')!r}"
