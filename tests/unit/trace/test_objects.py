import io
import json

from simulator import Simulation
from simulator.event import Event
from simulator.event.http import UnreadEvent
from simulator.kernel.log import Kind
from simulator.trace.objects import ObjectWriter
from simulator.trace.record import Record
from tests.unit.trace.runs import orders
from tests.unit.trace.written import broker, gated, objects, read


def record(event: Event, detail: str | None = None) -> Record:
    return Record(0, 0, Kind.SENT, None, event, "", "broker/default", 1, 0, detail)


def shown(*records: Record) -> list[dict[str, object]]:
    file = io.BytesIO()
    ObjectWriter(file).write_records(records)
    return [json.loads(line) for line in file.getvalue().splitlines()]


def test_each_record_is_an_object_that_speaks_for_itself() -> None:
    event = Event({"specversion": "1.0", "id": "1", "source": "/s", "type": "a"}, b"7")

    lines = shown(record(event), record(event))

    said = {
        "serial": 0,
        "at": 0,
        "kind": "sent",
        "cause": None,
        "event": 1,
        "type": "a",
        "id": "1",
        "from": "",
        "to": "broker/default",
        "attempt": 1,
        "status": 0,
        "detail": None,
    }
    told = {"specversion": "1.0", "id": "1", "source": "/s", "type": "a", "data": 7}
    assert lines == [{"format": "kn-sim-trace/1"}, {**said, "cloudevent": told}, said]


def test_what_is_shown_piece_by_piece_is_the_same() -> None:
    file = io.BytesIO()
    writer = ObjectWriter(file)
    sim = Simulation(orders().topology)
    sim.watch(lambda: writer.write(sim.log))

    sim.send(type="order.placed", id="o1", source="/shop", data={"id": 1})
    while sim.step():
        pass
    writer.write(sim.log)

    assert file.getvalue() == objects(orders().log)


def test_an_event_is_shown_in_full_only_where_it_first_appears() -> None:
    data = objects(gated().log)

    versions = {repr((r.event.attributes, r.event.body)) for r in read(data)}

    assert data.count(b'"cloudevent"') == len(versions)


def test_only_recent_events_are_remembered() -> None:
    sim = broker()
    file = io.BytesIO()
    writer = ObjectWriter(file)
    for _ in range(6_000):
        sim.send(type="t")
    sim.run()

    writer.write(sim.log)

    assert len(writer._numbers) == 10_000
    assert read(file.getvalue()) == list(sim.trace)


def test_data_that_would_be_spelled_anew_are_base64() -> None:
    [_, line] = shown(record(Event({"id": "1", "type": "a"}, b'{"a": 1}')))

    assert line["cloudevent"] == {"id": "1", "type": "a", "data_base64": "eyJhIjogMX0="}


def test_an_event_that_no_hop_has_read_is_shown_as_it_stands() -> None:
    [_, line] = shown(record(UnreadEvent({"no-name": "x"}, b"{}")))

    assert line["cloudevent"] == {"no-name": "x", "data_base64": "e30="}


def test_half_a_surrogate_is_shown_as_an_escape() -> None:
    [_, line] = shown(record(Event({"id": "1"}), detail="half \udcff"))

    assert line["detail"] == "half \udcff"
