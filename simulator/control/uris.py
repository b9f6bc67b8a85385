"""Who answers for each `uri` that somebody sends to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.control.naming import INGRESS_HOST
from simulator.control.ports import called_port
from simulator.urls import host_of, split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.control.cluster import Cluster, Uri
    from simulator.wiring import Hub


def settle_uris(cluster: Cluster, hubs: Sequence[Hub]) -> None:
    """Find who answers for each `uri`, once all addresses are known."""
    for host in cluster.answering:
        if not cluster.services.use_host(host):
            cluster.services.stub_host(host)
    urls = {hub.url for hub in hubs}
    hosts = {host_of(url) for url in urls}
    for sent in cluster.uris:
        host = host_of(sent.url)
        if host == INGRESS_HOST and sent.url.rstrip("/") not in urls:
            cluster.findings.warn(
                sent.asker,
                "unresolved",
                f"the ingress knows no broker at {sent.url}; it answers 404",
                sent.path,
            )
        if host in hosts or host == INGRESS_HOST:
            continue
        _check_port(cluster, sent)
        if cluster.services.use_host(host):
            continue
        if cluster.strict:
            cluster.findings.warn(
                sent.asker,
                "unknown-host",
                f"no service of this topology has the host {host!r}; requests to "
                "it fail with no such host",
                sent.path,
            )
            continue
        if not cluster.services.stub_host(host):
            continue
        cluster.findings.warn(
            sent.asker,
            "stub",
            f"nothing here answers for the host {host!r}; a stub accepts with 202 "
            f"(a service can claim it: hosts: [{host}])",
            sent.path,
        )


def _check_port(cluster: Cluster, sent: Uri) -> None:
    """Say that a `uri` calls a port that the Service behind its host has not."""
    parts = split(sent.url)
    try:
        port = called_port(parts.scheme, parts.port)
    except ValueError:  # no number, or none of a port: the webhook says so
        return
    why = cluster.services.refusal(host_of(sent.url), port)
    if why:
        cluster.findings.warn(
            sent.asker,
            "port-not-served",
            f"this calls port {port} of {host_of(sent.url)}: {why}; on a cluster "
            "the connection is refused",
            sent.path,
        )
