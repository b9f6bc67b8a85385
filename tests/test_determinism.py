"""The same topology, inputs and seed give the same bytes on every machine."""

import sys

import pytest

from tests.determinism import RUNS, digest, digests, digests_of, main

# Whoever changes these changes what users have on record: say so in the changelog.
COMMITTED = {
    "retries": "7e01318f953f228aa8dda3be7897d98bbb43fb1ec523a0f80d0a33b8f361b9e3",
    "flows": "ed5de797e13749cd47c5c1162d52fa90a0daa1734669bfb71893764f4dd97440",
    "handlers": "76b8fc4d907fe6ae9c4de8aeba2cc1d96c93a5f37d7f4b86fd1dfd7bd9382abd",
}


@pytest.mark.parametrize("name", COMMITTED)
def test_a_trace_has_the_committed_hash(name: str) -> None:
    assert digest(RUNS[name]()) == COMMITTED[name]


@pytest.mark.parametrize("hash_seed", ["0", "1", "4242"])
def test_the_hash_seed_of_python_changes_nothing(hash_seed: str) -> None:
    assert digests_of(sys.executable, hash_seed) == digests()


def test_the_comparison_of_interpreters_prints_the_hashes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = main([sys.executable])

    assert status == 0
    assert capsys.readouterr().out == digests()


def test_every_run_has_a_committed_hash() -> None:
    assert list(RUNS) == list(COMMITTED)
