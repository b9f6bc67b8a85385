"""The rows of the event list."""

from __future__ import annotations

import pytest

from simulator import Simulation, Topology
from simulator.kernel import Kind
from simulator.story.meaning import Sense
from simulator.tui.filters.filter import Filter
from simulator.tui.view.rows import Groups, Rows
from simulator.tui.view.trace_view import TraceView
from tests.tui.view.runs import busy, orders, played, serials, view_of

ODD = """
topology: odd
brokers: {default: {delivery: {retry: 1, backoffPolicy: linear, backoffDelay: 1s}}}
channels: {quiet: {}}
triggers:
  one: {filter: {type: a}, subscriber: dies}
  two: {filter: {type: a}, subscriber: moved}
  three: {filter: {type: a}, subscriber: channel/quiet}
subscriptions: {log: {channel: quiet, subscriber: talks}}
services:
  dies: {responses: [{reset: true}, 500]}
  moved: {responses: [{status: 301, headers: {location: '/x'}}, 200]}
  talks: {reply: {type: told}, latency: 656ms}
"""


def told(rows: Rows) -> list[str]:
    """Give each row in one line."""
    made = (rows.row(number) for number in range(len(rows)))
    return [f"{r.word}: {r.start} > {r.end} {r.note}".rstrip() for r in made]


def all_of(view: TraceView, *, all: bool = False, trouble: bool = False) -> Rows:  # noqa: A002 - as `Rows` has it
    rows = Rows(view, all=all, trouble=trouble)
    assert rows.scan()
    return rows


def test_a_row_stands_for_what_means_something() -> None:
    assert told(all_of(orders()))[:8] == [
        "sent: checkout > default",
        "delivered: audit > audit 200",
        "delivered: price > pricing 200 · 20 ms",
        "replied: pricing > default from checkout-1",
        "delivered: audit > audit 200",
        "retry: ship > shipping 503, attempt 2 in 500ms",
        "retry: ship > shipping 503, attempt 3 in 1s",
        "delivered: ship > shipping 202 · attempt 3",
    ]


def test_a_failure_and_its_dead_letter_are_told() -> None:
    assert told(all_of(orders()))[-2:] == [
        "failed: ship > shipping 422",
        "dead-letter: ship > dead-letters 422",
    ]


def test_odd_ends_have_rows_too() -> None:
    view = played(ODD, {"type": "a"}, {"type": "b"}, {"to": "dies", "type": "c"})

    assert sorted(set(told(all_of(view)))) == [
        "delivered: log > talks 200 · 656 ms",
        "delivered: three > quiet 202 · 656 ms",
        "delivered: two > moved 200",
        "dropped: talks > log 200 no reply address",
        "failed: (caller) > dies 500",
        "failed: one > dies 500 · attempt 2",
        "lost: one > dies 500 no dead letter sink",
        "note: moved > moved 301 /x",
        "retry: one > dies connection reset, attempt 2 at once",
        "sent: (caller) > default",
        "sent: (caller) > dies",
        "unmatched:  > default matches nothing",
    ]


def test_every_record_has_a_row_when_all_are_asked_for() -> None:
    rows = all_of(orders(), all=True)

    assert len(rows) == len(orders())
    lines = told(rows)
    assert lines[1] == "accepted:  > default matches 2 routes"
    assert lines[2] == "dispatched: price > pricing"
    assert lines[13] == "dispatched: ship > shipping attempt 2"
    assert lines[19] == "answered: default > checkout 202"


def test_only_trouble_is_shown_on_demand() -> None:
    outcomes = [line.split(":")[0] for line in told(all_of(orders(), trouble=True))]

    assert outcomes == ["retry", "retry", "failed", "dead-letter"]


def test_routes_that_did_not_want_an_event_are_named_where_they_are_looked_at() -> None:
    asked: list[int] = []

    def misses(serial: int) -> list[tuple[str, str]]:
        asked.append(serial)
        found = [("trigger/ship", "type is shop.order.placed")]
        return found if serial == 1 else found * (4 if serial == 7 else 0)

    rows = Rows(orders(), misses=misses)
    rows.scan()

    assert asked == []
    accepted = [rows.row(rows.index_of(serial)) for serial in (1, 7, 21)]
    assert [(r.word, r.outcome, r.note) for r in accepted] == [
        ("no match", "nomatch", "ship: type is shop.order.placed"),
        ("no match", "nomatch", "ship, ship, ship +1"),
        ("accepted", "ok", "matches 2 routes"),
    ]
    assert asked == [1, 7, 21]


def test_rows_are_found_in_slices_as_records_come() -> None:
    sim = Simulation(Topology.load("topologies/orders.yaml"))
    sim.run("3s")
    view = view_of(sim)
    rows = Rows(view)

    assert not rows.scan(5)
    assert rows.progress == 5 / len(view)
    while not rows.scan(5):
        pass
    first = len(rows)
    sim.run()
    view.extend()
    assert rows.scan()
    assert len(rows) > first
    assert list(map(rows.serial, range(len(rows)))) == [
        all_of(view).serial(n) for n in range(len(rows))
    ]
    assert Rows(TraceView([], view.diagram)).progress == 1


def test_rows_are_found_by_serial() -> None:
    rows = all_of(orders())

    assert [rows.serial(n) for n in range(3)] == [0, 4, 5]
    assert rows.count_at(5) == 2
    assert (rows.index_of(5), rows.index_of(1)) == (2, 1)
    assert (rows.has(4), rows.has(1), rows.has(10**6)) == (True, False, False)
    for number in (-1, len(rows)):
        with pytest.raises(IndexError):
            rows.row(number)


def test_a_row_is_made_once_while_it_is_looked_at() -> None:
    rows = all_of(busy())

    assert rows.row(3) is rows.row(3)
    first = rows.row(0)
    for number in range(1_001):
        rows.row(number)
    assert rows.row(0) == first


def test_a_record_that_is_gone_says_so() -> None:
    sim = Simulation(
        Topology.parse(
            "topology: t\nsources: {s: {every: 10ms, count: 2000, "
            "event: {type: a}, sink: one}}\nservices: {one: {}}"
        ),
        keep=500,
    )
    view = view_of(sim)
    sim.run("1s")
    view.extend()
    rows = all_of(view)
    sim.run()
    view.extend()

    assert rows.row(0).note == "no longer kept"
    assert rows.row(0).type == ""
    assert rows.scan()


def test_what_can_not_be_asked_any_more_is_left_out_of_notes() -> None:
    records = [orders().record(n) for n in range(12, 62)]

    rows = all_of(TraceView(records, orders().diagram))

    assert told(rows)[0] == "retry: ship > shipping 503, attempt 2 in 500ms"
    orphans = [r._replace(cause=None) for r in map(orders().record, (0, 6, 60))]
    lines = told(
        all_of(
            TraceView(
                [r._replace(serial=n) for n, r in enumerate(orphans)], orders().diagram
            )
        )
    )
    assert lines[1:] == [
        "replied: pricing > default",
        "dead-letter: ship > dead-letters",
    ]


def test_a_retry_at_once_and_a_dead_letter_after_some_say_so() -> None:
    topology = """
topology: t
brokers: {default: {delivery: {retry: 1, deadLetterSink: graves}}}
triggers: {t: {subscriber: one}}
services: {one: {responses: [503]}, graves: {}}
"""
    lines = told(all_of(played(topology, {"type": "a"})))

    assert "retry: t > one 503, attempt 2 at once" in lines
    assert "dead-letter: t > graves 503 after 2 attempts" in lines


def test_a_note_says_how_long_an_answer_took_to_three_digits() -> None:
    view = played(
        "topology: t\nbrokers: {default: {}}\ntriggers: {t: {subscriber: s}}\n"
        "services: {s: {latency: 1234567us}}",
        {"type": "a"},
    )
    rows = Rows(view)
    rows.scan()

    assert rows.row(1).note == "200 · 1.23 s"


# -- by event


def test_an_event_is_one_row_with_its_deliveries_counted() -> None:
    groups = Groups(orders())

    assert groups.scan()
    assert groups.count_at(len(orders())) == len(groups) == 8
    assert [groups.row(n).note for n in (0, 1, 7)] == [
        "✓2 ↻0 ✗0",
        "✓2 ↻2 ✗0",
        "✓1 ↻0 ✗1",
    ]
    assert [groups.row(n).outcome for n in (0, 1, 7)] == ["ok", "reply", "dead"]


def test_a_group_counts_what_has_happened() -> None:
    groups = Groups(orders())
    groups.scan()

    assert groups.count_at(13) == 2
    assert groups.row(1).note == "✓1 ↻1 ✗0"


def test_an_event_is_shown_when_one_of_its_records_matches() -> None:
    view = orders()
    groups = Groups(view, Filter.parse("is:retry|dead"))
    assert not groups.scan(1)
    groups.scan()

    begins = [groups.serial(n) for n in range(len(groups))]
    assert begins == [6, 54]
    assert (groups.has(6), groups.has(0)) == (True, False)
    assert (groups.index_of(6), groups.index_of(7)) == (0, 1)
    with pytest.raises(IndexError):
        groups.serial(-1)


def test_groups_stay_in_order_when_an_early_event_matches_late() -> None:
    view = busy()
    groups = Groups(view, Filter.parse("is:dead|reply"))
    while not groups.scan(700):
        assert 0 < groups.progress < 1

    begins = [groups.serial(n) for n in range(len(groups))]
    assert begins == sorted(set(begins))
    assert len(serials(view, Sense.REPLY)) <= len(begins)
    assert Groups(TraceView([], view.diagram)).progress == 1


def test_rows_that_are_complete_are_not_looked_at_again() -> None:
    view = orders()
    groups, rows = Groups(view), Rows(view)

    assert (groups.scan(), groups.scan()) == (True, True)
    assert (rows.scan(), rows.scan()) == (True, True)


def test_a_filter_that_panics_says_so() -> None:
    panicked = orders().record(2)._replace(kind=Kind.PANICKED)
    view = TraceView([*map(orders().record, range(2)), panicked], orders().diagram)

    assert told(all_of(view))[-1] == "failed: price > pricing the filter panicked"
