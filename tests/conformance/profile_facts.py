"""Recordings that are no scenarios: rules, settings in force, facts of unit tests."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from simulator import Simulation, Topology
from simulator.control.filtering import compiled_filter
from simulator.delivery import BackoffPolicy, Retries, parse_period
from simulator.event import read_json
from simulator.event.kafka import committed, key_form
from simulator.event.text import instant_text
from simulator.kernel import Kind
from simulator.profiles import PROFILES
from tests.conformance.golden import Finding
from tests.conformance.rules import (
    KEPT,
    NOT_TRIED,
    OF_CHANNELS,
    PARTLY,
    UNSAID,
    VERDICTS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = dict[str, Any]
Cases = list[tuple[str, Finding]]
_NS_PER_MS = 1_000_000
_RECORD = {"sink": "broker/default", "record": {"value": "no event"}}
_EVENT = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t"}
_CALLED = {"natss-broker": "natss"}


def _found(expected: object, found: object) -> Finding:
    if expected == found:
        return Finding()
    return Finding(differences=(f"expected {expected!r}, found {found!r}",))


# -- rules of the specification


def judge_rules(rules: list[Json], _: str) -> Cases:
    """Try each rule with the profile of the specification, and with those judged by it."""
    return [case for rule in rules for case in _of_rule(rule)]


def _of_rule(rule: Json) -> Iterator[tuple[str, Finding]]:
    name = rule["id"]
    if name not in KEPT:
        why = NOT_TRIED.get(name, "nobody knows how to try it")
        yield name, Finding(skipped=why)
        return
    keeps = KEPT[name]
    if name not in OF_CHANNELS | UNSAID:
        yield f"{name}, spec", _found(expected=True, found=keeps("spec"))
    for recorded, told in rule["profiles"].items():
        profile, verdict = _CALLED.get(recorded, recorded), told["verdict"]
        what = f"{name}, {profile}"
        part = PARTLY.get((name, profile))
        if part is not None:
            yield what, _found(expected=True, found=part(profile))
        elif verdict not in VERDICTS:
            yield what, Finding(skipped=f"the verdict is {verdict!r}")
        else:
            yield what, _found(VERDICTS[verdict], keeps(profile))


# -- settings in force for class Kafka


def judge_settings(cases: list[Json], _: str) -> Cases:
    """Compare which delivery is in force for a trigger of a Kafka broker."""
    return [
        (
            f"{number}",
            _found(
                case["inForce"] or _NOTHING,
                _in_force(case["broker.delivery"], case["trigger.delivery"], "Kafka"),
            ),
        )
        for number, case in enumerate(cases, 1)
    ]


_NOTHING = {
    "backoffDelayMs": 0,
    "deadLetter": "",
    "policy": "Exponential",
    "retry": 0,
    "timeoutMs": 0,
}


def _in_force(broker: Json | None, trigger: Json | None, class_: str) -> Json:
    """Give the settings in force in the words of Kafka's contract."""
    route = _simulation(broker, trigger, class_).wiring.hubs[0].routes[0]
    retries = route.retries
    sets_delay = retries.retry or "backoffDelay" in route.origins
    timeout = 0 if route.origins.get("timeout", "").startswith("default of") else 1
    there = any((retries.retry, route.dead_letter, timeout and retries.timeout_ns))
    if not there:
        return dict(_NOTHING)
    return {
        "backoffDelayMs": (retries.delay_ns or 0) // _NS_PER_MS if sets_delay else 0,
        "deadLetter": route.dead_letter or "",
        "policy": (retries.policy or BackoffPolicy.EXPONENTIAL).value.capitalize(),
        "retry": retries.retry,
        "timeoutMs": timeout and (retries.timeout_ns or 0) // _NS_PER_MS,
    }


def _simulation(
    broker: Json | None,
    trigger: Json | None,
    class_: str = "Kafka",
    services: Json | None = None,
    filters: list[Json] | None = None,
    *,
    record: bool = False,
) -> Simulation:
    annotations = {"eventing.knative.dev/broker.class": class_}
    api = "eventing.knative.dev/v1"
    service = {"apiVersion": "v1", "kind": "Service", "name": "one"}
    spec: Json = {"broker": "default", "subscriber": {"ref": service}}
    if trigger is not None:
        spec["delivery"] = trigger
    if filters is not None:
        spec["filters"] = filters
    return Simulation(
        Topology.of(
            {
                "apiVersion": api,
                "kind": "Broker",
                "metadata": {"name": "default", "annotations": annotations},
                "spec": {} if broker is None else {"delivery": broker},
            },
            {
                "apiVersion": api,
                "kind": "Trigger",
                "metadata": {"name": "t"},
                "spec": spec,
            },
            {
                "apiVersion": "simulator/v1",
                "kind": "Simulation",
                "metadata": {"name": "facts"},
                "spec": {
                    "services": {"one": {}, "d": {}, **(services or {})},
                    "sources": {"r": _RECORD} if record else {},
                },
            },
        ),
        defaults=False,
        validate=False,
    )


# -- facts of Kafka's unit tests


def judge_vectors(vectors: list[Json], _: str) -> Cases:
    """Compare each fact, in the way of its unit."""
    found: Cases = []
    for vector in vectors:
        unit = vector["unit"]
        judge = _UNITS.get(unit)
        finding = (
            Finding(skipped="nobody knows how to try it")
            if judge is None
            else judge(vector["given"], vector["expect"])
        )
        found.append((f"{unit}: {vector['name']}", finding))
    return found


def _status(given: Json, expect: Json) -> Finding:
    retrying = PROFILES["kafka"].retrying
    return _found(expect["retried"], retrying.is_retried(given["status"]))


def _backoff(given: Json, expect: Json) -> Finding:
    retries = Retries(
        retry=given["retryNumber"],
        policy=BackoffPolicy(given["backoffPolicy"]),
        delay_ns=given["backoffDelayMs"] * _NS_PER_MS,
    )
    wait = PROFILES["kafka"].retrying.backoff_ns(retries, given["retryNumber"] - 1)
    return _found(expect["waitMs"] * _NS_PER_MS, wait)


def _duration(given: Json, expect: Json) -> Finding:
    text = given["text"]
    if text is None:
        trigger = {"retry": 1, "deadLetterSink": {"uri": "http://d"}}
        found = _in_force(None, trigger, "KafkaNamespaced")["backoffDelayMs"]
        return _found(expect["ms"], found)
    return _found(expect["ms"], parse_period(text) // _NS_PER_MS)


def _attempts(given: Json, expect: Json) -> Finding:
    delivery: Json = {"retry": given["retry"]}
    if "backoffPolicy" in given:
        delivery["backoffPolicy"] = given["backoffPolicy"]
        delivery["backoffDelay"] = f"PT{given['backoffDelayMs'] / 1000}S"
    if "timeoutMs" in given:
        delivery["timeout"] = f"PT{given['timeoutMs'] / 1000}S"
    delay = f"{given.get('answerDelayMs', 0)}ms"
    answers = [{"status": status, "delay": delay} for status in given["answers"]]
    sim = _sent(_simulation(None, delivery, services={"one": {"responses": answers}}))
    settled = not sim.trace.select(kind=Kind.LOST)
    found = {"requests": len(sim.received("one")), "success": settled}
    return _found(expect, found)


def _sent(sim: Simulation, event: Json | None = None) -> Simulation:
    given = event or _EVENT
    headers = {f"ce-{name}": str(value) for name, value in given.items()}
    sim.post(sim.wiring.addresses["broker/default"], headers=headers, body=b"")
    sim.run()
    return sim


def _dispatch(given: Json, expect: Json) -> Finding:
    status = {True: 500, False: 200}
    services = {
        "one": {"responses": [status[given.get("subscriberFails", False)]]},
        "d": {"responses": [status[given.get("deadLetterFails", False)]]},
    }
    wanted = "t" if given.get("filter", True) else "other"
    filters = [{"exact": {"type": wanted}}]
    sink = {"ref": {"apiVersion": "v1", "kind": "Service", "name": "d"}}
    record = given.get("invalidRecord", False)
    sim = _simulation(
        None, {"deadLetterSink": sink}, "Kafka", services, filters, record=record
    )
    if record:
        sim.run()
    else:
        _sent(sim)
    found = {
        "subscriber": len(sim.received("one")),
        "deadLetter": len(sim.received("d")),
        "commit": True,
    }
    return _found(expect, found)


def _dead_letter(given: Json, expect: Json) -> Finding:
    answer: Json = {"status": given["status"], "body": given["body"]}
    if "headers" in given:
        answer["headers"] = given["headers"]
    services = {"one": {"responses": [answer]}}
    sink = {"ref": {"apiVersion": "v1", "kind": "Service", "name": "d"}}
    sim = _sent(_simulation(None, {"deadLetterSink": sink}, "Kafka", services))
    (received,) = sim.received("d")
    found = {name: received.attributes.get(name) for name in expect}
    if found.get("knativeerrordest") == "http://one.default.svc.cluster.local":
        found["knativeerrordest"] = given["destination"]
    return _found(expect, found)


def _reply(given: Json, expect: Json) -> Finding:
    answer: Json = {"status": 200, "body": given.get("body") or ""}
    if "event" in given:
        headers = {f"ce-{name}": value for name, value in given["event"].items()}
        answer = {"status": 200, "headers": headers}
    sim = _sent(
        _simulation(
            None,
            {"deadLetterSink": {"uri": "http://d.default.svc.cluster.local"}},
            services={"one": {"responses": [answer, 200]}},
        )
    )
    produced = len(sim.trace.select(kind=Kind.REPLIED))
    found = {"success": not sim.received("d"), "produced": produced}
    return _found(expect, {name: found[name] for name in expect})


def _ingress(given: Json, expect: Json) -> Finding:
    namespace, _, name = given["configured"].removeprefix("/").partition("/")
    api = "eventing.knative.dev/v1"
    annotations = {"eventing.knative.dev/broker.class": "Kafka"}
    metadata = {"name": name, "namespace": namespace, "annotations": annotations}
    broker = {"apiVersion": api, "kind": "Broker", "metadata": metadata}
    sim = Simulation(Topology.of(broker), validate=False)
    headers = {"content-type": given.get("contentType", "text/plain")}
    headers |= {f"ce-{n}": v for n, v in given.get("event", {}).items()}
    host = "http://kafka-broker-ingress.knative-eventing.svc.cluster.local"
    body = given.get("raw", "").encode()
    sent = sim.post(f"{host}{given['path']}", headers=headers, body=body)
    sim.run()
    return _found(expect["status"], sent.status)


def _egress_config(given: Json, expect: Json | None) -> Finding:
    delivery = given["delivery"]
    found = _contract("Kafka", None, delivery)
    wanted = dict(expect or {})
    if wanted.get("backoffDelayMs") and "backoffDelay" not in (delivery or {}):
        wanted["backoffDelayMs"] = found.get("backoffDelayMs")  # the default is another
    return _found(wanted, found)


def _merge(given: Json, expect: Json) -> Finding:
    # A manifest has no milliseconds, which the unit test of the merge has.
    broker, trigger, expect = map(
        _in_tenths, (given["broker"], given["trigger"], expect)
    )
    found = _contract("KafkaNamespaced", broker, trigger)
    for name in ("backoffPolicy", "backoffDelayMs"):
        if name not in expect:
            found.pop(name, None)
    return _found(expect, found)


def _in_tenths(contract: Json | None) -> Any:
    """Give a contract with a delay of as many tenths of a second as milliseconds."""
    if contract is None or "backoffDelayMs" not in contract:
        return contract
    return {**contract, "backoffDelayMs": contract["backoffDelayMs"] * 100}


def _manifest(contract: Json | None) -> Json | None:
    """Write a delivery as a manifest has it."""
    if contract is None:
        return None
    made = dict(contract)
    sink = made.pop("deadLetter", made.pop("deadLetterSink", None))
    if sink is not None:
        uri = sink if "://" in sink else f"http://{sink}"
        made["deadLetterSink"] = {"uri": uri}
    for name in ("timeout", "backoffDelay"):
        if f"{name}Ms" in made:
            made[name] = f"PT{made.pop(f'{name}Ms') / 1000}S"
    return made


def _contract(class_: str, *recorded: Json | None) -> Json:
    """Give the settings in force of broker and trigger, those that say something."""
    broker, trigger = map(_manifest, recorded)
    found = _in_force(broker, trigger, class_)
    found["backoffPolicy"] = found.pop("policy").lower()
    sinks = [str(block.get("deadLetter")) for block in recorded if block]
    if (bare := found["deadLetter"].removeprefix("http://")) in sinks:
        found["deadLetter"] = bare
    if not found["retry"]:
        del found["backoffPolicy"]
    return {name: value for name, value in found.items() if value}


def _filter(given: Json, expect: Json) -> Finding:
    event = read_json(given["event"])
    compiled = compiled_filter(given, PROFILES["kafka"].filtering)
    return _found(expect["pass"], compiled.verdict(event.attributes).delivers)


def _offsets(given: Json, expect: Json) -> Finding:
    first, finished = given["first"], given["finished"]
    end = max(finished) + 1
    unfinished = [each for each in range(first, end) if each not in finished]
    return _found(expect["committed"], committed(first, end, unfinished))


def _source_key(given: Json, expect: Json) -> Finding:
    # The contract of the data plane says double where the label says float.
    named = given["keyType"] or ""
    word = "float" if named == "double" else named
    form = key_form(word, given["bytes"])
    return _found(expect["read as"], None if form is None else form.value)


def _source_record(given: Json, expect: Json) -> Finding:
    at, offset = given["timestampMs"] * _NS_PER_MS, given["offset"]
    metadata = {"name": given["source"], "namespace": given["namespace"]}
    spec = {
        "topics": [given["topic"]],
        "bootstrapServers": ["kafka:9092"],
        "sink": {"uri": "http://sink"},
    }
    generator = {
        "for": f"KafkaSource/{metadata['namespace']}/{metadata['name']}",
        "count": offset + 1,
        "record": {
            "partition": given["partition"],
            "timestamp": instant_text(at),
            "key": given["key"],
            "headers": given["headers"],
            "valueBase64": given["bodyBase64"],
        },
    }
    source = {"apiVersion": "sources.knative.dev/v1", "kind": "KafkaSource"}
    simulation = {"apiVersion": "simulator/v1", "kind": "Simulation"}
    described = {"sources": {"r": generator}, "services": {"s": {"hosts": ["sink"]}}}
    sim = Simulation(
        Topology.of(
            {**source, "metadata": metadata, "spec": spec},
            {**simulation, "metadata": {"name": "facts"}, "spec": described},
        )
    )
    sim.run()
    received = sim.received("s")[offset]
    body = base64.b64decode(given["bodyBase64"])
    if received.body != body:
        return Finding(differences=(f"expected {body!r}, found {received.body!r}",))
    return _found(expect, {name: received.attributes.get(name) for name in expect})


def _order(given: Json, expect: Json) -> Finding:
    choices = dict(PROFILES["kafka"].queue.choices)
    if "annotation" in given:
        there = given["annotation"].lower() in choices
        return _found(expect["order"], given["annotation"].lower() if there else None)
    ordered = choices["ordered"]
    profile = PROFILES["kafka"].replace(name="ordered", queue=ordered)
    tasks = [{"status": 200, "delay": f"{ms}ms"} for ms in given["tasksMs"]]
    topology = Topology.parse(
        json.dumps(
            {
                "topology": "order",
                "brokers": {"default": {}},
                "triggers": {"t": {"subscriber": "one"}},
                "services": {"one": {"responses": tasks}},
            }
        )
    )
    sim = Simulation(topology, profile=profile)
    for number in range(len(tasks)):
        sim.send(id=str(number), type="t")
    sim.run()
    done = sim.trace.select(kind=Kind.RESPONDED)
    return _found(expect["finished"], [int(record.event.id) for record in done])


_UNITS: dict[str, Callable[[Json, Any], Finding]] = {
    "status": _status,
    "backoff": _backoff,
    "attempts": _attempts,
    "dispatch": _dispatch,
    "deadLetter": _dead_letter,
    "reply": _reply,
    "ingress": _ingress,
    "egressConfig": _egress_config,
    "mergeKafkaNamespaced": _merge,
    "duration": _duration,
    "filter": _filter,
    "order": _order,
    "offsets": _offsets,
    "sourceKey": _source_key,
    "sourceRecord": _source_record,
}
READERS: dict[str, Callable[[list[Json], str], Cases]] = {
    "rules": judge_rules,
    "cases": judge_settings,
    "vectors": judge_vectors,
}
