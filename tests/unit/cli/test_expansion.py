"""What `check --expand` shows of objects that others wrote."""

from pathlib import Path

import pytest

from simulator.cli import main

SEQUENCE = """\
apiVersion: flows.knative.dev/v1
kind: Sequence
metadata: {name: q}
spec:
  steps: [{ref: {apiVersion: v1, kind: Service, name: p}}]
  channelTemplate: {apiVersion: v1, kind: %s, spec: %s}
"""
BOUND = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec: {template: {spec: {containers: [5, {name: a, env: [1, {name: 3}]}], initContainers: 7}}}
---
apiVersion: sources.knative.dev/v1
kind: SinkBinding
metadata: {name: b}
spec: {subject: {apiVersion: apps/v1, kind: Deployment, name: d}, sink: {uri: "http://x.y"}}
"""


@pytest.mark.parametrize("kind", ["OtherChannel", "Subscription", "SinkBinding"])
@pytest.mark.parametrize("spec", ["[1]", "5", "{channel: 5, subject: 3, ports: [1]}"])
def test_a_channel_template_may_hold_anything(
    kind: str, spec: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "t.yaml"
    file.write_text(SEQUENCE % (kind, spec), encoding="utf-8")

    main(["check", "--expand", str(file)])

    assert f"    {kind} q-kn-sequence-0" in capsys.readouterr().out


def test_of_a_workload_what_is_no_container_is_passed_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "t.yaml"
    file.write_text(BOUND, encoding="utf-8")

    main(["check", "--expand", str(file)])

    assert "      container a\n        3=\n" in capsys.readouterr().out
