"""Lines for records that the topologies of the golden files do not make."""

from simulator.cli.show import Layout
from simulator.cli.style import Style
from simulator.event import Event
from simulator.story.flow import Flow, Line
from simulator.story.hops import Exchanges
from simulator.story.phrases import answer, time_text
from simulator.trace import Kind, Record

EVENT = Event({"id": "1", "source": "/s", "type": "t"})
OTHER = Event({"id": "2", "source": "/s", "type": "t"})


def record(
    serial: int,
    kind: Kind,
    source: str = "",
    target: str = "",
    *,
    cause: int | None = None,
    at_ns: int = 0,
    attempt: int = 1,
    status: int = 0,
    detail: str | int | None = None,
    event: Event = EVENT,
) -> Record:
    return Record(
        serial, at_ns, kind, cause, event, source, target, attempt, status, detail
    )


def shown(*records: Record, names: dict[str, str] | None = None) -> list[str]:
    lines: list[Line] = []
    flow = Flow(lines.append, brokers=frozenset({"broker/b"}), names=names)
    exchanges = Exchanges()
    for each in records:
        flow.add(each, exchanges.add(each))
    flow.finish()
    layout = Layout(Style(width=120), 44)
    return [layout.text(line) for line in lines]


SENT = record(0, Kind.SENT, "", "broker/b")
TAKEN = record(1, Kind.ACCEPTED, "", "broker/b", cause=0, status=1)


def test_an_answer_that_comes_last_is_shown() -> None:
    assert shown(
        SENT,
        TAKEN,
        record(2, Kind.DISPATCHED, "trigger/x", "service/y", cause=1),
        record(
            3, Kind.RESPONDED, "service/y", "trigger/x", cause=2, status=200, at_ns=5
        ),
    ) == [
        "+0s       ▸ t 1 → broker/b                  1 trigger matches",
        "+5ns        ✓ trigger/x → service/y         200 after 5ns",
    ]


def test_redirects_stand_between_the_request_and_the_next() -> None:
    assert shown(
        SENT,
        TAKEN,
        record(2, Kind.DISPATCHED, "trigger/x", "service/y", cause=1),
        record(3, Kind.REDIRECTED, "service/y", "service/z", cause=2, status=307),
        record(4, Kind.DISPATCHED, "trigger/x", "service/z", cause=3),
        record(5, Kind.RESPONDED, "service/z", "trigger/x", cause=4, status=200),
    )[1:] == [
        "+0s         · trigger/x → service/y",
        "+0s         ▸ redirected to service/z       307",
        "+0s           ✓ trigger/x → service/z       200",
    ]


def test_a_dropped_reply_is_shown() -> None:
    assert shown(
        SENT,
        TAKEN,
        record(2, Kind.DISPATCHED, "trigger/x", "service/y", cause=1),
        record(3, Kind.RESPONDED, "service/y", "trigger/x", cause=2, status=200),
        record(
            4,
            Kind.REPLY_DROPPED,
            "service/y",
            "trigger/x",
            cause=3,
            status=200,
            detail="no reply address",
            event=OTHER,
        ),
    )[1:] == [
        "+0s         ✓ trigger/x → service/y         200",
        "+0s           · reply t dropped             no reply address  t 2",
    ]


def test_a_caller_that_goes_cuts_what_is_open() -> None:
    assert shown(
        SENT,
        TAKEN,
        record(2, Kind.DISPATCHED, "trigger/x", "service/y", cause=1),
        record(3, Kind.CUT, "service/y", "", cause=2, detail="client gone"),
        record(4, Kind.ANSWERED, "broker/b", "", cause=0, detail="timed out"),
    )[1:] == [
        "+0s         · trigger/x → service/y",
        "+0s         ✗ cut off: service/y            the caller has gone",
        "+0s       ✗ the sender is answered by broker/b  timed out",
    ]


def test_what_would_crash_knative_is_shown() -> None:
    assert shown(
        record(0, Kind.UPSTREAM_BUG, "trigger/x", "http://y", detail="it crashes")
    ) == ["+0s       · upstream-bug trigger/x          it crashes  t 1"]


def test_a_url_is_shown_as_the_node_that_has_it() -> None:
    lines = shown(
        record(0, Kind.LOST, "trigger/x", "http://y", detail="no dead letter sink"),
        names={"http://y": "service/y"},
    )

    assert lines == [
        "+0s       ✗ lost on the way to service/y    no dead letter sink  t 1"
    ]


def test_a_request_that_the_log_has_lost_sight_of_leaves_no_line() -> None:
    assert shown(record(7, Kind.ACCEPTED, "", "broker/b", cause=3, status=2)) == []


def test_a_refusal_without_its_request_is_shown_all_the_same() -> None:
    assert shown(
        record(7, Kind.REFUSED, "", "broker/b", cause=3, status=400, detail="no id")
    ) == ["+0s       ✗  → broker/b                     400 refused: no id  t 1"]


def test_an_unknown_failure_is_spelled_as_it_is() -> None:
    def said(detail: str) -> str:
        return answer(record(1, Kind.RESPONDED, detail=detail))

    assert said("no such host") == "no such host"
    assert said("") == "no answer"


def line(at_ns: int, *, event_id: str = "1", kind: str = "▸") -> Line:
    return Line(
        at_ns=at_ns,
        level=0,
        symbol=kind,
        text=f"t {event_id} → broker/b",
        outcome="ok",
        event=("t", event_id),
        names_event=True,
    )


def test_the_column_of_the_time_grows_and_does_not_shrink() -> None:
    layout = Layout(Style(width=120), 40)

    lines = [layout.text(line(ns)) for ns in (0, 61_000_000_001, 1_234_567_890, 0)]

    assert lines == [
        "+0s       ▸ t 1 → broker/b              ok",
        "+1m 1s    ▸ t 1 → broker/b              ok",
        "+1.234568s ▸ t 1 → broker/b              ok",
        "+0s        ▸ t 1 → broker/b              ok",
    ]


def test_times_are_shown_to_the_microsecond() -> None:
    shown_times = [time_text(ns) for ns in (999, 1_499, 14_635_991, 999_999_999)]

    assert shown_times == ["999ns", "1us", "14.636ms", "1s"]


def test_an_id_that_would_wrap_a_line_of_a_terminal_loses_its_middle() -> None:
    long = "order-1/order.checked/order.priced"

    on_terminal = Layout(Style(width=48, terminal=True), 40).text(
        line(0, event_id=long)
    )
    in_a_file = Layout(Style(width=48), 40).text(line(0, event_id=long))

    assert on_terminal == "+0s       ▸ t order-1/o…er.priced → broker/b  ok"
    assert len(on_terminal) == 48
    assert long in in_a_file


def test_an_id_that_is_short_is_kept_whole() -> None:
    narrow = Layout(Style(width=30, terminal=True), 40)

    assert "t order-1234 → broker/b" in narrow.text(line(0, event_id="order-1234"))


def test_an_event_cannot_move_the_cursor() -> None:
    layout = Layout(Style(width=80), 40)

    shown_line = layout.text(line(0, event_id="\x1b[31m\n"))

    assert "t \\x1b[31m\\x0a → broker/b" in shown_line
