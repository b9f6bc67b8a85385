"""The annotation by which a Trigger waits for a source to be Ready."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from simulator.control.decoding import DecodeError
from simulator.control.destinations import Reference, not_found
from simulator.control.faults import Fault, generic, missing
from simulator.control.types_duck import OBJECT_REFERENCE
from simulator.quoting import go_quote

if TYPE_CHECKING:
    from simulator.control.cluster import Cluster
    from simulator.control.conditions import ConditionSet
    from simulator.control.given import Admitted

DEPENDENCY: Final = "knative.dev/dependency"


def check_dependency(text: str, namespace: str) -> list[Fault]:
    """Check what it says; the webhook reads it as a reference.

    Source: knative-resources 6.2; knative/eventing trigger_validation.go.
    """
    from simulator.control.go_json import unmarshal  # few triggers have one

    try:
        reference = unmarshal(OBJECT_REFERENCE, text)
    except DecodeError as error:
        message = (
            "The provided annotation was not a corev1.ObjectReference: "
            f"{go_quote(text)}"
        )
        return [generic(message, "", details=str(error))]
    needed = ("kind", "name", "apiVersion")
    faults = [missing(name) for name in needed if not reference.get(name)]
    if reference.get("namespace") and reference["namespace"] != namespace:
        message = (
            "Namespace must be empty or equal to the trigger namespace "
            f"{go_quote(namespace)}"
        )
        faults.append(generic(message, "namespace"))
    return faults


def judge_dependency(
    trigger: Admitted, conditions: ConditionSet, cluster: Cluster
) -> None:
    """Judge the dependency; it gates only `Ready`, never the delivery."""
    text = trigger.annotations.get(DEPENDENCY)
    if text is None:
        conditions.true("DependencyReady")
        return
    try:
        ref = json.loads(text)
    except ValueError as error:
        conditions.false(
            "DependencyReady",
            "ReferenceError",
            "Unable to unmarshal objectReference from dependency annotation of "
            f"trigger: {error}",
        )
        return
    key = Reference.of(ref if isinstance(ref, dict) else {}, trigger.namespace).key
    key = key._replace(namespace=trigger.namespace)
    if key not in cluster.resources:
        conditions.false(
            "DependencyReady",
            "DependencyDoesNotExist",
            f"Dependency does not exist: {not_found(key)}",
        )
        return
    ready = cluster.ready_of(key)
    if ready is None:
        conditions.unknown(
            "DependencyReady",
            "DependencyNotConfigured",
            "Dependency has not yet been reconciled.",
        )
    else:
        conditions.copy("DependencyReady", ready)
