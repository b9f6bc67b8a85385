"""What `check` says of circles is what a run does."""

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import Simulation, Topology
from simulator.errors import RunStoppedError
from simulator.session.blueprint import Blueprint

TYPES = ("a", "b", "c")
HUBS = ("broker/east", "broker/west", "channel/side")
SERVICES = ("s0", "s1", "s2")


@st.composite
def topologies(draw: st.DrawFn) -> str:
    """A few hubs, and ways between them by calls, replies and further events."""
    lines = ["topology: x", "brokers:"]
    lines += [f"  {n}: {{delivery: {{retry: 0}}}}" for n in ("east", "west")]
    lines += ["channels: {side: {}}", "triggers:"]
    for number in range(draw(st.integers(1, 4))):
        hub = draw(st.sampled_from(("east", "west")))
        to = draw(st.sampled_from((*HUBS, *SERVICES)))
        type_ = draw(st.sampled_from((*TYPES, "")))
        filter_ = f"filter: {{type: {type_}}}, " if type_ else ""
        lines += [f"  t{number}: {{broker: {hub}, {filter_}subscriber: {to}}}"]
    to = draw(st.sampled_from((*HUBS, *SERVICES)))
    reply = draw(st.sampled_from(HUBS))
    lines += [
        f"subscriptions: {{tap: {{channel: side, subscriber: {to}, reply: {reply}}}}}"
    ]
    lines += ["services:"]
    for name in SERVICES:
        answer = draw(
            st.sampled_from(("{}", "{echo: true}", "reply", "post", "{responses: 500}"))
        )
        event = f"{{type: {draw(st.sampled_from(TYPES))}}}"
        if answer == "reply":
            answer = f"{{reply: {event}}}"
        if answer == "post":
            hub = draw(st.sampled_from(HUBS))
            answer = f"{{emit: [{{event: {event}, to: {hub}}}]}}"
        lines += [f"  {name}: {answer}"]
    return "\n".join(lines)


def goes_on(blueprint: Blueprint) -> bool:
    """Send one event of each type to each hub; tell whether a run was stopped."""
    for hub in HUBS:
        for type_ in TYPES:
            sim = Simulation(blueprint, keep=1_000)
            sim.send(type=type_, to=hub)
            try:
                sim.run()
            except RunStoppedError:
                return True
    return False


@settings(max_examples=4 + settings().max_examples // 15)
@given(topologies())
def test_a_run_is_stopped_where_a_circle_never_ends_and_nowhere_else(text: str) -> None:
    blueprint = Blueprint(Topology.parse(text))
    found = [f.message for f in blueprint.findings if f.code == "loop"]
    endless = [m for m in found if "nothing ends it" in m or "than can be made" in m]

    stopped = goes_on(blueprint)

    assert stopped <= bool(endless)
    if any(message.startswith("events go ") for message in endless):
        assert stopped
