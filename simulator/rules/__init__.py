"""The rules of `check`: one table, from which ids, `kn-sim rule`, SARIF and a page come.

A rule that is gone leaves its number free; none is given again. Only what tells a finding
imports this, so that a run without any does not pay for the texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.rules.delivering import DELIVERING
from simulator.rules.leading import LEADING
from simulator.rules.other import ASKED, PERMITTING, PLAYING, READING
from simulator.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["GROUPS", "ID_OF", "RULES", "Rule"]

GROUPS: Mapping[str, tuple[Rule, ...]] = {
    "What is read": READING,
    "Filters, deliveries and loops": DELIVERING,
    "What leads where": LEADING,
    "What is not as it would be on the cluster": PLAYING,
    "Who may send": PERMITTING,
    "CDEvents": ASKED,
}
"""The rules under the headings of their page, each group sorted by id."""
RULES: Mapping[str, Rule] = {r.name: r for group in GROUPS.values() for r in group}
"""The name of a rule -> the rule, sorted by id."""
ID_OF: Mapping[str, str] = {name: rule.id for name, rule in RULES.items()}
"""The name of a rule -> its id."""
