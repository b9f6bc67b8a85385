"""The instants of a delivery whose every attempt fails; and when a sender sends again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.duration import LONGEST_NS
from simulator.nodes import is_called
from simulator.processes import Asking
from simulator.profiles.profile import Unretried, successes_by
from simulator.profiles.resending import ADAPTER
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.delivery import Retries
    from simulator.profiles import Profile
    from simulator.profiles.profile import Retrying
    from simulator.wiring import Wiring

# A ladder of retries without backoff may have 2^31 of them.
MOST_LISTED = 100_000


class Ladder(Value):
    """The attempts at one address, all in vain.

    Args:
        instants_ns: When each attempt begins, counted from the first of the delivery.
        settled_ns: When the last one has failed; None when not all are listed.
        unlisted: Attempts after those, too many or too late to be listed.
    """

    instants_ns: tuple[int, ...]
    settled_ns: int | None
    unlisted: int = 0

    @property
    def count(self) -> int:
        return len(self.instants_ns) + self.unlisted


class Course(Value):
    """What happens to an event when every attempt fails in one way.

    Args:
        status: What each attempt is answered; None when it runs into the timeout.
        delivery: The attempts at the subscriber.
        dead_letter: Those at the sink, the first as soon as the delivery has failed;
            None when there is no sink, or when its first instant is not known.
        limit_ns: The longest that the hub waits; what begins later never happens. None
            where nobody waits.
        end: How it ends, unless it is cut off: ``dead-lettered``, ``lost``, or
            ``taken``, where the status counts as a success.
    """

    status: int | None
    delivery: Ladder
    dead_letter: Ladder | None
    limit_ns: int | None
    end: str = "lost"

    def happens(self, instant_ns: int | None) -> bool:
        """Tell whether it comes to an instant before the hub gives up; None never comes."""
        limit_ns = self.limit_ns
        return instant_ns is not None and (limit_ns is None or instant_ns <= limit_ns)

    @property
    def is_open(self) -> bool:
        """All listed attempts happen, and there are more: the end is not known."""
        delivery = self.delivery
        return delivery.settled_ns is None and self.happens(delivery.instants_ns[-1])

    @property
    def is_cut(self) -> bool:
        return not self.is_open and not self.happens(self.delivery.settled_ns)

    @property
    def made(self) -> int:
        return sum(self.happens(instant) for instant in self.delivery.instants_ns)


def ladder(
    retries: Retries,
    retrying: Retrying,
    *,
    retried: bool = True,
    begin_ns: int = 0,
    lasting_ns: int = 0,
) -> Ladder:
    """List the attempts at one address; each takes *lasting_ns* to fail."""
    instants: list[int] = []
    now = begin_ns
    wanted = 1 + (retries.retry if retried else 0)
    for retry in range(min(wanted, MOST_LISTED)):
        instants.append(now)
        now += lasting_ns
        if retry + 1 == wanted:
            return Ladder(instants_ns=tuple(instants), settled_ns=now)
        wait = retrying.backoff_ns(retries, retry)
        if wait >= LONGEST_NS:
            break
        now += max(0, wait)
    return Ladder(
        instants_ns=tuple(instants), settled_ns=None, unlisted=wanted - len(instants)
    )


def course(
    retries: Retries, profile: Profile, *, status: int | None, dead_letter: bool
) -> Course:
    """Tell what happens when subscriber and dead letter sink always fail alike.

    With a *status* each is answered so at once; with None each runs into its timeout,
    which is retried.

    Source: knative-runtime, Retries, Dead letters ("with the same retry, backoff and
        timeout as the delivery itself"); knative-resources 4.4 (the wait limit).
    """
    lasting = max(0, retries.timeout_ns or 0) if status is None else 0
    retrying = profile.retrying
    retried = status is None or retrying.is_retried(status)
    hazard = profile.hazards.of(retries) if retried else None
    retried = retried and hazard is None
    delivery = ladder(retries, retrying, retried=retried, lasting_ns=lasting)
    burial = None
    dies = hazard is not None and bool(hazard.process)
    end = _end(retries, retrying, status, retried=retried, dead_letter=dead_letter)
    if end == "dead-lettered" and delivery.settled_ns is not None and not dies:
        onward = profile.onward or retrying
        again = status is None or onward.is_retried(status)
        burial = ladder(
            onward.settings or retries,
            onward,
            retried=again and hazard is None,
            begin_ns=delivery.settled_ns,
            lasting_ns=lasting,
        )
    return Course(
        status=status,
        delivery=delivery,
        dead_letter=burial,
        limit_ns=profile.door.waits_ns,
        end="lost" if dies else end,
    )


def _end(
    retries: Retries,
    retrying: Retrying,
    status: int | None,
    *,
    retried: bool,
    dead_letter: bool,
) -> str:
    """Tell how a delivery ends.

    Source: profiles 44: what is no failure, and what is given up before its last attempt.
    """
    if status is not None and status in successes_by(retrying):
        return "taken"
    early = retries.retry and not retried and status is not None
    if early and not retrying.is_retried(status or 0):
        dead_letter = dead_letter and retrying.unretried is not Unretried.BURIED_ON_LAST
    return "dead-lettered" if dead_letter else "lost"


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
