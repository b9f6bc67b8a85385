"""Pipes of Camel K, and KameletBindings, as they were called: what has an end in Knative.

The operator makes an integration of each. One that reads of a broker or a channel gets a
Trigger or a Subscription, with the Service of the integration as its subscriber; one that
writes to Knative is a source.

Source: apache/camel-k (read): pkg/util/bindings/knative_ref.go and knative_uri.go,
    pkg/util/knative (knative.go, uri.go), pkg/trait/knative.go.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.control.conditions import ConditionSet
from simulator.control.generators import speaker
from simulator.control.kind import Kind, Phase, Reconciled
from simulator.control.naming import CAMEL, EVENTING, MESSAGING, SERVING
from simulator.control.registry import kind_of
from simulator.control.sources import source_of
from simulator.manifests import shorthand
from simulator.manifests.sections import Short
from simulator.nodes import Role
from simulator.resource import ResourceKey, mapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.control.cluster import Cluster
    from simulator.control.given import Admitted
    from simulator.control.objects import Object

_URI = r"knative:/*(channel|endpoint|event)(?:/([A-Za-z0-9.-]+))?(?:\?(.*))?"
_KNATIVE = ".knative.dev"
_KINDS = {
    "event": (f"{EVENTING}/v1", "Broker"),
    "channel": (f"{MESSAGING}/v1", "Channel"),
    "endpoint": (f"{SERVING}/v1", "Service"),
}
# Source: camel-knative KnativeConfiguration, cloudEventsType.
_TYPE = "org.apache.camel.event"
_BESIDE = ("steps", "integration", "replicas", "serviceAccountName")


class End(NamedTuple):
    """One end of a Pipe, in Knative; no type where it says none of its events."""

    role: Role
    destination: Mapping[str, Any]
    type: str


def pipe_kind(name: str, version: str) -> Kind:
    return Kind(
        group=CAMEL,
        name=name,
        reconcile={Phase.SOURCES: _reconcile},
        applies=_applies,
        means=_means,
        short=Short(
            version=version,
            fields=("source", "sink", *_BESIDE),
            notations={"source": shorthand.DESTINATION, "sink": shorthand.DESTINATION},
        ),
    )


def _means(pipe: Admitted) -> str:
    if all(_is_written(pipe.spec.get(name)) for name in ("source", "sink")):
        return "neither its source nor its sink is of Knative"
    return ""  # that is told


def _reconcile(pipe: Admitted, cluster: Cluster) -> Reconciled:
    """What it reads in Knative, a route of its own brings.

    An integration that does both hands on what it gets: a service of its name says what.
    """
    for name in ("source", "sink"):
        if not _is_written(pipe.spec.get(name)):
            text = "has neither ref nor uri: no integration is made"
            cluster.findings.warn(pipe, "never-starts", text, f"spec.{name}")
            return Reconciled()
        ref = mapping(pipe.spec[name].get("ref"))
        if ref.get("namespace", pipe.namespace) != pipe.namespace:
            text = "Camel K looks for it in the namespace of the integration only"
            cluster.findings.warn(pipe, "no-effect", text, f"spec.{name}.ref.namespace")
    source, sink = _read(pipe), _end(pipe.spec.get("sink"))
    conditions = ConditionSet(("Integration",))
    conditions.true("Integration")
    if sink is None:
        return Reconciled(conditions=None if source is None else conditions)
    if source is not None:
        if not cluster.services.description(pipe.namespace, pipe.name):
            text = (
                "what it gets goes on to its sink as Camel makes it: describe that as the "
                f"service {pipe.name!r} (emit)"
            )
            cluster.findings.note(pipe, "silent-source", text)
        return Reconciled(conditions=conditions)
    wired = source_of(pipe, cluster, silent=True, sink=sink.destination)
    if wired.sink is None:
        conditions.false("Integration", "Error")
    workload = ResourceKey("apps", "Deployment", pipe.namespace, pipe.name)
    wired = wired.replace(
        attributes={"type": sink.type or _TYPE}, speakers=(speaker(workload),)
    )
    return Reconciled(conditions=conditions, source=wired)


def _applies(pipe: Admitted) -> Iterator[Object]:
    source = _read(pipe)
    if source is None or source.role is Role.SERVICE:
        return
    ref = source.destination["ref"]
    read, name = str(ref.get("name") or ""), pipe.name
    metadata = {"namespace": pipe.namespace}
    subscriber = {"apiVersion": f"{SERVING}/v1", "kind": "Service", "name": name}
    yield {**subscriber, "metadata": {"name": name, "namespace": pipe.namespace}}
    if source.role is Role.BROKER:
        end = _sanitized(source.type)
        spec: Object = {
            "broker": read,
            "subscriber": {"ref": subscriber, "uri": f"/events/{source.type}"},
        }
        if source.type:
            spec["filter"] = {"attributes": {"type": source.type}}
        metadata["name"] = f"{read}-{name}{'-' * bool(end)}{end}"
        yield _object(EVENTING, "Trigger", metadata, spec)
        return
    channel = {key: ref.get(key) for key in ("apiVersion", "kind", "name")}
    spec = {
        "channel": channel,
        "subscriber": {"ref": subscriber, "uri": f"/channels/{read}"},
    }
    metadata["name"] = f"{read}-{name}"
    yield _object(MESSAGING, "Subscription", metadata, spec)


def _object(group: str, kind: str, metadata: Object, spec: Object) -> Object:
    return {
        "apiVersion": f"{group}/v1",
        "kind": kind,
        "metadata": metadata,
        "spec": spec,
    }


def _read(pipe: Admitted) -> End | None:
    end = _end(pipe.spec.get("source"))
    return None if end is None or "uri" in end.destination else end


def _is_written(end: object) -> bool:
    return isinstance(end, dict) and (
        isinstance(end.get("ref"), dict) or isinstance(end.get("uri"), str)
    )


def _end(written: object) -> End | None:
    if not _is_written(written):
        return None
    assert isinstance(written, dict), "it is written"
    said = mapping(written.get("properties"))
    ref = written.get("ref")
    if isinstance(ref, dict):
        role = _role(str(ref.get("apiVersion") or ""), str(ref.get("kind") or ""))
        kept = ("apiVersion", "kind", "name")  # it looks nowhere but in its namespace
        destination = {"ref": {key: ref[key] for key in kept if key in ref}}
        return None if role is None else End(role, destination, _type(role, said))
    return _of_uri(str(written["uri"]), said)


def _type(role: Role, properties: Mapping[str, Any]) -> str:
    own = properties.get("type") if role is Role.BROKER else None
    return str(own or properties.get("cloudEventsType") or "")


def _role(api_version: str, kind: str) -> Role | None:
    group = api_version.rpartition("/")[0]
    if group in (EVENTING, MESSAGING):
        role = kind_of(group, kind).role
        return role if role in (Role.BROKER, Role.CHANNEL) else Role.SERVICE
    return Role.SERVICE if group.endswith(_KNATIVE) else None


def _of_uri(uri: str, properties: Mapping[str, Any]) -> End | None:
    found = re.fullmatch(_URI, uri)
    if found is None:
        is_http = uri.startswith(("http:", "https:"))
        type_ = str(properties.get("cloudEventsType") or "")
        return End(Role.SERVICE, {"uri": uri}, type_) if is_http else None
    what, id_, query = found.groups()
    asked = dict(each.partition("=")[::2] for each in (query or "").split("&"))
    api_version, kind = _KINDS[what]
    name = (asked.get("name") or "default") if what == "event" else id_ or ""
    ref = {
        "apiVersion": (asked.get("apiVersion") or api_version).replace("%2F", "/"),
        "kind": asked.get("kind") or kind,
        "name": name,
    }
    role = {"event": Role.BROKER, "channel": Role.CHANNEL}.get(what, Role.SERVICE)
    own = id_ if what == "event" else asked.get("cloudEventsType")
    return End(role, {"ref": ref}, own or _type(role, properties))


def _sanitized(type_: str) -> str:
    """Source: apache/camel-k pkg/util/kubernetes/sanitize.go, SanitizeLabel."""
    return re.sub(r"[^a-z0-9-]", "", type_.lower()).strip("-")
