import pytest

from simulator.control import ServiceDescription
from simulator.control.destinations import absolute, join
from simulator.errors import with_article
from simulator.wiring import Endpoint, Wiring
from tests.unit.control.topologies import (
    INGRESS,
    Manifest,
    broker,
    broker_ref,
    channel,
    core_service,
    manifest,
    messages,
    ref,
    route,
    routes,
    service,
    texts,
    trigger,
    wire,
)

KNATIVE = "serving.knative.dev/v1"


def wired(subscriber: Manifest, *more: Manifest, **options: object) -> Wiring:
    return wire(broker(), trigger(subscriber=subscriber), *more, **options)


def endpoint(wiring: Wiring, node: str) -> Endpoint:
    return next(each for each in wiring.endpoints if each.node == node)


@pytest.mark.parametrize(
    ("uri", "url"),
    [
        ("/p", "http://h.ns/p"),
        ("p", "http://h.ns/a/p"),
        ("../p", "http://h.ns/p"),
        ("?q=1", "http://h.ns/a/b?q=1"),
        ("", "http://h.ns/a/b"),
    ],
)
def test_a_relative_uri_is_resolved_as_in_rfc_3986(uri: str, url: str) -> None:
    assert join("http://h.ns/a/b", uri).url == url


def test_a_relative_uri_on_a_host_alone_starts_at_its_root() -> None:
    assert join("http://h.ns", "p").url == "http://h.ns/p"


def test_an_absolute_uri_beside_a_ref_is_refused() -> None:
    wiring = wired({**service("pricing"), "uri": "http://other/"})

    assert texts(wiring, "Trigger", "price")["SubscriberResolved"].endswith(
        "absolute URI is not allowed when Ref or [apiVersion, kind, name] exists"
    )


def test_a_uri_alone_needs_a_scheme_and_a_host() -> None:
    assert absolute("/p").error == (
        'URI is not absolute (both scheme and host should be non-empty): "/p"'
    )
    assert absolute("urn:x").url is None


def test_a_path_on_a_broker_ref_drops_the_broker() -> None:
    wiring = wired({**broker_ref("default"), "uri": "/p"})

    assert route(wiring, "trigger/price").subscriber == f"{INGRESS}/p"


def test_a_url_that_is_not_http_loses_its_path() -> None:
    wiring = wired({"uri": "bad://uri/x"})

    assert route(wiring, "trigger/price").subscriber == "http://uri/"


def test_a_service_that_nobody_describes_is_a_stub() -> None:
    wiring = wired(service("pricing"), described={"pricings": ServiceDescription()})

    assert endpoint(wiring, "service/pricing") == Endpoint(
        node="service/pricing",
        namespace="default",
        name="pricing",
        hosts=(
            "pricing.default",
            "pricing.default.svc",
            "pricing.default.svc.cluster.local",
        ),
        stub=True,
    )
    assert messages(wiring, "stub") == [
        (
            "Trigger price: spec.subscriber.ref: nobody describes the Service 'pricing' in "
            "namespace 'default'; a stub accepts with 202; did you mean 'pricings'?"
        )
    ]


@pytest.mark.parametrize("name", ["My_Svc", "]", "1st", "a.b"])
def test_a_service_whose_name_kubernetes_refuses_is_told_of_and_answers(
    name: str,
) -> None:
    wiring = wired(service(name), described={name: ServiceDescription()})

    host = f"{name.lower()}.default.svc.cluster.local"
    assert endpoint(wiring, f"service/{name}").hosts[-1] == host
    (told,) = messages(wiring, "refused-name")
    assert told.startswith(
        "Trigger price: spec.subscriber.ref: in a cluster no Service has this name: "
        f'Invalid value: "{name}": a DNS-1035 label must'
    )


def test_one_stub_is_told_of_once() -> None:
    wiring = wire(broker(), trigger("a"), trigger("b"))

    assert len(messages(wiring, "stub")) == 1


def test_strictly_a_service_that_nobody_describes_does_not_resolve() -> None:
    wiring = wired(service("pricing"), strict=True)

    assert texts(wiring, "Trigger", "price")["SubscriberResolved"] == (
        "False Unable to get the Subscriber's URI: failed to get object "
        'default/pricing: services "pricing" not found'
    )
    assert (routes(wiring), wiring.endpoints) == ([], ())


def test_strictly_a_missing_knative_service_is_named_by_its_group() -> None:
    wiring = wired(ref("Service", "pricing", KNATIVE), strict=True)

    assert (
        'services.serving.knative.dev "pricing" not found'
        in (texts(wiring, "Trigger", "price")["SubscriberResolved"])
    )
    assert messages(wiring, "unresolved") == [
        (
            "Trigger price: spec.subscriber.ref: there is no Knative Service 'pricing' in "
            "namespace 'default'"
        )
    ]


def test_a_described_service_exists_for_references_of_both_kinds() -> None:
    for api in ("v1", KNATIVE):
        wiring = wired(
            ref("Service", "pricing", api),
            described={"pricing": ServiceDescription()},
            strict=True,
        )

        made = endpoint(wiring, "service/pricing")
        assert (made.stub, made.described) == (False, "pricing")
        assert messages(wiring, "stub") == []


def test_a_knative_service_also_exists_as_a_core_service() -> None:
    ksvc = manifest(KNATIVE, "Service", "pricing", "default", {})

    core = wired(service("pricing"), ksvc, strict=True)
    served = wired(ref("Service", "pricing", KNATIVE), ksvc, strict=True)
    other = wired(
        ref("Service", "pricing", KNATIVE), core_service("pricing"), strict=True
    )

    assert routes(core) == routes(served) == ["trigger/price"]
    assert routes(other) == []


def test_a_plain_description_counts_in_each_namespace_unless_one_is_named() -> None:
    described = {
        "pricing": ServiceDescription(),
        "shop/pricing": ServiceDescription(unreachable=True),
    }

    wiring = wire(
        broker(),
        trigger("a", subscriber=service("pricing", namespace="team")),
        trigger("b", subscriber=service("pricing", namespace="shop")),
        described=described,
    )

    assert [(e.node, e.described, e.unreachable) for e in wiring.endpoints] == [
        ("service/team/pricing", "pricing", False),
        ("service/shop/pricing", "shop/pricing", True),
    ]


def test_a_description_that_nothing_refers_to_is_in_the_default_namespace() -> None:
    described = {"alone": ServiceDescription(), "shop/alone": ServiceDescription()}

    wiring = wire(described=described)

    assert [e.node for e in wiring.endpoints] == ["service/alone", "service/shop/alone"]
    assert wiring.addresses == {
        "service/alone": "http://alone.default.svc.cluster.local",
        "service/shop/alone": "http://alone.shop.svc.cluster.local",
    }


def test_a_described_service_claims_its_hosts() -> None:
    described = {
        "first": ServiceDescription(hosts=("API.example.com",)),
        "second": ServiceDescription(hosts=("api.example.com", "b.example.com")),
    }

    wiring = wired({"uri": "http://api.example.com:8080/x"}, described=described)

    assert endpoint(wiring, "service/first").hosts[-1] == "api.example.com"
    assert endpoint(wiring, "service/second").hosts[3:] == ("b.example.com",)
    assert messages(wiring, "stub") == []


def test_a_host_that_nobody_claims_is_a_stub() -> None:
    wiring = wired({"uri": "http://example.com/x"})

    made = endpoint(wiring, "host/example.com")
    assert (made.hosts, made.stub) == (("example.com",), True)
    assert wiring.addresses["host/example.com"] == "http://example.com"
    assert messages(wiring, "stub") == [
        (
            "Trigger price: spec.subscriber.uri: nothing here answers for the host "
            "'example.com'; a stub accepts with 202 (a service can claim it: hosts: "
            "[example.com])"
        )
    ]


def test_strictly_such_a_host_is_unknown_at_delivery() -> None:
    wiring = wired({"uri": "http://example.com/x"}, strict=True)

    assert texts(wiring, "Trigger", "price")["Ready"] == "True"
    assert wiring.endpoints == ()
    assert messages(wiring, "unknown-host") == [
        (
            "Trigger price: spec.subscriber.uri: no service of this topology has the host "
            "'example.com'; requests to it fail with no such host"
        )
    ]


@pytest.mark.parametrize(
    "host", ["pricing.shop", "pricing.shop.svc", "pricing.shop.svc.cluster.local"]
)
def test_a_uri_may_name_a_service_by_its_host(host: str) -> None:
    wiring = wired(
        {"uri": f"http://{host}:8080/"}, described={"pricing": ServiceDescription()}
    )

    assert [each.node for each in wiring.endpoints] == ["service/shop/pricing"]


def test_a_host_inside_the_cluster_makes_the_stub_of_that_service() -> None:
    wiring = wired({"uri": "http://other.shop.svc.cluster.local/"})

    assert [each.node for each in wiring.endpoints] == ["service/shop/other"]


def test_a_uri_may_name_a_channel_or_a_broker() -> None:
    wiring = wire(
        broker(),
        channel(),
        trigger("a", subscriber={"uri": f"{INGRESS}/default/default"}),
        trigger(
            "b", subscriber={"uri": "http://audit-kn-channel.default.svc.cluster.local"}
        ),
        trigger("c", subscriber={"uri": f"{INGRESS}/default/other"}),
    )

    assert wiring.endpoints == ()
    assert messages(wiring, "unresolved") == [
        (
            f"Trigger c: spec.subscriber.uri: the ingress knows no broker at "
            f"{INGRESS}/default/other; it answers 404"
        )
    ]


def test_what_has_no_address_cannot_be_a_subscriber() -> None:
    workload = manifest("apps/v1", "Deployment", "pricing", "default", {})

    wiring = wired(ref("Deployment", "pricing", "apps/v1"), workload)

    assert texts(wiring, "Trigger", "price")["SubscriberResolved"] == (
        "False Unable to get the Subscriber's URI: address not set for "
        "Kind = Deployment, Namespace = default, Name = pricing, APIVersion = apps/v1, "
        "Group = , Address ="
    )
    assert messages(wiring, "no-address") == [
        (
            "Trigger price: spec.subscriber.ref: a Deployment has no address; refer to a "
            "Service in front of it, or to its uri"
        )
    ]


def test_a_named_address_that_is_not_there_does_not_resolve() -> None:
    wiring = wired({"ref": {**broker_ref("default")["ref"], "address": "https"}})

    assert (
        'address with name "https" not found for Kind = Broker'
        in (texts(wiring, "Trigger", "price")["SubscriberResolved"])
    )
    assert messages(wiring, "no-address") == [
        (
            "Trigger price: spec.subscriber.ref: Broker 'default' has no address named "
            "'https'"
        )
    ]


def test_a_resource_that_is_not_ready_has_no_address() -> None:
    wiring = wire(
        broker(), broker("b", config=None), trigger(subscriber=broker_ref("b"))
    )

    assert messages(wiring, "no-address") == [
        (
            "Trigger price: spec.subscriber.ref: Broker 'b' has no address, because it is "
            "not ready"
        )
    ]


def test_a_missing_resource_may_be_in_another_namespace() -> None:
    wiring = wire(
        broker(), broker("other", "shop"), trigger(subscriber=broker_ref("other"))
    )

    assert messages(wiring, "unresolved") == [
        (
            "Trigger price: spec.subscriber.ref: there is no Broker 'other' in namespace "
            "'default'; there is one in namespace 'shop'"
        )
    ]


@pytest.mark.parametrize(
    ("kind", "api", "resource", "served"),
    [
        ("Service", "serving.knative.dev/v1alpha1", "services", KNATIVE),
        ("Service", "v2", "services", "v1"),
        (
            "Broker",
            "eventing.knative.dev/v1beta1",
            "brokers",
            "eventing.knative.dev/v1",
        ),
    ],
)
def test_what_nobody_serves_in_that_version_does_not_resolve(
    kind: str, api: str, resource: str, served: str
) -> None:
    wiring = wired(ref(kind, "default", api))

    group, _, version = api.rpartition("/")
    assert texts(wiring, "Trigger", "price")["SubscriberResolved"] == (
        "False Unable to get the Subscriber's URI: failed to get lister for "
        f"{group}/{version}, Resource={resource}: the server could not find the requested "
        "resource"
    )
    assert messages(wiring, "unresolved") == [
        f"Trigger price: spec.subscriber.ref: nobody serves {api}; expected {served}"
    ]


def test_a_reference_without_an_api_version_cannot_be_tracked() -> None:
    wiring = wired({"ref": {"kind": "Service", "name": "pricing"}, "uri": "/p"})

    said = texts(wiring, "Trigger", "price")["SubscriberResolved"].splitlines()
    assert said[:2] == [
        (
            "False Unable to get the Subscriber's URI: failed to track reference "
            "/, Resource=services default/pricing: invalid Reference:"
        ),
        "APIVersion: name part must be non-empty",
    ]


def test_a_service_of_kubernetes_is_no_knative_service() -> None:
    described = {"pricing": ServiceDescription()}

    wiring = wired(
        ref("Service", "pricing", KNATIVE), core_service("pricing"), described=described
    )

    assert texts(wiring, "Trigger", "price")["SubscriberResolved"].endswith(
        'services.serving.knative.dev "pricing" not found'
    )
    assert messages(wiring, "unresolved") == [
        (
            "Trigger price: spec.subscriber.ref: there is no Knative Service 'pricing' in "
            "namespace 'default'; the Service of this name is of apiVersion v1"
        )
    ]


def test_a_knative_service_has_a_service_of_kubernetes_of_its_name() -> None:
    wiring = wired(
        service("pricing"), manifest(KNATIVE, "Service", "pricing", "default", {})
    )

    assert texts(wiring, "Trigger", "price")["SubscriberResolved"] == "True"
    assert messages(wiring, "unresolved") == []


def test_a_group_stands_for_a_missing_api_version() -> None:
    target = {"kind": "Channel", "name": "audit", "group": "messaging.knative.dev"}

    wiring = wired({"ref": target}, channel())

    assert route(wiring, "trigger/price").subscriber == (
        "http://audit-kn-channel.default.svc.cluster.local"
    )


def test_such_a_sink_must_be_declared() -> None:
    wiring = wired(ref("JobSink", "it", "sinks.knative.dev/v1alpha1"))

    assert (
        'jobsinks.sinks.knative.dev "it" not found'
        in (texts(wiring, "Trigger", "price")["SubscriberResolved"])
    )


def test_a_service_can_claim_the_host_of_such_a_sink() -> None:
    api = "eventing.knative.dev/v1alpha1"
    hosts = ("it-jsonata.default.svc.cluster.local",)

    wiring = wired(
        ref("EventTransform", "it", api),
        manifest(api, "EventTransform", "it", "default", {"sink": service("x")}),
        described={"transform": ServiceDescription(hosts=hosts)},
    )

    assert [each.node for each in wiring.endpoints] == ["service/transform"]


def test_a_service_without_port_80_is_not_reached_by_reference() -> None:
    ports = [{"port": 8080}, {"port": 9090}, "junk"]

    wiring = wired(service("pricing"), core_service("pricing", ports=ports))

    assert messages(wiring, "port-not-served") == [
        (
            "Service pricing: spec.ports: it serves port 8080, 9090 only, and a reference to "
            "a Service calls port 80: the connection is refused"
        )
    ]
    assert messages(wiring, "stub") == [
        "Service pricing: : nobody describes what it answers; a stub accepts with 202"
    ]


def test_one_foreign_host_is_told_of_once() -> None:
    wiring = wire(
        broker(),
        trigger("a", subscriber={"uri": "http://example.com/a"}),
        trigger("b", subscriber={"uri": "http://example.com/b"}),
        trigger("c", subscriber={"uri": "http://x.shop.svc/a"}),
        trigger("d", subscriber={"uri": "http://x.shop.svc/b"}),
    )

    assert [each.partition(":")[0] for each in messages(wiring, "stub")] == [
        "Trigger a",
        "Trigger c",
    ]


def test_claimed_hosts_go_to_the_first_service_of_a_plain_description() -> None:
    described = {"pricing": ServiceDescription(hosts=("x.org",))}

    wiring = wire(
        broker(),
        trigger("a", subscriber=service("pricing", namespace="team")),
        trigger("b", subscriber=service("pricing", namespace="shop")),
        described=described,
    )

    assert [(each.node, each.hosts[3:]) for each in wiring.endpoints] == [
        ("service/team/pricing", ("x.org",)),
        ("service/shop/pricing", ()),
    ]


@pytest.mark.parametrize(
    ("api", "kind", "name", "url"),
    [
        (
            "serving.knative.dev/v1",
            "Route",
            "it",
            "http://it.default.svc.cluster.local",
        ),
        (
            "serving.knative.dev/v1beta1",
            "DomainMapping",
            "it.example",
            "http://it.example",
        ),
        (
            "camel.apache.org/v1",
            "Integration",
            "it",
            "http://it.default.integration.camel.apache.org",
        ),
    ],
)
def test_a_kind_whose_controller_gives_it_an_address_has_one(
    api: str, kind: str, name: str, url: str
) -> None:
    wiring = wired(ref(kind, name, api), manifest(api, kind, name, "default", {}))

    assert route(wiring, "trigger/price").subscriber == url
    assert messages(wiring, "no-address") == []
    assert any("a service can claim it" in each.message for each in wiring.findings)


@pytest.mark.parametrize(
    ("api", "kind"),
    [
        ("v1", "Pod"),
        ("networking.k8s.io/v1", "Ingress"),
        ("serving.knative.dev/v1", "Configuration"),
        ("eventing.knative.dev/v1beta1", "EventType"),
        ("sources.knative.dev/v1", "ApiServerSource"),
    ],
)
def test_a_kind_of_kubernetes_or_knative_without_address_has_none(
    api: str, kind: str
) -> None:
    wiring = wired(ref(kind, "it", api), manifest(api, kind, "it", "default", {}))

    assert [m.partition(";")[0] for m in messages(wiring, "no-address")] == [
        f"Trigger price: spec.subscriber.ref: {with_article(kind)} has no address"
    ]


@pytest.mark.parametrize("uri", ["http://pricing.default.svc:8080/in", "http://pricing.default.svc.cluster.local:8080"])  # fmt: skip
def test_a_uri_with_the_port_that_a_service_serves_is_in_order(uri: str) -> None:
    wiring = wired({"uri": uri}, core_service("pricing", ports=[{"port": 8080}]))

    assert messages(wiring, "port-not-served") == []


@pytest.mark.parametrize(
    ("uri", "port"),
    [
        ("http://pricing.default.svc.cluster.local", 80),
        ("https://pricing.default.svc.cluster.local/in", 443),
        ("http://pricing.default.svc.cluster.local:9090", 9090),
    ],
)
def test_a_uri_with_a_port_that_a_service_does_not_serve_is_refused(
    uri: str, port: int
) -> None:
    wiring = wired({"uri": uri}, core_service("pricing", ports=[{"port": 8080}]))

    assert messages(wiring, "port-not-served") == [
        (
            f"Trigger price: spec.subscriber.uri: this calls port {port} of "
            "pricing.default.svc.cluster.local: it serves port 8080 only, so the "
            "connection is refused"
        )
    ]


@pytest.mark.parametrize(
    "spec",
    [
        {"ports": [{"port": 8080}], "clusterIP": "None"},
        {
            "ports": [{"port": 8080}],
            "type": "ExternalName",
            "externalName": "x.example",
        },
        {},
    ],
    ids=["headless", "external-name", "without-ports"],
)
def test_a_service_whose_ports_are_those_of_its_target_refuses_none(
    spec: dict[str, object],
) -> None:
    wiring = wired(
        service("pricing"), manifest("v1", "Service", "pricing", "default", spec)
    )

    assert messages(wiring, "port-not-served") == []


def test_a_knative_service_is_served_on_port_80_whatever_its_container_listens_on() -> (
    None
):
    uri = {"uri": "http://pricing.default.svc.cluster.local:8080"}
    api = "serving.knative.dev/v1"

    wiring = wired(uri, manifest(api, "Service", "pricing", "default", {}))

    assert [m.rpartition(": ")[2] for m in messages(wiring, "port-not-served")] == [
        "it serves port 80 only, so the connection is refused"
    ]
