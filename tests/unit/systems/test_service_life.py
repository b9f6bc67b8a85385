"""In which events the life of a Knative Service is told."""

from typing import Any

import pytest

from simulator.event import Event
from simulator.serving.life import Life, Step
from simulator.subscribers.life_spec import CD_V1, CDEVENTS, LifeSpec
from simulator.systems.cdevents_schema import cdevent_faults
from simulator.systems.service_life import told
from tests.unit.systems.recorded import scenarios

_S = 1_000_000_000
_2026 = 1_767_225_600 * _S
_IMAGE = "kind-registry:5000/cdevent/poc"
_RECORDED = (
    {"at": 60, "image": f"{_IMAGE}:v1.0@sha256:1a2b"},
    {"at": 120, "image": "broken", "ready": False},
    {"at": 180, "traffic": "previous"},
    {"at": 240, "delete": True},
)


def events(
    *steps: dict[str, Any], vocabulary: str = CDEVENTS, **created: Any
) -> list[tuple[int, Event]]:
    """Give the seconds and events of a life."""
    image = {"image": f"{_IMAGE}:v0.9@sha256:0f0f"}
    life = Life(
        name="poc",
        namespace="default",
        created=Step(at_ns=0, **(image | created)),
        steps=tuple(map(step, steps)),
        cold_start_ns=5 * _S,
        routing_ns=_S,
    )
    spec = LifeSpec(life=life, vocabulary=vocabulary)
    return [(at_ns // _S, event) for at_ns, event in told(spec, _2026)]


def step(written: dict[str, Any]) -> Step:
    """Give a step as it is written, with its instant in seconds."""
    what = dict(written)
    shares = what.pop("traffic", {})
    if isinstance(shares, str):
        shares = {shares: 100}
    return Step(at_ns=what.pop("at") * _S, shares=tuple(shares.items()), **what)


def kinds(*steps: dict[str, Any], **other: Any) -> list[tuple[int, str]]:
    """Give the seconds and kinds of the events of a life."""
    return [
        (at, ".".join(event.type.split(".")[-5:-3] if event.type[:3] == "dev" else event.type.split(".")[1:3]))
        for at, event in events(*steps, **other)
    ]  # fmt: skip


def test_the_recorded_life_comes_out_attribute_for_attribute() -> None:
    # given
    recorded = scenarios()["ksvc-lifecycle"]

    # when
    made = events(*_RECORDED)

    # then
    assert [at for at, _ in made] == [each["after_s"] for each in recorded]
    ids = {each["ce"]["id"]: made[n][1].id for n, each in enumerate(recorded)}
    (chain,) = {each["data"]["context"]["chainId"] for each in recorded}
    ids[chain] = made[0][1].data["context"]["chainId"]
    assert len(set(ids.values())) == len(recorded) + 1
    for each, (_, event) in zip(recorded, made, strict=True):
        assert dict(event.attributes) == renamed(each["ce"], ids)
        assert event.data == renamed(each["data"], ids)


def renamed(value: Any, ids: dict[str, str]) -> Any:
    """Give the same with our ids."""
    if isinstance(value, dict):
        return {name: renamed(each, ids) for name, each in value.items()}
    if isinstance(value, list):
        return [renamed(each, ids) for each in value]
    return ids.get(value, value)


def test_the_controller_of_2022_is_silent_of_failures_and_of_traffic() -> None:
    # when
    made = events(*_RECORDED, vocabulary=CD_V1)

    # then
    assert [(at, event.type) for at, event in made] == [
        (5, "cd.service.deployed.v1"),
        (65, "cd.service.upgraded.v1"),
        (240, "cd.service.removed.v1"),
    ]
    attributes = dict(made[0][1].attributes)
    del attributes["id"]
    assert attributes == {
        "specversion": "1.0",
        "source": "default/poc",
        "type": "cd.service.deployed.v1",
        "time": "2026-01-01T00:00:05Z",
        "datacontenttype": "application/json",
    }
    assert made[0][1].data == {}


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        pytest.param(
            [{"at": 60, "image": _IMAGE + ":v0.9@sha256:0f0f"}], [],
            id="the same image changes nothing",
        ),
        pytest.param(
            [{"at": 60, "image": "b", "ready": False}, {"at": 90, "ready": True}],
            [(60, "incident.detected"), (90, "service.upgraded"), (91, "incident.resolved")],
            id="a revision that recovers",
        ),
        pytest.param(
            [{"at": 60, "ready": False}, {"at": 90, "ready": True}],
            [(60, "incident.detected"), (90, "incident.resolved")],
            id="the one that serves goes down and comes back",
        ),
        pytest.param(
            [{"at": 60, "image": "b", "ready": False}, {"at": 70, "image": "c", "ready": False}],
            [(60, "incident.detected")],
            id="one incident for two failures in a row",
        ),
        pytest.param(
            [{"at": 60, "image": "b", "ready": False}, {"at": 70, "image": "c"}],
            [(60, "incident.detected"), (75, "service.upgraded"), (76, "incident.resolved")],
            id="the next image is good",
        ),
        pytest.param(
            [{"at": 60, "image": "b"}, {"at": 70, "traffic": "previous"}, {"at": 80, "traffic": "latest"}],
            [(65, "service.upgraded"), (70, "service.rolledback")],
            id="forward again is no event of its own",
        ),
        pytest.param(
            [
                {"at": 50, "traffic": "poc-00001"},
                {"at": 60, "image": "b"},
                {"at": 70, "traffic": {"poc-00001": 90, "poc-00002": 10}},
                {"at": 80, "traffic": {"poc-00001": 50, "poc-00002": 50}},
                {"at": 90, "traffic": {"poc-00001": 100, "poc-00002": 0}},
            ],
            [(65, "service.upgraded"), (90, "service.rolledback")],
            id="a canary that is given up",
        ),
        pytest.param(
            [{"at": 60, "image": "b"}, {"at": 70, "traffic": "previous"}, {"at": 80, "image": "c", "ready": False}],
            [(65, "service.upgraded"), (70, "service.rolledback"), (80, "incident.detected")],
            id="a failure while traffic is pinned",
        ),
        pytest.param(
            [
                {"at": 60, "image": "b"},
                {"at": 66, "image": "c", "ready": False, "after_ns": 0},
                {"at": 70, "traffic": "poc-00001"},
                {"at": 80, "image": "d", "ready": False},
                {"at": 85, "traffic": "poc-00002"},
            ],
            [
                (65, "service.upgraded"),
                (66, "incident.detected"),
                (70, "service.rolledback"),
                (71, "incident.resolved"),
                (80, "incident.detected"),
            ],
            id="only traffic to an older revision ends an incident",
        ),
        pytest.param(
            [{"at": 10, "image": "b"}, {"at": 12, "delete": True}],
            [(12, "service.removed")],
            id="deleted before the next one was ready",
        ),
    ],
)  # fmt: skip
def test_what_happens_to_a_ready_service_is_told(
    steps: list[dict[str, Any]], said: list[tuple[int, str]]
) -> None:
    assert kinds(*steps) == [(5, "service.deployed"), (6, "service.published"), *said]
    for _, event in events(*steps):
        assert list(cdevent_faults(event.type, event.data)) == []


def test_a_service_that_never_was_ready_has_no_incident() -> None:
    assert kinds({"at": 60, "image": "b"}, ready=False) == [
        (65, "service.deployed"),
        (66, "service.published"),
    ]


def test_the_2022_controller_says_upgraded_though_nobody_is_sent_there() -> None:
    # given
    pinned = (
        {"at": 60, "image": "b"},
        {"at": 70, "traffic": "previous"},
        {"at": 80, "image": "c"},
    )

    # when, then
    assert kinds(*pinned, vocabulary=CD_V1) == [
        (5, "service.deployed"),
        (65, "service.upgraded"),
        (85, "service.upgraded"),
    ]
