"""What Knative was recorded to deliver arrives over real sockets, header by header.

Their times: ``python -m tests.conformance.over_sockets DIR``. Here, how long they take is the
machine's business.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance.over_sockets import judged_all, scenarios
from tests.shared_data import DATA, needs_data

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMITTED = Path(__file__).parent / "golden" / "scenarios"
SOON_MS = 50
_AT_ONCE, _MUCH_MS = 8, 60_000


def soon_over() -> dict[str, dict[str, Any]]:
    return {
        name: document
        for name, document in scenarios(COMMITTED).items()
        if name.startswith("hand_")
        if all(each["doneMs"] <= SOON_MS for each in document["expected"]["senders"])
        if all(each["atMs"] <= SOON_MS for each in document["expected"]["requests"])
    }


SCENARIOS = soon_over()


@pytest.fixture(scope="module")
def differing() -> Mapping[str, list[str]]:
    return asyncio.run(judged_all(SCENARIOS, _AT_ONCE, _MUCH_MS))


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_recorded_scenario_is_the_same_over_sockets(
    name: str, differing: Mapping[str, list[str]]
) -> None:
    assert differing[name] == []


@pytest.mark.by_the_clock
@needs_data
def test_all_that_was_recorded_is_the_same_over_sockets() -> None:
    # given
    recorded = scenarios(DATA / "golden" / "scenarios")

    # when
    found = asyncio.run(judged_all(recorded, _AT_ONCE, _MUCH_MS))

    # then
    assert {name: lines for name, lines in found.items() if lines} == {}
