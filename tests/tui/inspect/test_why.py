"""What the tab Why says where the goldens do not look."""

from simulator import Simulation, Topology
from simulator.event import Event
from simulator.tui.inspect.context import RunContext, Subject
from simulator.tui.inspect.page import Look
from simulator.tui.inspect.why import NEEDS_TOPOLOGY, why_lines
from tests.tui.inspect.runs import NARROW, WIDE, Run, run, shown


def _judged(filters: str, look: Look = WIDE, **attributes: str) -> list[str]:
    """Give what a trigger with these filters says to an event."""
    sim = Simulation(
        Topology.parse(f"""
topology: judged
brokers: {{default: {{}}}}
triggers: {{t: {{{filters}, subscriber: s}}}}
services: {{s: {{}}}}
""")
    )
    sim.send(Event({"id": "1", "source": "/", "specversion": "1.0", **attributes}))
    sim.run()
    return shown(why_lines(Run(sim).subject(0), look), look)


def test_what_nearly_matches_is_told_with_what_would() -> None:
    rows = _judged("filter: {type: order.paid}", type="order.Paid")

    assert rows == [
        "◆ default → 1 trigger, 0 matched",
        "",
        "✗ t → s",
        "    ✗ attributes type: wanted 'order.paid',",
        "      got 'order.Paid' (differs only in case)",
        "    it would match with type=order.paid",
    ]


def test_an_absent_attribute_is_unset() -> None:
    rows = _judged("filters: [{exact: {region: eu}}]", NARROW, type="a")

    assert rows[3:] == [
        "  ✗ exact region: wanted 'eu', it is",
        "    absent",
        "  it would match with region=eu",
    ]


def test_a_filter_that_no_event_passes_says_so() -> None:
    rows = _judged("filters: [{exact: {type: a}}, {exact: {type: b}}]", type="c")

    assert rows[-1] == "    no event can match it"


def test_a_change_that_takes_more_than_a_text_is_told_in_words() -> None:
    rows = _judged("filters: [{prefix: {time: '2026'}}]", type="a")

    assert rows[-2:] == [
        "    to match: time is '0001-01-01T00:00:00Z',",
        "      wanted something starting with '2026'",
    ]


def test_without_topology_why_says_what_it_needs() -> None:
    orders = run("orders")
    subject = Subject(RunContext(orders.view), 17)

    rows = shown(why_lines(subject, WIDE), WIDE)

    assert rows[:6] == [
        "✓ ship",
        "  ✗ attempt 1   00:02.020  503",
        "  ✗ attempt 2   00:02.520  503",
        "  ✓ attempt 3   00:03.520  202",
        "✓ audit",
        "  ✓ attempt 1   00:02.020  200",
    ]
    assert " ".join(rows[7:]) == NEEDS_TOPOLOGY


def test_without_topology_the_cursor_is_on_the_attempt_of_the_record_alone() -> None:
    orders = run("orders")

    def here(serial: int) -> list[object]:
        lines = why_lines(Subject(RunContext(orders.view), serial), WIDE)
        return [each.goal for each in lines if each.here]

    first, second = (orders.serial("responded", nth) for nth in (0, 1))

    assert here(first) == [first]
    assert here(second) == [second]


def test_an_event_for_a_service_directly_meets_no_filter() -> None:
    sim = Simulation(Topology.parse("topology: t\nservices: {a: {}}\n"))
    sim.send(type="x", to="service/a")
    sim.run()
    it = Run(sim)

    rows = shown(why_lines(it.subject(0), WIDE), WIDE)

    assert rows[-2:] == [
        "No broker or channel stands between: no filter was",
        "asked.",
    ]


def test_a_delivery_shows_the_hub_that_it_comes_from() -> None:
    mess = run("mess")
    serial = mess.serial("dispatched", source="subscription/drop")

    rows = shown(why_lines(mess.subject(serial), WIDE), WIDE)

    assert rows[0] == "≡ quiet → 1 subscription"
    assert rows[-1] == "    ∅ reply order.told dropped: no reply address"


def test_an_expression_too_long_for_a_line_hangs_below_itself() -> None:
    text = "type = 'a' OR " * 5 + "type = 'b'"
    rows = _judged(f'filters: [{{cesql: "{text}"}}]', NARROW, type="c")

    assert rows[3].startswith("  ✗ cesql: type = 'a' OR")
    assert rows[4].startswith("    type = 'a' OR")
