import io

import pytest

from simulator import Simulation, Topology
from simulator.event import Event
from simulator.event.http import UnreadEvent
from simulator.kernel import Envelope, Log
from simulator.kernel.log import Kind
from simulator.trace import Trace
from simulator.trace.record import Record
from simulator.trace.writing import TraceWriter
from tests.unit.trace.runs import orders
from tests.unit.trace.written import (
    HEAD,
    broker,
    gated,
    read,
    written,
    written_records,
)

ONE = """
topology: one
brokers: {default: {}}
triggers: {all: {filter: {type: a}, subscriber: shop}}
services: {shop: {latency: 5ms}}
"""
ONE_ON_DISK = HEAD + (
    b'{"specversion":"1.0","id":"1","source":"/s","type":"a"}\n'
    b'[0,"sent",0,0,"","broker/default"]\n'
    b'{"of":0,"knativearrivaltime":"2026-01-01T00:00:00Z"}\n'
    b'[0,"accepted",1,0,"","broker/default",1]\n'
    b'[0,"dispatched",1,0,"trigger/all","service/shop"]\n'
    b'[5000000,"responded",1,0,"service/shop","trigger/all",200]\n'
    b'[5000000,"answered",4,1,"broker/default","",202]\n'
)


def log_of(*cells: tuple[object, ...]) -> Log:
    """Give a log with these records."""
    log = Log(most=10**6)
    for each in cells:
        log.cells.extend(each)
    return log


def sent(event: object, *, noted: object = 0) -> tuple[object, ...]:
    return (0, 0, Kind.SENT, event, "", "broker/default", 1, noted)


def event(**more: str) -> Event:
    return Event({"specversion": "1.0", "id": "1", "source": "/s", "type": "a", **more})


def test_a_run_is_written_in_short_lines_each_event_once() -> None:
    sim = Simulation(Topology.parse(ONE))
    sim.send(type="a", id="1", source="/s")
    sim.run()

    data = written(sim.log)

    assert data == ONE_ON_DISK


@pytest.mark.parametrize("run", [orders, gated])
def test_what_was_written_is_read_as_the_same_records(run: type) -> None:
    sim = run()

    found = read(written(sim.log))

    assert found == list(sim.trace)


def test_unpacked_records_are_the_same_file_as_their_log() -> None:
    sim = orders()

    data = written_records(sim.trace)

    assert data == written(sim.log)


def test_what_is_appended_piece_by_piece_is_the_same_file() -> None:
    file = io.BytesIO()
    writer = TraceWriter(file)
    sim = Simulation(orders().topology)
    sim.watch(lambda: writer.write(sim.log))

    sim.send(type="order.placed", id="o1", source="/shop", data={"id": 1})
    while sim.step():
        pass
    writer.write(sim.log)

    assert file.getvalue() == written(orders().log)


def test_every_body_comes_back_byte_for_byte() -> None:
    bodies = [
        None, b"", b"text", b"\xff\x00", b'"quoted"', b'{"id":1}', b'{ "id": 1 }',
        b" [1, 2.50, 1e3]\t", b'{"a":1,"a":2}', b'{"n":123456789012345678901234567890}',
        b'{"a":\n1}', b'{"a":\r1}', b'"\\ud800"', b'{"a":"\\u0041"}', b"NaN", b"1],[2",
        b'1,"x":2', b"[" * 300 + b"]" * 300, b"[" * 1100 + b"]" * 1100, b"{" + b"x" * 600,
        '"ü\u2028"'.encode(), b'{"data":{"data":1},"of":0}', b"null", b'x,"data":5}',
    ]  # fmt: skip
    events = [Event({"id": str(n)}, body) for n, body in enumerate(bodies)]

    found = read(written(log_of(*map(sent, events))))

    assert [each.event.body for each in found] == bodies


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"id": 1}', b'"data":{"id": 1}'),
        (b"hello", b'"data_text":"hello"'),
        (b"\xff", b'"data_base64":"/w=="'),
    ],
)
def test_a_body_is_written_as_legibly_as_it_can_be(body: bytes, shown: bytes) -> None:
    data = written(log_of(sent(Event({"id": "1"}, body))))

    assert data.splitlines()[1] == b'{"id":"1",' + shown + b"}"


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"serial": "7"},
        {"of": "0", "id": "1"},
        {"data": "x", "id": "1"},
        {"attributes": "x"},
        {"data_base64": "x", "data_text": "y"},
        {"subject": "half a surrogate \ud800", "id": "\x00\n"},
    ],
    ids=str,
)
def test_attributes_of_any_name_and_text_come_back(attributes: dict[str, str]) -> None:
    events = [UnreadEvent(attributes, b"{}"), Event(dict(attributes), None)]

    found = read(written(log_of(*map(sent, events))))

    assert [each.event for each in found] == events


def test_an_event_that_a_hop_changed_says_what_it_set() -> None:
    own = event(knativearrivaltime="mine", knativeerrorcode="404")
    errors = {"knativeerrorcode": "500", "knativeerrordest": "http://x"}
    envelope = Envelope(own, 254, 1_000_000_000, {}, errors)
    dead = (0, 1, Kind.DEAD_LETTERED, envelope, "trigger/t", "service/d", 1, 0)
    answer = (0, 1, Kind.RESPONDED, envelope, "service/d", "trigger/t", 1, 200)
    log = log_of(sent(own), dead, answer, dead)

    data = written(log)

    assert read(data) == list(Trace.of(log))
    changed = (
        b'"knativearrivaltime":"1970-01-01T00:00:01Z","knativeerrordest":"http://x"'
    )
    assert [line for line in data.splitlines() if line.startswith(b'{"of"')] == [
        b'{"of":0,' + changed + b',"knativebrokerttl":"254"}',
        b'{"of":1,' + changed + b"}",
    ]


def test_an_event_with_a_reserved_name_is_whole_when_a_hop_changed_it() -> None:
    own = event(of="x")
    log = log_of(sent(own), sent(Envelope(own, 254, 0)), sent(own))

    found = read(written(log))

    assert found == list(Trace.of(log))


@pytest.mark.parametrize(
    ("noted", "end"),
    [
        (0, b""),
        (202, b",202"),
        ((0, "reset"), b',0,1,"reset"'),
        ((503, 1_000), b",503,1,1000"),
        ((503, "half \udcff"), b',503,1,"half \\udcff"'),
    ],
)
def test_a_record_ends_where_only_defaults_would_follow(
    noted: object, end: bytes
) -> None:
    log = log_of(sent(event(), noted=noted))

    data = written(log)

    head = b'[0,"sent",0,0,"","broker/default"'
    assert data.splitlines()[2] == head + end + b"]"
    assert read(data) == list(Trace.of(log))


def test_records_that_are_not_the_first_say_their_serial() -> None:
    records = list(orders().trace)
    some = [*records[3:5], *records[9:]]

    data = written_records(some)

    assert read(data) == some
    assert data.count(b'{"serial":') == 2


def test_no_records_are_a_file_with_a_head() -> None:
    assert written_records([]) == HEAD


def test_a_bounded_run_is_written_completely() -> None:
    sim = Simulation(Topology.parse("topology: t\nbrokers: {default: {}}\n"), keep=10)
    file = io.BytesIO()
    writer = TraceWriter(file)
    sim.watch(lambda: writer.write(sim.log))

    for _ in range(100):
        sim.send(type="t")
    sim.run()

    found = read(file.getvalue())
    assert [record.serial for record in found] == list(range(len(sim.log)))
    assert len(sim.trace) < 50


def test_a_run_whose_oldest_records_are_gone_is_written_from_there_on() -> None:
    sim = Simulation(Topology.parse(ONE), keep=1_000)
    for _ in range(1_000):
        sim.send(type="a")
    sim.run()

    found = read(written(sim.log))

    assert found[0].serial > 0
    assert found == list(sim.trace)


def test_the_writer_remembers_only_recent_events() -> None:
    sim = broker()
    file = io.BytesIO()
    writer = TraceWriter(file)
    for _ in range(12_000):
        sim.send(type="t")
    sim.run()

    writer.write(sim.log)

    told = writer._events
    kept = (told.recent, told.recent.kept, told.recent.older, told._contents)
    assert [len(each) <= 5_000 for each in kept] == [True] * 4
    assert read(file.getvalue()) == list(sim.trace)


def test_an_event_that_comes_again_after_many_others_is_told_once() -> None:
    first = event()
    others = [Event({"id": str(number)}) for number in range(600)]
    log = log_of(*map(sent, (first, *others, first)))

    data = written(log)

    assert data.count(b'"source"') == 1
    assert read(data) == list(Trace.of(log))


def test_an_event_that_was_forgotten_is_told_again() -> None:
    first = event()
    others = [Event({"id": str(number)}) for number in range(10_001)]
    log = log_of(*map(sent, (first, *others, first)))

    data = written(log)

    assert data.count(b'"id":"1","source"') == 2
    assert read(data) == list(Trace.of(log))


def test_an_equal_event_that_is_another_object_is_told_once() -> None:
    long = {"id": "1", "subject": "x" * 1_000}
    log = log_of(*(sent(Event(dict(long), b"{}")) for _ in range(3)))

    data = written(log)

    assert data.count(b'"subject"') == 1
    assert read(data) == list(Trace.of(log))


def test_nodes_of_topologies_that_are_gone_are_forgotten() -> None:
    log = Log(most=10**6)
    for number in range(50_001):
        log.cells.extend((0, 0, Kind.SENT, event(), "", f"service/{number}", 1, 0))
    writer = TraceWriter(io.BytesIO())

    writer.write(log)

    assert len(writer._nodes) <= 50_000


def test_a_record_is_what_its_cells_say() -> None:
    record = Record(0, 5, Kind.LOST, None, event(), "a", "b", 3, 500, "gone")

    assert read(written_records([record])) == [record]
