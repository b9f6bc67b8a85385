"""When those who send by themselves send again, or give up: sources, RequestReplies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.nodes import is_called
from simulator.processes import Asking
from simulator.profiles.resending import ADAPTER
from simulator.timetable.course import ladder
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.timetable.course import Ladder
    from simulator.wiring import Wiring


class Resent(Value):
    """What the adapter of a source does with an event whose every attempt fails.

    Args:
        node: ``pingsource/clock``.
        sink: Its URL.
        status: What each attempt is answered.
        attempts: After the last the event is lost; nothing but a log tells.
    """

    node: str
    sink: str
    status: int
    attempts: Ladder


class Waited(Value):
    """How long a RequestReply waits for its broker, and for the reply.

    Args:
        node: ``requestreply/ask``.
        broker: The URL; None where there is none, so that it waits for nothing.
        waits_ns: Whatever its ``spec.timeout`` says.
    """

    node: str
    broker: str | None
    waits_ns: int


def senders(
    wiring: Wiring, *, status: int = 503, names: Sequence[str] = ()
) -> Iterator[Resent | Waited]:
    """Tell of the named adapters of Knative's and RequestReplies, or of all.

    Containers, connectors and generators of a Simulation are none of them: what they do
    is theirs. A source that tells a life as the controller of 2022 does is one.

    Args:
        wiring: The reconciled topology.
        status: What each attempt is answered.
        names: As for `timetables`.
    """
    for source in wiring.sources:
        resending = ADAPTER if source.is_adapter else source.resending
        if resending and source.sink and is_called(source.node, names):
            again = resending.retrying.is_retried(status)
            attempts = ladder(resending.retries, resending.retrying, retried=again)
            yield Resent(
                node=source.node, sink=source.sink, status=status, attempts=attempts
            )
    for endpoint in wiring.endpoints:
        process = endpoint.process
        if isinstance(process, Asking) and is_called(endpoint.node, names):
            yield Waited(
                node=endpoint.node, broker=process.broker, waits_ns=process.waits_ns
            )
