"""How one revision is served and scaled: its manifest, over the config of the cluster."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Any, Final

from simulator.duration import go_duration_ns
from simulator.resource import mapping
from simulator.serving.config import Annotations, as_float, as_int, settings
from simulator.serving.kpa import SECOND, Scaling
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_PODS: Final = 1_000
"""Pods of a service that are simulated; further ones are not there."""
_TIMEOUT_S: Final = 300
_RESPONSE_START_S: Final = 300
_LEAST_TARGET: Final = 0.01


class Revision(Value):
    """How a revision is served and scaled.

    Args:
        by_rate: Whether that counts requests a second, not requests at once.
        concurrency: How many requests a pod takes at once; 0 for any number.
        timeout_ns: How long a request may take, from when it arrives.
        most: Pods at most; 0 for any number.
        initial: Pods that it begins with when it is new.
        grace_ns: How long the activator must be in the path before the last pod goes.
        retention_ns: How long the last pod stays at least.
    """

    scaling: Scaling
    by_rate: bool = False
    concurrency: int = 0
    timeout_ns: int = _TIMEOUT_S * SECOND
    least: int = 0
    most: int = 0
    initial: int = 1
    grace_ns: int = 30 * SECOND
    retention_ns: int = 0
    to_zero: bool = True

    @property
    def window_ns(self) -> int:
        return self.scaling.stable_s * SECOND

    def bounded(self, pods: int) -> int:
        """Keep a number of pods within the bounds of the manifest, and of this simulator."""
        return min(max(pods, self.least), self.most or MOST_PODS, MOST_PODS)


def revision_of(manifest: Mapping[str, Any], config: Mapping[str, Any]) -> Revision:
    """Work out how the revision of a Service is served and scaled, empty if unwritten.

    Source: knative/serving pkg/reconciler/autoscaling/resources/target.go, metric.go;
        kpa/resources/decider.go; systems-2, 4 (defaults).
    """
    cluster = settings(config)
    template = mapping(mapping(manifest.get("spec")).get("template"))
    spec = mapping(template.get("spec"))
    read = _Reading(mapping(mapping(template.get("metadata")).get("annotations")))
    concurrency = spec.get("containerConcurrency") or 0
    by_rate = read.said.get("metric") == "rps"
    total = _total(read, cluster, concurrency, by_rate=by_rate)
    share = read.number("target-utilization-percentage", -1) / 100
    if share < 0:
        share = 0.7 if by_rate else cluster["container-concurrency-target-percentage"]
    stable_ns = read.duration("window", cluster["stable-window"])
    panic = read.number("panic-window-percentage", cluster["panic-window-percentage"])
    threshold = cluster["panic-threshold-percentage"]
    delay_ns = read.duration("scale-down-delay", cluster["scale-down-delay"])
    burst = cluster["target-burst-capacity"]
    scaling = Scaling(
        target=max(_LEAST_TARGET, total * share),
        total=total,
        stable_s=stable_ns // SECOND,
        # Half a second is a whole one: time.Duration.Round.
        panic_s=max(1, floor(stable_ns * panic / 100 / SECOND + 0.5)),
        burst_capacity=read.number("target-burst-capacity", burst),
        panic_threshold=read.number("panic-threshold-percentage", threshold) / 100,
        up_rate=cluster["max-scale-up-rate"],
        down_rate=cluster["max-scale-down-rate"],
        down_delay_s=delay_ns // SECOND,
        activation_scale=read.whole("activation-scale", 0),
        weighted=read.said.get("metric-aggregation-algorithm") not in (None, "linear"),
    )
    retention_ns = cluster["scale-to-zero-pod-retention-period"]
    return Revision(
        scaling=scaling,
        by_rate=by_rate,
        concurrency=concurrency,
        timeout_ns=_timeout_s(spec) * SECOND,
        least=read.whole("min-scale", cluster["min-scale"]),
        most=read.whole("max-scale", cluster["max-scale"]),
        initial=read.whole("initial-scale", cluster["initial-scale"]),
        grace_ns=cluster["scale-to-zero-grace-period"],
        retention_ns=read.duration("scale-to-zero-pod-retention-period", retention_ns),
        to_zero=cluster["enable-scale-to-zero"],
    )


class _Reading:
    def __init__(self, given: Mapping[str, Any]) -> None:
        self.said = Annotations(given)

    def number(self, name: str, default: float) -> float:
        value = as_float(self.said.get(name) or "")
        return default if value is None else value

    def whole(self, name: str, default: int) -> int:
        value = as_int(self.said.get(name) or "")
        return default if value is None else value

    def duration(self, name: str, default_ns: int) -> int:
        value = go_duration_ns(self.said.get(name) or "")
        return default_ns if value is None else value


def _total(
    read: _Reading, cluster: Mapping[str, Any], concurrency: int, *, by_rate: bool
) -> float:
    if by_rate:
        total: float = cluster["requests-per-second-target-default"]
    else:
        total = concurrency or cluster["container-concurrency-target-default"]
    said = read.number("target", 0)
    if not said:
        return total
    return said if by_rate or not concurrency else min(said, concurrency)


def _timeout_s(spec: Mapping[str, Any]) -> int:
    """Give the time that a request has; no byte of an answer comes before its end here.

    Source: knative/serving pkg/apis/serving/v1/revision_defaults.go: the shipped
        response start timeout only where the timeout is longer.
    """
    timeout: int = spec.get("timeoutSeconds") or _TIMEOUT_S
    start = spec.get("responseStartTimeoutSeconds") or _RESPONSE_START_S
    return min(timeout, start)
