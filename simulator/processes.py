"""What Knative's own processes do, as the session plays it: sinks, replies, sources.

Part of `simulator.wiring`, of its endpoints and sources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.filters import Filter
    from simulator.selectors import Selector


class Transformation(Value):
    """What an EventTransform does to an event; expressions are JSONata.

    Args:
        sink: The URL that its result is posted to; None where that is the answer.
        authorization: The header with which it is; None for no token.
        reply: Of what the sink answers; None where it goes back as it is.
    """

    expression: str
    sink: str | None = None
    authorization: str | None = None
    reply: str | None = None
    discards: bool = False


class Asking(Value):
    """What a RequestReply does: it asks a broker, and waits for the event that replies.

    Args:
        broker: The URL of the broker's ingress; None where there is no such broker.
        correlation: The attribute by which an event says what replies to it are to bear.
        reply: The attribute in which replies bear it.
        waits_ns: How long it waits for the broker, and for the reply.

    Source: knative-kinds 2: 60 s, whatever `spec.timeout` says.
    """

    broker: str | None
    correlation: str
    reply: str
    key: str
    pods: tuple[str, ...]
    waits_ns: int = 60_000_000_000


class JobTemplate(Value):
    """What a JobSink makes of an event: a Job, and a Secret with the event in it.

    Args:
        job: A ``batch/v1`` Job, as `spec.job` says.
        runs: The URL that stands for its Jobs.
        refusals: What the API server says against each Job in turn, empty for nothing;
            the last counts for all further ones.
        reconciled: Its controller has been there, so that it has an address.
    """

    job: Mapping[str, Any]
    runs: str
    refusals: tuple[str, ...] = ()
    reconciled: bool = True


class Connector(Value):
    """What an IntegrationSink does: it takes whatever is posted to it out of Knative."""


Process = Transformation | Asking | JobTemplate | Connector
"""What a process of Knative's own does with the requests that it gets."""


class Watched(Value):
    """One resource of the API server that somebody watches: its plural, and which labels."""

    api_version: str
    plural: str
    selector: Selector


class Watch(Value):
    """What a source is told of by the API server, and what it makes of that.

    Args:
        resources: Each is watched for itself; none where nothing can be sent.
        namespaces: By labels; None for its own. What lies in none is always watched.
        owner: apiVersion and kind of what controls the objects, either empty for any;
            None for objects of whatever owner.
        whole: Events have the whole object, not a reference to it.
        filter: What events are sent.
    """

    resources: tuple[Watched, ...]
    namespaces: Selector | None = None
    owner: tuple[str, str] | None = None
    whole: bool = False
    filter: Filter | None = None


class Timer(Value):
    """When a source sends the same again and again, and what.

    Args:
        first_ns: Since its start.
        period_ns: From one event to the next.
        count: How many there are; None for no end.
    """

    first_ns: int
    period_ns: int
    count: int | None
    data: bytes
    content_type: str
