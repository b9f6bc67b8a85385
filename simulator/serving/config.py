"""What config-autoscaler of a cluster says, over what Knative Serving ships.

Source: knative/serving pkg/autoscaler/config/config.go; config/core/configmaps/autoscaler.yaml.
"""

from __future__ import annotations

import re
from math import inf, isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from simulator.digits import whole
from simulator.duration import go_duration_ns
from simulator.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAMESPACE: Final = "knative-serving"
CONFIG_MAP: Final = "config-autoscaler"
_NS: Final = 1_000_000_000
# Shares, which some write as percents.
_SHARE: Final = "container-concurrency-target-percentage"
_IGNORED: Final = ("_example", "activator-capacity")

SHIPPED: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "pod-autoscaler-class": "kpa.autoscaling.knative.dev",
        "enable-scale-to-zero": True,
        "allow-zero-initial-scale": False,
        "max-scale-up-rate": 1000.0,
        "max-scale-down-rate": 2.0,
        _SHARE: 70.0,
        "container-concurrency-target-default": 100.0,
        "requests-per-second-target-default": 200.0,
        "target-burst-capacity": 211.0,
        "panic-window-percentage": 10.0,
        "panic-threshold-percentage": 200.0,
        "initial-scale": 1,
        "min-scale": 0,
        "max-scale": 0,
        "max-scale-limit": 0,
        "stable-window": 60 * _NS,
        "scale-down-delay": 0,
        "scale-to-zero-grace-period": 30 * _NS,
        "scale-to-zero-pod-retention-period": 0,
    }
)
_DURATIONS: Final = (
    "stable-window",
    "scale-down-delay",
    "scale-to-zero-grace-period",
    "scale-to-zero-pod-retention-period",
)
# Least and most of a value, and what Knative says of one beyond.
_BOUNDS: Final[Mapping[str, tuple[float, float, str]]] = {
    "max-scale-up-rate": (1 + 1e-9, inf, "{} = {}, must be greater than 1.0"),
    "max-scale-down-rate": (1 + 1e-9, inf, "{} = {}, must be greater than 1.0"),
    _SHARE: (1e-9, 100, "{} = {} is outside of valid range of (0, 100]"),
    "container-concurrency-target-default": (0.01, inf, "{} = {} can't be less than 0.01"),
    "requests-per-second-target-default": (0.01, inf, "{} must be at least 0.01, was: {}"),
    "target-burst-capacity": (
        -1, inf, "{} must be either non-negative or -1 (for unlimited), was: {}",
    ),
    "panic-window-percentage": (1, 100, "{} = {}, must be in [1, 100] interval"),
    "max-scale-limit": (0, inf, "{} = {}, must be at least 0"),
    "stable-window": (6 * _NS, 3600 * _NS, "{} = {}, must be in [6s; 1h0m0s] range"),
    "scale-down-delay": (0, inf, "{} cannot be negative, was: {}"),
    "scale-to-zero-grace-period": (1, inf, "{} must be positive, was: {}"),
    "scale-to-zero-pod-retention-period": (0, inf, "{} cannot be negative, was: {}"),
}  # fmt: skip


def settings(data: Mapping[str, Any]) -> dict[str, Any]:
    """Give each setting in force: numbers, flags, durations in ns.

    What cannot be read leaves the shipped value in force.
    """
    found = dict(SHIPPED)
    for key, text in data.items():
        value = _read(key, str(text)) if key in SHIPPED else None
        if value is not None:
            found[key] = value
    if found[_SHARE] > 1:
        found[_SHARE] /= 100
    return found


def config_faults(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, text in data.items():
        if key not in SHIPPED:
            continue
        value = _read(key, str(text))
        if value is None:
            yield key, f"failed to parse data: {key}: {text!r} is no {_kind(key)}"
            continue
        low, high, message = _BOUNDS.get(key, (-inf, inf, ""))
        fits = isinstance(value, str) or low <= value <= high
        if not fits or (key == "target-burst-capacity" and -1 < value < 0):
            yield key, message.format(key, text)
        elif key in ("stable-window", "scale-down-delay") and value % _NS:
            yield (
                key,
                f"{key} = {text}, must be specified with at most second precision",
            )
    yield from _scales(settings(data), data)


def _scales(
    found: Mapping[str, Any], data: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Tell of scales that others of the settings do not let be."""
    initial, most = found["initial-scale"], found["max-scale"]
    limit = found["max-scale-limit"]
    if initial < (0 if found["allow-zero-initial-scale"] else 1):
        why = (
            "must be at least 0 (or at least 1 when allow-zero-initial-scale is false)"
        )
        yield "initial-scale", f"initial-scale = {initial}, {why}"
    least = 1 if limit > 0 else 0
    if most < least or 0 < limit < most:
        key = "max-scale" if "max-scale" in data else "max-scale-limit"
        why = f"must be in [{least}, max-scale-limit({limit})] range"
        yield key, f"max-scale = {most}, {why}"


def unread(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the keys that nobody reads, and the nearest that somebody does."""
    for key in data:
        if key not in SHIPPED and key not in _IGNORED:
            yield key, f"nobody reads it{nearest(str(key), list(SHIPPED))}"


def _kind(key: str) -> str:
    return "duration" if key in _DURATIONS else type(SHIPPED[key]).__name__


def _read(key: str, text: str) -> Any:
    """Read a value as its setting has it; None where it is none."""
    if key in _DURATIONS:
        return go_duration_ns(text)
    shipped = SHIPPED[key]
    if isinstance(shipped, bool):
        return {"true": True, "false": False}.get(text.lower())
    if isinstance(shipped, int):
        return as_int(text)
    return as_float(text) if isinstance(shipped, float) else text


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

    Source: knative/serving pkg/apis/autoscaling/register.go.
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
    return whole(text) if _INTEGER.fullmatch(text) else None
