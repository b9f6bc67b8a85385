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


_MADE = 100_000  # objects of some fifty runs of a small topology


@contextmanager
def collector_seldom() -> Iterator[None]:
    """Let it look less often, while one run after the other is made and forgotten."""
    before = gc.get_threshold()
    look_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*before)


def look_seldom() -> None:
    """Let it look less often from now on, in a process that does nothing else."""
    gc.set_threshold(_MADE)
