"""The cyclic garbage collector, out of the way while it finds little."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def collector_resting() -> Iterator[None]:
    """Keep the cyclic collector from walking what grows again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def forget_young() -> None:
    """Find what was made and forgotten since the last time, while it is in the caches.

    For who makes one run after the other, with the collector at rest: it would look in
    the midst of a run, and take what is in use for what stays.
    """
    gc.collect(0)
