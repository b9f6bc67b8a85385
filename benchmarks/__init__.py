"""The speed that the README and the docs speak of, measured side by side with peers.

``python -m benchmarks`` prints a table: what, ratio, aim, and the figures behind it.
Ratios are taken in one process and one run; absolute figures say little about another
machine. No test depends on them.
"""
