from typing import Any

import pytest

from simulator.control.registry import SHORT_FORM
from simulator.errors import TopologyError
from simulator.session import Simulation
from simulator.topology import Topology
from tests.unit.manifests.faults import faults_of

ORDERS = """\
topology: orders
seed: 7
profile: mt-channel
sources:
  checkout: {every: PT2S, count: 3, event: {type: shop.order.placed}, sink: broker/default}
  nightly: {schedule: "0 1 * * *", data: go, sink: night}
brokers:
  default: {delivery: {retry: 3, backoffPolicy: exponential, backoffDelay: 500ms, deadLetterSink: dead-letters}}
triggers:
  price: {filter: {type: shop.order.placed}, subscriber: pricing}
  ship: {broker: other, filters: [{prefix: {type: shop.order.pr}}], subscriber: "http://x/y"}
services:
  pricing: {reply: {type: shop.order.priced}}
  dead-letters: {}
"""


def service(name: str, **more: str) -> dict[str, Any]:
    return {"ref": {"apiVersion": "v1", "kind": "Service", "name": name, **more}}


def manifest(api_version: str, kind: str, name: str, spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": name},
        "spec": spec,
    }


def spec_of(section: str, entry: str) -> Any:
    (resource,) = Topology.parse(f"topology: t\n{section}:\n  x: {entry}\n")
    return resource.spec


def test_the_short_form_abbreviates_manifests() -> None:
    simulation = {
        "seed": 7,
        "profile": "mt-channel",
        "sources": {
            "checkout": {
                "every": "PT2S",
                "count": 3,
                "event": {"type": "shop.order.placed"},
                "sink": "broker/default",
            }
        },
        "services": {
            "pricing": {"reply": {"type": "shop.order.priced"}},
            "dead-letters": {},
        },
    }
    delivery = {
        "retry": 3,
        "backoffPolicy": "exponential",
        "backoffDelay": "PT0.5S",
        "deadLetterSink": service("dead-letters"),
    }
    eventing = "eventing.knative.dev/v1"

    assert [resource.manifest for resource in Topology.parse(ORDERS)] == [
        manifest("simulator/v1", "Simulation", "orders", simulation),
        manifest(
            "sources.knative.dev/v1",
            "PingSource",
            "nightly",
            {"schedule": "0 1 * * *", "data": "go", "sink": service("night")},
        ),
        manifest(eventing, "Broker", "default", {"delivery": delivery}),
        manifest(
            eventing,
            "Trigger",
            "price",
            {
                "filter": {"attributes": {"type": "shop.order.placed"}},
                "subscriber": service("pricing"),
                "broker": "default",
            },
        ),
        manifest(
            eventing,
            "Trigger",
            "ship",
            {
                "broker": "other",
                "filters": [{"prefix": {"type": "shop.order.pr"}}],
                "subscriber": {"uri": "http://x/y"},
            },
        ),
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("a", ("v1", "Service")),
        ("service/a", ("v1", "Service")),
        ("ksvc/a", ("serving.knative.dev/v1", "Service")),
        ("broker/a", ("eventing.knative.dev/v1", "Broker")),
        ("channel/a", ("messaging.knative.dev/v1", "Channel")),
        ("inmemorychannel/a", ("messaging.knative.dev/v1", "InMemoryChannel")),
        ("sequence/a", ("flows.knative.dev/v1", "Sequence")),
        ("parallel/a", ("flows.knative.dev/v1", "Parallel")),
    ],
)
def test_a_destination_is_written_as_kind_and_name(
    written: str, meant: tuple[str, str]
) -> None:
    api_version, kind = meant

    spec = spec_of("triggers", f"{{subscriber: {written}}}")

    ref = {"apiVersion": api_version, "kind": kind, "name": "a"}
    assert spec["subscriber"] == {"ref": ref}


@pytest.mark.parametrize(
    ("section", "entry", "spec"),
    [
        pytest.param(
            "brokers",
            "{config: own, delivery: {deadLetterSink: service/team/a}}",
            {
                "config": {"apiVersion": "v1", "kind": "ConfigMap", "name": "own"},
                "delivery": {"deadLetterSink": service("a", namespace="team")},
            },
            id="namespace of a reference",
        ),
        pytest.param(
            "sequences",
            "{steps: [a, {ref: b, delivery: {timeout: 1m30s}}, {uri: /c}]}",
            {
                "steps": [
                    service("a"),
                    {**service("b"), "delivery": {"timeout": "PT1M30S"}},
                    {"uri": "/c"},
                ]
            },
            id="steps",
        ),
        pytest.param(
            "parallels",
            "{branches: [{filter: a, subscriber: b, delivery: {retry: 1}}], reply: c}",
            {
                "branches": [
                    {
                        "filter": service("a"),
                        "subscriber": service("b"),
                        "delivery": {"retry": 1},
                    }
                ],
                "reply": service("c"),
            },
            id="branches",
        ),
        pytest.param(
            "subscriptions",
            "{channel: audit, subscriber: {ref: a, uri: /p}}",
            {
                "channel": {
                    "apiVersion": "messaging.knative.dev/v1",
                    "kind": "Channel",
                    "name": "audit",
                },
                "subscriber": {**service("a"), "uri": "/p"},
            },
            id="channel",
        ),
        pytest.param(
            "transforms",
            "{jsonata: '{}', sink: a, reply: {jsonata: $, discard: false}}",
            {
                "jsonata": {"expression": "{}"},
                "sink": service("a"),
                "reply": {"jsonata": {"expression": "$"}, "discard": False},
            },
            id="expressions",
        ),
        pytest.param(
            "transforms",
            "{jsonata: {expression: '{}'}}",
            {"jsonata": {"expression": "{}"}},
            id="expression of Knative",
        ),
        pytest.param(
            "triggers",
            "{spec: {subscriber: as written}}",
            {"subscriber": "as written"},
            id="spec of Knative",
        ),
        pytest.param(
            "triggers",
            "{filter: {attributes: {type: a}}}",
            {"filter": {"attributes": {"type": "a"}}, "broker": "default"},
            id="filter of Knative",
        ),
    ],
)
def test_fields_have_short_notations(section: str, entry: str, spec: Any) -> None:
    assert spec_of(section, entry) == spec


@pytest.mark.parametrize(
    ("short", "iso"),
    [
        *(("500ms", "PT0.5S"), ("2s", "PT2S"), ("1h", "PT1H"), ("5m", "PT5M")),
        *(("1h30m", "PT1H30M"), ("1.5s", "PT1.5S"), ("1s500ms", "PT1.5S")),
        *(("0s", "PT0S"), ("2000ms", "PT2S"), ("PT3S", "PT3S"), ("soon", "soon")),
        ("''", ""),
    ],
)
def test_durations_become_iso_8601(short: str, iso: str) -> None:
    spec = spec_of("brokers", f"{{delivery: {{backoffDelay: {short}}}}}")

    assert spec["delivery"]["backoffDelay"] == iso


def test_metadata_stands_beside_the_fields() -> None:
    text = """\
topology: team/t
namespace: shop
services: {}
brokers:
  a: {labels: {l: x}, annotations: {a: b}, metadata: {uid: u}, status: {ok: true}}
  b: {namespace: own, apiVersion: eventing.knative.dev/v2}
  other/c:
namespaces: {shop: }
configmaps: {m: {data: {k: v}}}
"""
    topology = Topology.parse(text)

    assert [(str(r), r.api_version) for r in topology] == [
        ("Simulation team/t", "simulator/v1"),
        ("Broker shop/a", "eventing.knative.dev/v1"),
        ("Broker own/b", "eventing.knative.dev/v2"),
        ("Broker other/c", "eventing.knative.dev/v1"),
        ("Namespace shop", "v1"),
        ("ConfigMap shop/m", "v1"),
    ]
    assert topology.resources[1].manifest["metadata"] == {
        "name": "a",
        "namespace": "shop",
        "labels": {"l": "x"},
        "annotations": {"a": "b"},
        "uid": "u",
    }
    assert topology.resources[1].manifest["status"] == {"ok": True}
    assert topology.resources[5].manifest["data"] == {"k": "v"}


def test_sections_without_content_make_nothing() -> None:
    assert len(Topology.parse("topology: t\nbrokers:\nservices:\nsources:\n")) == 0


def test_a_short_form_tells_all_its_faults_at_once() -> None:
    text = """\
topology: orders
sed: 3
seed: x
profile: 1
namespace: [a]
brokers: {default: {delivry: {}, delivery: {deadLetterSink: borker/x}}}
triggers:
  a: {subscriber: [3], filter: x}
  b: []
  c: {delivery: 4, spec: {}}
  /: {}
  d: {subscriber: broker/a/b/c, namespace: [1]}
sequences: {s: {steps: x}}
channels: [a]
services: 4
zz: 1
"""
    forms = (
        "a service's name, KIND/NAME, KIND/NAMESPACE/NAME, an absolute URI "
        "or a mapping as Knative has it"
    )
    sections = ", ".join(SHORT_FORM.names)

    assert faults_of(text) == [
        "t.yaml:2:1: sed: unknown section 'sed'; did you mean 'seed'?",
        "t.yaml:3:1: seed: must be an integer, not a string",
        "t.yaml:4:1: profile: must be a string, not a number",
        "t.yaml:5:1: namespace: must be the name of a namespace, not a list",
        (
            "t.yaml:6:21: brokers.default.delivry: unknown field 'delivry'; "
            "did you mean 'delivery'?"
        ),
        (
            "t.yaml:6:45: brokers.default.delivery.deadLetterSink: "
            "unknown kind 'borker' in 'borker/x'; did you mean 'broker'?"
        ),
        f"t.yaml:8:7: triggers.a.subscriber: must be {forms}, not a list",
        "t.yaml:8:24: triggers.a.filter: must be a mapping, not a string",
        "t.yaml:9:3: triggers.b: must be a mapping, not a list",
        (
            "t.yaml:10:7: triggers.c.delivery: "
            "'spec' is written as well; move 'delivery' into it"
        ),
        "t.yaml:11:3: triggers./: a name is missing",
        (
            "t.yaml:12:7: triggers.d.subscriber: "
            f"'broker/a/b/c' is no reference; write {forms}"
        ),
        "t.yaml:12:33: triggers.d.namespace: must be a string, not a list",
        "t.yaml:13:17: sequences.s.steps: must be a list, not a string",
        "t.yaml:14:1: channels: must be a mapping, not a list",
        "t.yaml:15:1: services: must be a mapping, not a number",
        (
            "t.yaml:16:1: zz: unknown section 'zz' (there are: topology, namespace, "
            "seed, profile, start, maxTTL, apiServer, sources, services, objects, jobs, faults, "
            f"{sections})"
        ),
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("topology: ''", "1:1: topology: must be a name, not empty"),
        ("topology:", "1:1: topology: must be a name, not nothing"),
        ("topology: {}", "1:1: topology: must be a name, not a mapping"),
        (
            "topology: t\nbrokers: {a: {}, default/a: {}}",
            "2:18: Broker a is written twice, first at t.yaml:2:11",
        ),
    ],
)
def test_a_short_form_needs_names(text: str, fault: str) -> None:
    assert faults_of(text) == [f"t.yaml:{fault}"]


def test_a_fault_beside_a_short_form_is_found_too() -> None:
    assert faults_of("topology: t\nbrokers: {a: {}}\n---\nkind: X") == [
        "t.yaml:4:1: a manifest needs apiVersion"
    ]


def test_names_and_keys_of_the_short_form_are_the_text_that_is_written() -> None:
    topology = Topology.parse("""
topology: x
brokers: {n: {}}
triggers: {y: {broker: "n", filter: {off: a, 012: b}, subscriber: s}}
services: {no: {}, 123: {}}
""")

    named = {resource.kind: resource.name for resource in topology}
    trigger = topology.get("Trigger", "y")
    simulation = topology.get("Simulation", "x")
    assert named["Broker"] == "n"
    assert trigger is not None
    assert trigger.spec["filter"]["attributes"] == {"off": "a", "012": "b"}
    assert simulation is not None
    assert list(simulation.spec["services"]) == ["no", "123"]
    assert trigger.position("spec.filter.attributes.off").column == 38


def test_a_key_that_is_written_twice_is_told_whatever_yaml_makes_of_it() -> None:
    with pytest.raises(TopologyError) as refused:
        Topology.parse("topology: x\nbrokers:\n  y: {}\n  y: {}\n")

    assert "the key 'y' is written twice, first in line 3" in str(refused.value)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "NO",
            "expected text, found false; NO is false in YAML 1.1: write it in quotes",
        ),
        ("012", "expected text, found 10; 012 is 10 in YAML 1.1: write it in quotes"),
        ("5", "expected text, found 5"),
        ("true", "expected text, found true"),
    ],
)
def test_a_word_that_yaml_reads_otherwise_is_told_as_it_is_written(
    written: str, told: str
) -> None:
    text = f"topology: x\nbrokers: {{b: {{}}}}\ntriggers: {{t: {{broker: b, filter: {{country: {written}}}, subscriber: s}}}}\n"

    with pytest.raises(TopologyError) as refused:
        Simulation(Topology.parse(text))

    assert str(refused.value).endswith(told)


def test_a_key_that_is_not_what_its_tag_says_is_a_fault_with_its_place() -> None:
    faults = faults_of("topology: t\n!!float x: 1\n")

    assert [fault.partition(": ")[0] for fault in faults] == ["t.yaml:2:1"]


def test_keys_that_begin_with_x_hold_anchors_and_mean_nothing() -> None:
    text = """\
topology: t
x-patient: &patient {retry: 5}
brokers: {b: {delivery: *patient}}
"""

    [broker] = Topology.parse(text)

    assert broker.spec == {"delivery": {"retry": 5}}


def test_names_and_attributes_of_events_are_the_text_that_is_written() -> None:
    topology = Topology.parse(
        """
        topology: y
        brokers: {no: {}}
        channels: {off: {}}
        triggers: {on: {broker: no, filter: {type: a}, subscriber: n}}
        subscriptions: {y: {channel: off, subscriber: 012, reply: channel/off}}
        sequences: {012: {steps: [yes, {ref: {kind: Service, name: no}, delivery: {retry: 3}}]}}
        services:
          n: {reply: {type: yes, size: 1.10, whole: 2.9, flag: no, data: {n: 1.5, f: no}}}
          event: {responses: [503]}
        sources: {1.10: {every: 1s, count: 1, event: {type: on, n: 012}, sink: broker/no}}
        """
    )

    assert [(each.kind, each.name) for each in topology] == [
        ("Simulation", "y"),
        ("Broker", "no"),
        ("Channel", "off"),
        ("Trigger", "on"),
        ("Subscription", "y"),
        ("Sequence", "012"),
    ]
    simulation, *_, trigger, subscription, sequence = topology
    assert trigger.spec["broker"] == "no"
    assert trigger.spec["subscriber"]["ref"]["name"] == "n"
    assert subscription.spec["subscriber"]["ref"]["name"] == "012"
    first, second = sequence.spec["steps"]
    assert (first["ref"]["name"], second["ref"]["name"]) == ("yes", "no")
    assert second["delivery"] == {"retry": 3}
    assert simulation.spec["services"] == {
        "n": {
            "reply": {
                "type": "yes",
                "size": "1.10",
                "whole": "2.9",
                "flag": "no",
                "data": {"n": 1.5, "f": False},
            }
        },
        "event": {"responses": [503]},
    }
    assert simulation.spec["sources"]["1.10"]["event"] == {"type": "on", "n": "012"}
