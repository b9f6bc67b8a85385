"""EventPolicies and OIDC as they were recorded: who is let in at a resource, and its status."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from simulator import Simulation, Topology
from simulator.access import ISSUER, signed
from simulator.control import ClusterConfig, admit
from simulator.control.config import FEATURES
from simulator.kernel import AddressBook
from simulator.nodes import JOB
from simulator.session.blueprint import Blueprint
from simulator.wiring import Endpoint, Hub
from tests.conformance.kinds_event_transform import request_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simulator.access import Guard
    from simulator.wiring import Condition

Json = dict[str, Any]
T = TypeVar("T", Hub, Endpoint)
_START = 1_767_225_600
_MODE = "default-authorization-mode"
_KNOWN_MODES = ("allow-all", "deny-all", "allow-same-namespace")
_JOB = {"spec": {"template": {"spec": {"containers": [{"name": "a", "image": "a"}]}}}}
_TARGETS: dict[str, tuple[str, Json]] = {
    "Broker": ("eventing.knative.dev/v1", {}),
    "InMemoryChannel": ("messaging.knative.dev/v1", {}),
    "JobSink": ("sinks.knative.dev/v1alpha1", {"job": _JOB}),
}
_SYSTEM = "knative-eventing.svc.cluster.local"
_HOSTS = {
    "Broker": f"broker-ingress.{_SYSTEM}",
    "InMemoryChannel": "tgt-kn-channel.default.svc.cluster.local",
    "JobSink": f"job-sink.{_SYSTEM}",
}
# Hubs answer a sender with a status here, and no headers.
_COMPARED = ("location",)


def differences(case: Json) -> Iterator[str]:
    """Say where a status, or an answer, differs from what was recorded."""
    expected = case["expected"]
    features = _features(case)
    yield from _of_admission(case, features)
    documents = [_target(case["target"]), *case["policies"], *case["objects"]]
    blueprint = _Passing(
        case["target"],
        Topology.parse("\n---\n".join(map(json.dumps, documents))),
        configmaps={FEATURES: features},
        validate=False,
    )
    wiring = blueprint.wiring
    conditions = {(key.kind, key.name): each for key, each in wiring.conditions.items()}
    for policy in expected["policies"]:
        yield from _of_policy(policy, conditions["EventPolicy", policy["name"]])
    target = case["target"]
    found = conditions[target["kind"], target["name"]]
    yield from _of_condition(
        "EventPoliciesReady", expected["EventPoliciesReady"], found
    )
    guarded: tuple[Hub | Endpoint, ...] = (*wiring.hubs, *wiring.endpoints)
    for each in guarded:
        if each.name == target["name"] and not each.node.startswith(f"{JOB}/"):
            yield from _of_guard(case, each.guard)
    for number, wanted in enumerate(expected["responses"]):
        sim = Simulation(blueprint)
        for difference in _of_response(case, case["requests"][number], wanted, sim):
            yield f"request {number}: {difference}"


def _features(case: Json) -> Mapping[str, str]:
    """Give the flags; one that no ConfigMap may have stands for one that counts as it."""
    features = dict(case["features"])
    mode = features.get(_MODE)
    if mode is not None and mode.lower() not in _KNOWN_MODES:
        features[_MODE] = "allowed"
    return features


def _target(target: Json) -> Json:
    api_version, spec = _TARGETS[target["kind"]]
    names = ("name", "namespace", "labels")
    return {
        "apiVersion": api_version,
        "kind": target["kind"],
        "metadata": {name: target[name] for name in names if name in target},
        "spec": spec,
    }


def _of_admission(case: Json, features: Mapping[str, str]) -> Iterator[str]:
    """Compare what the webhook says of policies; an update is not refused for OIDC."""
    config = ClusterConfig.from_configmaps({FEATURES: features})
    for policy, wanted in zip(
        case["policies"], case["expected"]["policies"], strict=True
    ):
        old = None if config.enabled("authentication-oidc") else policy
        admission = admit(policy, config=config, old=old)
        said = "\n".join(fault.text for fault in admission.faults)
        if said != wanted.get("admission", ""):
            yield f"the webhook says {said!r}, recorded {wanted.get('admission', '')!r}"


def _of_policy(wanted: Json, found: tuple[Condition, ...]) -> Iterator[str]:
    for type_, condition in wanted["conditions"].items():
        yield from _of_condition(type_, condition, found, text=False)
    ready = next(each for each in found if each.type == "Ready").status.value == "True"
    if ready != wanted["ready"]:
        yield f"policy {wanted['name']} is {'' if ready else 'not '}Ready"


def _of_condition(
    type_: str, wanted: Json, found: tuple[Condition, ...], *, text: bool = True
) -> Iterator[str]:
    [each] = [each for each in found if each.type == type_]
    message = each.message
    if '"Allowed"' in message:
        message = wanted.get("message", "")
    here = {"status": each.status.value, "reason": each.reason, "message": message}
    for name in ("status", "reason", "message") if text else ("status", "reason"):
        if here[name] != wanted.get(name, ""):
            yield f"{type_}: {name} {here[name]!r}, recorded {wanted.get(name, '')!r}"


def _of_guard(case: Json, guard: Guard | None) -> Iterator[str]:
    expected = case["expected"]
    audience = None if guard is None else guard.audience
    if audience != expected.get("audience"):
        yield f"audience {audience}, recorded {expected.get('audience')}"
    policies = () if guard is None else guard.policies
    if [each.name for each in policies] != expected["statusPolicies"]:
        yield f"policies {policies}, recorded {expected['statusPolicies']}"
    named = {policy["name"]: policy["from"] for policy in expected["policies"]}
    for each in policies:
        if list(each.subjects) != named[each.name]:
            yield f"from {each.subjects}, recorded {named[each.name]}"


def _of_response(
    case: Json, request: Json, wanted: Json, sim: Simulation
) -> Iterator[str]:
    method, path, headers, body = request_of(request)
    sent = dict(headers)
    if "token" in request:
        audience = case["expected"].get("audience", "")
        sent["authorization"] = f"Bearer {_token(request['token'], audience)}"
    host = _HOSTS[case["target"]["kind"]]
    answered = sim.post(f"http://{host}{path}", method=method, headers=sent, body=body)
    sim.run()
    if answered.status != wanted["status"]:
        yield f"{answered.status}, recorded {wanted['status']}"
    answer = answered._sender.answer
    given = answer.headers if answer else {}
    for name in _COMPARED:
        there = wanted.get("headers", {}).get(name)
        if given.get(name) != there:
            yield f"{name}: {given.get(name)}, recorded {there}"


def _token(token: Json, audience: str) -> str:
    """Make the token of a recording."""
    claims = {
        "iss": "https://elsewhere" if token.get("otherIssuer") else ISSUER,
        "sub": token["sub"],
        "aud": [token.get("aud", audience)],
        "exp": _START + token.get("expSeconds", 3_600),
    }
    text = signed(claims)
    return text[:-4] + "AAAA" if token.get("badSignature") else text


class _Passing(Blueprint):
    """A topology while the target has no audience, or no address, for a moment."""

    def __init__(self, target: Json, *args: Any, **kwargs: Any) -> None:
        self._target = target
        super().__init__(*args, **kwargs)

    def book(self, services: Iterable[str]) -> AddressBook:
        book = super().book(services)
        if not any(name in self._target for name in ("noAudience", "noAddress")):
            return book
        audience = None if self._target.get("noAudience") else ""
        wiring = book.wiring
        return AddressBook(
            wiring.replace(
                hubs=tuple(_asking_for(each, audience) for each in wiring.hubs),
                endpoints=tuple(
                    _asking_for(each, audience) for each in wiring.endpoints
                ),
            )
        )


def _asking_for(guarded: T, audience: str | None) -> T:
    guard = guarded.guard
    return guarded.replace(guard=guard and guard.replace(audience=audience))
