"""Topics of Kafka that several resources of a topology read and write.

Two speak of the same topic if they name it alike, and have a server in common.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.control.conditions import ConditionSet
from simulator.control.hubs import HubState, Topic
from simulator.control.naming import service_of_host
from simulator.errors import nearest
from simulator.profiles.kafka import KAFKA_SOURCE
from simulator.wiring import HubKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.control.cluster import Cluster
    from simulator.control.given import Admitted

# Source: control-plane/pkg/kafka/topic.go, BrokerTopic and ChannelTopic (read).
_INTERNAL = ("knative-broker-", "knative-messaging-kafka.")
_STRIMZI, _DECLARED = "kafka.strimzi.io", "KafkaTopic"


def topic_of(name: str, servers: object, cluster: Cluster) -> Topic:
    hosts = _hosts(servers)
    known = cluster.topics.setdefault(name, [])
    for each in known:
        if not hosts or any(host in each.servers for host in hosts):
            each.servers |= hosts
            return each
    known.append(Topic(name, hosts))
    return known[-1]


def _hosts(servers: object) -> dict[str, None]:
    texts = servers if isinstance(servers, list) else []
    hosts = [
        str(text).strip().lower().rpartition(":")[0] or str(text) for text in texts
    ]
    found: dict[str, None] = {}
    for host in hosts:
        service = service_of_host(host)
        short = host if service is None else f"{service[0]}.{service[1]}"
        found.setdefault(short)
    return found


def topic_hub(owner: Admitted, topic: Topic, partitions: int) -> HubState:
    return HubState(
        owner=owner,
        kind=HubKind.TOPIC,
        name=topic.name,
        conditions=ConditionSet(()),
        profile=KAFKA_SOURCE,
        url=topic.url,
        partitions=partitions,
    )


def partitions_of(name: str, cluster: Cluster) -> int:
    for topic, spec in _declared(cluster):
        if topic == name and isinstance(spec.get("partitions"), int):
            return int(spec["partitions"])
    return 0


def report_topic(owner: Admitted, name: str, path: str, cluster: Cluster) -> None:
    """Source: control-plane/pkg/kafka/topic.go, AreTopicsPresentAndValid (read)."""
    if name.startswith(_INTERNAL):
        cluster.findings.warn(
            owner,
            "no-effect",
            f"{name!r} is the topic of a broker or channel, by its name: here it is "
            "another one, and nothing that goes through those is in it",
            path,
        )
        return
    declared = [topic for topic, _ in _declared(cluster)]
    if declared and name not in declared:
        cluster.findings.warn(
            owner,
            "unresolved",
            f"no {_DECLARED} here declares the topic {name!r}{nearest(name, declared)}; "
            "without one on the cluster it does not become Ready",
            path,
        )
    if len(cluster.topics.get(name, ())) > 1:
        others = [next(iter(each.servers), "") for each in cluster.topics[name]]
        cluster.findings.note(
            owner,
            "topic-elsewhere",
            f"the topic {name!r} is spoken of at servers that have nothing in common "
            f"({', '.join(others)}): these are topics of different clusters, and "
            "nothing written to one is read from another",
            path,
        )


def _declared(cluster: Cluster) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, each in cluster.resources.items():
        if (key.group, key.kind) == (_STRIMZI, _DECLARED):
            spec = dict(each.spec)
            yield str(spec.get("topicName") or key.name), spec
