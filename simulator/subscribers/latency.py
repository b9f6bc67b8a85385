"""How long a service takes: fixed, or drawn from the run's seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.duration import duration_text, duration_written
from simulator.value import Value

if TYPE_CHECKING:
    from random import Random

    from simulator.subscribers.fields import Fields, Table

_BOUNDS = ("lowest", "highest")
SHAPES: Table = {
    "uniform": ("list of duration", "the lowest and the highest"),
    "normal": ("normal", "mean and deviation"),
    "exponential": ("duration", "the mean"),
}
NORMAL: Table = {
    "mean": ("duration", "the mean"),
    "deviation": ("duration", "the standard deviation"),
}


class Latency(Value):
    """A distribution of durations; all figures in nanoseconds, draws never below 0.

    Args:
        shape: ``fixed``, ``uniform``, ``normal`` or ``exponential``.
        first: The duration, the lower bound, or the mean.
        second: The upper bound, or the standard deviation.
    """

    shape: str = "fixed"
    first: int = 0
    second: int = 0

    @property
    def is_none(self) -> bool:
        return not (self.first or self.second)

    @property
    def varies(self) -> bool:
        return self.shape != "fixed"

    @property
    def written(self) -> object:
        """The form in which a document describes it."""
        first, second = duration_written(self.first), duration_written(self.second)
        match self.shape:
            case "fixed":
                return first
            case "uniform":
                return {"uniform": [first, second]}
            case "exponential":
                return {"exponential": first}
            case _:
                return {"normal": {"mean": first, "deviation": second}}

    def __str__(self) -> str:
        """Give what people read: ``200ms``, ``uniform 10ms to 30ms``."""
        first, second = duration_text(self.first), duration_text(self.second)
        match self.shape:
            case "fixed":
                return first
            case "uniform":
                return f"uniform {first} to {second}"
            case "exponential":
                return f"exponential {first}"
            case _:
                return f"normal {first} ± {second}"

    def draw(self, random: Random) -> int:
        if self.shape == "fixed":
            return self.first
        if self.shape == "uniform":
            return round(self.first + random.random() * (self.second - self.first))
        if self.shape == "exponential":
            return round(random.expovariate(1.0) * self.first)
        return max(0, round(random.normalvariate(self.first, self.second)))


NO_LATENCY = Latency()


def parse_latency(fields: Fields, name: str) -> Latency:
    """Read how long a service takes.

    ``PT0.02S``, ``{uniform: [10ms, 30ms]}``, ``{normal: {mean: 20ms, deviation: 5ms}}``
    or ``{exponential: 20ms}``.
    """
    if not isinstance(fields.get(name), dict):
        return Latency(first=fields.duration(name))
    shape = fields.child(name)
    shape.only(SHAPES)
    if len(shape.values) != 1:
        shape.fault("", f"expected exactly one of {', '.join(SHAPES)}")
        return NO_LATENCY
    if "exponential" in shape:
        return Latency(shape="exponential", first=shape.duration("exponential"))
    if "normal" in shape:
        normal = shape.child("normal")
        normal.only(NORMAL)
        return Latency(
            shape="normal",
            first=normal.duration("mean"),
            second=normal.duration("deviation"),
        )
    bounds = shape.get("uniform")
    if not isinstance(bounds, list) or len(bounds) != len(_BOUNDS):
        shape.fault("uniform", f"expected two durations, [{', '.join(_BOUNDS)}]")
        return NO_LATENCY
    low, high = shape.durations("uniform")
    if low > high:
        shape.fault("uniform", "the lowest duration is longer than the highest")
    return Latency(shape="uniform", first=low, second=high)
