"""Names are refused as the API server refuses them, before any webhook is asked."""

import pytest

from simulator import Topology, TopologyError
from simulator.resource import name_fault, namespace_fault
from simulator.session.prepare import prepare

BROKER = """
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata: {{name: {name}, namespace: {namespace}}}
"""


@pytest.mark.parametrize(
    "name", ["a", "a-b", "a.b.c", "1st", "a--b", "x" * 63, ".".join(["a" * 60] * 4)]
)
def test_a_subdomain_is_a_name(name: str) -> None:
    assert name_fault("eventing.knative.dev", "Broker", name) is None


@pytest.mark.parametrize(
    "name",
    ["shop_events", "Main", "défault", "-a", "a-", "a..b", "x y", "../up", "a\n", "", "\uff21", "\u0661"],
)  # fmt: skip
def test_what_is_no_subdomain_is_no_name(name: str) -> None:
    fault = name_fault("eventing.knative.dev", "Broker", name)

    assert fault is not None
    assert fault.startswith("Invalid value: ")
    assert "a lowercase RFC 1123 subdomain must consist of" in fault


def test_a_name_has_a_length_that_it_may_have() -> None:
    assert name_fault("eventing.knative.dev", "Broker", "a" * 254) == (
        f'Invalid value: "{"a" * 254}": must be no more than 253 characters'
    )
    assert namespace_fault("a" * 64) == (
        f'Invalid value: "{"a" * 64}": must be no more than 63 characters'
    )


@pytest.mark.parametrize("group", ["", "serving.knative.dev"])
@pytest.mark.parametrize(
    ("name", "right"), [("show", True), ("1st", False), ("a.b", False)]
)
def test_a_service_is_named_as_a_host_is(group: str, name: str, *, right: bool) -> None:
    fault = name_fault(group, "Service", name)

    assert (fault is None) == right
    assert right or "a DNS-1035 label" in str(fault)


def test_a_namespace_is_a_label() -> None:
    assert namespace_fault("team-1") is None
    assert "a lowercase RFC 1123 label" in str(namespace_fault("team.a"))


def test_both_names_of_a_resource_are_told_with_their_places() -> None:
    topology = Topology.parse(BROKER.format(name="shop_events", namespace="My_NS"))

    with pytest.raises(TopologyError) as refused:
        prepare(topology)

    name, namespace = refused.value.faults
    assert name.startswith(
        '<text>:4:12: Broker My_NS/shop_events: metadata.name: Invalid value: "shop_events": a '
    )
    assert namespace.startswith(
        '<text>:4:31: Broker My_NS/shop_events: metadata.namespace: Invalid value: "My_NS": a '
    )


def test_other_kinds_have_rules_of_their_own() -> None:
    text = (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n"
        "metadata: {name: 'system:node'}\n"
    )

    (admitted,) = prepare(Topology.parse(text)).admitted

    assert admitted.resource.name == "system:node"
