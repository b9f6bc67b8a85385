"""The two ways in which a trace is laid out in screen time."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """How serials become seconds on the time line."""

    STORY = "story"
    """Hops take time one after the other, idle time is cut short."""
    TRUE = "true"
    """Virtual time as it is."""


NS = 1_000_000_000
HOP_S = 0.18
"""How long a hop travels in story mode, in seconds of the time line."""
GAP_S = 1.0
"""How much of an idle gap is played in story mode; the rest is skipped."""
