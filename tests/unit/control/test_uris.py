"""Where a `uri` leads, as `check` says it and as a run goes."""

from __future__ import annotations

import pytest

from simulator import Simulation, Topology

TEXT = """
apiVersion: v1
kind: Service
metadata: {{name: shop}}
spec: {{ports: [{{port: 8080}}]}}
---
topology: uris
brokers: {{default: {{}}, other: {{}}}}
channels: {{audit: {{}}}}
triggers: {{t: {{filter: {{type: a}}, subscriber: "{uri}"}}}}
sources: {{tick: {{every: 1h, sink: "{sink}", event: {{type: tick}}}}}}
services: {{shop: {{hosts: [shop.example]}}, plain: {{}}}}
"""
SHOP = "shop.default.svc.cluster.local"
CHANNEL = "audit-kn-channel.default.svc.cluster.local"
INGRESS = "broker-ingress.knative-eventing.svc.cluster.local"


def simulated(
    uri: str = "http://shop.example", sink: str = "broker/other"
) -> Simulation:
    return Simulation(Topology.parse(TEXT.format(uri=uri, sink=sink)))


def outcome(sim: Simulation) -> object:
    """What the first request of a dispatcher with an event of type a ended with."""
    sim.send(type="a", to="broker/default")
    sim.run(until="1s")
    (first, *_) = (r for r in sim.trace if r.source == "trigger/t")
    ends = ("responded", "answered")
    ended = next(r for r in sim.trace if r.cause == first.serial and r.kind in ends)
    return ended.detail or ended.status


def told(sim: Simulation, *but: str) -> list[str]:
    codes = [each.code for each in sim.wiring.findings if "source" not in each.subject]
    return [code for code in codes if code not in ("no-routes", "nothing-sends", *but)]


@pytest.mark.parametrize(
    ("uri", "ends_with", "code"),
    [
        (f"http://{SHOP}:8080/x", 200, None),
        (f"http://{SHOP}/x", "refused", "port-not-served"),
        (f"https://{SHOP}/x", "refused", "port-not-served"),
        (f"http://{SHOP}:9999", "refused", "port-not-served"),
        ("http://shop.default:9999", "refused", "port-not-served"),
        ("http://shop.example:9999", 200, None),
        ("http://plain.default:9999", 200, None),
    ],
)
def test_a_service_takes_connections_at_its_ports_only(
    uri: str, ends_with: object, code: str | None
) -> None:
    sim = simulated(uri)

    assert outcome(sim) == ends_with
    assert told(sim) == ([code] if code else [])


def test_a_reference_to_a_service_without_port_80_is_refused() -> None:
    sim = simulated("service/shop".replace("service/", ""))

    assert outcome(sim) == "refused"
    assert told(sim) == ["port-not-served"]


@pytest.mark.parametrize(
    ("uri", "ends_with", "code"),
    [
        (f"http://{SHOP}.:8080/x", 200, None),
        ("http://shop.example./x", 200, None),
        ("http://plain.default.svc.cluster.local.", 200, None),
        ("http://plain.default.svc.", "no such host", "unknown-host"),
        ("http://plain.default.", "no such host", "unknown-host"),
        ("http://nobody.default.svc.", "no such host", "unknown-host"),
        ("http://else.example.", 202, "stub"),
        (f"http://{INGRESS}./default/other", 202, None),
    ],
)
def test_a_dot_at_the_end_of_a_host_says_that_the_name_is_whole(
    uri: str, ends_with: object, code: str | None
) -> None:
    sim = simulated(uri)

    assert outcome(sim) == ends_with
    assert told(sim) == ([code] if code else [])


@pytest.mark.parametrize(
    ("host", "status"),
    [
        (CHANNEL, 202),
        (f"{CHANNEL}.", 500),
        (f"{CHANNEL}:80", 500),
        ("audit-kn-channel.default.svc", 500),
        (CHANNEL.upper(), 500),
    ],
)
def test_the_dispatcher_knows_a_channel_by_the_whole_host_header(
    host: str, status: int
) -> None:
    sim = simulated(f"http://{host}/")

    assert outcome(sim) == status
    assert told(sim) == ([] if status == 202 else ["unresolved"])


def test_a_dispatcher_calls_by_http_whatever_the_scheme_and_loses_the_path() -> None:
    sim = simulated("ftp://shop.example/path")

    assert outcome(sim) == 200
    (request,) = sim.received("shop")
    assert request.request.target.url == "http://shop.example/"
    (finding,) = (f for f in sim.wiring.findings if f.code == "foreign-scheme")
    assert finding.message.endswith(
        "http://shop.example/ is called in its place, without its path"
    )


def test_a_source_sends_by_no_other_scheme() -> None:
    sim = simulated(sink="ftp://shop.example/path")

    sim.run(until="1h")

    assert [r.detail for r in sim.trace if r.kind == "responded"] == [
        "unsupported protocol scheme"
    ]
    assert sim.received("shop") == []
