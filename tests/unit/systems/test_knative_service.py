"""A Knative Service that others change by events."""

from typing import Any

import pytest

from simulator import Simulation, Topology, TopologyError

TEXT = """
topology: t
services:
  keptn: {}
  log: {}
  poc: {handler: kn-sim/knative-service, with: {sink: service/log%s}}
"""


class Played:
    """A run, and what is sent to the service in it."""

    def __init__(self, options: str = ", keptn: service/keptn") -> None:
        self.sim = Simulation(Topology.parse(TEXT % options))

    def step(self, at: str, **data: Any) -> None:
        self.send(at, "kn-sim.service.step", data)

    def task(self, at: str, task: str, service: str = "poc", **data: Any) -> None:
        type_ = f"sh.keptn.event.{task}.triggered"
        self.send(at, type_, {"service": service, **data})

    def send(self, at: str, type_: str, data: dict[str, Any]) -> None:
        self.sim.send(to="service/poc", type=type_, data=data, after=at)

    def told(self) -> list[tuple[str, str]]:
        """Give time and kind of each event of the life."""
        self.sim.run()
        words = [
            (each, each.event.type.split(".")) for each in self.sim.received("log")
        ]
        return [
            (each.attributes["time"][14:19], kind[3 if kind[0] == "dev" else 2])
            for each, kind in words
        ]

    def answers(self) -> list[tuple[str, str, str]]:
        """Give what Keptn is told of its tasks."""
        self.sim.run()
        return [
            (
                each.event.type.removeprefix("sh.keptn.event."),
                each.event.data.get("result", ""),
                each.event.data["message"],
            )
            for each in self.sim.received("keptn")
        ]


def image(name: str) -> dict[str, Any]:
    return {"configurationChange": {"values": {"image": name}}}


def test_steps_that_come_as_events_lead_the_same_life_as_those_of_a_source() -> None:
    # given
    played = Played()

    # when
    played.step("0s", image="a")
    played.step("60s", image="b")
    played.step("120s", ready=False)
    played.step("180s", traffic="previous")
    played.step("240s", delete=True)

    # then
    assert played.told() == [
        ("00:05", "deployed"),
        ("00:06", "published"),
        ("01:05", "upgraded"),
        ("02:00", "detected"),
        ("03:00", "rolledback"),
        ("03:01", "resolved"),
        ("04:00", "removed"),
    ]


def test_the_controller_of_2022_creates_a_service_and_never_updates_one() -> None:
    # given
    played = Played(", vocabulary: cd-v1")
    hello = {"name": "poc", "namespace": "default"}

    # when
    played.send("1s", "cd.service.created.v1", {**hello, "image": "a"})
    played.send("60s", "cd.service.created.v1", {**hello, "image": "b"})
    played.send("90s", "cd.service.created.v1", {"name": "other", "image": "c"})

    # then
    assert played.told() == [("00:06", "deployed")]


def test_a_deployment_of_keptn_ends_when_requests_go_to_its_revision() -> None:
    # given
    played = Played(', keptn: service/keptn, fails: {bad: "exec format error"}')

    # when
    played.task("0s", "deployment", **image("good"))
    played.task("60s", "deployment", **image("bad"))
    played.task("90s", "deployment")
    played.task("99s", "deployment", "other", **image("good"))

    # then
    assert played.answers() == [
        ("deployment.started", "", ""),
        ("deployment.finished", "pass", ""),
        ("deployment.started", "", ""),
        ("deployment.finished", "fail", "exec format error"),
        ("deployment.started", "", ""),
        (
            "deployment.finished",
            "fail",
            "configurationChange.values.image is missing",
        ),
    ]
    assert played.sim.unfinished() == []


def test_a_rollback_of_keptn_fails_where_there_is_nothing_to_go_back_to() -> None:
    # given
    played = Played()

    # when
    played.step("0s", image="a")
    played.task("60s", "rollback")
    played.step("70s", image="b")
    played.task("90s", "rollback")

    # then
    assert [each[:2] for each in played.answers()] == [
        ("rollback.started", ""),
        ("rollback.finished", "fail"),
        ("rollback.started", ""),
        ("rollback.finished", "pass"),
    ]
    assert "no revision is older than poc-00001" in played.answers()[1][2]


def test_what_it_has_begun_and_not_ended_is_unfinished() -> None:
    # given
    played = Played(", keptn: service/keptn, coldStart: 10m")

    # when
    played.task("0s", "deployment", **image("slow"))
    played.sim.run(until="1m")

    # then
    assert played.sim.unfinished() == [
        ("service/poc", "deployment.triggered waits for poc-00001")
    ]


def test_revisions_fail_when_the_knob_says_so() -> None:
    # given
    played = Played()
    played.sim.set_knob("poc", "revisions", "fail")

    # when
    played.task("0s", "deployment", **image("a"))

    # then
    assert played.answers()[-1][1] == "fail"


@pytest.mark.parametrize(
    "data", [{}, {"imgae": "a"}, {"traffic": "previous"}, {"image": "a", "at": "1s"}]
)
def test_a_step_that_is_none_is_a_bad_request(data: dict[str, Any]) -> None:
    # given
    played = Played()

    # when
    played.send("0s", "kn-sim.service.step", data)
    played.sim.run()

    # then
    assert [each.status for each in played.sim.received("poc")] == [400]


def test_an_unknown_vocabulary_is_refused_where_it_stands() -> None:
    with pytest.raises(TopologyError, match=r"with\.vocabulary: unknown vocabulary"):
        Played(", vocabulary: cd-v2")
