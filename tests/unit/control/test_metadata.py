"""Labels, annotations and fields of metadata, as the API server takes them."""

from __future__ import annotations

import pytest

from simulator import Topology, TopologyError
from simulator.control.misfits import metadata_faults
from simulator.session.prepare import prepare

TEXT = """
apiVersion: {api}
kind: {kind}
metadata: {{name: x, {more}}}
spec: {spec}
"""


def refused(
    more: str,
    api: str = "eventing.knative.dev/v1",
    kind: str = "Broker",
    spec: str = "{}",
) -> list[str]:
    text = TEXT.format(api=api, kind=kind, more=more, spec=spec)
    try:
        prepare(Topology.parse(text))
    except TopologyError as error:
        return [fault.partition(f"{kind} x: ")[2] for fault in error.faults]
    return []


@pytest.mark.parametrize(
    "key", ["a", "A.b_c-d", "example.com/a", "x" * 63, "1", f"{'a.' * 120}a/b"]
)
def test_a_label_has_a_qualified_name(key: str) -> None:
    assert (
        list(metadata_faults({"labels": {key: "v"}, "annotations": {key: "v"}})) == []
    )


@pytest.mark.parametrize(
    ("key", "what"),
    [
        (
            "a b",
            "name part must consist of alphanumeric characters, '-', '_' or '.', and",
        ),
        ("-a", "name part must consist of"),
        ("a\n", "name part must consist of"),
        ("é", "name part must consist of"),
        ("x/y/z", "a qualified name must consist of"),
        ("/y", "prefix part must be non-empty"),
        ("x/", "name part must be non-empty"),
        ("a_b/y", "prefix part a lowercase RFC 1123 subdomain must consist of"),
        (f"{'a' * 254}/y", "prefix part must be no more than 253 characters"),
        ("x" * 64, "name part must be no more than 63 characters"),
    ],
)
@pytest.mark.parametrize("field", ["labels", "annotations"])
def test_another_key_is_refused(field: str, key: str, what: str) -> None:
    first, *_ = metadata_faults({field: {key: "v"}})

    assert first.path == f"metadata.{field}"
    assert first.what.partition(": ")[2].partition(": ")[2].startswith(what)


def test_keys_of_annotations_have_no_case() -> None:
    key = "Example.com/Name"

    assert list(metadata_faults({"annotations": {key: "v"}})) == []
    assert len(list(metadata_faults({"labels": {key: "v"}}))) == 1


@pytest.mark.parametrize(
    ("value", "is_right"),
    [("", True), ("a", True), ("a.b_c-1", True), ("x y", False), ("-a", False), ("a" * 64, False)],
)  # fmt: skip
def test_the_value_of_a_label_is_short_and_plain(value: str, *, is_right: bool) -> None:
    assert (not list(metadata_faults({"labels": {"a": value}}))) is is_right
    assert not list(metadata_faults({"annotations": {"a": value}}))


def test_annotations_are_not_larger_than_the_api_server_takes() -> None:
    (wrong,) = metadata_faults({"annotations": {"a": "x" * 262_144}})

    assert wrong.what == "Too long: may not be more than 262144 bytes"


def test_a_field_that_metadata_has_not_is_told_with_the_nearest() -> None:
    (fault,) = refused("lables: {a: b}")

    assert fault.startswith("metadata.lables: unknown field; did you mean 'labels'?")


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("labels: {a: 5}", "metadata.labels.a: expected text, found 5"),
        ("annotations: {a: true}", "metadata.annotations.a: expected text, found true"),
        ("labels: [a]", "metadata.labels: expected a mapping, found a list"),
        ("finalizers: a", "metadata.finalizers: expected a list, found 'a'"),
    ],
)
def test_a_value_of_another_type_is_told_at_its_field(more: str, told: str) -> None:
    assert refused(more) == [told]


def test_what_is_wrong_with_metadata_is_told_beside_what_the_webhook_refuses() -> None:
    faults = refused("labels: {a b: c}", spec="{delivery: {retry: -1}}")

    assert [fault.partition(":")[0] for fault in faults] == [
        "metadata.labels",
        "invalid value",
    ]


@pytest.mark.parametrize(
    ("api", "kind"), [("v1", "Service"), ("apps/v1", "Deployment"), ("serving.knative.dev/v1", "Service")]
)  # fmt: skip
def test_it_holds_for_whatever_kubernetes_stores(api: str, kind: str) -> None:
    assert len(refused("labels: {a b: c}, lables: {}", api=api, kind=kind)) == 2


def test_what_is_for_other_tools_is_not_judged() -> None:
    assert refused("more: 1", api="example.com/v1", kind="Plan") == []
