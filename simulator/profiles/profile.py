"""The questions on which broker implementations answer differently, and the answers.

A `Profile` is nine small values, the fields of each with what the specification says as default; where
that says nothing, with what Knative's own broker does, but without a wait or a retry.

Source: knative/specs, specs/eventing (data-plane.md, control-plane.md), read; profiles.md
    3.1 in the words of this project's reference.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from simulator.delivery import BackoffPolicy
from simulator.duration import LONGEST_NS
from simulator.statuses import SERVER_ERROR
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from simulator.delivery import Retries

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
        hops: How many brokers an event may pass; None for no end.
        stamps_arrival: It adds ``knativearrivaltime``.
        inner: The name of the channel that stands behind a broker, ``{name}`` filled in;
            empty for none.
        waits_ns: How long the sender is kept waiting for the next delivery to settle;
            None where he is answered as soon as the event is stored.
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
    hops: int | None = None
    stamps_arrival: bool = False
    inner: str = ""
    waits_ns: int | None = None

    def address(self, name: str, namespace: str, implementation: str = "") -> str:
        """Give the address of a hub; no port."""
        return self.url.format(
            name=name, namespace=namespace, implementation=implementation
        )


class InForce(Value):
    """Which ``delivery`` block counts for a route: its own, or that of its hub.

    Args:
        keeps_sink: A route's own block that names no dead letter sink leaves the hub's
            in force; otherwise it replaces the hub's block as a whole.
        empty_counts: An own block that says nothing counts, and so retries nothing.

    Source: control-plane.md:463 and 596 (any option: the hub's MUST be ignored).
    """

    keeps_sink: bool = False
    empty_counts: bool = False

    def is_own(self, block: Mapping[str, Any] | None) -> bool:
        """Tell whether a route's own block, if it has one, is the one that counts."""
        return block is not None and (self.empty_counts or bool(block))


class Filtering(Value):
    """Who judges a trigger's filter, and when.

    Args:
        service: The host of a filter service that stands between a broker's channel and
            the subscriber and judges at each attempt; empty where an event is judged
            once, as it is taken.
        dialects: Whether ``spec.filters`` counts; otherwise ``spec.filter`` alone does.
    """

    service: str = ""
    dialects: bool = True


class Queue(Value):
    """In which order events that are stored go on, and how many at once, for a route.

    Counts only where the sender does not wait.

    Args:
        workers: How many deliveries are under way at once; None for no limit.
        ordered_by: An attribute: events of one value of it go on one after another;
            empty for none.
        retry_holds: A wait before a retry keeps its worker; otherwise the event goes
            back, and comes again before all that waits.
    """

    workers: int | None = None
    ordered_by: str = ""
    retry_holds: bool = True


class Requests(Value):
    """What a request carries beside its event.

    Args:
        prefer: ``Prefer: reply``, to the subscriber.
        namespace: ``Kn-Namespace``.
        passes: Trace context, and the headers that Knative passes on.
        formats: ``delivery.format`` counts.
    """

    prefer: bool = True
    namespace: bool = True
    passes: bool = True
    formats: bool = True


class Retrying(Value):
    """What is tried again, and when.

    Args:
        statuses: Retried, besides `server_errors` and failed connections.
        server_errors: Of these everything is retried.
        linear_grows: A linear backoff waits d, 2d, 3d …; otherwise d each time.
        first: The number that the first retry counts as in the formulas, n·d and 2ⁿ·d.
        retry_after: For which statuses ``Retry-After`` counts.
        redirects: How many redirects one request follows.
    """

    statuses: frozenset[int] = frozenset({404, 408, 409, 429})
    server_errors: range = _SERVER_ERRORS
    linear_grows: bool = False
    first: int = 0
    retry_after: frozenset[int] = frozenset()
    redirects: int = 0

    def is_retried(self, status: int) -> bool:
        """Tell whether a final status is worth another attempt."""
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


class NoEvent(Enum):
    """What a 2xx answer comes to whose body is no event."""

    DELIVERED = "delivered"
    BAD_GATEWAY = "bad gateway"


class Replies(Value):
    """Which answers are replies, and what becomes of one that cannot be posted.

    Args:
        statuses: The event in an answer with one of these goes to the reply address.
        no_event: What a 2xx comes to whose body is no event.
        repeat_delivery: The delivery is tried again when its reply is refused; otherwise
            the reply is posted again, and then the event is dead-lettered.
    """

    statuses: Collection[int] = frozenset({_OK})
    no_event: NoEvent = NoEvent.DELIVERED
    repeat_delivery: bool = True


class DeadLetters(Value):
    """What a dead letter tells of the failure.

    Args:
        attributes: It has the ``knativeerror*`` attributes.
        data_limit: Characters of base64 that are kept in ``knativeerrordata``.
    """

    attributes: bool = True
    data_limit: int = 1_024


class Hazards(Value):
    """Where the real thing breaks and the run goes on.

    Args:
        error_body: An error body of more bytes than this breaks it when the event is
            dead-lettered; None for none.
        error_body_text: What the trace says then.
    """

    error_body: int | None = None
    error_body_text: str = ""


class Profile(Value):
    """One implementation of brokers or channels; each answer is looked up.

    Args:
        name: As users write it.
        channel: What stands behind a broker that is made of channels; None for others.
    """

    name: str
    channel: Profile | None = None
    door: Door = Door()
    in_force: InForce = InForce()
    filtering: Filtering = Filtering()
    queue: Queue = Queue()
    requests: Requests = Requests()
    retrying: Retrying = Retrying()
    replies: Replies = Replies()
    dead_letters: DeadLetters = DeadLetters()
    hazards: Hazards = Hazards()

    def over(self, channel: Profile) -> Profile:
        """Give this implementation of brokers with another kind of channel behind it.

        The broker keeps its ingress and its filter service; storing, order, retries
        and dead letters are the channel's.
        """
        return self.replace(
            name=f"{self.name} over {channel.name}",
            channel=channel,
            door=self.door.replace(waits_ns=channel.door.waits_ns),
            queue=channel.queue,
            retrying=channel.retrying,
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
