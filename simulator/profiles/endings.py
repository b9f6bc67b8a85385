"""The questions of a profile about the end of a delivery: replies, dead letters, what breaks."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from simulator.statuses import SUCCESS
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Collection

    from simulator.delivery import Retries

_OK = 200
_NO_CONTENT = 204


class NoEvent(Enum):
    """What an answer comes to whose body is no event."""

    DELIVERED = "delivered"
    BAD_GATEWAY = "bad gateway"
    BURIED = "buried"  # at once, whatever retries are left


class Broken(Enum):
    """What an answer comes to that is a broken event."""

    AS_SENT = "as sent"  # who gets the reply finds out
    UNREAD = "unread"  # as a body that is none, if it cannot be read; else as sent
    NO_EVENT = "no event"  # the same as a body that is none
    # The same if it cannot be read; else, where an attribute is missing, buried.
    INVALID_IS_BURIED = "invalid is buried"


class Refused(Enum):
    """What becomes of a delivery whose reply is refused in the end."""

    BURIED = "buried"
    # With the subscriber's address and status.
    BURIED_AS_ANSWERED = "buried as answered"
    FORGOTTEN = "forgotten"


class Replies(Value):
    """Which answers are replies, and what becomes of one that cannot be posted.

    Args:
        statuses: The event in an answer with one of these goes to the reply address.
        no_event: What an answer comes to whose body is no event.
        broken: What one comes to that is a broken event.
        needs_data: A reply in binary mode without data is none.
        makes_id: A reply without id is given one.
        direct: It is stored without anybody's door between.
        unread: Without a reply address answers are not read.
        repeat_delivery: The delivery is tried again when its reply is refused; otherwise
            the reply is posted again.
        refused: What becomes of a delivery whose reply is refused.
    """

    statuses: Collection[int] = frozenset({_OK})
    no_event: NoEvent = NoEvent.DELIVERED
    broken: Broken = Broken.AS_SENT
    needs_data: bool = False
    makes_id: bool = False
    direct: bool = False
    unread: bool = False
    repeat_delivery: bool = True
    refused: Refused = Refused.BURIED

    @property
    def as_they_are(self) -> frozenset[int]:
        """The statuses of which an event is a reply, whatever else the answer says."""
        if (
            self.needs_data
            or self.makes_id
            or self.unread
            or self.refused is not Refused.BURIED
        ):
            return frozenset()  # each is looked at
        # With 204, the data goes: that is seen to by who judges the answer.
        return frozenset(self.statuses).intersection(SUCCESS) - {_NO_CONTENT}


class Data(Enum):
    """How the body of a failure becomes ``knativeerrordata``."""

    NONE = "none"
    CUT_TEXT = "cut text"  # in base64, then cut
    CUT_BYTES = "cut bytes"  # cut, then in base64; not there if there is none


class DeadLetters(Value):
    """What a dead letter tells of the failure, and who sends it.

    Args:
        attributes: It has the ``knativeerror*`` attributes.
        code: What ``knativeerrorcode`` is where nobody answered; None for none at all.
        data: How ``knativeerrordata`` is made.
        data_limit: What is kept of that, in characters or bytes.
        overwrites: They take the place of those that the event has already.
        header_prefix: Headers of the answer that begin so become attributes, without it.
        queued: They have a queue of their own; otherwise the delivery sends them.
        replies: The event in the sink's answer is a reply, too.
    """

    attributes: bool = True
    code: str | None = "500"
    data: Data = Data.CUT_TEXT
    data_limit: int = 1_024
    overwrites: bool = False
    header_prefix: str = ""
    queued: bool = False
    replies: bool = False


class Hazard(Value):
    """One way in which the real thing breaks.

    Args:
        text: What the trace says.
        process: Which process dies of it, ``{route}`` filled in; all routes that it
            serves end there. Empty where none does.
        gives_up: The retry is never made, and the answer forgotten.
        stalls: Taking from the queue stops for a while, and what is under way then
            comes again.
    """

    text: str
    process: str = ""
    gives_up: bool = False
    stalls: bool = False


class Hazards(Value):
    """Where the real thing breaks.

    Args:
        error_body: An error body of more bytes than this breaks it when the event is
            dead-lettered, and the run goes on; None for none.
        error_body_text: What the trace says then.
        no_backoff: A retry without policy or delay.
        no_delay: A retry after a delay of 0.
        no_exchange: A dead letter of a route without a block of its own, whose hub
            names no sink.
    """

    error_body: int | None = None
    error_body_text: str = ""
    no_backoff: Hazard | None = None
    no_delay: Hazard | None = None
    no_exchange: Hazard | None = None

    @property
    def shared_process(self) -> str:
        """The process that serves all hubs of the implementation and may die."""
        hazard = self.no_backoff or self.no_delay
        process = "" if hazard is None else hazard.process
        return "" if "{route}" in process else process

    def of(self, retries: Retries) -> Hazard | None:
        """Give what the first retry with these settings comes to; None for a retry."""
        if not retries.retry:
            return None
        if retries.policy is None or retries.delay_ns is None:
            return self.no_backoff
        return None if retries.delay_ns > 0 else self.no_delay
