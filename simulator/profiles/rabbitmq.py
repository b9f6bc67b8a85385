"""RabbitMQBroker: an exchange, and for each trigger a queue and a dispatcher.

Source: profiles 3.4 and its rows; knative-extensions/eventing-rabbitmq at bd1ee997, whose
    ingress and dispatcher were run and recorded, with RabbitMQ 3.10.8.
"""

from __future__ import annotations

from simulator.delivery import BackoffPolicy
from simulator.profiles.endings import (
    Broken,
    Data,
    DeadLetters,
    Hazard,
    Hazards,
    Refused,
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
    Unretried,
)

_MS = 1_000_000

RABBITMQ = Profile(
    name="rabbitmq",
    # Source: 1 to 12: one ingress for each broker, which knows no path but ``/``.
    door=Door(
        url="http://{name}-broker-ingress.{namespace}.svc.cluster.local",
        by_path=False,
        node="rabbitmq-broker-ingress",
        path_first=True,
    ),
    # Source: 40, 67 to 72: own block whole; 5 retries in any block that says nothing of
    # them. 37 to 39: 50 ms, exponential.
    in_force=InForce(
        empty_counts=True,
        retry=5,
        policy=BackoffPolicy.EXPONENTIAL,
        delay_ns=50 * _MS,
        zero_is_none=True,
    ),
    # Source: 25 to 30, 34: the exchange compares headers, and looks at ``filter`` alone.
    filtering=Filtering(dialects=False, reading=Reading.HEADERS_EXCHANGE),
    # Source: 49, 73 to 75; 20, 21, 23.
    queue=Queue(
        workers=1,
        annotation="rabbitmq.eventing.knative.dev/parallelism",
        stamp=Stamp.TIME,
        unwraps=True,
        drops_trace=True,
    ),
    # Source: 16 to 19.
    requests=Requests(
        prefer=(), namespace=False, passes=False, passes_trace=True, formats=False
    ),
    retrying=Retrying(
        # Source: 35, 36.
        linear_grows=True,
        first=1,
        # Source: 48: as Go does.
        redirects=9,
        keeps_type=False,
        # Source: 44: acknowledged.
        unretried=Unretried.DELIVERED,
    ),
    # Source: 51 to 56.
    replies=Replies(
        statuses=frozenset(range(200, 500)) - {404, 408, 409, 429},
        broken=Broken.INVALID_IS_BURIED,
        makes_id=True,
        repeat_delivery=False,
        refused=Refused.BURIED_AS_ANSWERED,
    ),
    # Source: 45, 59 to 66.
    dead_letters=DeadLetters(
        code="-1", data=Data.NONE, overwrites=True, queued=True, replies=True
    ),
    hazards=Hazards(
        # Source: row 41.
        no_delay=Hazard(
            process="{route}-dispatcher",
            text=(
                "panic: non-positive interval for NewTicker, for a backoffDelay under "
                "0.1 s; the event stays first in its queue, so the pod crashes on it "
                "again and again"
            ),
        ),
        # Source: row 66.
        no_exchange=Hazard(
            stalls=True,
            text=(
                "the dead letter exchange of the broker is not there, for neither the "
                "trigger has a delivery nor the broker a dead letter sink: RabbitMQ "
                "closes the dispatcher's channel for 1 to 2 s, and what it had of the "
                "queue comes again"
            ),
        ),
    ),
)
