"""Numbers of a run at any position."""

from simulator import Simulation, Topology
from simulator.story.hops import Family
from simulator.story.meaning import Sense
from simulator.tui.inspect.context import Subject
from simulator.tui.inspect.figures import Latencies
from simulator.tui.inspect.lineage import lineage_lines
from simulator.tui.inspect.node import now_lines
from simulator.tui.inspect.overview import overview_lines, two_rows
from simulator.tui.inspect.page import Look
from tests.tui.inspect.runs import NARROW, WIDE, Run, run, shown
from tests.tui.inspect.stories import record, story_of

END = 64
SLOW = """
topology: t
brokers: {default: {}}
sources: {shop: {count: 1, event: {type: order.placed}, sink: broker/default}}
triggers:
  a: {filter: {type: order.placed}, subscriber: pricing}
  b: {filter: {type: order.priced}, subscriber: picking}
  c: {filter: {type: order.picked}, subscriber: shipping}
services:
  pricing: {latency: 1s, reply: {type: order.priced}}
  picking: {latency: 1s, reply: {type: order.picked}}
  shipping: {latency: 860s}
"""


def test_latencies_are_those_of_the_answers_of_each_service() -> None:
    found = run("orders").figures.latencies(END)

    assert found["service/pricing"] == Latencies(20_000_000, 20_000_000)
    assert found["service/shipping"] == Latencies(0, 0)


def test_counts_at_a_position_do_not_know_what_comes_later() -> None:
    figures = run("orders").figures

    assert figures.outcomes(20)[Sense.DELIVERED] == 4
    assert figures.outcomes(END)[Sense.RETRY] == 2
    assert figures.types(20) == {"shop.order.placed": 1, "shop.order.priced": 1}


def test_slots_add_up_to_what_happened_in_them() -> None:
    of = run("orders")
    frame = of.frame()._replace(shown=39, now_ns=6_000_000_000)

    def one(_shape: object) -> int:
        return 1

    assert of.figures.per_second(frame, 6, one) == [0, 5, 11, 9, 9, 5]
    assert of.figures.total(frame, one) == 39


def test_the_last_failures_come_first() -> None:
    figures = run("orders").figures

    assert figures.failures(END, ["service/shipping"], 2) == [59, 14]
    assert figures.failures(20, ["trigger/ship"], 5) == [14, 11]
    assert figures.failures(END, ["service/audit"], 5) == []


def test_a_namespace_counts_what_its_hubs_receive_and_names_what_failed_in_it() -> None:
    of = run("orders")

    whole, broker, service = (
        shown(list(now_lines(of.context, of.frame(), node, NARROW)), NARROW)
        for node in ("namespace/default", "broker/default", "service/shipping")
    )

    errors = service[service.index("LAST ERRORS") :]
    assert whole == [*broker, "", *errors]
    assert "received     8" in broker


def test_an_empty_run_has_an_overview() -> None:
    it = Run(Simulation(Topology.parse("topology: t\nservices: {a: {}}\n")))

    rows = shown(overview_lines(it.context, it.frame(), NARROW), NARROW)

    assert rows[0].startswith("THROUGHPUT")
    assert rows[5] == "✓ delivered                          0"


def test_bars_are_two_rows_high() -> None:
    lines = list(two_rows([0, 1, 8, 16], ""))

    assert [each.text for each in lines] == ["   █", "▁▁██"]


def test_lineages_without_end_are_cut_and_keep_their_names_in_sight() -> None:
    records = [record(0, "sent"), record(1, "accepted", cause=0, status=1)]
    for serial in range(2, 6_000, 2):
        cause = serial - 1
        told = record(serial, "dispatched", cause=cause, target="service/s")
        records += [told, record(serial + 1, "replied", cause=serial)]
    subject = Subject(story_of(*records), 5)

    rows = shown(lineage_lines(subject, WIDE), WIDE)

    assert len(rows) == 2_006
    assert rows[-2] == "more of this lineage is not shown: it goes on and"
    assert max(row.index("⇄") for row in rows if "⇄ s" in row) <= WIDE.width // 2


def test_time_that_is_left_out_of_the_axis_is_marked_or_told() -> None:
    sim = Simulation(Topology.parse(SLOW))
    sim.run()
    of = Run(sim)

    narrow, wide = (
        shown(lineage_lines(of.subject(3), look), look)[2].split()
        for look in (NARROW, Look(width=90))
    )

    assert narrow == ["0", "…", "14m", "22s"]
    assert wide == ["0", "+14m", "20s", "14m", "22s"]


def test_an_event_handed_on_by_a_broker_keeps_its_story() -> None:
    mess = run("mess")
    family = Family(mess.sim.trace)
    talk = family.of[mess.serial("dispatched", source="subscription/drop")]

    told = [(level, hop.first.target) for level, hop in family.about(talk)]

    assert told == [
        (0, "broker/default"),
        (1, "service/broken"),
        (1, "service/moved"),
        (1, "host/nowhere.example"),
        (1, "channel/quiet"),
        (2, "service/talker"),
    ]


def test_a_dead_letter_after_a_failed_reply_belongs_to_the_event() -> None:
    loop = run("reply-loop")
    family = Family(loop.sim.trace)
    burial = family.of[23]

    assert family.bearer(burial).first.serial == 16
    assert burial in [hop for _, hop in family.about(family.of[18])]
    assert family.parent(burial) is family.of[14]


def test_a_lineage_whose_beginning_is_gone_has_several_roots() -> None:
    family = Family([
        record(5, "responded", cause=2, status=200),
        record(6, "lost", cause=5),
    ])  # fmt: skip

    assert [hop.word for hop in family.roots] == ["lost"]


def test_the_story_of_a_trace_view_grows_with_it() -> None:
    sim = Simulation(Topology.parse("""
topology: t
brokers: {default: {}}
triggers: {t: {subscriber: s}}
services: {s: {latency: 1s, reply: {type: b}}}
"""))  # fmt: skip
    sim.send(type="a")
    sim.run("500ms")
    it = Run(sim)
    before = list(it.context.lineage(0))
    sim.run("1500ms")
    it.view.extend()

    after = list(it.context.lineage(2))

    assert before == [0, 1, 2]
    assert after[:3] == before
    assert len(after) > 3


def test_narrow_pages_of_every_tab_fit() -> None:
    look = Look(width=29)

    for name, serial in (("filters", 12), ("mess", 0), ("channels", 33)):
        topic = run(name).topic(serial)
        for tab in ("event", "lineage", "why", "data"):
            assert shown(topic.lines(tab, look), look)


def test_what_was_read_of_a_record_stays_when_it_is_no_longer_kept() -> None:
    sim = Simulation(
        Topology.parse("""
topology: t
sources: {s: {every: 1s, count: 400, event: {type: a}, sink: broker/default}}
brokers: {default: {}}
triggers: {t: {subscriber: a}}
services: {a: {}}
"""),
        keep=100,
    )
    sim.run("2s")
    it = Run(sim)
    topic = it.topic(0, 3)
    sim.run()
    it.view.extend()

    changed = topic.advance(it.frame())

    assert it.view.first > 0
    assert not changed
    assert (
        shown(topic.lines("lineage", NARROW), NARROW)[0]
        == "from s-1  1 event  1 delivery"
    )
