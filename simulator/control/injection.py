"""Brokers that Knative makes by itself, where config-sugar selects who wants one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.control.naming import EVENTING, SUGAR_CONFIG_MAP
from simulator.control.registry import kind_of
from simulator.discovery import NAME_LABEL
from simulator.nodes import Role
from simulator.resource import (
    DEFAULT_NAMESPACE,
    INJECTED,
    Resource,
    ResourceKey,
    mapping,
)
from simulator.selectors import Selector, SelectorError, selector_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simulator.control.cluster import Cluster
    from simulator.control.config import Sugar
    from simulator.control.given import Admitted

_MARKS = ("eventing.knative.dev/injection", "knative-eventing-injection")
_BROKER = (EVENTING, "Broker")
_NAMESPACE = ("", "Namespace")


class Injected(NamedTuple):
    """A Broker that is made because somebody was selected; *why* ends a sentence."""

    resource: Resource
    why: str


def injected_brokers(admitted: Iterable[Admitted], sugar: Sugar) -> Iterator[Injected]:
    """Give the Brokers that the sugar controller makes, of those that there are not.

    It makes the Broker ``default`` of each namespace that is selected, and the one that
    each selected Trigger names. Of namespaces that nobody declares, those are known that
    anything lies in.

    Source: E:pkg/reconciler/sugar (read): namespace/namespace.go, trigger/trigger.go.
    """
    them = list(admitted)
    there = {each.key[2:]: None for each in them if each.key[:2] == _BROKER}
    for place, name, cause in (
        *_of_namespaces(them, sugar),
        *_of_triggers(them, sugar),
    ):
        if (place, name) not in there:
            there[place, name] = None
            yield Injected(
                _broker(place, name, cause), f"config-sugar selects {cause.what}"
            )


class _Cause(NamedTuple):
    what: str
    resource: Resource | None


def _of_namespaces(
    admitted: Iterable[Admitted], sugar: Sugar
) -> Iterator[tuple[str, str, _Cause]]:
    selector = _selector(sugar.namespaces)
    if selector is None:
        return
    found: dict[str, Resource | None] = {DEFAULT_NAMESPACE: None}
    for each in admitted:
        if each.key[:2] == _NAMESPACE:
            found[each.name] = each.resource
        else:
            found.setdefault(each.namespace, None)
    for name, resource in found.items():
        labels = {} if resource is None else mapping(resource.metadata.get("labels"))
        if selector.selects({NAME_LABEL: name, **labels}):
            yield name, "default", _Cause(f"Namespace {name}", resource)


def _of_triggers(
    admitted: Iterable[Admitted], sugar: Sugar
) -> Iterator[tuple[str, str, _Cause]]:
    selector = _selector(sugar.triggers)
    if selector is None:
        return
    for each in admitted:
        kind = kind_of(each.key.group, each.key.kind)
        if kind.role is Role.TRIGGER and each.spec.get("broker"):
            labels = mapping(each.defaulted.metadata.get("labels"))
            if selector.selects(labels):
                cause = _Cause(str(each.resource), each.resource)
                yield each.namespace, str(each.spec["broker"]), cause


def _broker(namespace: str, name: str, cause: _Cause) -> Resource:
    manifest = {
        "apiVersion": f"{EVENTING}/v1",
        "kind": "Broker",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": {INJECTED: "true"},
        },
    }
    origin = None if cause.resource is None else cause.resource.origin
    return Resource(manifest=manifest, origin=origin)


def _selector(written: Mapping[str, Any] | None) -> Selector | None:
    try:
        return None if written is None else selector_of(written)
    except SelectorError:
        return None  # the config map tells of it


def why_none_is_injected(asker: Admitted, namespace: str, cluster: Cluster) -> str:
    """Say that the mark that *asker* or its namespace relies on makes no Broker.

    Returns:
        The end of a sentence; empty where neither carries one.

    Source: knative/eventing pkg/reconciler/sugar (README.md): a Broker is made where
        the selectors of config-sugar, which are shipped off, match.
    """
    place = ResourceKey("", "Namespace", DEFAULT_NAMESPACE, namespace)
    there = cluster.resources.get(place)
    selects = "config-sugar selects nothing, as it is shipped: write it"
    if cluster.configuration.is_given(SUGAR_CONFIG_MAP):
        selects = "config-sugar, which sees labels only, does not select it"
    for each in (asker,) if there is None else (asker, there):
        if _is_marked(each):
            return (
                f"; the injection mark of {each.resource.kind} {each.name} makes no "
                f"Broker: {selects}"
            )
    return ""


def _is_marked(admitted: Admitted) -> bool:
    metadata = admitted.resource.metadata
    written = [mapping(metadata.get(name)) for name in ("annotations", "labels")]
    return any(each.get(mark) == "enabled" for each in written for mark in _MARKS)
