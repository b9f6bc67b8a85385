"""A run had again from its trace alone."""

import io
from pathlib import Path
from typing import Any

import pytest

from simulator import CloudEvent, Simulation, Topology, Trace
from simulator.errors import TopologyError, UsageError
from simulator.session.replaying import Replay
from simulator.trace.jsonl import read_jsonl
from simulator.trace.writing import TraceWriter

TEXT = """
topology: shop
seed: 5
brokers:
  default: {delivery: {retry: 2, backoffPolicy: exponential, backoffDelay: 1s}}
triggers: {all: {filter: {type: a}, subscriber: shop}}
services:
  shop: {responses: [503, 200], latency: {uniform: [1ms, 9ms]}}
  gate: {approval: {}}
sources: {ticks: {rate: 6/m, event: {type: a}, sink: broker/default}}
faults: [{at: service/shop, status: 500, rate: 0.3}]
"""


def written(sim: Simulation, *, whole: bool = True) -> bytes:
    """Give the trace file of a run."""
    file = io.BytesIO()
    writer = TraceWriter(file, sim.recording)
    writer.write(sim.log)
    if whole:
        writer.finish()
    return file.getvalue()


def read(data: bytes) -> Trace:
    return Trace(read_jsonl(io.BytesIO(data), "run.jsonl"))


def again(data: bytes) -> Simulation:
    replay = Replay(read(data), "run.jsonl")
    sim = replay.simulate()
    replay.do(sim)
    return sim


def busy() -> Simulation:
    """Make a run to which all sorts of things are done, at all sorts of times."""
    sim = Simulation(Topology.parse(TEXT), journal=True, choices={"fault/1#2": 1})
    sim.send(type="a", data={"n": 1, "more": ["ü", None]}, after="20s")
    sim.run("10s")
    sim.post("broker/default", headers={"Ce-Id": "x"}, body=b"\xff\x00")
    sim.send(CloudEvent({"id": "e", "source": "/s", "type": "a"}, b"\xff"))
    number = sim.fault("service/shop", status=429, from_="1s", until="30s")
    sim.send(type="held", to="service/gate")
    sim.run("15s")
    sim.approve(sim.approvals[0].serial, {"type": "ok"})
    sim.lift(number)
    sim.reload(Topology.parse(TEXT.replace("type: a}, sub", "type: b}, sub")))
    while sim.now_ns < 70 * 10**9:
        sim.step()
    sim.break_at("service/shop")
    return sim


def test_a_run_is_had_again_from_its_trace_byte_for_byte() -> None:
    data = written(busy())

    assert written(again(data)) == data
    assert written(again(written(again(data)))) == data


def test_what_is_had_again_goes_on_as_the_run_would_have() -> None:
    sim = busy()
    repeated = again(written(sim))

    for each in (sim, repeated):
        each.unbreak(1)
        each.send(type="b", id="more")
        each.run("2m")

    assert written(repeated) == written(sim)


def test_a_file_that_was_cut_off_is_had_again_as_far_as_it_goes() -> None:
    data = written(busy(), whole=False)
    lines = data.splitlines(keepends=True)
    cut = b"".join(lines[: len(lines) // 2])

    sim = again(cut)

    count = len(read(cut))
    assert list(sim.trace[:count]) == list(read(cut))


def test_settings_of_the_run_are_in_its_trace() -> None:
    options: dict[str, Any] = {
        "start": "2030-01-01T00:00:00Z", "max_ttl": 3, "strict": True, "profile": "spec",
        "validate": False, "seed": 9, "configmaps": {"config-br-defaults": {}},
    }  # fmt: skip
    sim = Simulation(Topology.parse("topology: t\nbrokers: {default: {}}"), journal=True, **options)  # fmt: skip
    sim.send(type="a")
    sim.run()

    repeated = again(written(sim))

    assert written(repeated) == written(sim)
    assert (repeated.seed, repeated.strict) == (9, True)
    assert repeated.now_text() == "2030-01-01T00:00:00Z"


def test_what_python_plays_is_shown_and_not_had_again() -> None:
    sim = Simulation(Topology.parse(TEXT), journal=True)
    sim.service("shop", lambda _: 200)
    sim.send(type="a")
    sim.run("1s")
    replay = Replay(read(written(sim)), "run.jsonl")

    shown, why = replay.again()

    assert shown.why(sim.trace[1].event, "all").matches
    assert f"functions of a test play shop ({Path(__file__)}:" in why
    with pytest.raises(UsageError, match="a trace holds no code"):
        replay.do(replay.simulate())


def test_a_function_that_an_input_takes_cannot_be_in_a_trace() -> None:
    sim = Simulation(Topology.parse(TEXT), journal=True)
    sim.post("broker/default", then=print)

    with pytest.raises(UsageError, match="post was called with a builtin_function"):
        again(written(sim))


def test_a_trace_without_its_run_says_so() -> None:
    sim = Simulation(Topology.parse(TEXT))
    sim.send(type="a")
    sim.run("1s")
    data = written(sim)

    assert data.startswith(b'{"format":"kn-sim-trace/2"}\n')
    with pytest.raises(UsageError, match="says nothing of its run"):
        again(data)


def test_events_with_attributes_named_like_lines_are_told_apart() -> None:
    sim = Simulation(Topology.parse("topology: t\nbrokers: {default: {}}"), journal=True)  # fmt: skip
    sim.send(type="a", attributes={"run": "1", "input": "send"})
    sim.run()
    data = written(sim)

    assert read(data)[0].event.attributes["run"] == "1"
    assert written(again(data)) == data


HEAD = b'{"format":"kn-sim-trace/3"}\n'
RUN = b'{"run":{"topology":[]}}\n'


def test_a_manifest_that_is_none_is_told_with_the_trace_that_holds_it() -> None:
    with pytest.raises(
        TopologyError, match=r"^run\.jsonl: run: topology: manifest 1: "
    ):
        again(HEAD + b'{"run":{"topology":[3]}}\n')


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (b'{"run":[]}\n', "run.jsonl:2: .*run: expected an object"),
        (b'{"input":"send","place":[0,0,1,0]}\n', "no line before tells the run"),
        (RUN + b'{"input":3,"place":[0,0,1,0]}\n', "input: expected a name, found 3"),
        (RUN + b'{"input":"send"}\n', "place: expected notices, ns, settled, records"),
        (RUN + b'{"input":"send","place":[0,0,-1,0]}\n', "place: expected"),
        (RUN + b'{"input":"send","place":[0,0,1,0],"args":{}}\n', "args: expected a list"),
        (RUN + b'{"input":"sned","place":[0,0,1,0]}\n', "there is no input 'sned'"),
        (RUN + b'{"input":"run","place":[0,0,1,0]}\n', "there is no input 'run'"),
        (RUN + b'{"input":"send","place":[0,0,1,0],"args":[1,2,3]}\n', "input send: "),
        (RUN + b'{"input":"send","place":[0,0,1,0],"args":[{"$x":1}]}\n', "expected a value"),
        (b'{"run":{}}\n', "run: expected a topology, found None"),
        (b'{"run":{"topology":[],"sed":1}}\n', "unknown option 'sed'; did you mean 'seed'"),
        (b'{"run":{"topology":[],"seed":"x"}}\n', "run.jsonl: run: seed: expected a whole"),
    ],
)  # fmt: skip
def test_what_says_nothing_of_a_run_is_refused(lines: bytes, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        again(HEAD + lines)


def test_a_trace_whose_topology_was_changed_is_another_run_and_comes_to_its_end() -> (
    None
):
    sim = busy()
    topology = written(sim).splitlines(keepends=True)
    start = topology[1].index(b'"topology":')
    topology[1] = topology[1][:start] + b'"topology":[]}}\n'

    replayed = again(b"".join(topology))

    assert len(replayed.trace) < len(sim.trace)
