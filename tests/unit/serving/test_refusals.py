"""What Knative Serving's webhook refuses is refused here, in its words."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import Simulation, Topology, TopologyError
from simulator.serving.refusals import refusals
from simulator.serving.revision import revision_of

GROUP = "autoscaling.knative.dev"
BELOW = "spec.template.metadata.annotations"


def service(annotations: dict[str, str], **spec: Any) -> dict[str, Any]:
    template = {"metadata": {"annotations": annotations}, "spec": spec}
    return {"metadata": {"name": "a"}, "spec": {"template": template}}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("min-scale", "two", "invalid value: two"),
        ("minScale", "-1", "expected 0 <= -1 <= 2147483647"),
        ("max-scale", "99999999999", "expected 0 <= 99999999999 <= 2147483647"),
        ("target", "0", "target 0 should be at least 0.01"),
        ("target", "x", "invalid value: x"),
        ("target-burst-capacity", "1e400", "invalid value: 1e400"),
        ("target-utilization-percentage", "101", "expected 1 <= 101 <= 100"),
        ("target-burst-capacity", "-2", "invalid value: -2"),
        ("panic-window-percentage", "0.5", "expected 1 <= 0.5 <= 100"),
        ("panic-threshold-percentage", "100", "expected 110 <= 100 <= 1000"),
        ("window", "2s", "expected 6s <= 2s <= 1h0m0s"),
        ("window", "60", "invalid value: 60"),
        ("window", "6500ms", "must be specified with at most second precision"),
        ("scale-down-delay", "2h", "expected 0s <= 2h <= 1h0m0s"),
        ("metric", "cpu", "invalid value: cpu"),
        ("class", f"vpa.{GROUP}", f"invalid value: vpa.{GROUP}"),
        ("activation-scale", "no", "invalid value: no"),
    ],
)
def test_an_annotation_that_knative_cannot_take_is_refused_in_its_words(
    name: str, value: str, message: str
) -> None:
    key = f"{GROUP}/{name}"

    found = list(refusals(service({key: value})))

    assert found == [(f"{BELOW}[{key}]", f"{message}: {BELOW}.{key}")]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"containerConcurrency": 1001}, "expected 0 <= 1001 <= 1000"),
        ({"containerConcurrency": -1}, "expected 0 <= -1 <= 1000"),
        ({"timeoutSeconds": 601}, "expected 0 <= 601 <= 600"),
        ({"responseStartTimeoutSeconds": 301}, "expected 0 <= 301 <= 300"),
        ({"timeoutSeconds": "10s"}, "expected a whole number, found '10s'"),
    ],
)
def test_a_limit_of_the_revision_beyond_its_bounds_is_refused(
    spec: dict[str, Any], message: str
) -> None:
    [name] = spec

    found = list(refusals(service({}, **spec)))

    assert found == [
        (f"spec.template.spec.{name}", f"{message}: spec.template.spec.{name}")
    ]


def test_what_knative_takes_is_not_refused() -> None:
    given = {
        f"{GROUP}/class": "hpa.autoscaling.knative.dev",
        f"{GROUP}/metric": "cpu",
        f"{GROUP}/min-scale": "1",
        f"{GROUP}/max-scale": "3",
        f"{GROUP}/target-burst-capacity": "-1",
        f"{GROUP}/window": "1m30s",
    }

    assert list(refusals(service(given, containerConcurrency=1000))) == []


TOPOLOGY = f"""
apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: pricing
  annotations: {{{GROUP}/min-scale: "1"}}
spec:
  template:
    metadata:
      annotations: {{{GROUP}/min-scale: "5", {GROUP}/max-scale: "3"}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: config-autoscaler, namespace: knative-serving}}
data: {{target-burst-capacity: "-3", stable-window: 5s, max-scale-up-rate: "1"}}
"""


def test_all_that_serving_refuses_is_named_at_once_each_at_its_place() -> None:
    with pytest.raises(TopologyError) as refused:
        Simulation(Topology.parse(TOPOLOGY, name="a.yaml"))

    lines = str(refused.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "a.yaml:6:17", "a.yaml:10:61", "a.yaml:15:8", "a.yaml:15:37", "a.yaml:15:56"
    ]  # fmt: skip
    assert "must be put under" in lines[0]
    assert "max-scale=3 is less than min-scale=5" in lines[1]
    assert lines[3].endswith("stable-window = 5s, must be in [6s; 1h0m0s] range")


ZERO = f"""
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {{name: pricing}}
spec: {{template: {{metadata: {{annotations: {{{GROUP}/SCALE}}}}}}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: config-autoscaler, namespace: knative-serving}}
data: {{DATA}}
"""


@pytest.mark.parametrize(
    ("scale", "data", "refused"),
    [
        ('initial-scale: "0"', 'allow-zero-initial-scale: "true", initial-scale: "0"', []),
        ('initial-scale: "0"', 'allow-zero-initial-scale: "false"', ["initial-scale=0 not allowed by cluster"]),
        ('initial-scale: "1"', 'initial-scale: "0"', ["initial-scale = 0, must be at least 0 (or at least 1 when allow-zero-initial-scale is false)"]),
        ('max-scale: "5"', 'max-scale-limit: "5", max-scale: "5"', []),
        ('max-scale: "6"', 'max-scale-limit: "5", max-scale: "5"', ["expected 1 <= 6 <= 5"]),
        ('max-scale: "0"', 'max-scale-limit: "5", max-scale: "5"', ["max-scale=0 (unlimited), must be less than 5"]),
        ('max-scale: "5"', 'max-scale-limit: "5"', ["max-scale = 0, must be in [1, max-scale-limit(5)] range"]),
        ('max-scale: "5"', 'max-scale-limit: "5", max-scale: "6"', ["max-scale = 6, must be in [1, max-scale-limit(5)] range"]),
        ('max-scale: "5"', 'max-scale: "-1"', ["max-scale = -1, must be in [0, max-scale-limit(0)] range"]),
    ],
)  # fmt: skip
def test_the_cluster_says_which_scales_it_lets_be(
    scale: str, data: str, refused: list[str]
) -> None:
    text = ZERO.replace("SCALE", scale).replace("DATA", data)
    try:
        Simulation(Topology.parse(text))
        lines = []
    except TopologyError as error:
        lines = str(error).splitlines()

    assert len(lines) == len(refused)
    assert all(why in line for why, line in zip(refused, lines, strict=True))


@pytest.mark.parametrize(("pods", "told"), [("{start: 2s}", False), ("", True)])
def test_the_autoscaler_of_what_has_pods_is_no_idle_resource(
    pods: str, told: bool
) -> None:
    text = ZERO.replace("SCALE", 'max-scale: "2"').replace("DATA", "stable-window: 30s")
    described = (
        f"spec: {{services: {{pricing: {{{f'pods: {pods}' if pods else ''}}}}}}}"
    )
    head = "apiVersion: simulator/v1\nkind: Simulation\nmetadata: {name: s}"
    sim = Simulation(Topology.parse(f"{text}---\n{head}\n{described}\n"))

    idle = [each.subject for each in sim.findings if each.code == "not-simulated"]

    assert ("ConfigMap knative-serving/config-autoscaler" in idle) is told


def test_an_autoscaler_of_another_namespace_allows_nothing() -> None:
    allowing = 'allow-zero-initial-scale: "true"'
    text = ZERO.replace("SCALE", 'initial-scale: "0"').replace("DATA", allowing)

    with pytest.raises(TopologyError, match="not allowed by cluster"):
        Simulation(Topology.parse(text.replace("knative-serving", "knative-eventing")))


@pytest.mark.parametrize(
    ("window", "percent", "seconds"),
    [("60s", "10", 6), ("25s", "10", 3), ("45s", "10", 5), ("24s", "10", 2), ("6s", "1", 1)],
)  # fmt: skip
def test_a_panic_window_is_rounded_to_seconds_halves_up(
    window: str, percent: str, seconds: int
) -> None:
    said = {f"{GROUP}/window": window, f"{GROUP}/panic-window-percentage": percent}

    assert revision_of(service(said), {}).scaling.panic_s == seconds


def test_a_key_of_the_autoscaler_that_nobody_reads_is_named_with_the_nearest() -> None:
    text = TOPOLOGY.partition("---")[2].partition("\ndata")[0]
    sim = Simulation(Topology.parse(f"{text.strip()}\ndata: {{stable-windo: 60s}}\n"))

    [found] = [each for each in sim.findings if each.code == "field-ignored"]

    assert found.message == "nobody reads it; did you mean 'stable-window'?"
