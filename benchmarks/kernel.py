"""Which kernel runs, the sources or a compiled one, and what is aimed at with it."""

from __future__ import annotations

import sys
from importlib.machinery import EXTENSION_SUFFIXES

from simulator.kernel import Kernel


def kind_of(file: str) -> str:
    """Say what a module of this file is: ``pure`` or ``compiled``."""
    return "compiled" if file.endswith(tuple(EXTENSION_SUFFIXES)) else "pure"


KERNEL = kind_of(sys.modules[Kernel.__module__].__file__ or "")


def aim(pure: float, *, compiled: float) -> float:
    """Give the aim with the kernel that runs."""
    return compiled if KERNEL == "compiled" else pure
