from simulator.event import Event
from simulator.kernel.log import Kind
from simulator.trace.record import Record
from simulator.trace.tables import COLUMNS, rows
from tests.unit.trace.runs import orders
from tests.unit.trace.written import read, written


def test_a_record_is_a_flat_row() -> None:
    first, second, *_ = rows(orders().trace)

    assert dict(zip(COLUMNS, second, strict=True)) == {
        "serial": 1,
        "at_ns": 0,
        "kind": "accepted",
        "cause": 0,
        "event": 2,
        "type": "order.placed",
        "id": "o1",
        "source": "/shop",
        "from": "",
        "to": "broker/default",
        "attempt": 1,
        "status": 1,
        "detail": None,
    }
    assert first[COLUMNS.index("cause")] is None


def test_a_wait_is_told_in_digits() -> None:
    event = Event({"id": "1"})
    wait = Record(
        0, 0, Kind.RETRY_SCHEDULED, None, event, "t", "s", 2, 503, 1_000_000_000
    )

    [row] = rows([wait])

    assert row[COLUMNS.index("detail")] == "1000000000"


def test_events_are_numbered_alike_in_a_run_and_in_its_file() -> None:
    sim = orders()

    numbers = [row[COLUMNS.index("event")] for row in rows(sim.trace)]

    read_again = rows(read(written(sim.log)))
    assert numbers == [row[COLUMNS.index("event")] for row in read_again]
    assert list(dict.fromkeys(numbers)) == [1, 2, 3, 4, 5, 6]
