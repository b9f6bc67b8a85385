"""Plays a recorded scenario through the public API, in the form of a recording."""

from __future__ import annotations

import base64
import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from simulator import Received, Sent, Simulation, Topology

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]
_NS_PER_MS = 1_000_000
_INGRESS = "http://broker-ingress.knative-eventing.svc.cluster.local"
_EVENTING = "eventing.knative.dev/v1"
_MESSAGING = "messaging.knative.dev/v1"
_ASYNC = {"messaging.knative.dev/async-handler": "true"}
_BATCH = "application/cloudevents-batch+json"
_STRUCTURED = "application/cloudevents+json"
_GONE = "client gone before the answer"
_FAULTS = {
    "reset": "reset",
    "closed": "close",
    "hang": "hang",
    "timeout": _GONE,
    "client gone": _GONE,
}
_KEPT = (
    "prefer",
    "kn-namespace",
    "content-type",
    "x-request-id",
    "retry-after",
    "traceparent",
)
_KEPT_PREFIXES = ("knative-", "x-b3-")


def play(scenario: Json) -> Json:
    """Run a scenario and give what FORMAT.md calls `expected`."""
    return played(simulation(scenario), scenario)


def played(sim: Simulation, scenario: Json) -> Json:
    """Send the events of a scenario and give what FORMAT.md calls `expected`."""
    deadline = scenario.get("deadlineMs")
    sent = _send_all(sim, scenario["events"], deadline)
    answered = _answered(sim, sent)
    senders = [_sender(i, e, s, deadline) for i, (e, s) in enumerate(sent)]
    requests = [
        _request(received, sum(serial < received.serial for serial in answered))
        for received in sim.received()
    ]
    heard = _heard(senders, requests, scenario.get("quietMs"))
    return {"senders": senders, "requests": heard}


def simulation(scenario: Json, *, most: int = 5_000_000) -> Simulation:
    """Make the run of a scenario; nothing is sent yet.

    Args:
        scenario: The part of a recording.
        most: Records after which it is stopped.

    Raises:
        TopologyError: A manifest cannot be read at all.
    """
    return Simulation(
        Topology.of(*_resources(scenario), _services(scenario)),
        strict=True,
        max_ttl=scenario.get("maxTTL"),
        configmaps=scenario.get("configmaps"),
        defaults=scenario.get("defaults", True),
        validate=False,
        most=most,
    )


# -- input


def _resources(scenario: Json) -> list[Json]:
    """Give the manifests, those of the short lists written out."""
    kinds = {
        each["name"]: each.get("kind", "InMemoryChannel")
        for each in scenario.get("channels", [])
    }
    return [
        *scenario.get("resources", []),
        *(
            _object(_EVENTING, "Broker", b, {}, kinds)
            for b in scenario.get("brokers", [])
        ),
        *(_trigger(t, kinds) for t in scenario.get("triggers", [])),
        *(
            _object(_MESSAGING, kind, c, {}, kinds)
            for c, kind in zip(
                scenario.get("channels", []), kinds.values(), strict=True
            )
        ),
        *(_subscription(s, kinds) for s in scenario.get("subscriptions", [])),
    ]


def _trigger(short: Json, kinds: Json) -> Json:
    spec = {
        "broker": short.get("broker", "default"),
        "subscriber": _destination(short["subscriber"], kinds),
    }
    spec |= {name: short[name] for name in ("filter", "filters") if name in short}
    return _object(_EVENTING, "Trigger", short, spec, kinds)


def _subscription(short: Json, kinds: Json) -> Json:
    spec = {"channel": _channel(short["channel"], kinds)}
    for name in ("subscriber", "reply"):
        if name in short:
            spec[name] = _destination(short[name], kinds)
    return _object(_MESSAGING, "Subscription", short, spec, kinds)


def _object(api_version: str, kind: str, short: Json, spec: Json, kinds: Json) -> Json:
    metadata = {"name": short["name"], "namespace": short.get("namespace", "default")}
    annotations = dict(short.get("annotations", {}))
    if short.get("async"):
        annotations |= _ASYNC
    if annotations:
        metadata["annotations"] = annotations
    if "delivery" in short:
        delivery = dict(short["delivery"])
        if "deadLetterSink" in delivery:
            delivery["deadLetterSink"] = _destination(delivery["deadLetterSink"], kinds)
        spec = {**spec, "delivery": delivery}
    made = {"apiVersion": api_version, "kind": kind, "metadata": metadata}
    return {**made, "spec": spec} if spec else made


def _channel(name: str, kinds: Json) -> Json:
    return {
        "apiVersion": _MESSAGING,
        "kind": kinds.get(name, "InMemoryChannel"),
        "name": name,
    }


def _destination(short: str | Json, kinds: Json) -> Json:
    if isinstance(short, dict):
        return short
    if "://" in short:
        return {"uri": short}
    kind, colon, name = short.partition(":")
    if colon and kind == "broker":
        return {"ref": {"apiVersion": _EVENTING, "kind": "Broker", "name": name}}
    if colon and kind == "channel":
        return {"ref": _channel(name, kinds)}
    service, slash, path = short.partition("/")
    ref: Json = {"ref": {"apiVersion": "v1", "kind": "Service", "name": service}}
    return {**ref, "uri": f"/{path}"} if slash else ref


def _services(scenario: Json) -> Json:
    """Describe the services in a Simulation document."""
    return {
        "apiVersion": "simulator/v1",
        "kind": "Simulation",
        "metadata": {"name": "scenario"},
        "spec": {
            "services": dict(_service(each) for each in scenario.get("services", []))
        },
    }


def _service(recorded: Json) -> tuple[str, Json]:
    name = recorded["name"]
    if recorded.get("namespace", "default") != "default":
        name = f"{recorded['namespace']}/{name}"
    spec: Json = {}
    if recorded.get("unreachable"):
        spec["unreachable"] = True
    if recorded.get("responses"):
        spec["responses"] = [_response(r) for r in recorded["responses"]]
    if recorded.get("rules"):
        spec["rules"] = [
            {
                "match": {k: _text(v) for k, v in rule["match"].items()},
                "responses": [_response(r) for r in rule["responses"]],
            }
            for rule in recorded["rules"]
        ]
    return name, spec


def _response(recorded: Json) -> Json:
    response: Json = {
        k: v
        for k, v in recorded.items()
        if k in ("status", "headers", "reset", "close", "hang")
    }
    if recorded.get("delayMs"):
        response["delay"] = f"{recorded['delayMs']}ms"
    mode = recorded.get("mode", "binary")
    if "echo" in recorded:
        response["echo"] = {**(recorded["echo"] or {}), "mode": mode}
    elif "event" in recorded:
        headers, body = encode(recorded["event"], mode)
        response["headers"] = {**headers, **recorded.get("headers", {})}
        response["bodyBase64"] = base64.b64encode(body).decode()
    elif "bodyBase64" in recorded:
        response["bodyBase64"] = recorded["bodyBase64"]
    elif "body" in recorded:
        response["body"] = recorded["body"]
    return response


def encode(event: Json, mode: str) -> tuple[dict[str, str], bytes]:
    """Encode an event as the recorder does; see FORMAT.md, `events`."""
    if mode == "structured":
        return {"content-type": _STRUCTURED}, _json(event)
    headers: dict[str, str] = {}
    for name, value in event.items():
        if name not in ("data", "data_base64", "datacontenttype") and value is not None:
            headers[f"ce-{name}"] = _text(value)
    content_type = event.get("datacontenttype")
    body = b""
    if "data_base64" in event:
        body = base64.b64decode(event["data_base64"])
    elif "data" in event:
        content_type = content_type or "application/json"
        data = event["data"]
        plain = isinstance(data, str) and "json" not in content_type
        body = data.encode() if plain else _json(data)
    if content_type:
        headers["content-type"] = content_type
    return headers, body


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _text(value: object) -> str:
    return value if isinstance(value, str) else _json(value).decode()


def _send_all(
    sim: Simulation, events: list[Json], deadline_ms: int | None
) -> list[tuple[Json, Sent]]:
    """Send timed events at their time, each other when the one before is answered.

    Returns:
        What was sent, in the order of the scenario, when nothing is due any more or
        the deadline has come.
    """
    sent: dict[int, Sent] = {}
    untimed = [i for i, event in enumerate(events) if "atMs" not in event]
    following = dict(pairwise(untimed))

    def send(number: int, after: str | None = None) -> None:
        event = events[number]
        headers, body = _message(event)
        timeout = event.get("timeoutMs")
        sent[number] = sim.post(
            _url(event["to"], sim.wiring.addresses),
            method=event.get("method", "POST"),
            headers=headers,
            body=body,
            after=after,
            timeout=f"{timeout}ms" if timeout else None,
            then=lambda _: send(following[number]) if number in following else None,
        )

    for number, event in enumerate(events):
        if "atMs" in event:
            send(number, f"{event['atMs']}ms")
    if untimed:
        send(untimed[0])
    sim.run(until=None if deadline_ms is None else f"{deadline_ms}ms")
    return [(event, sent[i]) for i, event in enumerate(events) if i in sent]


def _message(event: Json) -> tuple[dict[str, str], bytes]:
    mode = event.get("mode", "binary")
    if mode == "raw":
        return dict(event.get("headers", {})), (event.get("body") or "").encode()
    headers, body = encode(event["event"], mode)
    return {**headers, **event.get("headers", {})}, body


def _url(to: str, addresses: Mapping[str, str]) -> str:
    if "://" in to:
        return to
    kind, _, name = to.partition(":")
    namespace, slash, bare = name.partition("/")
    if not slash:
        namespace, bare = "default", name
    known = addresses.get(to.replace(":default/", "/").replace(":", "/"))
    if kind in ("broker", "channel") and known is not None:
        return known
    if kind == "broker":
        return f"{_INGRESS}/{namespace}/{bare}"
    domain = f"{namespace}.svc.cluster.local"
    host = {
        "channel": f"{bare}-kn-channel",
        "sequence": f"{bare}-kn-sequence-0-kn-channel",
        "parallel": f"{bare}-kn-parallel-kn-channel",
        "service": bare,
    }[kind]
    return f"http://{host}.{domain}"


# -- output


def _answered(sim: Simulation, sent: list[tuple[Json, Sent]]) -> list[int]:
    """List the records that tell of the senders' answers."""
    answers = {r.cause: r.serial for r in sim.trace.select(kind="answered")}
    return [answers[s.serial] for _, s in sent if s.serial in answers]


def _sender(index: int, event: Json, sent: Sent, deadline_ms: int | None) -> Json:
    done_ms: float = deadline_ms or 0
    if sent.answered_ns is not None:
        done_ms = sent.answered_ns / _NS_PER_MS
    answer: Json = {"index": index, "to": event["to"], "doneMs": done_ms}
    if sent.status is None:
        return {**answer, "error": sent.error or "no answer"}
    return {**answer, "status": sent.status}


def _heard(
    senders: list[Json], requests: list[Json], quiet_ms: int | None
) -> list[Json]:
    """Leave out what came after the quiet time in which the recorder stopped."""
    if quiet_ms is None:
        return requests
    latest = max((sender["doneMs"] for sender in senders), default=0.0)
    for place, request in enumerate(requests):
        if request["atMs"] > latest + quiet_ms:
            return requests[:place]
        latest = max(latest, request["atMs"])
    return requests


def _request(received: Received, after: int) -> Json:
    request = received.request
    attributes = received.attributes
    answer: Json = {"status": received.status}
    if received.fault is not None:
        answer = {"fault": _FAULTS.get(received.fault, str(received.fault))}
    mode = request.mode
    body = received.body
    content_type = received.headers.get("content-type", "")
    if content_type.startswith(_BATCH):
        mode = "batch"
    elif content_type.startswith(_STRUCTURED) and mode == "binary":
        # The recorder goes by the Content-Type, as every receiver does.
        mode, attributes = "structured", _structured(body)
    elif not attributes.get("specversion"):
        mode = "none"
    recorded: Json = {
        "service": received.service.rpartition("/")[2],
        "atMs": received.at_ns / _NS_PER_MS,
        "after": after,
        "method": request.method,
        "path": request.target.path,
        "mode": mode,
        "ce": attributes,
        "headers": {
            name: value
            for name, value in received.headers.items()
            if name in _KEPT or name.startswith(_KEPT_PREFIXES)
        },
        "answer": answer,
    }
    try:
        recorded["body"] = body.decode()
    except UnicodeDecodeError:
        recorded["bodyBase64"] = base64.b64encode(body).decode()
    return recorded


def _structured(body: bytes) -> Json:
    """Give the members of a structured event but its data; nothing of what is none."""
    try:
        members = json.loads(body)
    except ValueError:
        return {}
    members = members if isinstance(members, dict) else {}
    return {name: value for name, value in members.items() if name != "data"}
