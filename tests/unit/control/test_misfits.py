"""All that keeps a manifest from being decoded, each field with its place."""

from typing import Any

import pytest

from simulator.control import versions_of
from simulator.control.misfits import misfits, without
from simulator.errors import TopologyError
from simulator.session.prepare import prepare
from simulator.topology import Topology


def trigger(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "eventing.knative.dev/v1",
        "kind": "Trigger",
        "metadata": {"name": "t", "anything": 1},
        "spec": {"broker": "default", **spec},
    }


def said(manifest: dict[str, Any]) -> list[str]:
    return [f"{misfit.path}: {misfit.message}" for misfit in misfits(manifest)]


def test_what_fits_has_no_misfits() -> None:
    manifest = trigger(
        filters=[{"exact": {"type": "a"}}, {"not": {"prefix": {"type": "b"}}}],
        subscriber={"ref": {"kind": "Service", "name": "s"}},
        delivery={"retry": 3, "timeout": None},
    )

    assert said(manifest) == []
    assert without(manifest, ()) == manifest


def test_a_kind_without_webhook_and_metadata_are_not_looked_at() -> None:
    assert said({"apiVersion": "v1", "kind": "Secret", "dota": {}}) == []
    assert said({"kind": "Trigger"}) == []


def test_misfits_are_found_at_any_depth_in_document_order() -> None:
    manifest = trigger(
        delivry={},
        filters=[{"any": [{"exact": {"type": "a"}}, {"exakt": {"type": 7}}]}],
        filter={"attributes": {"type": ["a"], "source": "/a"}},
        delivery={"retry": "3"},
    )

    assert [line.partition(" (")[0] for line in said(manifest)] == [
        "spec.delivry: unknown field; did you mean 'delivery'?",
        "spec.filters[0].any[1].exakt: unknown field; did you mean 'exact'?",
        "spec.filter.attributes.type: expected text, found a list",
        "spec.delivery.retry: expected a whole number of 32 bits, found '3'",
    ]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"broker": 5}, "spec.broker: expected text, found 5"),
        ({"broker": True}, "spec.broker: expected text, found true"),
        ({"filters": {}}, "spec.filters: expected a list, found a mapping"),
        ({"filter": "a"}, "spec.filter: expected a mapping, found 'a'"),
        (
            {"delivery": {"retry": 1.5}},
            "spec.delivery.retry: expected a whole number of 32 bits, found 1.5",
        ),
        (
            {"delivery": {"retry": 2**31}},
            "spec.delivery.retry: expected a whole number of 32 bits, found 2147483648",
        ),
        (
            {"delivery": {"retry": False}},
            "spec.delivery.retry: expected a whole number of 32 bits, found false",
        ),
    ],
)
def test_a_wrong_type_is_named_with_what_was_expected(
    spec: dict[str, Any], expected: str
) -> None:
    assert said(trigger(**spec)) == [expected]


def test_the_case_of_a_key_does_not_matter_as_in_go() -> None:
    assert said(trigger(DELIVERY={"Retry": 3})) == []
    assert said(trigger(DELIVERY={"Retry": "3"})) == [
        "spec.DELIVERY.Retry: expected a whole number of 32 bits, found '3'"
    ]


def test_without_its_misfits_a_manifest_is_as_before() -> None:
    manifest = trigger(
        filters=[{"exakt": {}}, 5, {"exact": {"type": "a"}}], delivry={"retry": 1}
    )

    rest = without(manifest, misfits(manifest))

    assert rest == trigger(filters=[{}, None, {"exact": {"type": "a"}}])
    assert "delivry" in manifest["spec"]
    assert misfits(rest) == ()


def test_what_else_is_wrong_beside_a_misfit_is_told_at_once() -> None:
    text = """
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata: {name: b}
spec:
  delivry: {}
  delivery: {retry: -1}
"""

    with pytest.raises(TopologyError) as caught:
        prepare(Topology.parse(text))

    first, second = caught.value.faults
    assert first.startswith(
        "<text>:6:3: Broker b: spec.delivry: unknown field; did you mean 'delivery'?"
    )
    assert second.startswith("<text>:7:")
    assert "spec.delivery.retry" in second


def test_what_stands_behind_a_misfit_in_a_list_keeps_its_place() -> None:
    text = """
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata: {name: t}
spec:
  broker: b
  subscriber: {uri: http://a.b}
  filters:
  - 5
  - exact: {ok: x}
  - exact: {Bad: x}
"""

    with pytest.raises(TopologyError) as caught:
        prepare(Topology.parse(text))

    first, second = caught.value.faults
    assert (
        first == "<text>:9:5: Trigger t: spec.filters[0]: expected a mapping, found 5"
    )
    assert second.startswith(
        '<text>:11:13: Trigger t: invalid key name "Bad": spec.filters[2].exact[Bad]'
    )


def test_a_field_of_a_wrong_type_is_not_told_to_be_missing_too() -> None:
    text = """
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata: {name: t}
spec: {broker: 5, subscriber: {uri: http://a.b}}
"""

    with pytest.raises(TopologyError) as caught:
        prepare(Topology.parse(text))

    (fault,) = caught.value.faults
    assert "spec.broker: expected text, found 5" in fault


def test_a_version_that_knative_does_not_serve_is_refused() -> None:
    text = """
apiVersion: eventing.knative.dev/v1beta1
kind: Trigger
metadata: {name: t}
spec: {broker: b, subscriber: {uri: http://a.b}}
---
apiVersion: serving.knative.dev/v1alpha1
kind: Service
metadata: {name: s}
---
apiVersion: v1beta1
kind: Secret
metadata: {name: s}
---
apiVersion: batch/v1beta1
kind: CronJob
metadata: {name: c}
"""

    with pytest.raises(TopologyError) as caught:
        prepare(Topology.parse(text))

    assert caught.value.faults == (
        (
            "<text>:2:1: Trigger t: apiVersion: Knative serves no "
            "eventing.knative.dev/v1beta1; expected eventing.knative.dev/v1"
        ),
        (
            "<text>:7:1: Service s: apiVersion: Knative serves no "
            "serving.knative.dev/v1alpha1; expected serving.knative.dev/v1"
        ),
        "<text>:11:1: Secret s: apiVersion: Kubernetes serves no v1beta1; expected v1",
        (
            "<text>:15:1: CronJob c: apiVersion: Kubernetes serves no batch/v1beta1; "
            "expected batch/v1"
        ),
    )


@pytest.mark.parametrize(
    ("api_version", "kind", "meant"),
    [
        ("eventing.knative.dev/v1", "Triger", "Trigger"),
        ("flows.knative.dev/v1", "sequence", "Sequence"),
        ("eventing.knative.dev/v1", "broker", "Broker"),
        ("sources.knative.dev/v1", "PINGSOURCE", "PingSource"),
        ("sinks.knative.dev/v1alpha1", "Jobsink", "JobSink"),
    ],
)
def test_a_misspelt_kind_of_knative_is_refused(
    api_version: str, kind: str, meant: str
) -> None:
    text = f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: t}}\n"

    with pytest.raises(TopologyError) as caught:
        prepare(Topology.parse(text))

    (fault,) = caught.value.faults
    assert fault == (
        f"<text>:2:1: {kind} t: kind: Knative has no kind {kind!r}; "
        f"did you mean {meant!r}?"
    )


@pytest.mark.parametrize(
    ("api_version", "kind", "right"),
    [
        ("messaging.knative.dev/v1", "Sequence", "flows.knative.dev/v1"),
        ("flows.knative.dev/v1", "Trigger", "eventing.knative.dev/v1"),
        ("serving.knative.dev/v1", "Broker", "eventing.knative.dev/v1"),
        ("v1", "Subscription", "messaging.knative.dev/v1"),
        ("eventing.knative.dev", "Trigger", "eventing.knative.dev/v1"),
        ("apps/v1", "PingSource", "sources.knative.dev/v1 or sources.knative.dev/v1beta2"),
    ],
)  # fmt: skip
def test_a_kind_of_knative_under_a_wrong_group_is_refused_with_the_right_one(
    api_version: str, kind: str, right: str
) -> None:
    text = f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: t}}\n"

    with pytest.raises(TopologyError) as caught:
        prepare(Topology.parse(text))

    assert caught.value.faults == (
        f"<text>:1:1: {kind} t: apiVersion: {api_version} has no kind {kind}; expected {right}",
    )


@pytest.mark.parametrize("api_version", ["tekton.dev/v1", "example.com/v1alpha1"])
def test_a_kind_of_that_name_may_be_somebody_elses(api_version: str) -> None:
    text = f"apiVersion: {api_version}\nkind: Trigger\nmetadata: {{name: t}}\n"

    (admitted,) = prepare(Topology.parse(text)).admitted

    assert admitted.resource.kind == "Trigger"


def test_a_kind_that_others_add_to_a_group_of_knative_is_let_in() -> None:
    text = "apiVersion: messaging.knative.dev/v1\nkind: NatssChannel\nmetadata: {name: t}\n"

    (admitted,) = prepare(Topology.parse(text)).admitted
    assert admitted.resource.kind == "NatssChannel"


def test_the_versions_of_a_kind_are_those_of_its_group() -> None:
    assert versions_of("eventing.knative.dev", "Broker") == ("eventing.knative.dev/v1",)
    assert versions_of("messaging.knative.dev", "Broker") == ()
    assert versions_of("apps", "Deployment") == ()


@pytest.mark.parametrize(
    ("kind", "spec", "place"),
    [
        (
            "eventing.knative.dev/v1 Trigger",
            """
  broker: b
  subscriber: {uri: http://a.b}
  filters:
  - exact: {type: a}
  - cesql: type =
  - any:
    - exact: {type: a}
    - not: {exact: {Type: a}}
    - exact: {type: b}
  - exact: {type: c}
""",
            ["10:5", "13:21"],
        ),
        (
            "eventing.knative.dev/v1 Trigger",
            """
  brokerRef: {apiVersion: eventing.knative.dev/v1, kind: Broker, name: b, namespace: c}
  subscriber: {uri: http://a.b}
""",
            ["6:75"],
        ),
        (
            "eventing.knative.dev/v1 Trigger",
            """
  broker: b
  subscriber: {uri: http://a.b}
  filters:
  - exact: {type: a}
    prefix: {type: b}
  - exact: {type: c}
""",
            ["9:5"],
        ),
        (
            "sources.knative.dev/v1 ApiServerSource",
            """
  sink: {uri: http://a.b}
  resources: [{apiVersion: v1, kind: Event}]
  filters: [{exact: {type: a}}]
""",
            ["8:3"],
        ),
        (
            "eventing.knative.dev/v1alpha1 RequestReply",
            """
  brokerRef: {apiVersion: eventing.knative.dev/v1, kind: Broker, name: b}
  correlationAttribute: id
""",
            ["7:3"],
        ),
        (
            "sources.knative.dev/v1 ContainerSource",
            """
  sink: {uri: http://a.b}
  template: {spec: {containers: [{image: a}, {name: b}]}}
""",
            ["7:46"],
        ),
        (
            "flows.knative.dev/v1 Parallel",
            """
  branches:
  - subscriber: {uri: http://a.b}
  - subscriber: {uri: http://a.b}
    filter: {ref: {kind: Service, name: f}}
""",
            ["9:5"],
        ),
    ],
)
def test_a_fault_has_its_place_though_knative_names_another(
    kind: str, spec: str, place: list[str]
) -> None:
    api_version, kind = kind.split()
    text = f"\napiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: it}}\nspec:{spec}"

    with pytest.raises(TopologyError) as caught:
        prepare(Topology.parse(text))

    found = [fault.position for fault in caught.value.faults]
    assert [f"{each.line}:{each.column}" for each in found if each] == place


def test_a_url_that_cannot_be_read_hides_no_other_fault() -> None:
    text = """
apiVersion: messaging.knative.dev/v1
kind: Subscription
metadata: {name: s}
spec:
  channel: {apiVersion: messaging.knative.dev/v1, kind: InMemoryChannel, name: c}
  subscriber: {uri: "::a"}
  delivery: {retry: -1}
"""

    with pytest.raises(TopologyError) as caught:
        prepare(Topology.parse(text))

    assert caught.value.faults == (
        (
            "<text>:7:16: Subscription s: spec.subscriber.uri: "
            'parse "::a": missing protocol scheme'
        ),
        (
            "<text>:8:14: Subscription s: invalid value: -1: spec.delivery.retry "
            "(expected 0 or more)"
        ),
    )
