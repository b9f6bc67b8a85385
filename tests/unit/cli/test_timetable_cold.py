"""`kn-sim timetable --cold`: which attempt meets a pod of a service that has none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from simulator.cli import main

if TYPE_CHECKING:
    from pathlib import Path

TOPOLOGY = """
topology: cold
brokers: {default: {}}
triggers:
  price:
    subscriber: pricing
    delivery: {retry: 2, backoffPolicy: exponential, backoffDelay: PT1S, timeout: TIMEOUT}
ksvcs:
  pricing:
    template: {metadata: {annotations: {autoscaling.knative.dev/min-scale: "LEAST"}}}
services: {pricing: {pods: {start: {exactly: 2s}}}}
"""


@pytest.mark.parametrize(
    ("timeout", "least", "said"),
    [
        ("PT10S", "0", "attempt 1, made at +0s, waits for it, 10s at most"),
        (
            "PT1S",
            "0",
            "attempt 1 may be over before; attempt 2, made at +2s, meets it",
        ),
        (
            "PT0.1S",
            "0",
            "attempts 1 to 2 may be over before; attempt 3, made at +3.2s, meets it",
        ),
        ("PT10S", "1", "never: min-scale keeps 1 pod"),
    ],
)
def test_the_first_attempt_that_lasts_until_a_pod_is_ready_is_named(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    timeout: str,
    least: str,
    said: str,
) -> None:
    file = tmp_path / "cold.yaml"
    text = TOPOLOGY.replace("TIMEOUT", timeout).replace("LEAST", least)
    file.write_text(text, encoding="utf-8")

    code = main(["timetable", str(file), "--cold"])

    *_, head, last = capsys.readouterr().out.splitlines()
    assert (code, head) == (0, "trigger/price → service/pricing from zero")
    assert last.endswith(said)


def test_a_delivery_of_which_no_attempt_meets_a_pod_is_told_as_data_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cold.yaml"
    text = TOPOLOGY.replace("TIMEOUT", "PT0.1S").replace("retry: 2", "retry: 0")
    file.write_text(text.replace("LEAST", "0"), encoding="utf-8")

    main(["timetable", str(file), "--cold", "--format", "json"])

    [cold] = json.loads(capsys.readouterr().out)["cold"]
    assert (cold["attempt"], cold["at_ns"], cold["lasts_ns"]) == (None, None, 10**8)


def test_without_pods_there_is_nothing_to_tell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "warm.yaml"
    text = TOPOLOGY.partition("ksvcs")[0].replace("TIMEOUT", "PT1S")
    file.write_text(text, encoding="utf-8")

    main(["timetable", str(file), "--cold"])

    assert "no trigger calls a service with pods" in capsys.readouterr().err
