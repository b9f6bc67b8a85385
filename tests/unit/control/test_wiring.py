import pytest

from simulator.control import Admitted, ClusterConfig, reconcile
from simulator.control.configuration import READ_AT_THE_DOOR
from simulator.control.naming import child_name, resource_name
from simulator.errors import Position
from simulator.resource import Resource
from tests.unit.control.topologies import (
    Manifest,
    admitted,
    broker,
    channel,
    config_map,
    core_service,
    findings,
    manifest,
    messages,
    ping,
    route,
    sequence,
    service,
    subscription,
    trigger,
    wire,
)


class Lines:
    """An origin that answers with the path it was asked for."""

    def position(self, path: str = "") -> Position:
        return Position(file=f"a.yaml#{path}", line=1, column=1)


def test_nothing_is_wired_to_nothing() -> None:
    wiring = wire()

    assert (wiring.hubs, wiring.endpoints, wiring.sources) == ((), (), ())
    assert wiring.findings == ()


def test_hubs_and_routes_stand_in_declaration_order() -> None:
    wiring = wire(
        trigger("b"),
        sequence(service("one")),
        broker(),
        channel(),
        trigger("a"),
        subscription(),
    )

    assert [each.node for each in wiring.hubs] == [
        "channel/steps-kn-sequence-0",
        "broker/default",
        "channel/audit",
    ]
    assert [each.node for each in wiring.hubs[1].routes] == ["trigger/b", "trigger/a"]


def test_findings_stand_in_document_order() -> None:
    wiring = wire(trigger("late", broker="x"), broker(config=None), ping("tick"))

    assert [each.subject for each in wiring.findings] == [
        "Trigger late",
        "Broker default",
        "PingSource tick",
    ]


def test_a_finding_says_where_its_field_stands() -> None:
    made = trigger(broker="x")
    at = Admitted(resource=Resource(manifest=made, origin=Lines()), manifest=made)

    wiring = reconcile([at])

    (found,) = findings(wiring, "no-broker")
    assert found.where == "a.yaml#spec.broker:1:1"
    assert str(found).startswith("a.yaml#spec.broker:1:1: KN205 Trigger price: spec")


def test_the_defaulted_form_of_what_runs_is_kept() -> None:
    written = manifest("eventing.knative.dev/v1", "Broker", "default", "default", {})
    each = Admitted(resource=Resource(manifest=written), manifest=broker())

    wiring = reconcile([each, admitted(config_map("x", {}))])

    assert [kept.manifest for kept in wiring.resources.values()] == [broker()]


@pytest.mark.parametrize(
    ("api", "kind", "means"),
    [
        (
            "apps/v1",
            "Deployment",
            (
                "a workload plays no part; where a Service stands for it, describe what it "
                "answers under services: of a Simulation"
            ),
        ),
        (
            "v1",
            "ConfigMap",
            "no Broker and no webhook reads it: those read by name, in knative-eventing",
        ),
        ("example.com/v1", "Pipe", "it plays no part in the flow of events"),
        (
            "eventing.knative.dev/v1",
            "Xyz",
            "no such kind of Knative is known here; it plays no part in the flow of events",
        ),
        (
            "operator.knative.dev/v1beta1",
            "KnativeEventing",
            (
                "it installs Knative; its spec.config is not read: write the ConfigMaps "
                "themselves"
            ),
        ),
        (
            "v1",
            "Service",
            (
                "nothing sends to it; to call it yourself, describe what it answers under "
                "services: of a Simulation"
            ),
        ),
    ],
)
def test_what_plays_no_part_is_listed_with_what_that_means(
    api: str, kind: str, means: str
) -> None:
    wiring = wire(manifest(api, kind, "it", "default", {}))

    assert [str(each) for each in wiring.not_simulated] == [f"{kind} it"]
    assert messages(wiring, "not-simulated") == [f"{kind} it: : {means}"]
    assert wiring.resources == {}


def test_a_service_that_is_sent_to_runs() -> None:
    wiring = wire(broker(), trigger(), core_service("pricing", ports=[{"port": 80}]))

    assert wiring.not_simulated == ()
    assert [each.kind for each in wiring.resources] == ["Broker", "Trigger", "Service"]
    assert messages(wiring, "port-not-served") == []


def test_a_kind_counts_only_in_its_own_group() -> None:
    wiring = wire(manifest("example.com/v1", "Broker", "default", "default", {}))

    assert wiring.hubs == ()
    assert len(wiring.not_simulated) == 1


@pytest.mark.parametrize(
    ("parent", "suffix", "name"),
    [
        ("steps", "-kn-sequence-0", "steps-kn-sequence-0"),
        (
            "a" * 60,
            "-kn-sequence-0",
            "aaaaaaaaaaaaaaaaacc7ed669cf88f201c3297c6a91e1d18d-kn-sequence-0",
        ),
    ],
)
def test_a_child_keeps_its_name_short(parent: str, suffix: str, name: str) -> None:
    assert child_name(parent, suffix) == name


def test_a_long_suffix_is_hashed_with_its_parent() -> None:
    name = child_name("a" * 40, "b" * 31)

    assert name.startswith("a" * 31)
    assert len(name) == 63


def test_a_child_ends_in_a_letter_or_digit() -> None:
    assert child_name("a" * 60, "-x--") == child_name("a" * 60, "-x--").rstrip("-")


@pytest.mark.parametrize(
    ("kind", "plural"),
    [
        ("EventPolicy", "eventpolicies.g"),
        ("Ingress", "ingresses.g"),
        ("Broker", "brokers.g"),
    ],
)
def test_a_kind_is_named_in_the_plural(kind: str, plural: str) -> None:
    assert resource_name("g", kind) == plural


def test_a_manifest_with_odd_types_does_not_break() -> None:
    odd: Manifest = {
        "apiVersion": "eventing.knative.dev/v1",
        "kind": "Trigger",
        "metadata": {"name": "odd"},
        "spec": None,
    }

    wiring = wire(broker(), odd, trigger("bare", subscriber=None))

    assert route_names(wiring.hubs[0].routes) == []


def route_names(routes: tuple[object, ...]) -> list[str]:
    return [str(each) for each in routes]


def test_the_same_topology_gives_the_same_wiring() -> None:
    made = [broker(), trigger(), channel(), subscription(), sequence(service("x"))]

    first, second = wire(*made), wire(*made)

    assert first.findings == second.findings
    assert [each.node for each in first.hubs] == [each.node for each in second.hubs]
    assert (
        route(first, "trigger/price").origins == route(second, "trigger/price").origins
    )


def test_a_config_map_that_is_in_force_is_not_called_not_simulated() -> None:
    named = config_map("own", {"channel-template-spec": "kind: InMemoryChannel"})
    read = [config_map(name, {}, "knative-eventing") for name in READ_AT_THE_DOOR]
    config = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "name": "own",
        "namespace": "default",
    }

    wiring = wire(named, *read, config_map("other", {}), broker(config=config))

    assert [str(each) for each in wiring.not_simulated] == ["ConfigMap other"]


def test_every_config_map_that_a_webhook_reads_is_in_force() -> None:
    data = {key: {"some": "key"} for key in READ_AT_THE_DOOR}

    config = ClusterConfig.from_configmaps(data)

    assert sorted(config.given) == sorted(READ_AT_THE_DOOR)
