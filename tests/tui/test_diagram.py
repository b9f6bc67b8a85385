"""What the graph pane draws, and which lines a record goes along."""

from simulator import Simulation, Topology
from simulator.graph.build import build, recorded
from simulator.kernel import Kind
from simulator.tui.diagram import (
    BoxKind,
    Diagram,
    Line,
    LineKind,
    diagram_of,
)

SHOP = """
topology: t
sources: {shop: {every: 1s, count: 1, event: {type: order}, sink: broker/default}}
brokers: {default: {delivery: {deadLetterSink: parking}}}
channels: {audit: {}}
triggers:
  price: {filter: {type: order}, subscriber: pricing}
  all: {subscriber: channel/audit}
subscriptions:
  archive: {channel: audit, subscriber: archive, reply: broker/team/hub, delivery: {deadLetterSink: parking}}
services:
  pricing: {reply: {type: priced}}
  archive: {emit: [{match: {type: other}, event: {type: kept}, to: broker/default}]}
  parking: {}
---
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata: {name: hub, namespace: team}
"""


LOST_SOURCE = """
apiVersion: sources.knative.dev/v1
kind: PingSource
metadata: {name: lost}
spec:
  schedule: "*/5 * * * *"
  sink: {ref: {apiVersion: eventing.knative.dev/v1, kind: Broker, name: nope}}
---
apiVersion: sources.knative.dev/v1
kind: PingSource
metadata: {name: tick}
spec:
  schedule: "*/5 * * * *"
  sink: {ref: {apiVersion: eventing.knative.dev/v1, kind: Broker, name: here}}
---
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata: {name: here}
"""


def lines(diagram: Diagram) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(x.start, x.end, x.kind.value, x.via) for x in diagram.lines]


def test_replies_leave_services_and_channels_lead_straight_to_subscribers() -> None:
    sim = Simulation(Topology.parse(SHOP))

    diagram = diagram_of(build(sim.wiring))

    assert lines(diagram) == [
        ("source/shop", "broker/default", "flow", ()),
        ("broker/default", "trigger/price", "flow", ()),
        ("trigger/price", "service/pricing", "flow", ()),
        ("service/pricing", "broker/default", "reply", ("trigger/price",)),
        ("trigger/price", "service/parking", "dead-letter", ()),
        ("broker/default", "trigger/all", "flow", ()),
        ("trigger/all", "channel/audit", "flow", ()),
        ("trigger/all", "service/parking", "dead-letter", ()),
        ("channel/audit", "service/archive", "flow", ("subscription/archive",)),
        ("channel/audit", "service/parking", "dead-letter", ("subscription/archive",)),
        ("service/archive", "broker/default", "flow", ()),
    ]


def test_boxes_know_their_kind_namespace_and_note() -> None:
    sim = Simulation(Topology.parse(SHOP))

    diagram = diagram_of(build(sim.wiring))

    boxes = {box.name: box for box in diagram.boxes}
    assert "subscription/archive" not in boxes
    parking, hub, price = (
        boxes["service/parking"], boxes["broker/team/hub"], boxes["trigger/price"],
    )  # fmt: skip
    assert parking.kind is BoxKind.DEAD_LETTERS
    assert (hub.label, hub.namespace, hub.kind) == ("hub", "team", BoxKind.BROKER)
    assert (price.label, price.note) == ("price", "type=order")
    assert diagram.box("service/none") is None
    assert diagram.box_name("subscription/archive") == "channel/audit"
    assert diagram.box_name("trigger/price") == "trigger/price"


def test_a_source_whose_sink_does_not_resolve_is_not_ready() -> None:
    topology = Topology.parse(LOST_SOURCE)

    drawn = diagram_of(build(Simulation(topology).wiring))

    ready = {box.name: box.ready for box in drawn.boxes}
    assert ready["pingsource/lost"] is False
    assert ready["pingsource/tick"] is True


def test_each_record_of_a_run_goes_along_its_lines() -> None:
    sim = Simulation(Topology.parse(SHOP))
    sim.run()
    diagram = diagram_of(build(sim.wiring))

    ways = [
        [(diagram.lines[at].start, diagram.lines[at].end) for at in way]
        for r in sim.trace
        if (way := diagram.way(r.kind, r.source, r.target))
    ]

    assert ways[:4] == [
        [("source/shop", "broker/default")],
        [("broker/default", "trigger/price"), ("trigger/price", "service/pricing")],
        [("service/pricing", "broker/default")],
        [("broker/default", "trigger/all"), ("trigger/all", "channel/audit")],
    ]
    assert [("channel/audit", "service/archive")] in ways


def test_a_dead_letter_of_a_subscription_leaves_its_channel() -> None:
    diagram = diagram_of(build(Simulation(Topology.parse(SHOP)).wiring))

    way = diagram.way(Kind.DEAD_LETTERED, "subscription/archive", "service/parking")

    assert diagram.lines[way[0]].start == "channel/audit"


def test_a_record_between_nodes_without_a_line_goes_along_none() -> None:
    diagram = diagram_of(build(Simulation(Topology.parse(SHOP)).wiring))

    assert diagram.way(Kind.SENT, "", "broker/default") == ()
    assert diagram.way(Kind.RESPONDED, "service/pricing", "trigger/price") == ()


def test_a_trace_without_its_topology_shows_what_was_used() -> None:
    sim = Simulation(Topology.load("topologies/orders.yaml"))
    sim.run()

    drawn = diagram_of(recorded(sim.trace))

    whole = diagram_of(build(sim.wiring))
    assert {box.name: box.kind for box in drawn.boxes} == {
        box.name: box.kind for box in whole.boxes
    }
    assert Line(start="service/pricing", end="broker/default", kind=LineKind.REPLY) in [
        line.replace(via=()) for line in drawn.lines
    ]
    assert [drawn.way(r.kind, r.source, r.target) for r in sim.trace] != []


def test_a_channels_subscriptions_are_lines_in_a_trace_without_topology_too() -> None:
    sim = Simulation(Topology.load("topologies/channels.yaml"))
    sim.run()

    drawn = diagram_of(recorded(sim.trace))

    assert not [b for b in drawn.boxes if b.name.startswith("subscription/")]
    assert [x for x in drawn.lines if x.start.startswith("channel/")]
