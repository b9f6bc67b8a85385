"""The environment that a program is started with: its own, and that of its container.

Source: Knative Serving, runtime contract (PORT, K_SERVICE, K_REVISION, K_CONFIGURATION);
    knative/func pkg/functions/runner.go (PORT, LISTEN_ADDRESS, PWD); knative/eventing
    sinkbinding_lifecycle.go (K_SINK, K_CE_OVERRIDES); kubernetes
    pkg/kubelet/kubelet_pods.go, makeEnvironmentVariables, and
    third_party/forked/golang/expansion/expand.go.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.control.naming import SERVING, SOURCES
from simulator.control.objects import overrides_text
from simulator.resource import mapping, mappings
from simulator.selectors import SelectorError, selector_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.resource import Resource
    from simulator.topology import Topology

HOST = "127.0.0.1"
_NO_PROXY = f"{HOST},localhost,::1"
_REFERENCE = re.compile(r"\$(?:\$|\(([^)]*)\))")
_FIELDS = ("metadata.name", "metadata.namespace")


class Sending(NamedTuple):
    """What a program is told that sends events by itself: the sink's URL on this machine."""

    sink: str
    overrides: Mapping[str, str]


class Serving(NamedTuple):
    name: str
    revision: str
    port: int


def environment(
    parent: Mapping[str, str],
    *,
    cwd: str,
    proxy: str,
    container: Mapping[str, str],
    serving: Serving | None = None,
    sending: Sending | None = None,
    own: Mapping[str, str],
) -> dict[str, str]:
    """Give all variables of a program; what is named later counts.

    Args:
        parent: Those of kn-sim.
        proxy: Host and port at which URLs of the cluster are answered.
        container: Those that the manifests say.
        own: Those that the topology says.
    """
    url = f"http://{proxy}"
    env = {
        "PYTHONUNBUFFERED": "1",  # so that a line is seen when it is written
        **parent,
        "PWD": cwd,
        "HTTP_PROXY": url,
        "http_proxy": url,
        "NO_PROXY": _NO_PROXY,
        "no_proxy": _NO_PROXY,
        **container,
    }
    if serving is not None:
        env |= {
            "PORT": str(serving.port),
            "LISTEN_ADDRESS": f"{HOST}:{serving.port}",
            "K_SERVICE": serving.name,
            "K_REVISION": serving.revision,
            "K_CONFIGURATION": serving.name,
        }
    if sending is not None:
        overrides = sending.overrides
        told = overrides_text({"extensions": overrides}) if overrides else ""
        env |= {"K_SINK": sending.sink, "K_CE_OVERRIDES": told}
    return {**env, **own}


class Container(NamedTuple):
    """What is known of the container that a program stands for: what is not set, and why."""

    env: Mapping[str, str]
    missing: tuple[str, ...] = ()


NOTHING = Container({})


def workload_of_service(
    topology: Topology, namespace: str, name: str
) -> Resource | None:
    """Find what has the pods of a service: a Knative Service, or whom a Service selects."""
    there = [r for r in topology if r.namespace == namespace]
    named = [r for r in there if r.kind == "Service" and r.name == name]
    for each in named:
        if each.group == SERVING:
            return each
    for each in named:
        labels = each.spec.get("selector")
        if isinstance(labels, dict) and labels:
            chosen = selector_of({"matchLabels": labels})
            for other in there:
                if _template(other) and chosen.selects(_labels(_template(other))):
                    return other
    return None


def workload_of_source(topology: Topology, source: Resource) -> Resource | None:
    """Find what has the containers that a source is: itself, or whom a SinkBinding binds."""
    if source.group != SOURCES or "subject" not in source.spec:
        return source if _template(source) else None
    subject = mapping(source.spec.get("subject"))
    try:
        chosen = selector_of(mapping(subject.get("selector")))
    except SelectorError:
        return None
    for each in topology:
        if (each.namespace, each.kind) == (source.namespace, subject.get("kind")):
            name = subject.get("name")
            labels = mapping(each.metadata.get("labels"))
            if each.name == name or (not name and chosen.selects(labels)):
                return each
    return None


def container_of(topology: Topology, workload: Resource) -> Container:
    """Give what the first container of a workload that has ports, or the first, is given."""
    containers = mappings(mapping(_template(workload).get("spec")).get("containers"))
    serving = [each for each in containers if each.get("ports")]
    first = next(iter((*serving, *containers)), {})
    return _Reading(topology, workload).container(first)


class _Reading:
    def __init__(self, topology: Topology, workload: Resource) -> None:
        self._topology = topology
        self._workload = workload
        self._env: dict[str, str] = {}
        self._missing: list[str] = []

    def container(self, container: Mapping[str, Any]) -> Container:
        for each in mappings(container.get("envFrom")):
            for kind, field in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
                if isinstance(each.get(field), dict):
                    prefix = str(each.get("prefix") or "")
                    self._all_of(kind, each[field], prefix)
        for each in mappings(container.get("env")):
            name = str(each.get("name") or "")
            value = self._value(name, each)
            if name and value is not None:
                self._env[name] = value
        return Container(self._env, tuple(self._missing))

    def _value(self, name: str, written: Mapping[str, Any]) -> str | None:
        chosen = written.get("valueFrom")
        if not isinstance(chosen, dict):
            return _REFERENCE.sub(self._expanded, str(written.get("value") or ""))
        for kind, field in (
            ("ConfigMap", "configMapKeyRef"),
            ("Secret", "secretKeyRef"),
        ):
            if isinstance(chosen.get(field), dict):
                return self._of_object(name, kind, chosen[field])
        path = mapping(chosen.get("fieldRef")).get("fieldPath")
        if path not in _FIELDS:
            self._miss(name, f"{path or 'its valueFrom'} is known in a cluster only")
            return None
        of_name = path == _FIELDS[0]
        return self._workload.name if of_name else self._workload.namespace

    def _expanded(self, found: re.Match[str]) -> str:
        if found[1] is None:
            return "$"
        return self._env.get(found[1], found[0])

    def _of_object(self, name: str, kind: str, wanted: Mapping[str, Any]) -> str | None:
        called, key = str(wanted.get("name") or ""), str(wanted.get("key") or "")
        data = self._data(kind, called)
        if data is not None and key in data:
            return data[key]
        if not wanted.get("optional"):
            what = f"the {kind} {called!r}" + ("" if data is None else f" with {key!r}")
            self._miss(name, f"{what} is not in the files")
        return None

    def _all_of(self, kind: str, wanted: Mapping[str, Any], prefix: str) -> None:
        called = str(wanted.get("name") or "")
        data = self._data(kind, called)
        if data is None and not wanted.get("optional"):
            self._miss(f"{prefix}…", f"the {kind} {called!r} is not in the files")
        self._env.update({prefix + key: value for key, value in (data or {}).items()})

    def _data(self, kind: str, name: str) -> dict[str, str] | None:
        found = self._topology.get(kind, name, self._workload.namespace)
        if found is None or found.group:
            return None
        plain = mapping(found.manifest.get("data"))
        if kind == "Secret":
            coded = plain.items()
            plain = {key: _decoded(str(value)) for key, value in coded}
            plain |= mapping(found.manifest.get("stringData"))
        return {str(key): str(value) for key, value in plain.items()}

    def _miss(self, name: str, why: str) -> None:
        self._missing.append(f"{name} of {self._workload} is not set: {why}")


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text).decode("utf-8", "surrogateescape")
    except binascii.Error:
        return text


def _template(workload: Resource) -> Mapping[str, Any]:
    spec = workload.spec
    job = mapping(mapping(spec.get("jobTemplate")).get("spec"))
    return mapping((job or spec).get("template"))


def _labels(template: Mapping[str, Any]) -> Mapping[str, str]:
    return mapping(mapping(template.get("metadata")).get("labels"))
