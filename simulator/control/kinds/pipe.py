"""A Pipe of Camel K."""

from __future__ import annotations

from typing import Final

from simulator.control.pipes import pipe_kind

KIND: Final = pipe_kind("Pipe", "v1")
