"""Laws of every run in which faults, approvals and breakpoints play a part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.kernel import Kind
from tests.properties.test_run_laws import ends_of, plays, staged

if TYPE_CHECKING:
    from simulator import Simulation
    from tests.properties.test_run_laws import Play

fewer = settings(max_examples=settings().max_examples // 3)
"""Each example is a run of many requests, and there are the laws of every run besides."""
NODES = ["*", "one", "two", "dead", "broker/default", "channel/c"]
GATE = {"approve": {"reply": {"type": "b"}}, "deadline": "2s", "then": "timeout"}


@st.composite
def faults(draw: st.DrawFn, kinds: tuple[str, ...]) -> dict[str, Any]:
    kind = draw(st.sampled_from(kinds))
    values = {"status": st.sampled_from([202, 400, 503]), "latency": st.just("1s")}
    fault: dict[str, Any] = {
        "node": draw(st.sampled_from(NODES)),
        kind: draw(values.get(kind, st.just(True))),
        "rate": draw(st.sampled_from([0.3, 1.0])),
    }
    if draw(st.booleans()):
        fault["count"] = draw(st.integers(1, 3))
    if draw(st.booleans()):
        fault["from_"] = draw(st.sampled_from(["1s", "1m"]))
    if draw(st.booleans()):
        fault["where"] = "type = 'a'"
    return fault


SURVIVED_ONCE = ("status", "latency", "timeout", "drop", "outage")
some_faults = st.lists(faults(SURVIVED_ONCE), min_size=1, max_size=3)
any_faults = st.lists(faults((*SURVIVED_ONCE, "duplicate")), min_size=1, max_size=3)


def begun(play: Play, *injected: dict[str, Any]) -> Simulation:
    """Stage a play in which service/three holds its requests."""
    services = {**play.services, "three": {"approval": GATE}}
    sim = staged(play._replace(services=services))
    for fault in injected:
        sim.fault(**fault)
    for send in play.sends:
        sim.send(**send)
    return sim


def decided(sim: Simulation, choices: list[bool]) -> None:
    """Run to the end; drop or release what is held, approve or reject what waits."""
    turns = iter(choices)
    sim.run(until="1s")
    while sim.held:
        [held] = sim.held
        (sim.drop if next(turns, False) else sim.release)(held.serial)
        sim.run(until="1s")
    for approval in sim.approvals:
        (sim.approve if next(turns, True) else sim.reject)(approval.serial)
    sim.run()
    while sim.held:
        [held] = sim.held
        sim.release(held.serial)
        sim.run()


@fewer
@given(plays(), any_faults, st.lists(st.booleans(), max_size=6), st.booleans())
def test_the_same_interventions_give_the_same_records(
    play: Play, injected: list[dict[str, Any]], choices: list[bool], breaks: bool
) -> None:
    runs = []
    for _ in range(2):
        sim = begun(play, *injected)
        if breaks:
            sim.break_at(where="type = 'b'")
        decided(sim, choices)
        runs.append(list(sim.trace))

    assert runs[0] == runs[1]
    assert [r.serial for r in runs[0]] == list(range(len(runs[0])))
    assert all(r.cause is None or r.cause < r.serial for r in runs[0])


@fewer
@given(plays(), some_faults)
def test_each_event_ends_exactly_once_per_matching_route_under_faults(
    play: Play, injected: list[dict[str, Any]]
) -> None:
    sim = begun(play, *injected)
    sim.run()

    accepted = sum(r.status for r in sim.trace.select(kind=Kind.ACCEPTED))
    found = ends_of(sim)
    assert len(found) == accepted
    assert [ends for _, ends in found if len(ends) != 1] == []


@fewer
@given(plays(), any_faults)
def test_every_hit_is_a_record_and_is_counted(
    play: Play, injected: list[dict[str, Any]]
) -> None:
    sim = begun(play, *injected)
    sim.run()

    hits = [str(r.detail).split(":")[0] for r in sim.trace.select(kind=Kind.FAULT_HIT)]
    assert [hits.count(f"fault {f.number}") for f in sim.faults] == [
        fault.hits for fault in sim.faults
    ]
    assert all(fault.count is None or fault.hits <= fault.count for fault in sim.faults)


@fewer
@given(plays())
def test_what_hits_and_holds_nothing_changes_nothing(play: Play) -> None:
    bare, guarded = begun(play), begun(play)
    guarded.break_at(where="type = 'c'")
    guarded.fault("*", drop=True, where="type = 'c'")

    for sim in (bare, guarded):
        sim.run()

    first, *rest = list(guarded.trace)
    assert first.kind is Kind.FAULT_SET
    assert [
        r._replace(serial=r.serial - 1, cause=None if r.cause is None else r.cause - 1)
        for r in rest
    ] == list(bare.trace)


@fewer
@given(plays())
def test_every_request_that_waits_is_decided_or_withdrawn_once(play: Play) -> None:
    sim = begun(play)
    decided(sim, [True, False])

    waiting = [r.serial for r in sim.trace.select(kind=Kind.WAITING)]
    ends = (Kind.APPROVED, Kind.REJECTED, Kind.WITHDRAWN)
    assert sorted(r.cause or 0 for r in sim.trace.select(kind=ends)) == waiting
    assert sim.approvals == ()


@fewer
@given(plays(), st.lists(st.booleans(), min_size=1, max_size=6))
def test_a_request_is_decided_once_in_the_instant_of_its_deadline_too(
    play: Play, choices: list[bool]
) -> None:
    sim = begun(play)
    turns = iter(choices)
    # Held in the very instant in which what came at the start is at its deadline.
    sim.break_at(where="type = 'late'")
    for _ in choices:
        sim.send(type="late", to="channel/c", after="2s")
    sim.run()
    while sim.held:
        for approval in sim.approvals:
            (sim.approve if next(turns, True) else sim.reject)(approval.serial)
        sim.release(sim.held[0].serial)
        sim.run()

    waiting = [r.serial for r in sim.trace.select(kind=Kind.WAITING)]
    ends = (Kind.APPROVED, Kind.REJECTED, Kind.WITHDRAWN)
    decided_of = [r.cause or 0 for r in sim.trace.select(kind=ends)]
    assert sorted(set(decided_of)) == sorted(decided_of)
    assert set(decided_of) <= set(waiting)
