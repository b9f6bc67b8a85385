import json

import pytest

from simulator import Blueprint, Topology
from simulator.control import GeneratorDescription, ServiceDescription
from simulator.graph.build import build
from simulator.graph.parts import Edge, EdgeKind, Graph, Node
from simulator.graph.writing import to_dot, to_json, to_mermaid, to_text
from simulator.nodes import Role
from simulator.wiring import Wiring
from tests.unit.control.topologies import (
    broker,
    channel,
    channel_ref,
    ping,
    service,
    subscription,
    trigger,
    wire,
)

NASTY = Graph(
    nodes=(
        Node(name='a"b\\', kind=Role.TRIGGER, label='x="<1>" & #2\nnext'),
        Node(name="c", kind=Role.SERVICE, stub=True, ready=False),
    ),
    edges=(Edge(start='a"b\\', end="c", kind=EdgeKind.REPLY, label='say "hi"'),),
)


def shop() -> Wiring:
    return wire(
        broker(delivery={"deadLetterSink": service("dead")}),
        trigger(filter={"attributes": {"type": "placed"}}),
        trigger("lost", broker="other"),
        generators={"checkout": GeneratorDescription(sink="broker/default")},
        described={"pricing": ServiceDescription()},
    )


def test_a_graph_has_sources_hubs_routes_and_services() -> None:
    graph = build(shop())

    assert graph.nodes == (
        Node(name="source/checkout", kind=Role.SOURCE),
        Node(name="broker/default", kind=Role.BROKER),
        Node(name="trigger/price", kind=Role.TRIGGER, label="type=placed"),
        Node(name="trigger/lost", kind=Role.TRIGGER, ready=False),
        Node(name="service/pricing", kind=Role.SERVICE),
        Node(name="service/dead", kind=Role.SERVICE, stub=True),
    )


def test_edges_say_why_something_goes_along_them() -> None:
    graph = build(shop())

    assert [(e.start, e.end, e.kind.value, e.label) for e in graph.edges] == [
        ("source/checkout", "broker/default", "send", ""),
        ("broker/default", "trigger/price", "event", ""),
        ("trigger/price", "service/pricing", "event", ""),
        ("trigger/price", "broker/default", "reply", "reply"),
        ("trigger/price", "service/dead", "dead-letter", "dead letter"),
    ]


def test_a_hub_that_is_not_ready_is_a_node_of_whatever_kind_it_is() -> None:
    nowhere = {"deadLetterSink": channel_ref("gone")}

    graph = build(wire(channel("queue", "KafkaChannel", delivery=nowhere)))

    assert graph.nodes == (Node(name="channel/queue", kind=Role.CHANNEL, ready=False),)


def test_a_stub_never_replies() -> None:
    graph = build(wire(broker(), trigger()))

    assert [edge.kind for edge in graph.edges] == [EdgeKind.EVENT, EdgeKind.EVENT]


def test_who_never_replies_has_no_edge_for_replies() -> None:
    hubs = [broker(), channel(), trigger("on", subscriber=channel_ref("audit"))]
    routes = [trigger(), trigger("gone", subscriber=service("gone"))]
    described = {
        "pricing": ServiceDescription(replies=False),
        "gone": ServiceDescription(unreachable=True, replies=True),
    }

    graph = build(wire(*hubs, *routes, described=described))

    assert EdgeKind.REPLY not in {edge.kind for edge in graph.edges}


def emissions(graph: Graph) -> list[tuple[str, str, str]]:
    return [
        (edge.start, edge.end, edge.label)
        for edge in graph.edges
        if edge.kind is EdgeKind.EMIT
    ]


@pytest.mark.parametrize(
    "to",
    [
        "broker/default",
        "http://broker-ingress.knative-eventing.svc.cluster.local/default/default",
        "http://broker-ingress.knative-eventing:80/default/default/",
    ],
)
def test_what_a_service_emits_leads_to_the_hub_at_its_address(to: str) -> None:
    wiring = wire(
        broker(), trigger(), described={"pricing": ServiceDescription(emits=(to,))}
    )

    assert emissions(build(wiring)) == [("service/pricing", "broker/default", "emit")]


def test_what_a_service_emits_leads_to_the_service_with_the_host() -> None:
    described = {
        "pricing": ServiceDescription(emits=("http://api.keptn:8080/x", "keptn")),
        "keptn": ServiceDescription(hosts=("api.keptn",)),
        "other": ServiceDescription(emits=("http://x.org", "nobody")),
    }

    graph = build(wire(broker(), trigger(), described=described))

    assert emissions(graph) == [
        ("service/pricing", "service/keptn", "emit"),
        ("service/other", "nowhere/x.org", "emit"),
        ("service/other", "nowhere/nobody", "emit"),
    ]
    assert graph.node("nowhere/nobody").kind is Role.NOWHERE


def test_what_services_were_seen_to_send_is_added_to_what_is_said() -> None:
    described = {"pricing": ServiceDescription(emits=("broker/default",))}
    seen = [
        ("service/pricing", "broker/default"),
        ("source/checkout", "broker/default"),
        ("service/pricing", "service/dead"),
        ("service/pricing", "x.org"),
        ("service/pricing", "service/of-another-file"),
        ("service/of-another-file", "service/pricing"),
    ]
    wiring = wire(
        broker(delivery={"deadLetterSink": service("dead")}),
        trigger(),
        generators={"checkout": GeneratorDescription(sink="broker/default")},
        described=described,
    )

    assert emissions(build(wiring, seen)) == [
        ("service/pricing", "broker/default", "emit"),
        ("service/pricing", "service/dead", "emit, seen"),
        ("service/pricing", "nowhere/x.org", "emit, seen"),
    ]


def test_a_host_that_nobody_answers_for_is_nowhere() -> None:
    wiring = wire(broker(), trigger(subscriber={"uri": "http://x.org/a"}), strict=True)

    graph = build(wiring)

    assert graph.node("nowhere/x.org").kind is Role.NOWHERE
    assert [each.end for each in graph.edges] == [
        "trigger/price",
        "nowhere/x.org",
    ]


def test_what_is_not_wired_stands_alone() -> None:
    wiring = wire(broker(config=None), trigger(), ping(), channel())

    graph = build(wiring)

    assert [(node.name, node.ready) for node in graph.nodes] == [
        ("pingsource/tick", True),
        ("channel/audit", True),
        ("broker/default", False),
        ("trigger/price", False),
    ]
    assert graph.edges == ()


def test_a_silent_source_and_an_unreachable_service_are_marked() -> None:
    made = ping(sink=service("pricing"))
    made["kind"] = "RedisStreamSource"

    graph = build(
        wire(made, described={"pricing": ServiceDescription(unreachable=True)})
    )

    assert graph.node("redisstreamsource/tick").stub
    assert not graph.node("service/pricing").ready


def test_there_is_no_node_that_was_not_drawn() -> None:
    graph = build(wire())

    with pytest.raises(KeyError, match="broker/default"):
        graph.node("broker/default")


@pytest.mark.parametrize(
    ("spec", "label"),
    [
        ({"filters": [{"exact": {"type": "a"}}]}, "type=a"),
        ({"filter": {"attributes": {"a": "1", "b": "2"}}}, "a=1, b=2"),
        ({"filter": {"attributes": {"a": "x" * 80}}}, f"a={'x' * 57}…"),
        ({"filter": None}, ""),
    ],
)
def test_a_trigger_is_labelled_with_its_filter(
    spec: dict[str, object], label: str
) -> None:
    made = trigger()
    made["spec"].update(spec)

    assert build(wire(broker(), made)).node("trigger/price").label == label


def test_the_text_is_a_tree_from_the_sources_on() -> None:
    assert to_text(build(shop())) == (
        "source/checkout\n"
        "└─ broker/default\n"
        "   └─ trigger/price (type=placed)\n"
        "      ├─ service/pricing\n"
        "      ├─ reply: broker/default ↑\n"
        "      └─ dead letter: service/dead (stub)\n"
        "trigger/lost (not ready)\n"
    )


def test_a_ring_of_hubs_is_shown_though_nothing_leads_into_it() -> None:
    wiring = wire(
        channel("a"),
        subscription("round", "a", subscriber=channel_ref("a")),
        subscription("out", "a", subscriber=channel_ref("a")),
    )

    assert to_text(build(wiring)) == (
        "channel/a\n"
        "├─ subscription/round\n"
        "│  └─ channel/a ↑\n"
        "└─ subscription/out\n"
        "   └─ channel/a ↑\n"
    )


def test_a_silent_source_is_called_silent() -> None:
    made = ping(sink=None)
    made["spec"]["sink"] = service("x")
    made["kind"] = "RedisStreamSource"

    assert (
        to_text(build(wire(made))).splitlines()[0] == "redisstreamsource/tick (silent)"
    )


def test_a_chain_of_a_thousand_channels_is_drawn() -> None:
    names = [f"c{at}" for at in range(1_000)]
    chain = [channel(name) for name in names]
    ways = [
        subscription(f"s{at}", names[at], subscriber=channel_ref(names[at + 1]))
        for at in range(len(names) - 1)
    ]

    assert len(to_text(build(wire(*chain, *ways))).splitlines()) == 1_999


def test_mermaid_is_written() -> None:
    assert to_mermaid(build(shop())) == (
        "flowchart LR\n"
        '  n0(["source/checkout"])\n'
        '  n1{{"broker/default"}}\n'
        '  n2[/"trigger/price<br>type=placed"/]\n'
        '  n3[/"trigger/lost"/]\n'
        '  n4["service/pricing"]\n'
        '  n5["service/dead"]\n'
        "  n0 --> n1\n"
        "  n1 --> n2\n"
        "  n2 --> n4\n"
        "  n2 -.->|reply| n1\n"
        "  n2 --x|dead letter| n5\n"
        "  classDef stub stroke-dasharray: 4\n"
        "  class n5 stub\n"
        "  classDef broken stroke: red\n"
        "  class n3 broken\n"
    )


def test_mermaid_is_escaped() -> None:
    lines = to_mermaid(NASTY).splitlines()

    assert lines[1] == (
        '  n0[/"a#quot;b\\<br>x=#quot;#lt;1#gt;#quot; #amp; #35;2<br>next"/]'
    )
    assert lines[3] == "  n0 -.->|say #quot;hi#quot;| n1"


def test_an_empty_graph_is_written_in_each_form() -> None:
    graph = build(wire())

    assert to_mermaid(graph) == "flowchart LR\n"
    assert to_dot(graph) == "digraph topology {\n  rankdir=LR;\n}\n"
    assert to_text(graph) == ""
    assert json.loads(to_json(graph)) == {
        "format": "kn-sim-graph/1",
        "nodes": [],
        "edges": [],
    }


def test_dot_is_escaped() -> None:
    assert to_dot(NASTY) == (
        "digraph topology {\n"
        "  rankdir=LR;\n"
        '  "a\\"b\\\\" [label="a\\"b\\\\\\nx=\\"<1>\\" & #2\\nnext", '
        "shape=parallelogram];\n"
        '  "c" [label="c", shape=box, style=dashed, color=red];\n'
        '  "a\\"b\\\\" -> "c" [style=dashed, label="say \\"hi\\""];\n'
        "}\n"
    )


def test_json_holds_every_field() -> None:
    form = json.loads(to_json(NASTY))

    assert form["nodes"][1] == {
        "name": "c",
        "kind": "service",
        "label": "",
        "ready": False,
        "stub": True,
    }
    assert form["edges"] == [
        {"from": 'a"b\\', "to": "c", "kind": "reply", "label": 'say "hi"'}
    ]


def test_who_may_send_is_drawn_and_who_may_not() -> None:
    topology = Topology.load("topologies/who-may-send.yaml")

    graph = build(Blueprint(topology).wiring)

    assert (
        graph.node("broker/default").label == "lets in default:web (orders, filtered)"
    )
    assert graph.node("channel/audit").label == "lets accounts of its namespace in"
    assert [(e.start, e.label) for e in graph.edges if "refused" in e.label] == [
        ("source/stranger", "refused, 403"),
        ("source/nobody", "refused, 401"),
        ("trigger/pack", "reply, refused, 403"),
    ]


def test_a_broker_that_knative_makes_by_itself_is_marked() -> None:
    sugar = {"config-sugar": {"trigger-selector": "{}"}}
    topology = Topology.of(trigger(broker="made"))

    graph = build(Blueprint(topology, configmaps=sugar).wiring)

    assert graph.node("broker/made").label == "made by config-sugar"
