"""What the tab Event says of rare records."""

import re

from simulator.event import Event
from simulator.tui.inspect.context import MOST, RunContext, Subject
from simulator.tui.inspect.event import event_lines
from simulator.tui.inspect.page import Look
from simulator.tui.inspect.sentence import sentence, word_of
from tests.tui.inspect.runs import NARROW, WIDE, Run, failing, run, shown
from tests.tui.inspect.stories import record, story_of


def _said(of: Run, serial: int, upto: int | None = None) -> tuple[str, str]:
    subject = of.subject(serial, upto)
    return word_of(subject), sentence(subject)


def test_each_record_is_told_in_a_sentence() -> None:
    orders, channels = run("orders"), run("channels")

    said = [
        _said(orders, 0, 1),
        _said(orders, 1),
        _said(orders, 2),
        _said(orders, 2, 3),
        _said(orders, 11),
        _said(orders, 17),
        _said(orders, 19),
        _said(channels, 1),
        _said(channels, 11),
        _said(channels, 32),
    ]

    assert said == [
        ("sent", "source/checkout posts it to broker/default. No answer yet."),
        ("delivered", "broker/default takes it; 2 triggers match."),
        (
            "delivered",
            "trigger/price hands it to service/pricing. Answered 200 after 20 ms.",
        ),
        ("under way", "trigger/price hands it to service/pricing. No answer yet."),
        (
            "retry",
            "service/shipping answers 503. Attempt 2 follows in 500ms, at 00:02.520.",
        ),
        ("delivered", "service/shipping answers attempt 3 202."),
        ("delivered", "broker/default answers source/checkout 202 after 1.52 s."),
        ("delivered", "channel/news takes it; 3 subscriptions get it."),
        (
            "retry",
            (
                "service/archive: connection reset. "
                "Attempt 2 follows in 200ms, at 00:01.200."
            ),
        ),
        (
            "failed",
            (
                "service/archive answers attempt 2 503. "
                "The event goes to the dead letter sink service/shelf."
            ),
        ),
    ]


def test_what_goes_wrong_is_told_with_its_reason() -> None:
    mess, loop = run("mess"), run("reply-loop")

    said = [
        _said(mess, mess.serial("retry-scheduled", source="trigger/lose")),
        _said(mess, mess.serial("lost", source="trigger/lose")),
        _said(mess, mess.serial("responded", 1, source="service/broken", attempt=2)),
        _said(mess, mess.serial("redirected")),
        _said(mess, mess.serial("reply-dropped")),
        _said(loop, 21),
    ]

    assert said == [
        (
            "retry",
            (
                "service/broken failed (500). Attempt 2 follows at once. "
                "At most 2 attempts."
            ),
        ),
        (
            "lost",
            "The event is lost on the way to service/broken: no dead letter sink.",
        ),
        ("retry", said[2][1]),
        ("note", "service/moved redirects it to service/broken (307)."),
        (
            "dropped",
            "The reply of service/talker is dropped: no reply address (drop).",
        ),
        (
            "expired",
            (
                "broker/default refuses it with 400: knativebrokerttl is used up, "
                "the event has passed brokers as often as it may."
            ),
        ),
    ]


def test_a_handler_that_raised_is_shown_with_its_last_frame_first() -> None:
    it = failing()
    serial = it.serial("responded", source="service/delivery")

    rows = shown(event_lines(it.subject(serial), WIDE), WIDE)

    start = rows.index("HANDLER RAISED")
    raised = rows[start + 1 : start + 4]
    assert raised[0] == "  ValueError: no van for chair"
    assert re.fullmatch(r"  runs\.py:\d+ in deliver", raised[1])
    assert raised[2] == '    raise ValueError(f"no van for {event.get_subj…'


def test_an_event_without_required_attributes_shows_what_is_missing() -> None:
    story = story_of(
        record(0, "refused", event=Event({"id": "1"}), status=400, detail="no")
    )

    rows = shown(event_lines(Subject(story, 0), NARROW), NARROW)

    assert rows[1:9] == [
        "  broker/default refuses it with 400:",
        "  no.",
        "",
        "CONTEXT ATTRIBUTES",
        "id           1",
        "source       missing",
        "specversion  missing",
        "type         missing",
    ]


def test_a_retry_that_is_due_shows_those_that_would_follow() -> None:
    orders = run("orders")

    rows = shown(event_lines(orders.subject(12, 13), WIDE), WIDE)

    assert rows[rows.index("ATTEMPTS") + 1 :] == [
        "  ✗ attempt 1   00:02.020  503",
        "  ↻ attempt 2   00:02.520  due",
        "    attempt 3   00:03.520  if it fails again",
        "    attempt 4   00:05.520  if it fails again",
    ]


def test_a_retry_of_a_replay_without_topology_shows_the_one_that_is_known() -> None:
    orders = run("orders")
    subject = Subject(RunContext(orders.view), 12, 13)

    rows = shown(event_lines(subject, WIDE), WIDE)

    assert rows[1:3] == [
        "  service/shipping failed (503). Attempt 2 follows",
        "  in 500ms, at 00:02.520.",
    ]
    assert rows[-1] == "  ↻ attempt 2   00:02.520  due"


def test_control_characters_and_long_values_do_not_break_the_page() -> None:
    attributes = {
        "id": "a\tb\x1b[31m",
        "source": "/",
        "type": "日本語" * 20,
        "specversion": "1.0",
        "comment": "x" * 2_000,
    }
    story = story_of(record(0, "sent", event=Event(attributes, b"")))
    look = Look(width=32)

    lines = event_lines(Subject(story, 0), look)

    rows = [each.text for each in lines]
    assert "id           a\\tb\\x1b[31m" in rows
    assert all(row.isprintable() for row in rows)
    assert sum("xxx" in row for row in rows) <= 6


def test_interventions_are_told() -> None:
    kinds = {
        "fault-set": ("*", "fault 1: reset"),
        "fault-lifted": ("service/a", "fault 1: reset"),
        "fault-hit": ("service/a", "fault 1: reset"),
        "waiting": ("trigger/t", None),
        "approved": ("service/a", None),
        "withdrawn": ("service/a", "the caller has gone"),
        "held": ("service/a", "breakpoint 1"),
        "released": ("service/a", None),
        "dropped": ("service/a", None),
        "reconfigured": ("service/a", "new"),
    }
    told = []
    for kind, (target, detail) in kinds.items():
        status = 200 if kind == "approved" else 0
        only = record(
            0, kind, source="service/s", target=target, detail=detail, status=status
        )
        subject = Subject(story_of(only), 0)

        told.append((word_of(subject), sentence(subject)))

    assert told == [
        ("fault", "Fault 1: reset is in force everywhere."),
        ("fault", "Fault 1: reset is lifted at service/a."),
        ("fault", "Fault 1: reset hits the request to service/a."),
        ("waiting", "service/s holds the request until it is decided."),
        ("approved", "It is approved; service/a answers 200."),
        ("rejected", "It is withdrawn: the caller has gone."),
        ("held", "A breakpoint holds the request before service/a gets it."),
        ("held", "The request that was held goes on to service/a."),
        ("dropped", "The request that was held is dropped: service/a never gets it."),
        ("note", "reconfigured service/s service/a: new."),
    ]


def test_a_fault_that_hit_a_request_stands_below_its_attempt() -> None:
    story = story_of(
        record(0, "sent"),
        record(1, "accepted", cause=0, status=1),
        record(2, "dispatched", cause=1, source="trigger/t", target="service/a"),
        record(3, "fault-hit", cause=2, detail="fault 1: reset"),
        record(
            4,
            "responded",
            cause=2,
            source="service/a",
            target="trigger/t",
            detail="reset",
        ),
        record(
            5,
            "retry-scheduled",
            cause=4,
            source="trigger/t",
            target="service/a",
            attempt=2,
            detail=0,
        ),
        record(
            6, "dispatched", cause=5, source="trigger/t", target="service/a", attempt=2
        ),
        record(7, "held", cause=6, target="service/a"),
    )

    subject = Subject(story, 6)
    rows = shown(event_lines(subject, WIDE), WIDE)

    assert rows[0].startswith("● held  t → a")
    assert rows[-4:] == [
        "ATTEMPTS",
        "  ✗ attempt 1   00:00.000  connection reset",
        "    ! fault 1: reset",
        "  ● attempt 2   00:00.000  held at a breakpoint",
    ]


def test_of_a_lineage_without_end_only_a_part_is_looked_at() -> None:
    records = [record(0, "sent")]
    records += [record(n, "redirected", cause=n - 1) for n in range(1, 2 * MOST)]

    subject = Subject(story_of(*records), MOST)
    rows = shown(event_lines(subject, WIDE), WIDE)

    assert subject.left_out > 0
    assert rows[-1] == f"{subject.left_out:,} records of this lineage not looked at"


def test_rare_records_are_told_too() -> None:
    at, to = "trigger/t", "service/a"
    story = story_of(
        record(0, "sent"),
        record(1, "accepted", cause=0, status=0),
        record(2, "dispatched", cause=1, source=at, target=to),
        record(3, "responded", cause=2, source=to, target=at, status=200),
        record(4, "replied", cause=3, source=at, event=Event({"id": "2"})),
        record(5, "refused", cause=4, status=400, detail="no type"),
        record(6, "responded", cause=4, source="broker/default", target=at, status=400),
        record(7, "upstream-bug", cause=6, source=at, detail="a long body"),
        record(8, "dead-lettered", cause=6, source=at, target="service/d"),
        record(9, "responded", cause=8, source="service/d", target=at, status=404, detail="no event"),
        record(10, "lost", cause=9, source=at, target="service/d", detail="the sink failed"),
        record(11, "dispatched", cause=1, source="", target="service/b"),
        record(12, "retry-scheduled", cause=11, source=at, target="service/b", attempt=2, detail=0),
        record(13, "cut", cause=12, source=at, target="service/b"),
        record(14, "dead-lettered", target="service/d"),
        record(15, "replied", source=at),
    )  # fmt: skip

    told = [
        (n, word_of(subject), sentence(subject))
        for n in (1, 4, 6, 7, 8, 9, 12, 13, 14, 15)
        for subject in [Subject(story, n)]
    ]

    assert told == [
        (
            1,
            "unmatched",
            "broker/default takes it, and no trigger wants it: it ends here.",
        ),
        (
            4,
            "refused",
            (
                "The reply of service/a to placed is posted to broker/default. "
                "Refused with 400: no type."
            ),
        ),
        (
            6,
            "failed",
            (
                "broker/default answers 400. "
                "The event goes to the dead letter sink service/d."
            ),
        ),
        (7, "fault", "The real thing breaks here: a long body."),
        (
            8,
            "lost",
            (
                "The event goes to the dead letter sink service/d: its reply failed, "
                "default answered 400. Answered 404."
            ),
        ),
        (
            9,
            "failed",
            "service/d answers 404 (no event). The event is lost: the sink failed.",
        ),
        (12, "retry", "service/b failed. Attempt 2 follows at once."),
        (
            13,
            "lost",
            (
                "The caller has gone: the request of trigger/t to service/b ends here, "
                "and its event is lost."
            ),
        ),
        (
            14,
            "dead-letter",
            "The event goes to the dead letter sink service/d. No answer yet.",
        ),
        (
            15,
            "replied",
            "The reply of trigger/t is posted to broker/default. No answer yet.",
        ),
    ]


def test_a_failure_that_its_status_does_not_tell_says_why() -> None:
    it = run("transforms")
    buried = it.serial("dead-lettered")

    rows = shown(event_lines(it.subject(buried), WIDE), WIDE)

    assert " ".join(row.strip() for row in rows[1:5]) == (
        "The event goes to the dead letter sink service/parking: bare answered 200 the "
        "body is no event, so the broker filter answers 502. Answered 200."
    )
