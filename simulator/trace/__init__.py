"""What happened in a run, and the questions that it answers.

* `Record`: one fact. * `Trace`: all of them, in order, with the questions.
* `lineage`: the tree of what follows from what. * `files`: traces on disk.
* `compare`: two traces side by side. What records mean is told by `simulator.story`.
"""

from typing import TYPE_CHECKING, Any

from simulator.kernel.log import Kind
from simulator.trace.record import Record
from simulator.trace.trace import Trace

if TYPE_CHECKING:
    from simulator.trace.comparison import Comparison, Tally, compare
    from simulator.trace.trace import Lineage

__all__ = ["Comparison", "Kind", "Lineage", "Record", "Tally", "Trace", "compare"]


def __getattr__(name: str) -> Any:
    """Load what few runs need when it is asked for."""
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    where = "lineage" if name == "Lineage" else "comparison"
    return getattr(import_module(f"simulator.trace.{where}"), name)
