"""Which results Keptn's approval-service decides by itself, and which a person does."""

import pytest

from simulator import Simulation, Topology

GATE = """
topology: t
services:
  keptn: {}
  gate: {handler: kn-sim/approval-service}
"""


def asked(data: dict[str, object]) -> Simulation:
    sim = Simulation(Topology.parse(GATE))
    sim.send(
        type="sh.keptn.event.approval.triggered",
        id="t1",
        to="service/gate",
        data={"project": "p", "stage": "s", "service": "poc", **data},
        attributes={"shkeptncontext": "c1"},
    )
    sim.run()
    return sim


def said(sim: Simulation) -> list[tuple[str, str]]:
    return [
        (each.event.type.rpartition(".")[2], each.event.data.get("result", ""))
        for each in sim.received("keptn")
    ]


@pytest.mark.parametrize(
    ("result", "strategy", "verdict"),
    [
        ("pass", {"pass": "automatic", "warning": "manual"}, "pass"),
        ("pass", {"pass": "manual", "warning": "automatic"}, ""),
        ("warning", {"pass": "manual", "warning": "automatic"}, "pass"),
        ("warning", {"pass": "automatic", "warning": "manual"}, ""),
        ("fail", {"pass": "automatic", "warning": "automatic"}, "fail"),
        ("fail", {"pass": "manual", "warning": "manual"}, "fail"),
        ("", {"pass": "automatic", "warning": "automatic"}, ""),
    ],
)
def test_a_result_is_decided_by_its_strategy_or_waits_for_a_person(
    result: str, strategy: dict[str, str], verdict: str
) -> None:
    sim = asked({"result": result, "approval": strategy})

    finished = [("finished", verdict)] if verdict else []
    assert said(sim) == [("started", ""), *finished]
    assert len(sim.approvals) == (0 if verdict else 1)


def test_without_a_result_that_of_the_evaluation_counts() -> None:
    sim = asked({"evaluation": {"result": "pass"}, "approval": {"pass": "automatic"}})

    assert said(sim) == [("started", ""), ("finished", "pass")]
    [started, finished] = sim.received("keptn")
    assert started.event.data["message"] == (
        "Approval strategy for result 'pass': automatic"
    )
    assert finished.event.get_extension("triggeredid") == "t1"
    assert finished.event.get_extension("shkeptncontext") == "c1"


@pytest.mark.parametrize(("approves", "verdict"), [(True, "pass"), (False, "fail")])
def test_a_person_decides_later_and_the_service_answers_200_either_way(
    approves: bool, verdict: str
) -> None:
    sim = asked({"approval": {"pass": "manual"}})
    [waiting] = sim.approvals

    sim.run("1h")
    (sim.approve if approves else sim.reject)(waiting.serial)
    sim.run()

    assert said(sim) == [("started", ""), ("finished", verdict)]
    [held] = sim.received("gate")
    assert held.status == 200
    assert sim.now_text() == "2026-01-01T01:00:00Z"
