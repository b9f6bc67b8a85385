"""A shipyard that is none is refused, with the place of all that is wrong."""

from pathlib import Path

import pytest

from simulator import Simulation, Topology, TopologyError
from simulator.session.blueprint import BlueprintOptions, Blueprints

HEAD = "apiVersion: spec.keptn.sh/0.2.2\nkind: Shipyard\nmetadata: {name: s}\n"
STAGE = HEAD + "spec: {stages: [{name: dev, sequences: [SEQUENCE]}]}\n"


def refused(folder: Path, shipyard: str | None, says: str = "") -> list[str]:
    if shipyard is not None:
        (folder / "shipyard.yaml").write_text(shipyard)
    says = says or "{shipyard: shipyard.yaml}"
    (folder / "t.yaml").write_text(
        "topology: t\nservices:\n"
        f"  keptn: {{handler: kn-sim/keptn, with: {says}}}\n  gate: {{}}\n"
    )
    with pytest.raises(TopologyError) as raised:
        Simulation(Topology.load(folder / "t.yaml"))
    return [each.replace(f"{folder}/", "") for each in raised.value.faults]


@pytest.mark.parametrize(
    ("shipyard", "fault"),
    [
        (
            HEAD.replace("0.2.2", "0.1.7") + "spec: {stages: []}",
            (
                "shipyard.yaml:1:1: apiVersion: expected spec.keptn.sh/0.2.x, found "
                "'spec.keptn.sh/0.1.7'"
            ),
        ),
        (
            HEAD + "spec: {stages: [{name: Dev}]}",
            (
                "shipyard.yaml:4:18: spec.stages[0].name: expected lower-case letters, "
                "digits and -, found 'Dev'"
            ),
        ),
        (
            STAGE.replace("SEQUENCE", "{tasks: []}"),
            "shipyard.yaml:4:41: spec.stages[0].sequences[0].name: is missing, and needed",
        ),
        (
            "a: [",
            "shipyard.yaml:2:1: not valid YAML: did not find expected node content",
        ),
    ],
)
def test_a_fault_of_a_shipyard_is_named_where_it_stands(
    tmp_path: Path, shipyard: str, fault: str
) -> None:
    [found] = refused(tmp_path, shipyard)

    assert found.startswith(fault)


def test_all_faults_of_a_shipyard_are_named_at_once(tmp_path: Path) -> None:
    found = refused(tmp_path, "apiVersion: v1\nkind: Ship\nspec: {stages: {}}\n")

    assert [each.split(": ")[1] for each in found] == ["apiVersion", "spec.stages"]


def test_what_keptn_ignores_in_a_shipyard_is_a_warning_where_it_stands(
    tmp_path: Path,
) -> None:
    shipyard = tmp_path / "shipyard.yaml"
    shipyard.write_text(
        HEAD.replace("Shipyard", "Shipyrd")
        + """\
spec:
  stages:
    - name: dev
      sequences:
        - name: a
          tasks: [{name: t, propertis: {x: 1}}, {name: u, triggeredAfter: 15}]
          triggeredOn: [{event: dev.b.finished, selector: {match: {outcome: pass}}}]
        - {name: a}
"""
    )
    served = "{handler: kn-sim/keptn, with: {shipyard: shipyard.yaml}}"
    also = "{handler: kn-sim/keptn-executor, with: {shipyard: shipyard.yaml, takes: {t: 1s}}}"
    (tmp_path / "t.yaml").write_text(
        f"topology: t\nservices:\n  keptn: {served}\n  executor: {also}\n"
    )

    sim = Simulation(Topology.load(tmp_path / "t.yaml"))

    told = [f for f in sim.findings if f.code == "file-warning"]
    at = "spec.stages[0].sequences"
    assert [(f.where.removeprefix(f"{shipyard}:"), f.message) for f in told] == [
        ("2:1", "kind: expected Shipyard, found 'Shipyrd'"),
        (
            "9:29",
            (
                f"{at}[0].tasks[0].propertis: unknown field; did you mean 'properties'? "
                "(expected one of name, triggeredAfter, properties)"
            ),
        ),
        (
            "9:59",
            (
                f"{at}[0].tasks[1].triggeredAfter: expected a duration such as 15m, "
                "found '15'; Keptn triggers the task at once"
            ),
        ),
        (
            "10:26",
            (
                f"{at}[0].triggeredOn[0].event: no sequence ends with 'dev.b.finished'; "
                "did you mean 'dev.a.finished'? (expected STAGE.SEQUENCE.finished)"
            ),
        ),
        (
            "10:68",
            (
                f"{at}[0].triggeredOn[0].selector.match.outcome: expected result or "
                "TASK.result, which Keptn compares"
            ),
        ),
        ("11:12", f"{at}[1].name: 'a' is there already; the first counts"),
    ]
    assert list(sim.knobs()["service/keptn"]) == ["dev.a"]


@pytest.mark.parametrize(
    ("says", "fault"),
    [
        (
            "{shipyard: shipyrd.yaml}",
            (
                "t.yaml:3:41: Simulation t: spec.services.keptn.with.shipyard: shipyrd.yaml: "
                "no such file or folder; did you mean 'shipyard.yaml'?"
            ),
        ),
        (
            "{shipyard: .}",
            (
                "t.yaml:3:41: Simulation t: spec.services.keptn.with.shipyard: FOLDER: is a "
                "folder; expected a file"
            ),
        ),
        (
            "{shipyard: shipyard.yaml, distributors: {gate: deployment.triggered}}",
            (
                "t.yaml:3:81: Simulation t: spec.services.keptn.with.distributors.gate: "
                "expected one such as sh.keptn.event.deployment.triggered, found "
                "'deployment.triggered'"
            ),
        ),
    ],
)
def test_a_wrong_argument_is_named_where_it_is_said(
    tmp_path: Path, says: str, fault: str
) -> None:
    shipyard = STAGE.replace("SEQUENCE", "{name: a, tasks: [{name: t}]}")

    [found] = refused(tmp_path, shipyard, says)

    assert found.replace(str(tmp_path), "FOLDER") == fault


def test_a_shipyard_that_changes_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "shipyard.yaml"
    file.write_text(STAGE.replace("SEQUENCE", "{name: a, tasks: [{name: t}]}"))
    (tmp_path / "t.yaml").write_text(
        "topology: t\n"
        "services: {keptn: {handler: kn-sim/keptn, with: {shipyard: shipyard.yaml}}}\n"
    )
    kept = Blueprints()

    first = kept.of_files(tmp_path / "t.yaml", BlueprintOptions())
    same = kept.of_files(tmp_path / "t.yaml", BlueprintOptions())
    file.write_text(STAGE.replace("SEQUENCE", "{name: b, tasks: [{name: t}]}"))
    other = kept.of_files(tmp_path / "t.yaml", BlueprintOptions())

    assert same is first
    assert list(Simulation(other).knobs()["service/keptn"]) == ["dev.b"]
