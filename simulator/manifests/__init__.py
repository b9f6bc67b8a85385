"""Topologies are read from YAML (`reading`) and written to it (`writing`).

Nothing else knows YAML. The modules are imported one by one, so that a run pays only
for what it uses.
"""
