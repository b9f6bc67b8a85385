"""Who executes tasks for Keptn, and what is wrong with its arguments."""

from pathlib import Path

import pytest

from simulator import Simulation, Topology, TopologyError
from simulator.systems import OptionError
from simulator.systems.keptn_executor import Executor

SHIPYARD = """
apiVersion: spec.keptn.sh/0.2.2
kind: Shipyard
metadata: {name: s}
spec:
  stages:
    - name: dev
      sequences:
        - {name: delivery, tasks: [{name: deployment}, {name: test}, {name: release}]}
"""


@pytest.fixture
def shipyard(tmp_path: Path) -> Path:
    (tmp_path / "shipyard.yaml").write_text(SHIPYARD)
    return tmp_path / "shipyard.yaml"


def asked(executor: Executor, outcome: str = "") -> Simulation:
    topology = Topology.parse("topology: t\nservices: {keptn: {}, it: {}}")
    sim = Simulation(topology, services={"it": executor})
    if outcome:
        sim.set_knob("it", "dev.test", outcome)
    for task in ("test", "release"):
        data = {"project": "p", "stage": "dev", "service": "cart"}
        sim.send(type=f"sh.keptn.event.{task}.triggered", to="service/it", data=data)
    sim.run()
    return sim


@pytest.mark.parametrize(
    ("outcome", "said", "open_"),
    [
        ("", [("started", ""), ("finished", "pass")], 0),
        ("warning", [("started", ""), ("finished", "warning")], 0),
        ("errored", [("started", ""), ("finished", "fail")], 0),
        ("never", [("started", "")], 1),
        ("ignored", [], 0),
    ],
)
def test_a_task_comes_to_what_its_knob_says(
    shipyard: Path, outcome: str, said: list[tuple[str, str]], open_: int
) -> None:
    sim = asked(Executor(shipyard, {"test": "1m"}, {"test": {"a": 1}}), outcome)

    told = [each.event for each in sim.received("keptn")]
    assert [
        (each.type.rpartition(".")[2], each.data.get("result", "")) for each in told
    ] == said
    assert len(sim.unfinished()) == open_
    if len(said) > 1:
        assert told[1].data["a"] == 1
        assert told[1].data["test"] == {
            "start": "2026-01-01T00:00:00.000Z",
            "end": "2026-01-01T00:01:00.000Z",
        }


@pytest.mark.parametrize(
    ("takes", "data", "fault"),
    [
        (
            {"tset": "1m"},
            {},
            "takes.tset: no task is called 'tset'; did you mean 'test'?",
        ),
        ({"test": "soon"}, {}, "takes.test: 'soon' is no duration"),
        ({"test": "1m"}, {"release": {}}, "data.release: no task is called 'release'"),
        ({"test": "1m"}, {"test": 1}, "data.test: expected a mapping, found 1"),
    ],
)
def test_a_wrong_argument_is_refused(
    shipyard: Path, takes: dict[str, str], data: dict[str, object], fault: str
) -> None:
    with pytest.raises(OptionError) as raised:
        Executor(shipyard, takes, data)

    assert str(raised.value).startswith(fault)


def test_all_that_is_wrong_with_what_systems_are_given_is_named_at_once(
    tmp_path: Path, shipyard: Path
) -> None:
    # given
    systems = tmp_path / "systems.yaml"
    systems.write_text(
        f"""topology: t
services:
  a: {{handler: kn-sim/keptn-executor, with: {{shipyard: {shipyard}, takes: {{tset: 1m, test: soon}}, data: {{test: 1}}}}}}
  b: {{handler: kn-sim/keptn, with: {{shipyard: {shipyard}, distributors: {{x: [1], y: a, z: b}}}}}}
  c: {{handler: kn-sim/lighthouse, with: {{sli: {{p: x, q: y}}}}}}
  d: {{handler: kn-sim/knative-service, with: {{name: A_b, namespace: "", vocabulary: cd-v2}}}}
"""
    )

    # when
    with pytest.raises(TopologyError) as raised:
        Simulation(Topology.load(systems))

    # then
    assert [each.path.partition(".with.")[2] for each in raised.value.faults] == [
        "takes.tset",
        "takes.test",
        "data.test",
        *("distributors.x", "distributors.y", "distributors.z"),
        *("sli.p", "sli.q"),
        *("name", "namespace", "vocabulary"),
    ]


def test_of_a_file_that_is_no_mapping_nothing_more_is_said(tmp_path: Path) -> None:
    # given
    file = tmp_path / "shipyard.yaml"
    file.write_text("just text\n")

    # when
    with pytest.raises(TopologyError) as raised:
        Executor(file, {})

    # then
    [fault] = raised.value.faults
    assert fault.reason == "expected a mapping, found 'just text'"


def test_a_name_of_another_type_is_one_fault(tmp_path: Path) -> None:
    # given
    file = tmp_path / "shipyard.yaml"
    file.write_text(SHIPYARD.replace("name: dev", "name: 3", 1))

    # when
    with pytest.raises(TopologyError) as raised:
        Executor(file, {})

    # then
    [fault] = raised.value.faults
    assert fault.reason == "spec.stages[0].name: expected text, found 3"
