"""Live runs: the kernel behind real sockets, on the clock of the wall.

``pip install 'kn-sim[live]'`` brings what it needs. Only here, and in the terminal UI, is
asyncio known.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from simulator.errors import UsageError

if TYPE_CHECKING:
    from simulator.bridge.hosting import host as hosted
    from simulator.bridge.live import Live, LiveSettings
    from simulator.bridge.serving import serve, today

_PLACES = {
    "Live": ("live", "Live"),
    "LiveSettings": ("live", "LiveSettings"), "hosted": ("hosting", "host"),
    "serve": ("serving", "serve"), "today": ("serving", "today"),
}  # fmt: skip
__all__ = ["Live", "LiveSettings", "hosted", "serve", "today"]


def __getattr__(name: str) -> object:
    """Import what is asked for; UsageError where what it needs is not installed."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, what = _PLACES[name]
    try:
        return getattr(import_module(f"{__name__}.{module}"), what)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("simulator"):
            raise
        raise UsageError(
            f"live runs need {error.name}: pip install 'kn-sim[live]'"
        ) from None
