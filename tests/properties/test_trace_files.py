"""Laws of trace files: what is written is read, and whatever is read is a trace or none."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import UsageError
from simulator.event import Event
from simulator.kernel.log import Kind
from simulator.story.phrases import flow_line
from simulator.trace import Trace, compare
from simulator.trace.jsonl import read_jsonl
from simulator.trace.objects import ObjectWriter
from simulator.trace.record import Record
from simulator.trace.writing import TraceWriter
from tests.unit.trace.runs import orders
from tests.unit.trace.written import gated, objects, written

FILES = [write(run().log) for write in (written, objects) for run in (orders, gated)]
# What a member may be in place of what it was.
JUNK = [
    b"null", b"true", b"-1", b"0", b"3", b"1.5", b"1e999", b"1" + b"0" * 30, b'"x"', b"[]",
    b'"\\ud800"', b"{}", b"[" * 2_000, b"\0", b"\xff", b"", b"\n", b",", b"]", b"}", b'"',
]  # fmt: skip

small = st.integers(0, 2**63 - 1)
texts = st.text(st.characters(exclude_categories=[]), max_size=8)
names = st.sampled_from(["id", "source", "type", "of", "data", "serial"]) | texts
events = st.builds(
    Event, st.dictionaries(names, texts, max_size=4), st.none() | st.binary()
)
details = st.none() | texts | small


@st.composite
def runs(draw: st.DrawFn) -> list[Record]:
    """Give records such as a run makes, of a few events."""
    known = draw(st.lists(events, min_size=1, max_size=4))
    records: list[Record] = []
    serial = at_ns = 0
    for _ in range(draw(st.integers(0, 6))):
        serial += draw(st.integers(0, 3))
        at_ns += draw(st.integers(0, 10**12))
        cause = draw(st.none() | st.integers(0, serial - 1)) if serial else None
        records.append(
            Record(
                serial,
                at_ns,
                draw(st.sampled_from(Kind)),
                cause,
                draw(st.sampled_from(known)),
                draw(texts),
                draw(texts),
                draw(st.integers(1, 2**31)),
                draw(small),
                draw(details),
            )
        )
        serial += 1
    return records


@given(runs())
def test_what_is_written_is_read_as_it_was(records: list[Record]) -> None:
    file = io.BytesIO()
    TraceWriter(file).write_records(records)

    read = read_jsonl(io.BytesIO(file.getvalue()), "run.jsonl")

    assert read == records


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """Give a trace file in which something is not as it was."""
    data = bytearray(draw(st.sampled_from(FILES)))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        end = draw(
            st.integers(
                at, min(len(data), at + draw(st.sampled_from([1, 4, 40, 4_000])))
            )
        )
        data[at:end] = draw(st.sampled_from(JUNK) | st.binary(max_size=3))
    return bytes(data)


@st.composite
def shuffled(draw: st.DrawFn) -> bytes:
    """Give a trace file some lines of which are missing, doubled or elsewhere."""
    lines = draw(st.sampled_from(FILES)).splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 3))):
        here, there = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        lines[here:there] = draw(
            st.sampled_from([lines[there:here], [lines[here]] * 2, []])
        )
        lines = lines or [b"\n"]
    return b"".join(lines)


@st.composite
def replaced(draw: st.DrawFn) -> bytes:
    """Give a trace file with a value of another type in the place of one."""
    lines = draw(st.sampled_from(FILES)).splitlines(keepends=True)
    number = draw(st.integers(0, len(lines) - 1))
    parts = lines[number].split(b",")
    at = draw(st.integers(0, len(parts) - 1))
    before, colon, _ = parts[at].partition(b":")
    junk = draw(st.sampled_from(JUNK))
    parts[at] = before + colon + junk if colon else junk
    lines[number] = b",".join(parts)
    return b"".join(lines)


@given(broken() | shuffled() | replaced())
def test_whatever_a_file_holds_is_a_trace_or_refused(data: bytes) -> None:
    try:
        trace = Trace(read_jsonl(io.BytesIO(data), "run.jsonl"))
    except UsageError:
        return

    # A trace can be asked and written like any other.
    assert all(map(flow_line, trace))
    assert sum(1 for tree in trace.trees() for _ in tree) == len(trace)
    assert compare(trace, trace).equal
    ObjectWriter(io.BytesIO()).write_records(trace)
    file = io.BytesIO()
    TraceWriter(file).write_records(trace)
    assert read_jsonl(io.BytesIO(file.getvalue()), "again.jsonl") == list(trace)
