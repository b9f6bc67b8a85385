"""The annotations that say how a revision scales, read as Knative Serving reads them.

Source: knative/serving pkg/apis/autoscaling/register.go.
"""

from __future__ import annotations

import re
from math import inf, isfinite
from typing import TYPE_CHECKING, Any, Final

from simulator.digits import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

GROUP: Final = "autoscaling.knative.dev"
CLASSES: Final = (f"kpa.{GROUP}", f"hpa.{GROUP}")
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_INTEGER: Final = re.compile(r"[+-]?\d+", re.ASCII)

# Each name, and the older spellings that stand for it.
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "class": (),
    "metric": (),
    "target": (),
    "min-scale": ("minScale",),
    "max-scale": ("maxScale",),
    "initial-scale": ("initialScale",),
    "activation-scale": ("activationScale",),
    "scale-down-delay": ("scaleDownDelay",),
    "scale-to-zero-pod-retention-period": ("scaleToZeroPodRetentionPeriod",),
    "window": (),
    "target-utilization-percentage": ("targetUtilizationPercentage",),
    "target-burst-capacity": ("targetBurstCapacity",),
    "panic-window-percentage": ("panicWindowPercentage",),
    "panic-threshold-percentage": ("panicThresholdPercentage",),
    "metric-aggregation-algorithm": ("metricAggregationAlgorithm",),
}
ALGORITHMS: Final = ("linear", "weightedExponential", "weighted-exponential")


class Annotations:
    """The annotations of a template that say how it scales.

    Args:
        given: All of the template.
    """

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given

    def key(self, name: str) -> str:
        """Give the key under which one is written: as it is called today, or once was."""
        spellings = (name, *NAMES[name])
        keys = (f"{GROUP}/{each}" for each in spellings)
        return next((key for key in keys if key in self._given), f"{GROUP}/{name}")

    def get(self, name: str) -> str | None:
        """Give the value of one; None where it is not written."""
        value = self._given.get(self.key(name))
        return None if value is None else str(value)

    def unknown(self) -> Iterator[str]:
        """Give the keys of the group that nobody reads."""
        known = {
            f"{GROUP}/{each}" for name, old in NAMES.items() for each in (name, *old)
        }
        for key in self._given:
            if str(key).startswith(f"{GROUP}/") and key not in known:
                yield str(key)


def as_float(text: str) -> float | None:
    """Read a number as Go does; None where it is none."""
    number = float(text) if _NUMBER.fullmatch(text) else inf
    return number if isfinite(number) else None


def as_int(text: str) -> int | None:
    """Read a whole number as Go does; None where it is none."""
    return whole(text) if _INTEGER.fullmatch(text) else None
