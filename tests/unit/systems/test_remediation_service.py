"""Which action Keptn's remediation-service gives for a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator import Simulation, Topology, TopologyError
from simulator.systems.remediation_service import RemediationService

if TYPE_CHECKING:
    from pathlib import Path

REMEDIATION = """
apiVersion: spec.keptn.sh/0.1.4
kind: Remediation
metadata: {name: cart}
spec:
  remediations:
    - problemType: Response time degradation
      actionsOnOpen:
        - {name: Scale, action: scaling, description: one more, value: "1"}
        - {name: Toggle, action: toggle, description: promotion off, value: {promo: "off"}}
    - problemType: default
      actionsOnOpen: [{name: Escalate, action: escalate, description: tell people}]
"""


def answered(folder: Path, data: dict[str, Any], text: str = REMEDIATION) -> Any:
    (folder / "remediation.yaml").write_text(text)
    service = RemediationService(folder / "remediation.yaml")
    topology = Topology.parse("topology: t\nservices: {keptn: {}, it: {}}")
    sim = Simulation(topology, services={"it": service})
    sim.send(type="sh.keptn.event.get-action.triggered", to="service/it", data=data)
    sim.run()
    [started, finished] = sim.received("keptn")
    assert started.event.type == "sh.keptn.event.get-action.started"
    return finished.event.data


TITLE = {"problemTitle": "Response time degradation"}


@pytest.mark.parametrize(
    ("problem", "index", "action"),
    [
        (TITLE, 0, "scaling"),
        (TITLE, 1, "toggle"),
        ({"rootCause": "Response time degradation", "problemTitle": "x"}, 0, "scaling"),
        ({"rootCause": "x", **TITLE}, 0, "scaling"),
        ({"ProblemTitle": "Response time degradation"}, 0, "scaling"),
        ({"problemTitle": "disk full"}, 0, "escalate"),
        ({}, 0, "escalate"),
    ],
)
def test_an_action_is_found_by_cause_then_by_title_then_by_default(
    tmp_path: Path, problem: dict[str, str], index: int, action: str
) -> None:
    data = answered(
        tmp_path, {"problem": problem, "get-action": {"actionIndex": index}}
    )

    assert data["action"]["action"] == action
    assert data["get-action"] == {"actionIndex": index + 1}
    assert (data["status"], data["result"]) == ("succeeded", "pass")


@pytest.mark.parametrize(
    ("problem", "index", "message"),
    [
        (TITLE, 2, "there is no action with index 2 for problem title Response time"),
        ({}, 1, "there is no action with index 1 for problem type default"),
    ],
)
def test_when_all_actions_were_tried_it_fails(
    tmp_path: Path, problem: dict[str, str], index: int, message: str
) -> None:
    data = answered(
        tmp_path, {"problem": problem, "get-action": {"actionIndex": index}}
    )

    assert (data["status"], data["result"]) == ("succeeded", "fail")
    assert data["message"].startswith(message)


def test_a_problem_of_no_type_that_there_is_fails(tmp_path: Path) -> None:
    text = REMEDIATION.replace("problemType: default", "problemType: other")

    data = answered(tmp_path, {"problem": {"rootCause": "x"}}, text)

    assert data["message"] == "unable to find action for root cause x"


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (
            REMEDIATION.replace("0.1.4", "0.2.0").replace("action: toggle, ", ""),
            [
                "2:1: apiVersion: expected",
                "10:11: spec.remediations[0].actionsOnOpen[1]",
            ],
        ),
        ("kind: Remediation", ["1:1: apiVersion: expected"]),
    ],
)
def test_all_faults_of_a_remediation_are_named(
    tmp_path: Path, text: str, faults: list[str]
) -> None:
    (tmp_path / "r.yaml").write_text(text)

    with pytest.raises(TopologyError) as raised:
        RemediationService(tmp_path / "r.yaml")

    found = [each.replace(f"{tmp_path}/r.yaml:", "") for each in raised.value.faults]
    assert [
        each[: len(fault)] for each, fault in zip(found, faults, strict=True)
    ] == faults


def test_what_keptn_ignores_in_remediations_is_a_warning(tmp_path: Path) -> None:
    text = REMEDIATION.replace("kind: Remediation", "kind: Remedy").replace(
        "description: one more", "descripton: one more"
    )
    (tmp_path / "r.yaml").write_text(text)

    service = RemediationService(tmp_path / "r.yaml")

    named = [each.path.rpartition(".")[2] for each in service.warnings]
    assert named == ["kind", "descripton"]
