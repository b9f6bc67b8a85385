"""The filter language of the event list, the graph, breakpoints and exports; pure."""
