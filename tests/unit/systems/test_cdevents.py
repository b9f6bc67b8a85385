from uuid import UUID

import pytest

from simulator.event import Event
from simulator.event.sdk import new_event
from simulator.systems.cdevents import (
    CDEvent,
    cd_event,
    cdevent_of,
    chain_id,
    purl,
    type_of,
)
from tests.unit.systems.recorded import recorded_events

DEPLOYED = CDEvent(
    kind="service.deployed",
    source="/default",
    subject="poc",
    content={"environment": {"id": "production"}},
    at_ns=0,
    chain=chain_id("poc"),
    cause="e1",
)


@pytest.mark.parametrize("event", recorded_events(), ids=lambda event: event.type)
def test_a_recorded_cdevent_is_read_and_written_attribute_for_attribute(
    event: Event,
) -> None:
    # given, when
    read = cdevent_of(event)

    # then
    assert read is not None
    written = read.event()
    assert written.attributes == event.attributes
    assert written.data == event.data
    assert list(written.data["context"]) == list(event.data["context"])


def test_an_id_is_a_uuid_of_all_that_tells_an_event_from_others() -> None:
    # given
    def id_of(**other: object) -> str:
        return DEPLOYED.replace(**other).event().id

    # when
    ids = {
        id_of(),
        id_of(at_ns=1),
        id_of(subject="other"),
        id_of(source="/other"),
        id_of(kind="service.upgraded"),
        id_of(chain=chain_id("other")),
    }

    # then
    assert len(ids) == 6
    assert all(UUID(id_).version == 5 for id_ in ids)
    assert id_of() == DEPLOYED.event().id


def test_the_release_before_has_a_version_and_the_type_of_its_subject() -> None:
    # when
    event = CDEvent(
        kind="taskrun.started", source="/t", subject="r", content={}, at_ns=0, chain="c"
    ).event("0.4.1")

    # then
    assert event.type == "dev.cdevents.taskrun.started.0.2.0"
    assert event.data["context"]["version"] == "0.4.1"
    assert "specversion" not in event.data["context"]
    assert event.data["subject"]["type"] == "taskRun"


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("service.deployed", "0.2.0", "0.3.0"),
        ("change.created", "0.3.0", "0.4.0"),
        ("ticket.closed", "0.1.0", "0.2.0"),
    ],
)
def test_each_type_has_the_version_of_its_release(
    kind: str, old: str, new: str
) -> None:
    assert type_of(kind, "0.4.1") == f"dev.cdevents.{kind}.{old}"
    assert type_of(kind) == f"dev.cdevents.{kind}.{new}"


@pytest.mark.parametrize("data", [None, [], {"context": 1}, {"context": {}}])
def test_what_only_has_the_type_of_a_cdevent_is_none(data: object) -> None:
    # given
    named = {"id": "1", "source": "/s", "type": type_of("service.deployed")}
    event = new_event({"specversion": "1.0", **named}, data)

    # when, then
    assert cdevent_of(event) is None


@pytest.mark.parametrize(
    ("image", "tag", "named"),
    [
        (
            "kind-registry:5000/cdevent/poc@sha256:1a2b",
            "v1.0",
            "pkg:oci/poc@sha256%3A1a2b?repository_url=kind-registry%3A5000%2Fcdevent%2Fpoc&tag=v1.0",
        ),
        ("r.io/Poc:v1@sha256:0f", "", "pkg:oci/poc@sha256%3A0f?repository_url=r.io%2FPoc&tag=v1"),
        ("nginx", "", "pkg:oci/nginx"),
    ],
)  # fmt: skip
def test_an_image_is_named_as_a_package(image: str, tag: str, named: str) -> None:
    assert purl(image, tag) == named


def test_an_event_of_2021_has_the_attributes_of_its_group() -> None:
    # when
    event = cd_event(
        "service.deployed",
        id="1",
        source="/tekton/namespaces/cdevents/pipelinerun",
        subject="run",
        values={"envid": "http://poc", "name": "poc", "version": ""},
        data={"serviceName": "poc"},
    )

    # then
    assert event.type == "cd.service.deployed.v1"
    assert event.attributes["serviceenvid"] == "http://poc"
    assert event.attributes["serviceversion"] == ""
    assert event.data == {"serviceName": "poc"}
