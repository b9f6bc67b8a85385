"""What other implementations were recorded to do runs here as it was recorded there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.profiles import judge_file, main
from tests.shared_data import DATA

COMMITTED = Path(__file__).parent / "golden" / "profiles"
ALL = DATA / "golden" / "profiles"


def _files() -> list[Path]:
    """List all that there are; a clean checkout holds a part of them."""
    found = {}
    for folder in (COMMITTED, ALL):
        for file in folder.glob("*/*.json"):
            found[f"{file.parent.name}/{file.name}"] = file
    return [file for _, file in sorted(found.items())]


@pytest.mark.parametrize(
    "file", _files(), ids=lambda file: f"{file.parent.name}-{file.stem}"
)
def test_a_recording_is_met(file: Path) -> None:
    findings = judge_file(file, file.parent.name)

    assert findings
    assert [(n, f.differences) for n, f in findings if f.differences] == []


def _recording(name: str) -> dict[str, Any]:
    text = (COMMITTED / "rabbitmq" / f"{name}.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def _run(path: Path, document: object, profile: str = "rabbitmq") -> int:
    file = path / "one.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return main([profile, str(file)])


def test_a_process_that_dies_and_what_it_leaves_are_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = _recording("dls_crash_order")
    document["expected"]["crashes"] = []
    document["expected"]["left"] = {"default.t1 of broker default": 1}

    code = _run(tmp_path, document)

    assert code == 1
    assert capsys.readouterr().out == (
        "one: crashes: expected [], found ['t1-dispatcher']\n"
        "one: left: expected {'default.t1 of broker default': 1}, "
        "found {'default.t1 of broker default': 2}\n"
        "0 passed, 1 failed, 0 skipped\n"
    )


def test_another_order_at_a_service_is_a_mismatch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = _recording("order_serial")
    document["expected"]["requests"].reverse()
    document["expected"]["toleranceMs"] = 10_000

    code = _run(tmp_path, document)

    assert code == 1
    assert "one: svc: requests come in another order\n" in capsys.readouterr().out


def test_a_recording_without_an_end_asks_for_what_there_is_at_least(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = _recording("reply_loop_no_ttl")
    document["scenario"]["services"][0]["responses"] = [{"echo": {}}]
    document["expected"] |= {"open": True, "atLeast": 300}

    code = _run(tmp_path, document)

    assert (code, capsys.readouterr().out) == (0, "1 passed, 0 failed, 0 skipped\n")


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"scenario": {}}, "'expected': expected an object"),
        ([], "expected an object with 'scenario' and 'expected'"),
        (_recording("order_serial"), "is of the profile rabbitmq, not natss"),
    ],
)
def test_a_file_that_is_no_such_recording_ends_the_runner_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], document: object, why: str
) -> None:
    code = _run(tmp_path, document, "natss")

    assert (code, capsys.readouterr().err) == (2, f"{tmp_path / 'one.json'}: {why}\n")


def test_without_a_profile_the_runner_tells_its_usage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["pulsar", "."]) == 2
    assert capsys.readouterr().err.startswith("usage: python -m tests.conformance.p")
