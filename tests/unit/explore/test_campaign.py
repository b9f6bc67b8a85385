from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from simulator.errors import UsageError
from simulator.explore import Search
from simulator.explore.driving import carry_out

from .test_search import plan

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.explore import Plan


def searched(
    plan: Plan, path: Path, stops_after: int = 1_000_000
) -> tuple[Search, int]:
    """Search with a campaign; give how many outcomes it was asked about, too."""
    search, asked = Search(plan), 0

    def stops(search: Search) -> bool:
        nonlocal asked
        asked += 1
        return asked == stops_after

    carry_out(search, plan, stops, campaign=path)
    return search, asked


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "orders.campaign"


def test_a_search_goes_on_where_it_was_stopped(path: Path) -> None:
    whole = plan(faults=2, gathers=True)
    searched(whole, path, stops_after=2)
    written = path.read_text().count("\n")

    again, _ = searched(whole, path)

    alone = Search(whole)
    carry_out(alone, whole)
    assert written == 3
    assert (again.runs, again.found) == (alone.runs, alone.found)
    assert again.digests == alone.digests


def test_a_line_that_was_being_written_when_its_writer_was_killed_is_left_out(
    path: Path,
) -> None:
    whole = plan(faults=1, gathers=True)
    first, _ = searched(whole, path)
    kept = path.read_bytes()
    path.write_bytes(kept[:-20])

    again, _ = searched(whole, path)

    assert again.digests == first.digests
    assert path.read_bytes() == kept


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (plan(faults=2), "bounds"),
        (plan(options={"seed": 7}), "settings"),
        (plan().replace(inputs=()), "events"),
        (plan(predicate="checks.py:holds"), "handlers, checks"),
    ],
)
def test_a_campaign_of_another_search_is_refused(
    path: Path, other: Plan, what: str
) -> None:
    searched(plan(), path)

    with pytest.raises(UsageError) as refused:
        searched(other, path)

    assert str(refused.value) == (
        f"{path}: was begun with other {what}; begin a new file"
    )


def test_a_campaign_of_another_version_is_refused(path: Path) -> None:
    searched(plan(), path)
    header, *lines = path.read_text().splitlines()
    old = {**json.loads(header), "kn-sim": "0.0.9"}
    path.write_text("\n".join([json.dumps(old), *lines]))

    with pytest.raises(UsageError, match=r"was begun with kn-sim 0\.0\.9, this is"):
        searched(plan(), path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("topology: shop\n", ": no campaign: its first line is not of one"),
        ("half a li", ": no campaign"),
    ],
)
def test_a_file_that_is_no_campaign_is_not_written_over(
    path: Path, text: str, message: str
) -> None:
    path.write_text(text)

    with pytest.raises(UsageError) as refused:
        searched(plan(), path)

    assert str(refused.value) == f"{path}{message}"
    assert path.read_text() == text
