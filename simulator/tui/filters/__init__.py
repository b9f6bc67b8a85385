"""The filter language of the event list, the graph, breakpoints and exports; pure.

>>> from simulator.tui.filters import Filter
"""

from simulator.tui.filters.filter import Filter, lit_nodes
from simulator.tui.filters.language import NEVER, FilterError, completions, help_lines

__all__ = ["NEVER", "Filter", "FilterError", "completions", "help_lines", "lit_nodes"]
