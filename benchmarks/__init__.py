"""The speed that the docs speak of, measured side by side with peers.

``python -m benchmarks`` prints the aims of the engine and what this machine makes of
them; ``python -m benchmarks --peers`` runs the same topology on moto and FastStream.
Ratios are taken within one process; absolute figures say little about another machine.
No test depends on them.
"""
