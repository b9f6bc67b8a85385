import io
from collections.abc import Iterable
from pathlib import Path

import pytest

from simulator import Simulation, Topology, Trace, UsageError
from simulator.trace.jsonl import TraceWriter, read_jsonl
from tests.unit.trace.runs import orders

HEAD = b'{"format":"kn-sim-trace/1"}\n'


GATED = """
topology: gated
brokers: {default: {}}
triggers: {ask: {filter: {type: a}, subscriber: gate}}
services: {gate: {approval: {}}}
"""


def written(sim: Simulation) -> bytes:
    file = io.BytesIO()
    TraceWriter(file).write(sim.log)
    return file.getvalue()


def lines(data: bytes) -> Iterable[bytes]:
    return data.splitlines(keepends=True)


def test_what_was_written_is_read_as_the_same_records() -> None:
    sim = orders()

    read = read_jsonl(lines(written(sim)), "run.jsonl")

    assert read == list(sim.trace)


def test_what_somebody_did_to_the_run_is_read_as_well() -> None:
    sim = Simulation(Topology.parse(GATED))
    sim.fault("*", latency="1s", where="type = 'a'")
    sim.break_at("gate")
    sim.send(type="a", id="1")
    sim.run()
    held = sim.held[0]
    sim.release(held.serial, held.event.with_attributes({"subject": "changed"}))
    sim.run(until="3s")
    sim.approve(sim.approvals[0].serial, {"type": "b", "data": 1})
    sim.run()

    read = read_jsonl(lines(written(sim)), "run.jsonl")

    assert read == list(sim.trace)


def test_text_bytes_and_no_data_come_back_as_they_were() -> None:
    sim = Simulation(Topology.parse("topology: t\nbrokers: {default: {}}\n"))
    for number, data in enumerate(["text", b"\xff\x00", None, [1, 2.5], "", b""]):
        sim.send(type="t", id=str(number), data=data)
    sim.run()

    read = read_jsonl(lines(written(sim)), "run.jsonl")

    assert [r.event for r in read] == [r.event for r in sim.trace]


def test_a_trace_is_read_from_a_file(tmp_path: Path) -> None:
    sim = orders()
    path = tmp_path / "run.jsonl"
    path.write_bytes(written(sim))

    trace = Trace.read(str(path))

    assert list(trace) == list(sim.trace)


def test_what_is_appended_piece_by_piece_is_the_same_file() -> None:
    at_once = written(orders())
    file = io.BytesIO()
    writer = TraceWriter(file)
    sim = Simulation(orders().topology)
    sim.watch(lambda: writer.write(sim.log))

    sim.send(type="order.placed", id="o1", source="/shop", data={"id": 1})
    while sim.step():
        pass
    writer.write(sim.log)

    assert file.getvalue() == at_once


def test_an_event_is_written_in_full_only_where_it_first_appears() -> None:
    data = written(orders())

    read = read_jsonl(lines(data), "run.jsonl")

    versions = {repr((r.event.attributes, r.event.body)) for r in read}
    assert data.count(b'"cloudevent"') == len(versions)


def test_a_bounded_run_is_written_completely() -> None:
    sim = Simulation(Topology.parse("topology: t\nbrokers: {default: {}}\n"), keep=10)
    file = io.BytesIO()
    writer = TraceWriter(file)
    sim.watch(lambda: writer.write(sim.log))

    for _ in range(100):
        sim.send(type="t")
    sim.run()

    read = read_jsonl(lines(file.getvalue()), "run.jsonl")
    assert [r.serial for r in read] == list(range(len(sim.log)))
    assert len(sim.trace) < 50


def test_the_writer_remembers_only_recent_events() -> None:
    sim = Simulation(Topology.parse("topology: t\nbrokers: {default: {}}\n"))
    file = io.BytesIO()
    writer = TraceWriter(file)
    for _ in range(6_000):
        sim.send(type="t")
    sim.run()

    writer.write(sim.log)

    assert len(writer._numbers) == 10_000
    assert read_jsonl(lines(file.getvalue()), "run.jsonl") == list(sim.trace)


def test_a_last_line_cut_short_is_left_out() -> None:
    sim = orders()
    data = written(sim)[:-20]

    read = read_jsonl(lines(data), "run.jsonl")

    assert read == list(sim.trace)[:-1]


def test_a_last_line_without_its_line_end_counts_when_it_is_whole() -> None:
    sim = orders()

    read = read_jsonl(lines(written(sim)[:-1]), "run.jsonl")

    assert read == list(sim.trace)


def test_blank_lines_are_passed_over() -> None:
    assert read_jsonl([b"\n", HEAD, b"\n"], "run.jsonl") == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "is empty, expected a trace", id="nothing"),
        pytest.param(b"{}\n", "run.jsonl:1: is no record of a trace", id="no-format"),
        pytest.param(b"[]\n", "expected the format kn-sim-trace/1", id="list"),
        pytest.param(b"hello\n", "run.jsonl:1: is no record", id="text"),
        pytest.param(b"hello", "run.jsonl:1: is no record", id="one-cut-line"),
        pytest.param(HEAD + b"{}\n", "run.jsonl:2: .*KeyError", id="no-record"),
        pytest.param(HEAD + b"junk\n" + HEAD, "run.jsonl:2: ", id="junk-inside"),
        pytest.param(HEAD + b"3\n", "run.jsonl:2: .*TypeError", id="number"),
        pytest.param(HEAD + b'{"event": 7}\n', "run.jsonl:2: ", id="unknown-event"),
        pytest.param(
            HEAD + b'{"event": 1, "cloudevent": {"specversion": "9"}}\n',
            "run.jsonl:2: .*specversion",
            id="no-event",
        ),
    ],
)
def test_what_is_no_trace_is_refused_with_its_line(data: bytes, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_jsonl(lines(data), "run.jsonl")
