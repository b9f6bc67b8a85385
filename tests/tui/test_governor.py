"""Frames a second."""

from simulator.tui.governor import Governor


def drawn(governor: Governor, seconds: float, frames: int = 100) -> list[int]:
    """Give the rates that it changes to."""
    return [governor.rate for _ in range(frames) if governor.spent(seconds)]


def test_frames_that_take_long_become_fewer_step_by_step() -> None:
    governor = Governor()

    assert drawn(governor, 0.030, 200) == [30, 15]
    assert governor.interval_s == 1 / 15


def test_frames_that_take_little_become_more_again() -> None:
    governor = Governor(remote=True)

    assert governor.rate == 30
    assert drawn(governor, 0.001) == [60]


def test_a_load_in_between_changes_nothing() -> None:
    assert drawn(Governor(), 0.4 / 60, 500) == []


def test_the_rate_that_the_user_asked_for_stays() -> None:
    governor = Governor(24)

    assert drawn(governor, 1.0) == []
    assert governor.rate == 24
