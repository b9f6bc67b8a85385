"""Each rule of the specification: kept by its profile, and by others as recorded or read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance.rules import KEPT, NOT_TRIED, OF_CHANNELS, UNSAID, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Mapping

RULES: Mapping[str, dict[str, Any]] = {
    rule["id"]: rule
    for rule in json.loads(
        (
            Path(__file__).parent / "golden" / "profiles" / "spec" / "rules.json"
        ).read_text("utf-8")
    )["rules"]
}


def test_every_rule_is_tried_or_named_with_the_reason_why_not() -> None:
    assert sorted((*KEPT, *NOT_TRIED)) == sorted(RULES)


@pytest.mark.parametrize(
    "rule", [rule for rule in KEPT if rule not in OF_CHANNELS | UNSAID]
)
def test_the_profile_of_the_specification_keeps_its_rules(rule: str) -> None:
    assert KEPT[rule]("spec"), RULES[rule]["rule"]


@pytest.mark.parametrize("rule", [rule for rule in KEPT if rule != "dedup-key"])
def test_knatives_own_broker_keeps_the_rules_that_it_was_seen_to_keep(
    rule: str,
) -> None:
    verdict = RULES[rule]["profiles"]["mt-channel"]["verdict"]

    kept = KEPT[rule]("mt-channel")

    assert kept == VERDICTS.get(verdict, False), RULES[rule]["rule"]
