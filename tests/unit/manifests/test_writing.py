from typing import Any

import pytest

from simulator.resource import Resource
from simulator.topology import Topology

SHORT = """\
topology: orders
seed: 7
sources:
  checkout: {every: PT2S, count: 3, event: {type: placed}, sink: broker/default}
  nightly: {schedule: 0 1 * * *, sink: night}
brokers:
  default: {delivery: {retry: 3, backoffDelay: PT0.5S, deadLetterSink: dead}}
triggers:
  price: {filter: {type: placed}, subscriber: pricing}
  ship:
    filters:
    - any:
      - {prefix: {type: shop.order.priced.by.the.pricing.service}}
      - {suffix: {source: /warehouse/of/somewhere}}
    subscriber: ksvc/shipping
sequences:
  steps: {steps: [a, ksvc/b, {ref: c, delivery: {retry: 1}}], reply: broker/default}
transforms:
  total: {jsonata: $sum(data.price), sink: ksvc/rates, reply: {jsonata: $}}
services:
  pricing: {reply: {type: priced}}
  dead: {}
objects:
- {at: 1s, add: {apiVersion: v1, kind: Pod, metadata: {name: web}}}
"""
KNATIVE = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: texts
data:
  word: plain
  words: '12'
  bool: 'yes'
  letter: 'y'
  date: '2021-06-19'
  lines: |
    one
    two
  tab: "a\\tb"
  empty: {}
---
apiVersion: other.example/v1
kind: Pipe
metadata:
  name: pipe
spec:
  list:
  - 1
  - 2.5
  - null
"""


def broker(name: str, namespace: str | None = None, **more: Any) -> dict[str, Any]:
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    api_version = "eventing.knative.dev/v1"
    return {"apiVersion": api_version, "kind": "Broker", "metadata": metadata, **more}


def test_the_short_form_is_written_as_people_write_it() -> None:
    assert Topology.parse(SHORT).to_short() == SHORT


def test_knative_manifests_are_written_as_people_write_them() -> None:
    assert Topology.parse(KNATIVE).to_knative() == KNATIVE


def test_what_has_no_short_form_follows_as_manifests() -> None:
    topology = Topology.parse(KNATIVE)

    assert topology.to_short() == (
        "topology: unnamed\n"
        "configmaps:\n"
        "  texts:\n"
        "    data:\n"
        "      word: plain\n"
        "      words: '12'\n"
        "      bool: 'yes'\n"
        "      letter: 'y'\n"
        "      date: '2021-06-19'\n"
        "      lines: |\n        one\n        two\n"
        '      tab: "a\\tb"\n'
        "      empty: {}\n"
        "---\n" + KNATIVE.partition("---\n")[2]
    )


@pytest.mark.parametrize(
    ("manifests", "short"),
    [
        pytest.param(
            [broker("a", "shop"), broker("b", "shop")],
            "topology: unnamed\nnamespace: shop\nbrokers:\n  a: {}\n  b: {}\n",
            id="one namespace for all",
        ),
        pytest.param(
            [broker("a", "shop"), broker("a", "team")],
            "topology: unnamed\nbrokers:\n  shop/a: {}\n  team/a: {}\n",
            id="a namespace each",
        ),
        pytest.param(
            [broker("a", spec={})],
            "topology: unnamed\nbrokers:\n  a: {spec: {}}\n",
            id="an empty spec",
        ),
        pytest.param(
            [broker("a", spec={"delivery": {"deadLetterSink": "text"}})],
            "topology: unnamed\nbrokers:\n"
            "  a: {spec: {delivery: {deadLetterSink: text}}}\n",
            id="what Knative refuses",
        ),
        pytest.param(
            [broker("a", spec={"config": "text", "delivery": [1]})],
            "topology: unnamed\nbrokers:\n  a: {spec: {config: text, delivery: [1]}}\n",
            id="what is no mapping",
        ),
        pytest.param(
            [broker("a"), broker("b", data=1), broker("c")],
            "topology: unnamed\nbrokers:\n  a: {}\n"
            "---\napiVersion: eventing.knative.dev/v1\nkind: Broker\n"
            "metadata:\n  name: b\ndata: 1\n"
            "---\napiVersion: eventing.knative.dev/v1\nkind: Broker\n"
            "metadata:\n  name: c\n",
            id="order within a kind",
        ),
        pytest.param(
            [broker("a", apiVersion="eventing.knative.dev/v9", status={"x": 1})],
            "topology: unnamed\nbrokers:\n"
            "  a: {apiVersion: eventing.knative.dev/v9, status: {x: 1}}\n",
            id="another version",
        ),
    ],
)
def test_the_short_form_keeps_everything(
    manifests: list[dict[str, Any]], short: str
) -> None:
    topology = Topology.of(*manifests)

    assert topology.to_short() == short
    assert Topology.parse(short) == topology


def test_a_second_simulation_follows_the_short_form() -> None:
    text = "topology: a\nseed: 1\n---\ntopology: b\nseed: 2\n"

    topology = Topology.parse(text)

    assert topology.to_short() == (
        "topology: a\nseed: 1\n---\napiVersion: simulator/v1\nkind: Simulation\n"
        "metadata:\n  name: b\nspec:\n  seed: 2\n"
    )


def test_steps_that_are_no_list_are_kept() -> None:
    sequence = {
        "apiVersion": "flows.knative.dev/v1",
        "kind": "Sequence",
        "metadata": {"name": "s"},
        "spec": {"steps": "text"},
    }

    written = Topology.of(sequence).to_short()

    assert written == "topology: unnamed\nsequences:\n  s: {spec: {steps: text}}\n"


def test_a_resource_without_metadata_is_written_as_it_is() -> None:
    resource = Resource(manifest={"apiVersion": "v1", "kind": "Namespace"})

    written = Topology(resources=(resource,)).to_short()

    assert written == "topology: unnamed\n---\napiVersion: v1\nkind: Namespace\n"
