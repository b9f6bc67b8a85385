"""NatsJetStreamBroker and NatsJetStreamChannel: a stream, and a consumer for each route.

Source: profiles 3.5, 3.6 and its rows; knative-extensions/eventing-natss at 03a34594,
    whose ingress, filter and dispatcher were run and recorded, with nats-server 2.9.10.
"""

from __future__ import annotations

from simulator.delivery import BackoffPolicy, Retries
from simulator.profiles.endings import (
    Broken,
    Data,
    DeadLetters,
    Hazard,
    Hazards,
    Refused,
    Replies,
)
from simulator.profiles.mt_channel import IN_MEMORY_CHANNEL
from simulator.profiles.profile import (
    Door,
    InForce,
    Profile,
    Queue,
    Requests,
    Retrying,
    Stamp,
    Unretried,
)
from simulator.statuses import SUCCESS

_MS, _S = 1_000_000, 1_000_000_000
# Source: profiles 13: the default of a stream's duplicate window.
_WINDOW_NS = 120 * _S
_UNLIMITED = 2**31 - 1
_RETRYING = Retrying(
    # Source: 43: of 4xx only these, and nothing from 600 on.
    statuses=frozenset({408, 429}),
    server_errors=range(500, 600),
    # Source: 35, 36.
    linear_grows=True,
    first=1,
    redirects=9,
    keeps_type=False,
    # Source: 44: terminated.
    unretried=Unretried.BURIED_ON_LAST,
)
# Source: 3.5, 3.6: dead letters and replies are sent by the client of mt-channel.
_CLIENT = IN_MEMORY_CHANNEL.retrying.replace(retry_after=frozenset())
_NIL = (
    "panic: runtime error: invalid memory address or nil pointer dereference, for a "
    "retry without {}; nothing is delivered any more until it is started again, and "
    "then it dies again"
)

NATSS = Profile(
    name="natss",
    # Source: 1 to 13.
    door=Door(
        url="http://nats-broker-ingress.knative-eventing.svc.cluster.local/{namespace}/{name}",
        node="nats-broker-ingress",
        reads_query=False,
        takes_slash=False,
        path_first=True,
        remembers_ns=_WINDOW_NS,
    ),
    # Source: 67 to 72: the trigger's block alone.
    in_force=InForce(empty_counts=True, reads_hub=False, zero_is_none=True),
    # Source: 49, 73; 15, 20, 21.
    queue=Queue(workers=1, fetch=10, retry_holds=False, stamp=Stamp.TRACE),
    # Source: 16 to 19.
    requests=Requests(
        prefer=("event", "dead letter"), namespace=False, passes=False, formats=False
    ),
    retrying=_RETRYING,
    # Source: 55, 63: always three retries, after 0, 0.5 and 1 s.
    onward=_CLIENT.replace(
        settings=Retries(retry=3, policy=BackoffPolicy.LINEAR, delay_ns=500 * _MS)
    ),
    # Source: 51 to 57.
    replies=Replies(
        statuses=SUCCESS,
        broken=Broken.UNREAD,
        needs_data=True,
        repeat_delivery=False,
        refused=Refused.FORGOTTEN,
    ),
    # Source: 59, 60.
    dead_letters=DeadLetters(attributes=False),
    # Source: 37 to 39.
    hazards=Hazards(
        no_backoff=Hazard(process="filter", text=_NIL.format("policy or delay"))
    ),
)

NATSS_CHANNEL = NATSS.replace(
    name="natss-channel",
    # Source: 2, 6, 10.
    door=Door(
        url="http://{name}-kn-jsm-channel.{namespace}.svc.cluster.local",
        by_path=False,
        node="jetstream-ch-dispatcher",
        options=200,
        malformed=400,
        reads_query=False,
        reads_host=True,
        path_first=True,
        remembers_ns=_WINDOW_NS,
    ),
    # Source: 46: the ack wait less 0.2 s; that is 30 s, or the timeout and 0.5 s. 3.6:
    # without delivery the stream delivers for ever.
    in_force=InForce(
        empty_counts=True,
        reads_hub=False,
        retry_without=_UNLIMITED,
        timeout_ns=29_800 * _MS,
        longer_ns=300 * _MS,
    ),
    # Source: 73: all at once.
    queue=Queue(retry_holds=False, stamp=Stamp.TRACE),
    requests=Requests(namespace=False, passes=False, formats=False),
    # Source: 56, 63: as the delivery says, counted from 0.
    onward=_CLIENT,
    replies=Replies(statuses=SUCCESS, broken=Broken.UNREAD, repeat_delivery=False),
    dead_letters=DeadLetters(data=Data.CUT_TEXT),
    hazards=Hazards(
        no_backoff=Hazard(process="dispatcher", text=_NIL.format("policy or delay"))
    ),
)
