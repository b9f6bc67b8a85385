"""EventTypes that somebody writes: whether what they refer to is there."""

import pytest

from tests.unit.control.topologies import (
    broker,
    broker_ref,
    conditions,
    manifest,
    messages,
    wire,
)


@pytest.mark.parametrize(
    ("spec", "status", "reason"),
    [
        ({"reference": broker_ref("default")["ref"]}, "True", ""),
        ({"broker": "default"}, "True", ""),
        ({}, "True", "ReferenceNotSet"),
        ({"reference": broker_ref("gone")["ref"]}, "False", "ResourceDoesNotExist"),
        ({"broker": "gone"}, "False", "ResourceDoesNotExist"),
    ],
)
def test_the_reference_of_an_event_type_is_there_or_not(
    spec: dict[str, object], status: str, reason: str
) -> None:
    wiring = wire(
        broker(),
        manifest("eventing.knative.dev/v1beta2", "EventType", "it", "default", spec),
    )

    found = conditions(wiring, "EventType", "it")["ReferenceExists"]
    assert (found.status.value, found.reason) == (status, reason)
    assert len(messages(wiring, "unresolved")) == (status == "False")


def test_one_of_an_old_version_asks_for_its_broker() -> None:
    spec = {"broker": "default"}

    wiring = wire(
        broker(),
        manifest("eventing.knative.dev/v1beta1", "EventType", "it", "default", spec),
    )

    assert set(conditions(wiring, "EventType", "it")) == {
        "BrokerExists", "BrokerReady", "Ready",
    }  # fmt: skip
