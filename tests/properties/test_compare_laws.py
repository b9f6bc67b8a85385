"""Laws of comparing brokers, over small topologies made at random."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import Simulation, Topology
from simulator.comparing.account import Keys
from simulator.comparing.comparison import Comparison, compare
from simulator.comparing.known import known
from simulator.comparing.trial import Trial, possible
from simulator.profiles import PROFILES, Profile
from simulator.profiles.differences import DIFFERENCES

few = settings(max_examples=settings().max_examples // 4)

NAMES = st.sampled_from(sorted(PROFILES))
RESPONSES = st.lists(
    st.sampled_from(["200", "503", "400", "429", "{body: {ok: true}}"]), min_size=1,
    max_size=3,
)  # fmt: skip
DELIVERIES = st.sampled_from([
    "", ", delivery: {retry: 2}", ", delivery: {deadLetterSink: dlq}",
    ", delivery: {retry: 2, backoffPolicy: linear, backoffDelay: PT1S}",
    ", delivery: {retry: 1, backoffPolicy: exponential, backoffDelay: PT0S}",
])  # fmt: skip


@st.composite
def topologies(draw: st.DrawFn) -> str:
    lines = ["topology: t", "brokers: {default: {}}", "triggers:"]
    wanted = [
        "filter: {type: a}",
        'filters: [{prefix: {type: "a"}}]',
        "filter: {subject: ''}",
    ]
    for name in ("one", "two"):
        chosen = draw(st.sampled_from(wanted))
        lines.append(f"  {name}: {{{chosen}, subscriber: {name}{draw(DELIVERIES)}}}")
    lines += ["  end: {filter: {type: b}, subscriber: end}", "services:"]
    lines.append(
        f"  one: {{responses: [{', '.join(draw(RESPONSES))}], reply: {{type: b}}}}"
    )
    lines.append(f"  two: {{responses: [{', '.join(draw(RESPONSES))}]}}")
    return "\n".join([*lines, "  end: {}", "  dlq: {}"])


def trial(topology: Topology) -> Trial:
    def make(profile: Profile, most: int) -> Simulation:
        sim = Simulation(topology, profile=profile, most=most, raise_assertions=False)
        for number in range(2):
            sim.send(type="a", id=str(number), data={"n": number})
        return sim

    return Trial(make, None, 5_000, Keys())


def compared(text: str, *names: str) -> Comparison:
    topology = Topology.parse(text)
    profiles = [PROFILES[name] for name in names]
    routes = ["trigger/one", "trigger/two"]
    return compare(trial(topology), profiles, routes, thorough=True)


@few
@given(topologies(), NAMES)
def test_nothing_differs_under_one_profile_twice(text: str, name: str) -> None:
    found = compared(text, name, name)

    assert found.same
    assert found.rows == ()


@few
@given(topologies(), NAMES, NAMES)
def test_what_differs_is_the_same_each_time(text: str, one: str, other: str) -> None:
    assert compared(text, one, other) == compared(text, one, other)


@few
@given(topologies(), NAMES, NAMES)
def test_what_differs_one_way_differs_the_other_way(
    text: str, one: str, other: str
) -> None:
    there, back = compared(text, one, other), compared(text, other, one)

    assert there.same == back.same
    assert {row.node for row in there.rows} == {row.node for row in back.rows}


@few
@given(topologies(), NAMES, NAMES)
def test_whatever_differs_has_a_rule_or_follows(
    text: str, one: str, other: str
) -> None:
    found = compared(text, one, other)

    partings = [parting for row in found.rows for parting in row.partings]

    assert all(parting.reasons or parting.follows for parting in partings)


# Rules that hold whatever a topology says, which `check` does not repeat.
ALWAYS = {"sender-answered", "stamps", "filtered-when"}


@few
@given(topologies(), NAMES)
def test_each_rule_behind_a_difference_is_one_that_check_lists(
    text: str, other: str
) -> None:
    sim = Simulation(Topology.parse(text), profile="mt-channel")
    listed = known(sim.wiring, sim.service_spec, [PROFILES[other]])

    found = compared(text, "mt-channel", other)

    rules = {r.code for row in found.rows for p in row.partings for r in p.reasons}
    assert rules - ALWAYS <= {each.difference.code for each in listed}


@few
@given(topologies(), NAMES, NAMES, st.sets(st.sampled_from(range(len(DIFFERENCES)))))
def test_any_mixture_of_two_profiles_that_can_be_runs(
    text: str, one: str, other: str, taken: set[int]
) -> None:
    profile = PROFILES[one]
    for number in sorted(taken):
        profile = DIFFERENCES[number].taken(profile, PROFILES[other])

    played = trial(Topology.parse(text)).play(possible(profile))

    assert played.accounts
