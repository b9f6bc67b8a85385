"""The questions on which broker implementations answer differently, and the answers.

A `Profile` is ten small values, the fields of each with what the specification says as default; where
that says nothing, with what Knative's own broker does, but without a wait or a retry.

Source: knative/specs, specs/eventing (data-plane.md, control-plane.md), read; profiles.md
    3.1 in the words of this project's reference.
"""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any

from simulator.delivery import BackoffPolicy, Retries
from simulator.duration import LONGEST_NS
from simulator.profiles.endings import DeadLetters, Hazards, Replies
from simulator.statuses import SERVER_ERROR, SUCCESS
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_NS_PER_SECOND = 1_000_000_000
# A longer number of seconds is more than Go's ParseInt reads: junk.
_SECONDS_DIGITS = 18
_OK, _NOT_FOUND, _NOT_ALLOWED = 200, 404, 405
_SERVER_ERRORS = range(SERVER_ERROR, 1_000)


class Door(Value):
    """How senders reach a hub, and what is looked at before it takes an event.

    Args:
        url: Its address, ``{name}``, ``{namespace}`` and ``{implementation}`` filled in.
        by_path: One host serves many hubs, told apart by the path ``/NAMESPACE/NAME``;
            otherwise the host is the hub's own.
        dispatcher: The host behind those hosts, where the path tells hubs apart, too;
            empty for none.
        node: Who answers there for hubs that are not there, in the trace.
        finds_first: It looks for the hub before it looks at method and event.
        options: What ``OPTIONS`` is answered; other methods but POST are refused.
        root: What the path ``/`` is answered.
        malformed: What a path is answered that is none of ``/NAMESPACE/NAME``.
        unknown: What is answered for a hub that is not there.
        reads_query: A query string counts as a part of the path.
        reads_port: The port in the `Host` header counts when a hub is looked for by it.
        reads_host: The ``Host`` header tells whose request it is, not the address.
        takes_slash: A slash at the end of a path does not count.
        path_first: An unknown hub is refused before the event is looked at.
        hops: How many brokers an event may pass; None for no end.
        stamps_arrival: It adds ``knativearrivaltime``.
        inner: The name of the channel that stands behind a broker, ``{name}`` filled in;
            empty for none.
        waits_ns: How long the sender is kept waiting for the next delivery to settle;
            None where he is answered as soon as the event is stored.
        remembers_ns: An event whose id was taken within this time is taken and dropped,
            whatever its source is; 0 for none.
        authorizes: It asks who sends, while authentication-oidc is on.
    """

    url: str = (
        "http://{implementation}-broker-ingress.knative-eventing.svc.cluster.local"
        "/{namespace}/{name}"
    )
    by_path: bool = True
    dispatcher: str = ""
    node: str = "broker-ingress"
    finds_first: bool = False
    options: int = _NOT_ALLOWED
    root: int = _NOT_FOUND
    malformed: int = _NOT_FOUND
    unknown: int = _NOT_FOUND
    reads_query: bool = True
    reads_port: bool = False
    reads_host: bool = False
    takes_slash: bool = True
    path_first: bool = False
    hops: int | None = None
    stamps_arrival: bool = False
    inner: str = ""
    waits_ns: int | None = None
    remembers_ns: int = 0
    authorizes: bool = False

    def address(self, name: str, namespace: str, implementation: str = "") -> str:
        """Give the address of a hub; no port."""
        return self.url.format(
            name=name, namespace=namespace, implementation=implementation
        )


class InForce(Value):
    """Which ``delivery`` block counts for a route, and what stands in for what is not said.

    Args:
        keeps_sink: A route's own block that names no dead letter sink leaves the hub's
            in force; otherwise it replaces the hub's block as a whole.
        empty_counts: An own block that says nothing counts, and so retries nothing.
        reads_hub: The hub's block is read at all.
        merges: What a route's own block leaves out, or sets to nothing, is the hub's.
        retry: Retries where a block says nothing of them.
        retry_without: Retries where there is no block.
        policy: Where there are retries and none is said.
        delay_ns: Likewise.
        timeout_ns: Where none is said.
        longer_ns: What is added to a timeout that is said.
        zero_is_none: A timeout of 0 is none.

    Source: control-plane.md:463 and 596 (any option: the hub's MUST be ignored).
    """

    keeps_sink: bool = False
    empty_counts: bool = False
    reads_hub: bool = True
    merges: bool = False
    retry: int = 0
    retry_without: int = 0
    policy: BackoffPolicy | None = None
    delay_ns: int | None = None
    timeout_ns: int | None = None
    longer_ns: int = 0
    zero_is_none: bool = False

    def is_own(self, block: Mapping[str, Any] | None) -> bool:
        """Tell whether a route's own block, if it has one, is the one that counts."""
        return block is not None and (self.empty_counts or bool(block))


class Reading(Enum):
    """Who compares attributes with what a filter asks for; see `simulator.filters`."""

    KNATIVE = "knative"
    HEADERS_EXCHANGE = "headers exchange"
    JAVA = "java"


class Filtering(Value):
    """Who judges a trigger's filter, and when.

    Args:
        service: The host of a filter service that stands between a broker's channel and
            the subscriber and judges at each attempt; empty where an event is judged
            once, as it is taken.
        dialects: Whether ``spec.filters`` counts; otherwise ``spec.filter`` alone does.
        reading: Who compares, each in its own way.
    """

    service: str = ""
    dialects: bool = True
    reading: Reading = Reading.KNATIVE


class Stamp(Enum):
    """What is added to an event that is stored."""

    TIME = "time"  # of the delivery, where the event has none
    TRACE = "trace"  # traceparent and tracestate, empty
    PARTITION = "partition"  # knativekafkapartition and knativekafkaoffset


class Queue(Value):
    """In which order events that are stored go on, and how many at once, for a route.

    Counts only where the sender does not wait.

    Args:
        workers: How many deliveries are under way at once; None for no limit.
        batch: How many are taken at once as soon as there are fewer than that.
        fetch: How many are fetched at once, to be worked off before whatever comes back
            meanwhile.
        ordered_by: An attribute: events of one value of it go on one after another;
            empty for none.
        partitions: Of a topic of which nothing else says how many it has; 0 where
            nothing is partitioned.
        retry_holds: A wait before a retry keeps its worker; otherwise the event goes
            back, and comes again before all that waits.
        annotation: Of a route, which says otherwise; empty for none.
        choices: The queue for each word that it may be, in lower case; where there are
            none it is a number of workers, 1 to `most`.
        most: The most workers that it may say.
        stamp: What is added to the event.
        unwraps: Data that is a structured event itself takes the event's place.
        drops_trace: ``traceparent`` and ``tracestate`` do not go on as attributes.
    """

    workers: int | None = None
    batch: int = 1
    fetch: int = 1
    ordered_by: str = ""
    partitions: int = 0
    retry_holds: bool = True
    annotation: str = ""
    choices: tuple[tuple[str, Queue], ...] = ()
    most: int = 1_000
    stamp: Stamp | None = None
    unwraps: bool = False
    drops_trace: bool = False


class Requests(Value):
    """What a request carries beside its event.

    Args:
        prefer: On which there is ``Prefer: reply``: ``event``, to the subscriber,
            ``reply``, ``dead letter``.
        namespace: ``Kn-Namespace``.
        passes: Trace context, and the headers that Knative passes on.
        passes_trace: Of those, ``traceparent`` alone, if not all of them.
        formats: ``delivery.format`` counts.
    """

    prefer: tuple[str, ...] = ("event",)
    namespace: bool = True
    passes: bool = True
    passes_trace: bool = False
    formats: bool = True


class Unretried(Enum):
    """What becomes of an event whose failure is not retried."""

    BURIED = "buried"
    # Only where the last attempt fails so; before that it is given up without.
    BURIED_ON_LAST = "buried on last"
    # No failure at all.
    DELIVERED = "delivered"


class Retrying(Value):
    """What is tried again, and when.

    Args:
        statuses: Retried, besides `server_errors` and failed connections.
        server_errors: Of these everything is retried.
        linear_grows: A linear backoff waits d, 2d, 3d …; otherwise d each time.
        first: The number that the first retry counts as in the formulas, n·d and 2ⁿ·d.
        retry_after: For which statuses ``Retry-After`` counts.
        redirects: How many redirects one request follows.
        followed: The statuses of those that are followed.
        keeps_type: What goes on with GET keeps its Content-Type.
        unretried: What an answer comes to that is neither a success nor retried.
        settings: In place of those of the route; None for its own.
    """

    statuses: frozenset[int] = frozenset({404, 408, 409, 429})
    server_errors: range = _SERVER_ERRORS
    linear_grows: bool = False
    first: int = 0
    retry_after: frozenset[int] = frozenset()
    redirects: int = 0
    followed: Collection[int] = (301, 302, 303, 307, 308)
    keeps_type: bool = True
    unretried: Unretried = Unretried.BURIED
    settings: Retries | None = None

    def is_retried(self, status: int) -> bool:
        return status in self.server_errors or status in self.statuses

    def backoff_ns(self, retries: Retries, retry: int) -> int:
        """Return how long to wait before a retry.

        Args:
            retries: The settings in force.
            retry: 0 for the first retry; the first attempt is not counted.

        Returns:
            Nanoseconds, at most 292 years; 0 unless policy and delay are both set, and for a negative
            delay, which the webhook lets pass and Go's timer does not wait for.

        Source: control-plane.md:870 (linear, exponential); knative-runtime, Retries;
            knative/eventing, pkg/kncloudevents/retries.go. The API's text counts from
            1, the running client of mt-channel from 0.
        """
        if retries.policy is None or retries.delay_ns is None or retries.delay_ns <= 0:
            return 0
        number = self.first + retry
        if retries.policy is BackoffPolicy.LINEAR:
            wait = retries.delay_ns * (number if self.linear_grows else 1)
        else:
            wait = retries.delay_ns << min(number, LONGEST_NS.bit_length())
        return min(wait, LONGEST_NS)

    def wait_ns(
        self, retries: Retries, retry: int, status: int, after: str, now_ns: int
    ) -> int:
        """Return the wait before a retry, a `Retry-After` header counted in.

        Args:
            retries: The settings in force.
            retry: 0 for the first retry.
            status: What the last attempt was answered.
            after: The value of its `Retry-After`: seconds or an HTTP date; empty for
                none.
            now_ns: The virtual time, nanoseconds since 1970.

        Source: knative-runtime, Retries: ``max(backoff, min(Retry-After,
            retryAfterMax))``, for 429 and 503 only; dates in the past and junk are 0.
            knative-resources 3.2 (seconds or HTTP date).
        """
        backoff = self.backoff_ns(retries, retry)
        most = retries.retry_after_max_ns
        if most is None or status not in self.retry_after:
            return backoff
        return max(backoff, min(_retry_after_ns(after, now_ns), most))


@cache
def retried_by(retrying: Retrying) -> frozenset[int]:
    return retrying.statuses.union(retrying.server_errors)


@cache
def successes_by(retrying: Retrying) -> frozenset[int]:
    if retrying.unretried is Unretried.DELIVERED:
        below = range(SUCCESS.start, SERVER_ERROR)
        return frozenset(each for each in below if not retrying.is_retried(each))
    return frozenset(SUCCESS)


class Profile(Value):
    """One implementation of brokers or channels; each answer is looked up.

    Args:
        name: As users write it.
        channel: What stands behind a broker that is made of channels; None for others.
        known_from: ``run`` where the real thing was run and recorded, ``read`` where it
            was only read, ``written`` where it is the specification.
        onward: How replies and dead letters are tried again; None for as events are.
    """

    name: str
    channel: Profile | None = None
    known_from: str = "run"
    door: Door = Door()
    in_force: InForce = InForce()
    filtering: Filtering = Filtering()
    queue: Queue = Queue()
    requests: Requests = Requests()
    retrying: Retrying = Retrying()
    onward: Retrying | None = None
    replies: Replies = Replies()
    dead_letters: DeadLetters = DeadLetters()
    hazards: Hazards = Hazards()

    def at(self, door: Door) -> Profile:
        """Give this implementation at the addresses of another."""
        if self.door.by_path and door.by_path:
            return self  # whose host it is makes no difference
        own = self.door.replace(
            url=door.url, by_path=door.by_path, dispatcher=door.dispatcher
        )
        return self.replace(door=own)

    def over(self, channel: Profile) -> Profile:
        """Give this implementation of brokers with another kind of channel behind it.

        The broker keeps its ingress, its filter service and which block counts;
        storing, order, retries and dead letters are the channel's.
        """
        return self.replace(
            name=f"{self.name} over {channel.name}",
            channel=channel,
            door=self.door.replace(waits_ns=channel.door.waits_ns),
            in_force=channel.in_force.replace(
                keeps_sink=self.in_force.keeps_sink,
                empty_counts=self.in_force.empty_counts,
                reads_hub=self.in_force.reads_hub,
                merges=self.in_force.merges,
            ),
            queue=channel.queue,
            retrying=channel.retrying,
            onward=channel.onward,
            dead_letters=channel.dead_letters,
            hazards=channel.hazards,
        )


def _retry_after_ns(text: str, now_ns: int) -> int:
    """Read a `Retry-After` header; 0 for what is past or no time at all."""
    if text.isascii() and text.isdigit() and len(text) <= _SECONDS_DIGITS:
        return int(text) * _NS_PER_SECOND
    if not text.endswith("GMT"):
        return 0
    from email.utils import parsedate_to_datetime  # hardly ever met

    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0
    return max(0, int(moment.timestamp()) * _NS_PER_SECOND - now_ns)
