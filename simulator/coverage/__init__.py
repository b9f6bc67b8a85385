"""What of a topology runs have tried: items with their places, and which are covered."""

from simulator.coverage.covered import covered
from simulator.coverage.item import Coverage, Item
from simulator.coverage.plan import Plan

__all__ = ["Coverage", "Item", "Plan", "covered"]
