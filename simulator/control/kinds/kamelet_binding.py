"""A KameletBinding of Camel K, as a Pipe was called before."""

from __future__ import annotations

from typing import Final

from simulator.control.pipes import pipe_kind

KIND: Final = pipe_kind("KameletBinding", "v1alpha1")
