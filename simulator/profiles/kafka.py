"""Kafka and KafkaNamespaced, and KafkaChannel: a topic, a consumer group for each route.

A reading: the data plane was read and not run; of the control plane, which delivery is in
force was run.

Source: profiles 3.3 and its rows; knative-extensions/eventing-kafka-broker at 7d8fe89f.
"""

from __future__ import annotations

from typing import Final

from simulator.delivery import BackoffPolicy
from simulator.event.kafka import PARTITION
from simulator.profiles.endings import (
    Broken,
    Data,
    DeadLetters,
    Hazard,
    Hazards,
    NoEvent,
    Replies,
)
from simulator.profiles.profile import (
    Door,
    Filtering,
    InForce,
    Profile,
    Queue,
    Reading,
    Requests,
    Retrying,
    Stamp,
)
from simulator.statuses import SUCCESS

_MS, _S = 1_000_000, 1_000_000_000
_POLL = 50
_PARTITIONS = 10
# Source: 73: max.poll.records; polled again while fewer than that are under way.
UNORDERED: Final = Queue(
    workers=_POLL, batch=_POLL, partitions=_PARTITIONS, stamp=Stamp.PARTITION
)
_ORDERED = Queue(ordered_by=PARTITION, partitions=_PARTITIONS, stamp=Stamp.PARTITION)

KAFKA = Profile(
    name="kafka",
    known_from="read",
    # Source: 1 to 12.
    door=Door(
        url="http://kafka-broker-ingress.knative-eventing.svc.cluster.local/{namespace}/{name}",
        node="kafka-broker-ingress",
        reads_query=False,
        path_first=True,
    ),
    # Source: 37 to 41, 46, 67 to 72.
    in_force=InForce(
        empty_counts=True,
        policy=BackoffPolicy.EXPONENTIAL,
        delay_ns=200 * _MS,
        timeout_ns=600 * _S,
        zero_is_none=True,
    ),
    # Source: 25 to 33.
    filtering=Filtering(reading=Reading.JAVA),
    # Source: 49, 73 to 76.
    queue=UNORDERED.replace(
        annotation="kafka.eventing.knative.dev/delivery.order",
        choices=(("ordered", _ORDERED), ("unordered", UNORDERED)),
    ),
    # Source: 16 to 19.
    requests=Requests(
        prefer=("event", "reply", "dead letter"), passes=False, formats=False
    ),
    retrying=Retrying(
        # Source: 35, 36.
        linear_grows=True,
        first=1,
        # Source: 48; Vert.x follows 16 of them.
        followed=frozenset({303}),
        redirects=16,
    ),
    # Source: 51 to 56.
    replies=Replies(
        statuses=SUCCESS,
        no_event=NoEvent.BURIED,
        broken=Broken.NO_EVENT,
        direct=True,
        repeat_delivery=False,
    ),
    # Source: 45, 59 to 65.
    dead_letters=DeadLetters(
        code=None,
        data=Data.CUT_BYTES,
        overwrites=True,
        header_prefix="kne-",
        replies=True,
    ),
    # Source: row 41.
    hazards=Hazards(
        no_delay=Hazard(
            gives_up=True,
            text=(
                "the timer of the data plane refuses a wait of 0, for a backoffDelay "
                "under 0.1 s: there is no retry, and the answer is forgotten"
            ),
        )
    ),
)

# Source: 37, 68: settings are merged field by field. Its ingress is in its namespace:
#     control-plane/pkg/reconciler/broker, namespaced_broker.go and broker.go (read).
KAFKA_NAMESPACED = KAFKA.replace(
    name="kafka-namespaced",
    door=KAFKA.door.replace(
        url="http://kafka-broker-ingress.{namespace}.svc.cluster.local/{namespace}/{name}"
    ),
    in_force=KAFKA.in_force.replace(merges=True, delay_ns=1_000 * _MS),
)

# Source: 3.3: host-based ingress; ordered, one partition; 71: settings are merged.
KAFKA_CHANNEL = KAFKA.replace(
    name="kafka-channel",
    door=Door(
        url="http://{name}-kn-channel.{namespace}.svc.cluster.local",
        by_path=False,
        node="kafka-channel-ingress",
        reads_query=False,
        reads_host=True,
        path_first=True,
    ),
    in_force=KAFKA.in_force.replace(merges=True),
    queue=_ORDERED.replace(
        partitions=1,
        annotation="kafka.eventing.knative.dev/delivery.order",
        choices=(
            ("ordered", _ORDERED.replace(partitions=1)),
            ("unordered", UNORDERED.replace(partitions=1)),
        ),
    ),
    replies=KAFKA.replies.replace(direct=False, unread=True),
)

# Source: 3.3: what reads a topic and sends it on: ordered unless it says otherwise,
#     answers ignored; 20: each event tells its partition and offset.
KAFKA_SOURCE = KAFKA.replace(
    name="kafka-source",
    door=Door(by_path=False, node="kafka-source"),
    filtering=Filtering(),
    queue=_ORDERED,
    replies=KAFKA_CHANNEL.replies,
    dead_letters=KAFKA.dead_letters.replace(replies=False),
)

# Source: 3.3, and rows 1 to 12: an ingress like the broker's.
KAFKA_SINK: Final = KAFKA.door.replace(
    url="http://kafka-sink-ingress.knative-eventing.svc.cluster.local/{namespace}/{name}",
    node="kafka-sink-ingress",
)
