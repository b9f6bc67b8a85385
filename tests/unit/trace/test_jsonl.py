import io
from pathlib import Path

import pytest

from simulator import Trace
from simulator.errors import UsageError
from simulator.trace.jsonl import read_jsonl
from tests.unit.trace.runs import orders
from tests.unit.trace.written import HEAD, gated, objects, read, written

OLD = b'{"format":"kn-sim-trace/1"}\n'
EVENT = b'{"specversion":"1.0","id":"1","source":"/s","type":"a"}\n'
SENT = b'[5,"sent",0,0,"","broker/default"]\n'
OBJECT = (
    b'{"serial":0,"at":5,"kind":"sent","cause":null,"event":1,"type":"a","id":"1",'
    b'"from":"","to":"broker/default","attempt":1,"status":0,"detail":null,'
    b'"cloudevent":{"id":"1","source":"/s","type":"a"}}\n'
)


@pytest.mark.parametrize("run", [orders, gated])
def test_the_first_format_is_still_read(run: type) -> None:
    sim = run()

    found = read(objects(sim.log))

    assert found == list(sim.trace)


@pytest.mark.parametrize("write", [written, objects])
def test_a_last_line_cut_short_is_left_out(write: type) -> None:
    sim = orders()
    data = write(sim.log)[:-10]

    found = read(data)

    assert found == list(sim.trace)[:-1]


@pytest.mark.parametrize("write", [written, objects])
def test_a_file_is_read_up_to_wherever_its_writer_was_stopped(write: type) -> None:
    sim = orders()
    whole, data = list(sim.trace), write(sim.log)

    found = [read(data[:end]) for end in range(data.index(b"\n"), len(data))]

    assert [each == whole[: len(each)] for each in found] == [True] * len(found)
    assert [len(each) for each in found] == sorted(len(each) for each in found)


def test_a_last_line_without_its_line_end_counts_when_it_is_whole() -> None:
    sim = orders()

    found = read(written(sim.log)[:-1])

    assert found == list(sim.trace)


def test_what_a_disk_put_behind_a_broken_line_is_left_out() -> None:
    assert read(HEAD + EVENT + SENT + b'[6,"se' + b"\0" * 4096) == read(
        HEAD + EVENT + SENT
    )


def test_blank_lines_and_the_line_ends_of_windows_are_passed_over() -> None:
    data = b"\r\n" + HEAD + b"\n" + EVENT + b" \n" + SENT

    found = read(data.replace(b"\n", b"\r\n"))

    assert found == read(HEAD + EVENT + SENT)


def test_members_of_the_head_that_nobody_knows_are_passed_over() -> None:
    head = b'{"seed":7,"format":"kn-sim-trace/2","topology":{"brokers":[]}}\n'

    assert read(head + EVENT + SENT) == read(HEAD + EVENT + SENT)


@pytest.mark.parametrize(
    "line",
    [
        b'{"data": {"id": 1}, "id": "1"}\n',
        b'{"id": "1", "data": {"id": 1}}\n',
        b'{"id":"1","data":{"id": 1},"type":""}\n',
        b'{"attributes":{"id":"1","data":"2"},"data":{"id": 1}}\n',
    ],
)
def test_data_that_somebody_spelled_anew_are_what_they_were(line: bytes) -> None:
    [record] = read(HEAD + line + SENT)

    assert record.event.body == b'{"id":1}'


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "run.jsonl: is empty, expected a trace of kn-sim", id="nothing"),
        pytest.param(b"\n \n", "run.jsonl: is empty, expected", id="blank"),
        pytest.param(b"{}\n", "run.jsonl:1: is no trace of kn-sim: expected the format kn-sim-trace/3 or kn-sim-trace/2 or kn-sim-trace/1, found null", id="no-format"),
        pytest.param(b"[]\n", "or kn-sim-trace/1, found \\[\\]", id="list"),
        pytest.param(b'{"format":"kn-sim-trace/9"}\n', 'or kn-sim-trace/1, found "kn-sim-trace/9"', id="newer"),
        pytest.param(b'{"format":["kn-sim-trace/2"]}\n', "or kn-sim-trace/1, found \\[", id="no-text"),
        pytest.param(b"hello\n", "run.jsonl:1: is no trace of kn-sim: expected JSON in one line", id="text"),
        pytest.param(b"hello", "run.jsonl:1: is no trace of kn-sim: expected JSON in one line", id="one-cut-line"),
        pytest.param(HEAD + b"junk\n" + SENT, "run.jsonl:2: is no record of a trace: expected JSON", id="junk-inside"),
        pytest.param(HEAD + EVENT + SENT[:-1] + SENT, "run.jsonl:3: .*expected JSON", id="two-in-a-line"),
        pytest.param(HEAD + b"3\n", "run.jsonl:2: .*: expected a record, an event or a serial, found 3", id="number"),
        pytest.param(HEAD + EVENT + b"[5]\n", "run.jsonl:3: .*: expected 6 to 9 values, found 1", id="short"),
        pytest.param(HEAD + EVENT + b"[1,2,3,4,5,6,7,8,9,10]\n", "expected 6 to 9 values, found 10", id="long"),
        pytest.param(HEAD + SENT, "event: expected how many of 0 events back it was told, found 0", id="unknown-event"),
        pytest.param(HEAD + EVENT + SENT.replace(b"0,0", b"0,-1"), "event: .*, found -1", id="event-below"),
        pytest.param(HEAD + EVENT + SENT.replace(b"0,0", b"0,true"), "event: .*, found true", id="event-true"),
        pytest.param(HEAD + b'{"of":0}\n', "of: expected how many of 0 events back it was told, found 0", id="of-nothing"),
        pytest.param(HEAD + b'{"id":1}\n', "id: expected a text, found 1", id="attribute"),
        pytest.param(HEAD + b'{"attributes":3}\n', "attributes: expected an object, found 3", id="attributes"),
        pytest.param(HEAD + b'{"attributes":{},"id":"1"}\n', "id: stands beside attributes", id="beside"),
        pytest.param(HEAD + b'{"data_text":3}\n', "data_text: expected a text, found 3", id="data-text"),
        pytest.param(HEAD + b'{"data_base64":"?"}\n', 'data_base64: expected base64, found "\\?"', id="no-base64"),
        pytest.param(HEAD + b'{"data_base64":3}\n', "data_base64: expected base64, found 3", id="data-base64"),
        pytest.param(HEAD + b'{"data":' + b"[" * 900 + b"]" * 900 + b',"x":""}\n', "data: cannot be written as JSON", id="deep"),
        pytest.param(HEAD + EVENT + SENT + b'{"serial":0}\n', "serial: expected a number from 1 on, found 0", id="serial-back"),
        pytest.param(HEAD + b'{"serial":"5"}\n', 'serial: expected a number from 0 on, found "5"', id="serial-text"),
        pytest.param(HEAD + b'{"serial":1e30}\n', "serial: expected a number from 0 on, found 1e\\+?30", id="serial-huge"),
        pytest.param(HEAD + EVENT + SENT.replace(b"[5", b'["x"'), 'at: expected nanoseconds from 0 to 9223372036854775807, found "x"', id="at-text"),
        pytest.param(HEAD + EVENT + SENT + SENT.replace(b"[5", b"[4"), "run.jsonl:4: .*: at: expected nanoseconds from 5 on: time does not go back, found 4", id="at-back"),
        pytest.param(HEAD + EVENT + SENT.replace(b"[5", b"[9223372036854775808"), "at: .*, found 9223372036854775808", id="at-huge"),
        pytest.param(HEAD + EVENT + SENT.replace(b"sent", b"snet"), "kind: expected a kind of record; did you mean 'sent'\\?, found \"snet\"", id="kind"),
        pytest.param(HEAD + EVENT + SENT.replace(b'"sent"', b"[" * 500 + b"]" * 500), "found a value of the type list", id="kind-deep"),
        pytest.param(HEAD + EVENT + SENT.replace(b"sent", rb"\ud800"), "found a value of the type str", id="kind-half"),
        pytest.param(HEAD + EVENT + SENT.replace(b"sent", rb"\ud8"), "expected JSON in one line: ", id="kind-cut"),
        pytest.param(HEAD + EVENT + SENT.replace(b'"sent"', b"[]"), "kind: expected a kind of record, found \\[\\]", id="kind-list"),
        pytest.param(HEAD + EVENT + SENT.replace(b"0,0", b"-1,0"), "back: expected a number from 0 to 0, found -1", id="back-below"),
        pytest.param(HEAD + EVENT + SENT.replace(b"0,0", b"1,0"), "back: expected a number from 0 to 0, found 1", id="back-beyond"),
        pytest.param(HEAD + EVENT + SENT.replace(b'""', b"1.5"), "from: expected the name of a node, found 1.5", id="from"),
        pytest.param(HEAD + EVENT + SENT.replace(b'"broker/default"', b"{}"), "to: expected the name of a node, found {}", id="to"),
        pytest.param(HEAD + EVENT + SENT.replace(b"]", b',"x"]'), 'status: expected a number from 0 on, found "x"', id="status"),
        pytest.param(HEAD + EVENT + SENT.replace(b"]", b",0,0]"), "attempt: expected a number from 1 on, found 0", id="attempt"),
        pytest.param(HEAD + EVENT + SENT.replace(b"]", b",0,1,[]]"), "detail: expected null, a text, or a number of nanoseconds, found \\[\\]", id="detail"),
        pytest.param(HEAD + EVENT + SENT.replace(b"]", b",0,1,-1]"), "detail: .*, found -1", id="detail-below"),
        pytest.param(OLD + b"{}\n", "run.jsonl:2: is no record of a trace: serial: is missing", id="old-no-record"),
        pytest.param(OLD + b"[]\n", "run.jsonl:2: .*: expected an object, found \\[\\]", id="old-list"),
        pytest.param(OLD + OBJECT.replace(b',"cloudevent":{"id":"1","source":"/s","type":"a"}', b""), "event: no line before tells the event 1", id="old-unknown-event"),
        pytest.param(OLD + OBJECT.replace(b'"event":1', b'"event":[]'), "event: expected a number, found \\[\\]", id="old-event"),
        pytest.param(OLD + OBJECT.replace(b'"id":"1","source"', b'"specversion":"9","source"'), "cloudevent: specversion '9' is not known", id="old-version"),
        pytest.param(OLD + OBJECT.replace(b'{"id":"1","source":"/s","type":"a"}', b"3"), "cloudevent: expected an object, found 3", id="old-no-event"),
        pytest.param(OLD + OBJECT.replace(b'"cause":null', b'"cause":0'), "cause: expected null, or a number below 0, found 0", id="old-cause"),
        pytest.param(OLD + OBJECT + OBJECT, "run.jsonl:3: .*: serial: expected a number from 1 on, found 0", id="old-twice"),
    ],
)  # fmt: skip
def test_what_is_no_trace_is_refused_with_its_line_and_what_was_expected(
    data: bytes, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        read(data)


def test_what_was_found_is_cut_short() -> None:
    with pytest.raises(UsageError) as told:
        read(HEAD + EVENT + SENT.replace(b"sent", b"x" * 1_000))

    assert str(told.value) == (
        "run.jsonl:3: is no record of a trace: kind: expected a kind of record, "
        f'found "{"x" * 58}…'
    )


def test_a_trace_is_read_from_a_file(tmp_path: Path) -> None:
    sim = orders()
    path = tmp_path / "run.jsonl"
    path.write_bytes(written(sim.log))

    trace = Trace.read(str(path))

    assert list(trace) == list(sim.trace)


def test_lines_may_come_from_anywhere() -> None:
    sim = orders()

    found = read_jsonl(iter(io.BytesIO(written(sim.log)).readlines()), "run.jsonl")

    assert found == list(sim.trace)
