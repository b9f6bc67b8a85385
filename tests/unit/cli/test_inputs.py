"""What subcommands take alike."""

import argparse
import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.cli.inputs import add_files, add_settings, load, simulate


@pytest.fixture
def thawed() -> Iterator[None]:
    """Give the tests that follow their garbage back."""
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("thawed")
def test_a_process_freezes_its_code_at_the_first_simulation_only(
    workspace: Path,
) -> None:
    parser = argparse.ArgumentParser()
    add_files(parser)
    add_settings(parser)
    args = parser.parse_args(["shop.yaml"])
    args.freezes = True
    simulate(args, load(args))
    frozen = gc.get_freeze_count()

    again = [simulate(args, load(args)) for _ in range(3)]

    assert len(again) == 3
    assert 0 < gc.get_freeze_count() <= frozen
