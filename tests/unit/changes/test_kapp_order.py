"""In which order kapp creates resources."""

from pathlib import Path

import pytest

from simulator import Topology
from simulator.changes.kapp_order import Order, kapp_order, unknown_groups

GOLDEN = Path(__file__).parents[2] / "conformance" / "golden" / "systems" / "kapp"


def order_of(*manifests: tuple[str, str, dict[str, str]]) -> list[list[str]]:
    return [[key.name for key in wave] for wave in ordered(*manifests).waves()]


def ordered(*manifests: tuple[str, str, dict[str, str]]) -> Order:
    resources = Topology.of(
        *(
            {
                "apiVersion": version,
                "kind": kind,
                "metadata": {
                    "name": kind.lower(),
                    "annotations": {
                        f"kapp.k14s.io/change-{word}": text
                        for word, text in notes.items()
                    },
                },
            }
            for version, kind, notes in manifests
        )
    )
    return kapp_order(list(resources))


def test_nothing_orders_what_is_knatives() -> None:
    # given: order.txt beside it is what kapp's own change graph says of these
    resources = list(Topology.load(GOLDEN / "order-resources.yaml"))

    # when
    waves = [[key.kind for key in wave] for wave in kapp_order(resources).waves()]

    # then
    assert waves == [
        ["Namespace"],
        ["ConfigMap"],
        ["PingSource", "Trigger", "Broker", "Service", "Subscription", "Channel"],
    ]


def test_rules_of_the_resources_themselves_come_before_those_of_kapp() -> None:
    # given
    broker = ("eventing.knative.dev/v1", "Broker", {"group": "first"})
    config_map = ("v1", "ConfigMap", {"rule": "upsert after upserting first"})

    # when
    waves = order_of(config_map, broker)

    # then
    assert waves == [["broker"], ["configmap"]]


DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "parcels.shop.example"},
    "spec": {"group": "shop.example", "names": {"kind": "Parcel"}},
}


@pytest.mark.parametrize(
    "group",
    ["crds", "namespaces", "serviceaccount", "rbac-role-bindings", "pod-related"],
)
def test_a_rule_may_name_the_groups_that_kapp_has_by_itself(group: str) -> None:
    # given
    rule = f"upsert after upserting change-groups.kapp.k14s.io/{group}"
    notes = {"kapp.k14s.io/change-rule": rule}
    role = {"name": "waits", "annotations": notes}
    resources = Topology.of(
        {"apiVersion": "iam.example/v1", "kind": "ClusterPolicy", "metadata": role},
        DEFINITION,
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}},
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "b"}},
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "c"}},
    )  # fmt: skip

    # when
    order = kapp_order(list(resources))

    # then
    assert order.faults == ()
    [waits] = [key for key in order.waits if key.name == "waits"]
    assert order.waits[waits]


@pytest.mark.parametrize(("version", "first"), [("v1", False), ("v1beta1", True)])
def test_kapp_puts_budgets_first_by_their_version(version: str, first: bool) -> None:
    # given
    budget = (f"policy/{version}", "PodDisruptionBudget", {"group": "a"})
    broker = ("eventing.knative.dev/v1", "Broker", {"group": "b"})

    # when
    waves = order_of(budget, broker)

    # then
    assert (waves == [["poddisruptionbudget"], ["broker"]]) is first


def test_a_definition_may_name_its_group_after_what_it_defines() -> None:
    # given
    note = {"kapp.k14s.io/change-group": "{crd-group}.{crd-kind}"}
    definition = {**DEFINITION, "metadata": {"name": "d", "annotations": note}}
    rule = {"kapp.k14s.io/change-rule": "upsert before upserting shop.example.Parcel"}
    broker = {"name": "b", "annotations": rule}

    # when
    order = kapp_order(
        list(
            Topology.of(
                definition,
                {"apiVersion": "eventing.knative.dev/v1", "kind": "Broker", "metadata": broker},
            )
        )
    )  # fmt: skip

    # then
    assert [[key.name for key in wave] for wave in order.waves()] == [["b"], ["d"]]


@pytest.mark.parametrize(
    ("notes", "what"),
    [
        ({"group": "a.{crd-kind}"}, "change-group: kapp refuses this: placeholder {crd-kind} has no value for Broker"),
        ({"group": "a.{kid}"}, "unknown placeholder {kid}; did you mean '{kind}'? (there are: {api-group}, {kind}, {name}, {namespace}, {crd-kind}, {crd-group})"),
        ({"rule": "upsert after upserting a.{nmae}"}, "change-rule: kapp refuses this: unknown placeholder {nmae}; did you mean '{name}'?"),
    ],
)  # fmt: skip
def test_a_placeholder_without_a_value_is_refused_by_kapp(
    notes: dict[str, str], what: str
) -> None:
    order = ordered(("eventing.knative.dev/v1", "Broker", notes))

    [fault] = order.faults
    assert what in str(fault)


def test_a_group_can_be_named_after_the_resource() -> None:
    # given
    broker = ("eventing.knative.dev/v1", "Broker", {"group": "{kind}.{namespace}"})
    trigger = (
        "eventing.knative.dev/v1",
        "Trigger",
        {"rule": "upsert before upserting Broker.default"},
    )

    # when
    waves = order_of(broker, trigger)

    # then
    assert waves == [["trigger"], ["broker"]]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("upsert afer upserting g", "found 'afer'; did you mean 'after'?"),
        ("upsert after g", "found 3 words: 'upsert after g'"),
        ("upsert after upserting g", "Detected cycle while ordering changes"),
    ],
)
def test_what_kapp_refuses_is_a_fault(rule: str, said: str) -> None:
    # given
    broker = ("eventing.knative.dev/v1", "Broker", {"group": "g", "rule": rule})

    # when
    [fault] = ordered(broker).faults

    # then
    assert said in fault.reason


def test_a_group_that_nothing_is_in_is_told_though_kapp_is_silent() -> None:
    # given
    resources = Topology.of(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {
                "name": "s",
                "annotations": {
                    "kapp.k14s.io/change-group": "brokers",
                    "kapp.k14s.io/change-rule": "upsert after upserting broker",
                },
            },
        }
    )

    # when
    [fault] = unknown_groups(list(resources))

    # then
    assert fault.reason.endswith("in the group 'broker'; did you mean 'brokers'?")
