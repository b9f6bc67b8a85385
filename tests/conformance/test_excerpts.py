"""A part of the recordings is judged right on a checkout without the whole of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance import golden_cesql, golden_filters, golden_validate
from tests.conformance.cesql_cases import mismatches

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(("name", "count"), [("filters", 75), ("fixes-filters", 72)])
def test_filters_judge_and_are_admitted_as_recorded(name: str, count: int) -> None:
    cases = golden_filters.read_cases(GOLDEN / f"{name}.json")

    wrong = [
        (case["name"], finding.text)
        for case in cases
        for finding in (
            golden_filters.judge_case(case),
            golden_filters.judge_admission(case),
        )
        if finding.outcome is golden_filters.Outcome.FAILED
    ]

    assert len(cases) == count
    assert wrong == []


def test_expressions_are_answered_as_recorded() -> None:
    cases = golden_cesql.read(GOLDEN / "cesql.json")

    assert len(cases) == 75
    assert mismatches(cases) == []


def test_the_specification_decides_disputed_expressions() -> None:
    text = (GOLDEN / "cesql_disputed.json").read_text(encoding="utf-8")

    cases = [
        golden_cesql.case(one, disputed=False) for one in json.loads(text)["cases"]
    ]

    assert len(cases) == 16
    assert mismatches(cases) == []


@pytest.mark.parametrize(("name", "count"), [("validate", 40), ("fixes-validate", 98)])
def test_the_webhooks_answer_as_recorded(name: str, count: int) -> None:
    cases = golden_validate.read_cases(GOLDEN / f"{name}.json")

    wrong = [(case["name"], golden_validate.mismatches(case)) for case in cases]

    assert len(cases) == count
    assert [name for name, found in wrong if found] == []
