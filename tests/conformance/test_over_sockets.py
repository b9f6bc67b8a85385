"""What Knative was recorded to deliver arrives over real sockets, header by header.

All recordings, and their times: ``python -m tests.conformance.over_sockets DIR``. Here are those
written by hand that are soon over; how long they take is the machine's business.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance.golden import read_scenario
from tests.conformance.over_sockets import judged

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMITTED = Path(__file__).parent / "golden" / "scenarios"
SOON_MS = 50
# A host that is not there: in a cluster, its name is not found; here, kn-sim answers 502.
OTHERWISE = ("hand_18_channel",)


def soon_over() -> dict[str, dict[str, Any]]:
    found = {f.stem: read_scenario(f) for f in sorted(COMMITTED.glob("hand_*.json"))}
    return {
        name: document
        for name, document in found.items()
        if name not in OTHERWISE and not document["expected"].get("crashed")
        if all(each["doneMs"] <= SOON_MS for each in document["expected"]["senders"])
        if all(each["atMs"] <= SOON_MS for each in document["expected"]["requests"])
    }


SCENARIOS = soon_over()


@pytest.fixture(scope="module")
def differing() -> Mapping[str, list[str]]:
    async def play_all() -> list[list[str]]:
        places = asyncio.Semaphore(4)

        async def in_turn(document: dict[str, Any]) -> list[str]:
            async with places:
                return await judged(document, tolerance_ms=60_000)

        return await asyncio.gather(*map(in_turn, SCENARIOS.values()))

    return dict(zip(SCENARIOS, asyncio.run(play_all()), strict=True))


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_recorded_scenario_is_the_same_over_sockets(
    name: str, differing: Mapping[str, list[str]]
) -> None:
    assert differing[name] == []
