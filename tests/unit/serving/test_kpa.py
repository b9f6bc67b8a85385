"""What Knative's autoscaler does with loads that surprise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.serving.kpa import SECOND, Autoscaler, Scaling

if TYPE_CHECKING:
    from collections.abc import Callable

SCALING = Scaling(target=70, total=100)
START_S = 4


def pods_wanted(load: Callable[[int], float], seconds: int) -> dict[int, int]:
    """Give what is wanted at each tick, where a pod starts within four seconds."""
    scaler, ready = Autoscaler(SCALING), 0
    wanted: dict[int, int] = {}
    asked: dict[int, int] = {}
    for second in range(seconds):
        scaler.record(second * SECOND, load(second))
        if second % 2:
            continue
        wish = scaler.scale(second * SECOND, ready).desired
        wanted[second] = wish
        asked = {n: at for n, at in asked.items() if n <= wish}
        for number in range(ready + 1, wish + 1):
            asked.setdefault(number, second)
        there = [n for n, at in asked.items() if second + 2 - at >= START_S]
        ready = min(wish, max(ready, *there, 0) if there else ready)
    return wanted


def test_a_burst_of_20_s_holds_its_pods_until_a_minute_after_its_panic() -> None:
    wanted = pods_wanted(lambda second: 1000 if 60 <= second < 80 else 10, 200)

    assert max(wanted.values()) == 15
    assert {wanted[second] for second in range(74, 126, 2)} == {15}
    assert wanted[126] == 7


def test_a_steady_ramp_loses_pods_as_panic_ends_though_load_still_grows() -> None:
    wanted = pods_wanted(lambda second: 5 * second, 90)

    assert (wanted[80], wanted[82]) == (6, 4)


def test_one_request_keeps_one_pod_for_the_stable_window() -> None:
    wanted = pods_wanted(lambda second: 1 if second == 0 else 0, 80)

    assert next(second for second, wish in wanted.items() if wish == 0) == 60
