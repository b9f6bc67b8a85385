"""What Keptn's lighthouse makes of objectives and indicator values."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Simulation, Topology, TopologyError
from simulator.systems.lighthouse import Lighthouse
from simulator.systems.slo import evaluate, read_objectives

if TYPE_CHECKING:
    from pathlib import Path

OBJECTIVES = """
spec_version: "0.1.1"
comparison: {compare_with: single_result, include_result_with_score: pass}
objectives:
  - sli: response_time
    pass: [{criteria: ["<=+10%", "<600"]}]
    warning: [{criteria: ["<=800"]}]
    weight: 2
    key_sli: true
  - sli: error_rate
    pass: [{criteria: ["<=1%"]}, {criteria: ["<5"]}]
  - sli: throughput
total_score: {pass: 90%, warning: 60%}
"""
ASKED = {
    "project": "p",
    "stage": "s",
    "service": "cart",
    "evaluation": {"timeframe": "5m"},
}


def objectives(folder: Path, text: str = OBJECTIVES) -> Path:
    (folder / "slo.yaml").write_text(text)
    return folder / "slo.yaml"


@pytest.mark.parametrize(
    ("values", "result", "score"),
    [
        ({"response_time": 500, "error_rate": 0}, "pass", 100),
        ({"response_time": 700, "error_rate": 0}, "warning", 200 / 3),
        ({"response_time": 700, "error_rate": 9}, "fail", 100 / 3),
        ({"response_time": 500, "error_rate": 9}, "warning", 200 / 3),
        ({"response_time": 900, "error_rate": 0}, "fail", 100 / 3),
        ({"error_rate": 0}, "fail", 100 / 3),
    ],
)
def test_values_are_judged_by_weight_and_by_the_key_indicator(
    tmp_path: Path, values: dict[str, float], result: str, score: float
) -> None:
    slo = read_objectives(objectives(tmp_path), "slo")

    # error_rate has relative criteria, too, which pass where nothing was before
    slo = slo.replace(
        objectives=tuple(
            each if each.sli != "error_rate" else each.replace(passes=each.passes[1:])
            for each in slo.objectives
        )
    )
    verdict = evaluate(slo, values, [])

    assert verdict.result == result
    assert verdict.score == pytest.approx(score)


@pytest.mark.parametrize(
    ("comparison", "most"),
    [
        ("", 1),
        ("comparison:", 1),
        ("comparison: {}", 3),
        ("comparison: {aggregate_function: avg, number_of_comparison_results: 5}", 3),
        ("comparison: {compare_with: single_result, number_of_comparison_results: 5}", 1),
        ("comparison: {compare_with: several_results}", 3),
        ("comparison: {compare_with: several_results, number_of_comparison_results: 5}", 5),
    ],
)  # fmt: skip
def test_how_many_evaluations_are_compared_with_is_what_lighthouse_takes(
    comparison: str, most: int, tmp_path: Path
) -> None:
    text = f"{comparison}\nobjectives: [{{sli: a}}]"

    assert read_objectives(objectives(tmp_path, text), "slo").most == most


def test_a_criterion_may_be_written_as_go_reads_numbers(tmp_path: Path) -> None:
    text = 'objectives: [{sli: a, pass: [{criteria: ["<=1e3", "< .5E-1"]}]}]'

    [slo] = read_objectives(objectives(tmp_path, text), "slo").objectives

    assert [each.value for each in slo.passes[0]] == [1000, 0.05]


def test_targets_of_a_warning_are_told_before_those_of_a_pass(tmp_path: Path) -> None:
    slo = read_objectives(objectives(tmp_path), "slo")

    verdict = evaluate(slo, {"response_time": 700, "error_rate": 0}, [])

    told = [each["criteria"] for each in verdict.indicators[0]["targets"]]
    assert told == ["<=800", "<=+10%", "<600"]


def test_a_relative_criterion_compares_with_what_passed_before(tmp_path: Path) -> None:
    slo = read_objectives(objectives(tmp_path), "slo")

    first = evaluate(slo, {"response_time": 100, "error_rate": 0}, [])
    slower = evaluate(slo, {"response_time": 111, "error_rate": 0}, [first])
    after = evaluate(slo, {"response_time": 110, "error_rate": 0}, [first, slower])

    assert (first.result, slower.result, after.result) == ("pass", "warning", "pass")
    [_, target, _] = slower.indicators[0]["targets"]
    assert target["criteria"] == "<=+10%"
    assert target["targetValue"] == pytest.approx(110)
    assert target["violated"] is True


def test_no_objectives_fail_and_those_without_criteria_pass(tmp_path: Path) -> None:
    none = read_objectives(objectives(tmp_path, "objectives: []"), "slo")
    info = read_objectives(objectives(tmp_path, "objectives: [{sli: a}]"), "slo")

    assert evaluate(none, {}, [])[:2] == ("fail", 0)
    assert evaluate(info, {"a": 1}, [])[:2] == ("pass", 100)


def ran(lighthouse: Lighthouse, *asked: dict[str, Any]) -> list[tuple[str, Any]]:
    topology = Topology.parse("topology: t\nservices: {keptn: {}, lighthouse: {}}")
    sim = Simulation(topology, services={"lighthouse": lighthouse})
    for data in asked:
        sim.send(
            type="sh.keptn.event.evaluation.triggered",
            to="service/lighthouse",
            data=data,
        )
    sim.run()
    finished = sim.received("keptn", type="sh.keptn.event.evaluation.finished")
    return [(each.event.data["result"], each.event.data) for each in finished]


def test_the_values_of_one_evaluation_after_the_other_are_given(tmp_path: Path) -> None:
    sli = {"response_time": [900, 500], "error_rate": 0}
    lighthouse = Lighthouse(objectives(tmp_path), sli)

    [first, second] = ran(lighthouse, ASKED, ASKED)

    assert (first[0], second[0]) == ("fail", "pass")
    evaluation = second[1]["evaluation"]
    assert evaluation["timeStart"] == "2025-12-31T23:55:00.000Z"
    assert [each["status"] for each in evaluation["indicatorResults"]] == [
        "pass",
        "pass",
        "fail",
    ]


@pytest.mark.parametrize(
    ("lighthouse", "message"),
    [
        (
            Lighthouse(),
            (
                "no evaluation performed by lighthouse because no SLI-provider configured "
                "for project p"
            ),
        ),
        (
            Lighthouse(sli={"a": 1}),
            (
                "no evaluation performed by lighthouse because no SLO file configured for "
                "project p"
            ),
        ),
    ],
)
def test_nothing_to_evaluate_by_passes(lighthouse: Lighthouse, message: str) -> None:
    [(result, data)] = ran(lighthouse, ASKED)

    assert (result, data["status"], data["message"]) == ("pass", "succeeded", message)


def test_a_time_frame_is_written_as_go_writes_durations(tmp_path: Path) -> None:
    lighthouse = Lighthouse(slo=objectives(tmp_path), sli={"response_time": 500})

    asked = {**ASKED, "evaluation": {"timeframe": "1h30m"}}
    [(_, data)] = ran(lighthouse, asked)

    begin, end = (
        datetime.fromisoformat(data["evaluation"][name])
        for name in ("timeStart", "timeEnd")
    )
    assert end - begin == timedelta(hours=1, minutes=30)


def test_an_evaluation_needs_a_time_frame() -> None:
    [(result, data)] = ran(Lighthouse(sli={"a": 1}), {**ASKED, "evaluation": {}})

    assert (result, data["status"]) == ("fail", "errored")
    assert data["message"] == (
        "evaluation.triggered event does not contain evaluation timeframe"
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("objectives: [{pass: []}]", "slo.yaml:1:14: objectives[0].sli: is missing"),
        (
            "objectives: [{sli: a, pass: [{criteria: ['=< 600']}]}]",
            "slo.yaml:1:42: objectives[0].pass[0].criteria[0]: expected one such as",
        ),
        (
            "total_score: {pass: most}",
            "slo.yaml:1:15: total_score.pass: expected a share",
        ),
        (
            "comparison: {compare_with: singel_result}",
            (
                "slo.yaml:1:14: comparison.compare_with: expected one of single_result, "
                "several_results, found 'singel_result'; did you mean 'single_result'?"
            ),
        ),
    ],
)
def test_a_fault_of_objectives_is_named_where_it_stands(
    tmp_path: Path, text: str, fault: str
) -> None:
    with pytest.raises(TopologyError) as raised:
        read_objectives(objectives(tmp_path, text), "slo")

    [found] = raised.value.faults
    assert found.replace(f"{tmp_path}/", "").startswith(fault)


def test_what_lighthouse_ignores_in_its_objectives_is_a_warning(tmp_path: Path) -> None:
    text = "spec_version: '0.1.1'\nobjectives: [{sli: a, wieght: 2}]"

    lighthouse = Lighthouse(slo=objectives(tmp_path, text))

    [found] = lighthouse.warnings
    assert found.replace(f"{tmp_path}/", "").startswith(
        "slo.yaml:2:23: objectives[0].wieght: unknown field; did you mean 'weight'?"
    )
