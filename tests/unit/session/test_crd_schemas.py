"""The API server judges by the schema of a CRD, whatever the webhook would say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from simulator import Topology, TopologyError
from simulator.control.crd_schema import beyond_schema
from simulator.control.go_types import Later, ListOf, Struct
from simulator.control.registry import webhook_of
from simulator.control.types_duck import K_REFERENCE
from simulator.session.prepare import prepare
from simulator.wiring import Severity
from tests.shared_data import DATA, needs_data

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulator.control.go_types import GoType

SERVICE = {"apiVersion": "v1", "kind": "Service", "name": "s"}
CHANNEL = {
    "apiVersion": "messaging.knative.dev/v1",
    "kind": "InMemoryChannel",
    "name": "c",
}
BEYOND = (
    "unknown field (there are: kind, namespace, name, apiVersion): the webhook would "
    "read it, but the schema of the CRD does not have it"
)


def manifest(version: str, kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": "x"},
        "spec": spec,
    }


def refused(resource: dict[str, Any]) -> tuple[str, ...]:
    with pytest.raises(TopologyError) as raised:
        prepare(Topology.parse(json.dumps(resource), "x.json"))
    return raised.value.faults


def test_a_trigger_cannot_pick_an_address_of_its_subscriber_by_name() -> None:
    subscriber = {"ref": {**SERVICE, "address": "https"}}
    spec = {"broker": "default", "subscriber": subscriber}

    [fault] = refused(manifest("eventing.knative.dev/v1", "Trigger", spec))

    assert fault.endswith(f"Trigger x: spec.subscriber.ref.address: {BEYOND}")


def test_a_subscription_names_a_group_where_its_schema_is_open_alone() -> None:
    spec = {
        "channel": {**CHANNEL, "address": "https"},
        "subscriber": {"ref": {**SERVICE, "address": "https"}},
        "reply": {"ref": {**SERVICE, "group": "g"}},
    }

    [fault] = refused(manifest("messaging.knative.dev/v1", "Subscription", spec))

    assert fault.endswith(f"Subscription x: spec.reply.ref.group: {BEYOND}")


def test_an_event_transform_may_pick_an_address_of_its_sink() -> None:
    spec = {
        "jsonata": {"expression": "$"},
        "sink": {"ref": {**SERVICE, "address": "https"}},
    }
    transform = manifest("eventing.knative.dev/v1alpha1", "EventTransform", spec)

    assert list(beyond_schema(transform)) == []
    prepare(Topology.parse(json.dumps(transform)))


def test_what_is_called_like_a_field_of_a_reference_elsewhere_is_none() -> None:
    container = {"image": "i", "address": "a", "group": "g"}
    spec = {"template": {"spec": {"containers": [container]}}, "sink": {"ref": SERVICE}}

    source = manifest("sources.knative.dev/v1", "ContainerSource", spec)

    assert list(beyond_schema(source)) == []


def narrowed(
    kind: GoType, schema: dict[str, Any], steps: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], set[str]]]:
    """Give the place of each reference, and what the schema leaves out of it."""
    if isinstance(kind, Later):
        kind = kind.resolve()
    if isinstance(kind, ListOf):
        yield from narrowed(kind.element, schema.get("items", {}), (*steps, 0))
    if not isinstance(kind, Struct):
        return
    served = schema.get("properties", {})
    if kind is K_REFERENCE:
        is_open = schema.get("x-kubernetes-preserve-unknown-fields", False)
        yield steps, set() if is_open else {"group", "address"} - set(served)
        return
    for field in kind.fields:
        if field.name in served:
            inner = served[field.name]
            yield from narrowed(field.type, inner, (*steps, field.name))


def with_reference(version: str, kind: str, steps: tuple[str | int, ...]) -> Any:
    value: Any = {**SERVICE, "group": "g", "address": "a"}
    for step in reversed(steps):
        value = [value] if step == 0 else {step: value}
    return {"apiVersion": version, "kind": kind, **value}


@needs_data
@pytest.mark.parametrize(
    "path", sorted((DATA / "crds").glob("*.yaml")), ids=lambda path: path.stem
)
def test_references_have_what_the_schemas_of_the_crds_have(path: Path) -> None:
    [crd] = yaml.safe_load_all(path.read_text(encoding="utf-8"))
    group, kind = crd["spec"]["group"], crd["spec"]["names"]["kind"]
    for served in crd["spec"]["versions"]:
        version = f"{group}/{served['name']}"
        webhook = webhook_of(version, kind)
        assert webhook is not None
        for steps, names in narrowed(webhook.type, served["schema"]["openAPIV3Schema"]):
            found = beyond_schema(with_reference(version, kind, steps))
            assert {each.steps[-1] for each in found} == names, (version, steps)


def test_nobody_asks_the_webhook_about_an_event_type_of_the_newest_version() -> None:
    spec = {"attributes": [{"name": "type", "value": "order.placed"}]}
    event_type = manifest("eventing.knative.dev/v1beta3", "EventType", spec)

    prepared = prepare(Topology.parse(json.dumps(event_type)))

    warnings = [
        each.message for each in prepared.findings if each.severity is Severity.WARNING
    ]
    assert warnings == [
        (
            "missing field(s): spec.attributes.id, spec.attributes.source, "
            "spec.attributes.specversion; the webhook is not asked about "
            "eventing.knative.dev/v1beta3"
        )
    ]


def test_the_schema_asks_for_the_name_of_each_attribute_of_an_event_type() -> None:
    spec = {"attributes": [{"name": "type"}, {"value": "order.placed"}]}

    [fault] = refused(manifest("eventing.knative.dev/v1beta3", "EventType", spec))

    assert fault.endswith("EventType x: spec.attributes[1].name: Required value")
