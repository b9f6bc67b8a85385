"""Tekton and Keptn together: each scenario ends as its sources say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator import Simulation, Topology
from simulator.cli import main
from tests.shared_data import DATA, needs_data

SCENARIOS = Path(__file__).parents[1] / "topologies" / "cdevents"
POC = "poc-2021"
ORIGINAL = DATA / "manifests" / "poc"
MINUTE = 60 * 10**9
KEPTN = "sh.keptn.event."
BUILD = [
    "cd.pipelinerun.queued.v1",
    "cd.pipelinerun.started.v1",
    *("cd.taskrun.started.v1", "cd.taskrun.finished.v1") * 3,
    "cd.artifact.packaged.v1",
    "cd.pipelinerun.finished.v1",
]
DEPLOYMENT = [
    "cd.artifact.published.v1",
    "dev.tekton.event.triggers.accepted.v1",
    "cd.pipelinerun.queued.v1",
    "cd.pipelinerun.started.v1",
    "cd.taskrun.started.v1",
    "cd.taskrun.finished.v1",
    "cd.service.deployed.v1",
    "cd.pipelinerun.finished.v1",
]


def scenario(*folders: str, seed: int = 0) -> Simulation:
    return Simulation(Topology.load(*(SCENARIOS / f for f in folders)), seed=seed)


def approved(*folders: str, after: str = "0s", **knobs: str) -> Simulation:
    sim = scenario(*folders)
    for key, value in knobs.items():
        sim.set_knob("tekton", key.replace("_", "-"), value)
    sim.decide("approval-service", "approve", after=after)
    sim.run()
    return sim


def types(sim: Simulation, service: str) -> list[str]:
    return [r.event.type.removeprefix(KEPTN) for r in sim.received(service)]


def ended(sim: Simulation, bridge: str = "keptn-bridge") -> list[tuple[Any, ...]]:
    """Give the sequences that ended: name, result, status, minutes from the start."""
    return [
        (
            r.event.type.removeprefix(KEPTN).removesuffix(".finished"),
            r.event.data["result"],
            r.event.data["status"],
            r.at_ns / MINUTE,
        )
        for r in sim.received(bridge)
        if r.event.type.endswith(".finished")
    ]


def test_a_build_becomes_a_deployed_service_once_somebody_approves() -> None:
    sim = approved(POC, after="1h")

    assert types(sim, "cloudevents-player") == BUILD + DEPLOYMENT
    assert types(sim, "keptn") == [
        "production.delivery.triggered",
        "approval.started",
        "approval.finished",
        "deployment.started",
        "deployment.finished",
    ]
    [(name, result, status, minutes)] = ended(sim)
    assert (name, result, status) == ("production.delivery", "pass", "succeeded")
    assert minutes == pytest.approx(61 + 33 / 60)
    assert sim.unfinished() == []
    assert sim.lost == []
    sent = {r.event.id for r in sim.trace if r.event is not None}
    assert len(sent - {"tkn-1"}) == 17 + 9


def test_each_event_of_the_flow_table_has_its_source_and_attributes() -> None:
    sim = approved(POC)

    seen = {r.event.type: r for r in sim.received("cloudevents-player")}
    packaged = seen["cd.artifact.packaged.v1"]
    assert packaged.attributes["source"] == "/tekton/namespaces/default/pipelinerun"
    image = packaged.attributes["artifactid"]
    assert image.startswith("kind-registry:5000/cdevent/poc@sha256:")
    published = seen["cd.artifact.published.v1"]
    assert published.attributes["source"] == "keptn-cd-translator-service"
    assert published.attributes["artifactid"] == published.event.data["image"] == image
    deployed = seen["cd.service.deployed.v1"].attributes
    assert deployed["source"] == "/tekton/namespaces/cdevents/pipelinerun"
    assert deployed["subject"].startswith("deploy-artifact-")
    assert deployed["serviceenvid"] == "http://poc-127.0.0.1.nip.io"
    assert (deployed["servicename"], deployed["serviceversion"]) == ("poc", "1")
    keptn = {r.event.type: r.event for r in sim.received("keptn")}
    asked = sim.received("cdf-events-keptn-adapter")[0].event
    assert asked.data["deployment"]["deploymentstrategy"] == "direct"
    for phase in ("started", "finished"):
        event = keptn[f"{KEPTN}deployment.{phase}"]
        assert event.get_extension("triggeredid") == asked.id
        assert event.get_extension("shkeptncontext") == asked.get_extension(
            "shkeptncontext"
        )


def test_keptn_waits_for_the_approval_before_it_deploys() -> None:
    sim = scenario(POC)

    sim.run()

    assert types(sim, "cloudevents-player") == BUILD
    assert [each.service for each in sim.approvals] == ["service/approval-service"]
    [(_, what)] = sim.unfinished()
    assert what.startswith("sequence production.delivery of poc never finished")


def test_what_somebody_declines_is_not_deployed() -> None:
    sim = scenario(POC)
    sim.decide("approval-service", "reject")

    sim.run()

    assert types(sim, "cloudevents-player") == BUILD
    assert sim.received("cdf-events-keptn-adapter") == []
    [(name, result, status, _)] = ended(sim)
    assert (name, result, status) == ("production.delivery", "fail", "succeeded")


def test_keptn_never_hears_of_a_build_that_fails() -> None:
    sim = approved(POC, build_artifact="fail")

    last = sim.received("cloudevents-player")[-1]
    assert last.event.type == "cd.pipelinerun.finished.v1"
    assert last.attributes["pipelinerunstatus"] == "Error"
    assert "cd.artifact.packaged.v1" not in types(sim, "cloudevents-player")
    assert sim.received("keptn") == []


def test_a_deployment_that_fails_leaves_the_sequence_open_for_ever() -> None:
    sim = approved(POC, deploy_artifact="fail")
    sim.run("7d")

    assert ended(sim) == []
    assert types(sim, "keptn")[-1] == "deployment.started"
    assert sim.unfinished() == [
        (
            "service/keptn",
            (
                "sequence production.delivery of poc never finished: "
                "task deployment has 1 started, 0 finished"
            ),
        )
    ]


def test_a_delivery_that_comes_twice_starts_the_task_twice_and_ends_it_once() -> None:
    sim = approved(POC, "duplicate-delivery")

    assert types(sim, "keptn")[-3:] == [
        "deployment.started",
        "deployment.started",
        "deployment.finished",
    ]
    assert ended(sim) == []
    assert "2 started, 1 finished" in sim.unfinished()[0][1]


def test_of_two_deployers_the_first_ends_the_task_and_the_other_is_dropped() -> None:
    sim = approved(POC, "two-deployers")

    finished = [
        r.at_ns // 10**9
        for r in sim.received("keptn", type=f"{KEPTN}deployment.finished")
    ]
    assert types(sim, "cloudevents-player").count("cd.service.deployed.v1") == 2
    assert finished == [93, 122]
    assert [round(each[3] * 60) for each in ended(sim)] == [93]
    assert sim.unfinished() == []


def test_two_builds_wait_for_two_approvals_and_are_deployed_one_after_the_other() -> (
    None
):
    sim = scenario(POC)
    build = {"pipeline": "build-artifact", "name": "build-artifact-2"}
    sim.send(type="tekton.start", data=build, to="service/tekton", after="10m")
    sim.run()
    first, second = sim.approvals
    sim.approve(first.serial)
    sim.approve(second.serial)
    sim.run()

    deployed = sim.received("cloudevents-player", type="cd.service.deployed.v1")
    begun = [r.at_ns // 10**9 for r in sim.received("cdf-events-keptn-adapter")]
    # the second waits for the first, until Keptn looks at its queue
    assert begun == [662, 700]
    assert len(ended(sim)) == len(deployed) == 2


def test_the_original_manifests_name_no_kind_of_ours() -> None:
    topology = Topology.load(SCENARIOS / POC / "manifests")

    assert [r for r in topology if r.group == "simulator"] == []


@needs_data
def test_the_original_manifests_of_the_proof_of_concept_do_as_well() -> None:
    manifests = (ORIGINAL / "eventing.yaml", ORIGINAL / "cloudplayer/deploy.yaml")
    topology = Topology.load(*manifests, SCENARIOS / POC / "simulation.yaml")
    sim = Simulation(topology)
    sim.decide("approval-service", "approve")

    sim.run()

    assert types(sim, "cloudevents-player") == BUILD + DEPLOYMENT


def written(sim: Simulation) -> list[tuple[str, dict[str, str], bytes | None]]:
    return [(str(r), r.event.attributes, r.event.body) for r in sim.trace]


def test_a_seed_gives_the_same_records_and_a_fork_does_too() -> None:
    topology = Topology.load(SCENARIOS / POC)
    first, again = (Simulation(topology, seed=1, journal=True) for _ in range(2))
    for sim in (first, again):
        sim.decide("approval-service", "approve", after="10m")
        sim.run()

    fork = first.fork(before=len(first.trace) // 2)
    fork.run()

    assert written(first) == written(again) == written(fork)


def test_a_trace_holds_all_that_it_takes_to_run_it_again_from_the_same_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(SCENARIOS.parent)
    first, again = (str(tmp_path / name) for name in ("first.jsonl", "again.jsonl"))
    words = ["run", f"cdevents/{POC}", "--approve", "approval-service", "-q"]

    codes = [
        main([*words, "--trace", first]),
        main(["run", "--replay", first, "--trace", again, "-q"]),
    ]

    assert codes == [0, 0]
    assert Path(first).read_bytes() == Path(again).read_bytes()


def test_what_passed_is_approved_by_itself_and_what_says_no_result_waits() -> None:
    sim = scenario("auto-approval")

    sim.run()

    assert ended(sim, "bridge") == [
        ("production.delivery", "pass", "succeeded", 0.5),
    ]
    [waiting] = sim.approvals
    assert waiting.event.type == f"{KEPTN}approval.triggered"
    [(_, what)] = sim.unfinished()
    assert "of packaged never finished" in what


def test_nobody_deploys_and_the_sequence_times_out_after_eleven_minutes() -> None:
    sim = scenario("nobody-deploys")

    sim.run()

    assert ended(sim) == [("production.delivery", "fail", "errored", 11.0)]
    [told] = sim.received("keptn-bridge")
    assert told.event.data["message"] == (
        "sequence timed out while waiting for task sh.keptn.event.deployment.triggered"
        " to receive a correlating .started or .finished event"
    )
    assert [r.event.type for r in sim.unmatched] == ["cd.artifact.published.v1"]


def test_a_service_goes_through_three_stages() -> None:
    sim = scenario("multi-stage")

    sim.run()

    passed = [each[:3] for each in ended(sim, "bridge")]
    assert passed == [
        ("dev.delivery", "pass", "succeeded"),
        ("staging.delivery", "pass", "succeeded"),
        ("production.delivery", "pass", "succeeded"),
    ]
    assert types(sim, "executor") == [
        *("deployment.triggered", "test.triggered", "release.triggered") * 2,
        "deployment.triggered",
        "release.triggered",
    ]
    assert types(sim, "lighthouse") == ["evaluation.triggered"] * 2
    contexts = {r.attributes["shkeptncontext"] for r in sim.received("executor")}
    assert len(contexts) == 1


@pytest.mark.parametrize(
    ("service", "key", "value"),
    [
        ("executor", "staging.test", "fail"),
        ("executor", "staging.release", "errored"),
    ],
)
def test_what_fails_in_staging_is_rolled_back_and_never_reaches_production(
    service: str, key: str, value: str
) -> None:
    sim = scenario("multi-stage")
    sim.set_knob(service, key, value)

    sim.run()

    assert [each[:2] for each in ended(sim, "bridge")] == [
        ("dev.delivery", "pass"),
        ("staging.delivery", "fail"),
        ("staging.rollback", "pass"),
    ]
    assert types(sim, "executor")[-1] == "rollback.triggered"


def test_a_slow_service_is_remedied_by_the_second_action() -> None:
    sim = scenario("remediation")

    sim.run()

    actions = [
        (r.event.data["action"]["action"], r.at_ns / MINUTE)
        for r in sim.received("executor")
    ]
    assert actions == [("scaling", 0), ("featuretoggle", 15.75)]
    assert [each[:2] for each in ended(sim, "bridge")] == [
        ("production.remediation", "fail"),
        ("production.remediation", "pass"),
    ]
    evaluated = [r.at_ns // 10**9 for r in sim.received("lighthouse")]
    assert evaluated == [920, 1870]


def test_when_no_action_helps_the_remediation_fails() -> None:
    sim = scenario("remediation")
    sim.set_knob("lighthouse", "response_time_p90", "2000")

    sim.run()

    assert types(sim, "executor") == ["action.triggered"] * 2
    assert [each[1] for each in ended(sim, "bridge")] == ["fail"] * 3
    last = sim.received("bridge")[-1].event
    assert last.data["message"] == (
        "there is no action with index 2 for root cause response_time_p90"
    )
    assert sim.unfinished() == []
