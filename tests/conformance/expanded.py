"""What controllers make of a manifest, compared with what theirs made of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from simulator import Blueprint, Topology
from simulator.control.config import FEATURES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.wiring import Expansion

Json = dict[str, Any]
_CONTAINER = ("name", "image", "args", "env", "ports")
_METADATA = ("name", "namespace", "labels", "ownerReferences")
_SPEC = ("sink", "subject", "ceOverrides", "ports")


def made(case: Json) -> Iterator[str]:
    """Compare the objects that a controller makes, and what is injected into them."""
    expected = case["expected"]
    first, *others = expansions(case["manifest"], *case["objects"], case=case)
    found = [_modelled(each) for each in first.objects]
    recorded = [_modelled(each) for each in expected.get("objects", [])]
    if [len(found), *found] != [len(recorded), *recorded]:
        yield f"makes {found}, recorded {recorded}"
    if "injectedEnv" in expected:
        bound = [_env(each) for other in others for each in other.objects]
        if bound != [expected["injectedEnv"]]:
            yield f"injects {bound}, recorded {expected['injectedEnv']}"


def bound(case: Json) -> Iterator[str]:
    """Compare a workload that is bound, which is told here by its name."""
    expected, workload = case["expected"], case["subject"]
    spec = case["manifest"]["spec"]
    subject = {
        "apiVersion": workload["apiVersion"],
        "kind": workload["kind"],
        "name": workload["metadata"]["name"],
    }
    manifest = {**case["manifest"], "spec": {**spec, "subject": subject}}
    (found,) = expansions(manifest, workload, *case["objects"], case=case)
    wanted = _modelled(expected["subject"])
    if [_modelled(each) for each in found.objects] != [wanted]:
        yield f"makes {found.objects}, recorded {wanted}"
    uri = _sink_uri(found.objects[0])
    if uri != expected["sinkUri"]:
        yield f"its sink is {uri}, recorded {expected['sinkUri']}"


def adapter(case: Json) -> Iterator[str]:
    """Compare the process of a source of Knative's own: name, account, env.

    The recorder handed in the address of the sink, and what a selector of namespaces
    comes to.
    """
    expected = case["expected"]
    (found,) = expansions(case["manifest"], *case["objects"], case=case)
    (made,) = found.objects
    pod = made["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    env = {each["name"]: each.get("value", "") for each in container["env"]}
    told = {**env, "K_SOURCE_CONFIG": json.loads(env["K_SOURCE_CONFIG"])}
    wanted = {**expected["env"], "K_SINK": env["K_SINK"]}
    if "namespaceSelector" in case["manifest"]["spec"]:
        resolved = ("namespaces", "allNamespaces")
        own = {name: told["K_SOURCE_CONFIG"][name] for name in resolved}
        wanted["K_SOURCE_CONFIG"] = {**wanted["K_SOURCE_CONFIG"], **own}
    for name, here, there in (
        ("deployment", made["metadata"]["name"], expected["deployment"]),
        ("account", pod["serviceAccountName"], expected["serviceAccountName"]),
        ("env", told, wanted),
    ):
        if here != there:
            yield f"{name}: {here}, recorded {there}"


def expansions(*manifests: Mapping[str, Any], case: Json) -> tuple[Expansion, ...]:
    """Expand manifests, whatever their webhooks say."""
    blueprint = Blueprint(
        Topology.of(*manifests),
        validate=False,
        configmaps={FEATURES: case.get("features") or {}},
    )
    return blueprint.expansions


def _modelled(made: Mapping[str, Any]) -> Json:
    """Give what of an object is compared: names, labels, env, ports, selectors."""
    spec = made.get("spec") or {}
    found = {
        "metadata": {k: made["metadata"].get(k) for k in _METADATA},
        "data": made.get("data"),
        **{name: spec.get(name) for name in _SPEC},
        "selector": spec.get("selector"),
    }
    if "template" in spec:
        template = spec["template"]
        found["labels of pods"] = (template.get("metadata") or {}).get("labels")
        for section in ("initContainers", "containers"):
            found[section] = [
                {name: each.get(name) for name in _CONTAINER}
                for each in template["spec"].get(section) or ()
            ]
    return found


def _env(workload: Mapping[str, Any]) -> Json:
    pod = workload["spec"]["template"]["spec"]
    return {each["name"]: each.get("env", []) for each in pod["containers"]}


def _sink_uri(workload: Mapping[str, Any]) -> str | None:
    for env in _env(workload).values():
        for each in env:
            if each["name"] == "K_SINK":
                return str(each["value"])
    return None
