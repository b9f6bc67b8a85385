"""What happened in a run, and the questions that it answers.

* `Record`: one fact. * `Trace`: all of them, in order, with the questions.
* `lineage`: the tree of what follows from what. * `files`: traces on disk.
* `compare`: two traces side by side. What records mean is told by `simulator.story`.
"""

from simulator.kernel.log import Kind
from simulator.trace.comparison import Comparison, Tally, compare
from simulator.trace.lineage import Lineage
from simulator.trace.record import Record
from simulator.trace.trace import Trace

__all__ = ["Comparison", "Kind", "Lineage", "Record", "Tally", "Trace", "compare"]
