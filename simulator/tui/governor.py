"""How many frames a second there are: as many as the machine can draw with ease."""

from __future__ import annotations

RATES = (60, 30, 15)
# Over SSH each frame also travels; it can still go up from here.
RATE_OVER_SSH = 30
# Shares of a frame's time that drawing may take before there are fewer frames, and
# below which there may be more. Far apart, so that the rate does not swing.
_TOO_MUCH = 0.6
_LITTLE = 0.25
_WEIGHT = 0.1
# Frames between two changes, so that the average has time to follow.
_PATIENCE = 30


class Governor:
    """Chooses the rate from what frames cost.

    Args:
        fixed: Frames a second that the user asked for; 0 to choose.

    Attributes:
        share: The moving average of the part of a frame's time that drawing took.
    """

    def __init__(self, fixed: int = 0, *, remote: bool = False) -> None:
        self._fixed = fixed
        self.rate = fixed or (RATE_OVER_SSH if remote else RATES[0])
        self.share = 0.0
        self._since = 0

    @property
    def interval_s(self) -> float:
        return 1 / self.rate

    def spent(self, seconds: float) -> bool:
        """Take note of what a frame took; tell whether the rate changed."""
        self.share += _WEIGHT * (seconds * self.rate - self.share)
        self._since += 1
        if self._fixed or self._since < _PATIENCE:
            return False
        step = (self.share > _TOO_MUCH) - (self.share < _LITTLE)
        at = min(max(0, RATES.index(self.rate) + step), len(RATES) - 1)
        if self.rate == RATES[at]:
            return False
        self.share *= RATES[at] / self.rate
        self.rate = RATES[at]
        self._since = 0
        return True
