"""Laws of what changes for events, over small topologies made at random."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import Blueprint, Topology
from simulator.changes.behaviour import Behaviour, compare
from simulator.changes.probes import Probe, generated, known_of, of_sources
from simulator.changes.version import Failing, Version
from simulator.trace import Kind
from tests.properties.test_compare_laws import topologies as shops

few = settings(max_examples=settings().max_examples // 4)
FAILING = (Failing("service/one", {"status": 503}, "service/one answers 503"),)


@st.composite
def topologies(draw: st.DrawFn) -> str:
    """Shops that differ in triggers that are renamed, left out, or lead elsewhere, too."""
    text = draw(shops())
    for before, after in (
        ("  two: {filter", "  other: {filter"),
        ("subscriber: two", "subscriber: end"),
        ("type: b", "type: c"),
        (
            "brokers: {default: {}}",
            "brokers: {default: {delivery: {retry: 1}}, eu: {}}",
        ),
    ):
        if draw(st.booleans()):
            text = text.replace(before, after, 1)
    return text


def version(text: str) -> Version:
    return Version(Blueprint(Topology.parse(text)))


def probes_of(old: Version, new: Version) -> list[Probe]:
    wirings = old.silent.wiring, new.silent.wiring
    return generated(*wirings, known_of(old, new), 12, 0)


def compared(old: Version, new: Version) -> Behaviour:
    return compare(old, new, probes_of(old, new), [FAILING])


def told(version: Version, probe: Probe, *, old: bool, fails: bool) -> Counter[object]:
    """Tell of a run without what compares runs: who was asked what, when, and answered."""
    sending = probe.old if old else probe.new
    if sending is None:
        return Counter()
    sim = version.simulate()
    if fails:
        sim.fault(FAILING[0].node, **FAILING[0].how)
    sim.send(sending.event, to=sending.to)
    sim.run()
    asked = (
        Kind.SENT,
        Kind.DISPATCHED,
        Kind.REPLIED,
        Kind.DEAD_LETTERED,
        Kind.RESPONDED,
    )
    return Counter(
        (each.kind, each.source, each.target, each.at_ns, each.event.type, each.status)
        for each in sim.trace.select(kind=asked)
    )


@few
@given(topologies())
def test_nothing_changes_where_nothing_is_changed(text: str) -> None:
    found = compared(version(text), version(text))

    assert found.same
    assert found.made


@few
@given(topologies(), topologies())
def test_what_changes_one_way_changes_back_the_other_way(one: str, other: str) -> None:
    there, back = (
        compared(version(one), version(other)),
        compared(version(other), version(one)),
    )

    for forth, backwards in zip(there.outcomes, back.outcomes, strict=True):
        assert Counter(
            (each.parting.mirrored, each.events, each.example.name)
            for each in forth.groups
        ) == Counter(
            (each.parting, each.events, each.example.name) for each in backwards.groups
        )
    assert [each.mirrored for each in there.timings] == [
        each[:5] for each in back.timings
    ]


@few
@given(topologies(), topologies())
def test_an_event_that_is_named_really_goes_another_way(one: str, other: str) -> None:
    old, new = version(one), version(other)
    probes = {each.name: each for each in probes_of(old, new)}

    found = compared(old, new)

    for outcome in found.outcomes:
        fails = bool(outcome.failing)
        for group in outcome.groups:
            probe = probes[group.example.name]
            before = told(old, probe, old=True, fails=fails)
            assert before != told(new, probe, old=False, fails=fails)


@few
@given(topologies(), topologies())
def test_where_no_event_is_named_all_go_the_same_way(one: str, other: str) -> None:
    old, new = version(one), version(other)

    found = compared(old, new)

    if not found.outcomes[0].groups:
        for probe in probes_of(old, new):
            before = told(old, probe, old=True, fails=False)
            assert before == told(new, probe, old=False, fails=False)


TOPOLOGIES = Path(__file__).parents[2] / "topologies"
NAMES = ("channels", "kafka", "parallel", "sequence", "who-may-send", "request-reply")

ROUTES = ("Trigger", "Subscription", "Sequence", "Parallel")


@pytest.mark.parametrize("name", NAMES)
def test_each_route_that_is_taken_away_is_missed_and_comes_back(name: str) -> None:
    topology = Topology.load(TOPOLOGIES / f"{name}.yaml")
    first = next(r for r in topology.resources if r.kind in ROUTES)
    others = tuple(r for r in topology.resources if r is not first)
    whole = Version(Blueprint(topology), folder=TOPOLOGIES)
    less = Version(Blueprint(topology.replace(resources=others)), folder=TOPOLOGIES)

    def changed(old: Version, new: Version) -> Behaviour:
        return compare(old, new, [*of_sources(old, new, "5m"), *probes_of(old, new)])

    missed = {e.parting.mirrored for e in changed(whole, less).outcomes[0].groups}
    assert changed(whole, whole).same
    assert missed
    assert missed == {e.parting for e in changed(less, whole).outcomes[0].groups}
