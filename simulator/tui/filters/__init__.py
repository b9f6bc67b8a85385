"""The filter language of the event list, the graph, breakpoints and exports; pure.

>>> from simulator.tui.filters import Filter
"""

from simulator.tui.filters.completion import completions, help_lines
from simulator.tui.filters.errors import FilterError
from simulator.tui.filters.filter import Filter, lit_nodes
from simulator.tui.filters.keys import NEVER

__all__ = ["NEVER", "Filter", "FilterError", "completions", "help_lines", "lit_nodes"]
