"""Played systems: what plays a service of a pipeline, and keeps state while it does.

A topology names one as ``handler: kn-sim/NAME``; `simulator.systems.registry` has their
names. `System` is what they inherit from, and what one of your own may.
"""

from __future__ import annotations

from simulator.systems.system import (
    Knob,
    OptionError,
    System,
    SystemContext,
    Timer,
    own,
)

__all__ = ["Knob", "OptionError", "System", "SystemContext", "Timer", "own"]
