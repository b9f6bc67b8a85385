"""Who answers for each `uri` that somebody sends to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.control.naming import INGRESS_HOST, service_of_host
from simulator.urls import authority_of, host_in_cluster, host_of, port_of, split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.control.cluster import Cluster, Uri
    from simulator.control.service_registry import Services
    from simulator.wiring import Hub


def settle_uris(cluster: Cluster, hubs: Sequence[Hub]) -> None:
    for host in cluster.answering:
        if not cluster.services.use_host(host):
            cluster.services.stub_host(host)
    hosts = {host_of(hub.url): hub for hub in hubs}
    brokers = [split(hub.url).path for hub in hubs if hub.profile.door.by_path]
    entered = {host_of(each.url): None for hub in hubs for each in hub.entrances}
    for sent in cluster.uris:
        if host_in_cluster(sent.url) in entered:
            continue
        what = _of_hub(sent.url, hosts, brokers)
        if what is None:
            _settle(cluster, sent)
        elif what:
            cluster.findings.warn(sent.asker, "unresolved", what, sent.path)


def _of_hub(url: str, hosts: Mapping[str, Hub], brokers: Sequence[str]) -> str | None:
    host = host_in_cluster(url)
    if host == INGRESS_HOST:
        known = split(url).path.rstrip("/") in brokers
        return "" if known else f"the ingress knows no broker at {url}; it answers 404"
    hub = hosts.get(host)
    if hub is None:
        return None
    door = hub.profile.door
    called = authority_of(url) if door.reads_port else host_of(url)
    if door.by_path or called == host:
        return ""
    return (
        f"this channel is known by the Host header {host!r} only: to {called!r} its "
        f"dispatcher answers {door.unknown}"
    )


def _settle(cluster: Cluster, sent: Uri) -> None:
    findings, services = cluster.findings, cluster.services
    host = host_of(sent.url)
    if host.endswith("."):
        host = host[:-1]
        if _is_cut_short(host, services):
            what = (
                f"the dot at its end says that {host!r} is a whole name, and there is "
                "none such: requests to it fail with no such host"
            )
            findings.warn(sent.asker, "unknown-host", what, sent.path)
            return
    port = port_of(sent.url)
    why = services.refusal(host, port) if port is not None else ""
    if why:
        what = f"this calls port {port} of {host}: {why}, so the connection is refused"
        findings.warn(sent.asker, "port-not-served", what, sent.path)
    if services.use_host(host):
        return
    if cluster.strict:
        what = (
            f"no service of this topology has the host {host!r}; requests to it fail "
            "with no such host"
        )
        findings.warn(sent.asker, "unknown-host", what, sent.path)
    elif services.stub_host(host):
        what = (
            f"nothing here answers for the host {host!r}; a stub accepts with 202 "
            f"(a service can claim it: hosts: [{host}])"
        )
        findings.warn(sent.asker, "stub", what, sent.path)


def _is_cut_short(host: str, services: Services) -> bool:
    named = service_of_host(host)
    if named is None or services.is_claimed(host):
        return False
    if host_in_cluster(f"http://{host}") == host:
        return False
    return named[2] or services.exists(named[1], named[0])
