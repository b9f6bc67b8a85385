"""What the Python functions that play services ask for, and what they answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from simulator.duration import Duration, span_ns
from simulator.errors import EventError, UsageError, error_line, with_article
from simulator.event.rules import faults
from simulator.kernel import Answer
from simulator.kernel.answer import Replying
from simulator.kernel.envelope import known_valid
from simulator.subscribers.played import WrongAnswerError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from random import Random
    from types import ModuleType

    from cloudevents.core.v1.event import CloudEvent

    from simulator.event import Event
    from simulator.kernel import Request
    from simulator.subscribers.replies import Surroundings

_OK = Answer(200)
FAILED = 500
_MOCKS = "unittest.mock"
_STATUSES = range(100, 1_000)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NS_PER_US = 1_000


class Context:
    """What a handler may want to know besides the event, found out when it asks.

    Args:
        called_ns: When, in ns of virtual time since 1970.
    """

    __slots__ = ("_called_ns", "_headers", "_request", "_service")

    def __init__(self, request: Request, service: Surroundings, called_ns: int) -> None:
        self._request = request
        self._service = service
        self._called_ns = called_ns
        self._headers: Mapping[str, str] | None = None

    @property
    def service(self) -> str:
        """The name of the service that is called."""
        return self._service.name

    @property
    def headers(self) -> Mapping[str, str]:
        """The HTTP headers of the request, lower-case names."""
        if self._headers is None:
            self._headers = self._request.headers
        return self._headers

    @property
    def attempt(self) -> int:
        """1 for the first attempt of this delivery."""
        return self._request.attempt

    @property
    def now(self) -> datetime:
        """The virtual time when it was called, to the microsecond."""
        return _EPOCH + timedelta(microseconds=self._called_ns // _NS_PER_US)

    @property
    def random(self) -> Random:
        """The service's own stream of chance, from the run's seed."""
        return self._service.random

    def __repr__(self) -> str:
        return f"<Context of {self.service}, attempt {self.attempt}>"

    def emit(self, event: CloudEvent, to: str, after: Duration = 0) -> None:
        """Post a further event, now or later; what is returned is the reply.

        Args:
            event: As it is now; the handler may go on to change it.
            to: ``broker/default``, ``service/pricing`` … or a URL.
            after: How long from now: ISO 8601 or ``500ms``, seconds, or a timedelta.

        Raises:
            EventError: It is no valid event.
            UnknownAddressError: Nothing has this address.
            UsageError: What is given is no event, or no address.
            ValueError: *after* is no duration.
        """
        from simulator.event import valid_event  # only who emits pays
        from simulator.event.sdk import event_of, is_cloud_event  # the SDK

        if not is_cloud_event(event):
            raise UsageError(f"emit: expected a CloudEvent, found {event!r}")
        if not isinstance(to, str):
            raise UsageError(f"emit: expected an address as text, found {to!r}")
        valid = known_valid(valid_event(event_of(event)))
        self._service.emit(valid, to, span_ns(after))


@cache
def _sdk() -> ModuleType:
    """Give the door to the SDK; kept, since an `import` for each answer takes 2 µs."""
    from simulator.event import sdk  # only handlers pay

    return sdk


def to_answer(result: object) -> Answer:
    """Turn what a handler returned into an answer; WrongAnswerError where it is none.

    A mock that nobody told what to return gives a mock, which counts as nothing.
    """
    if result is None:
        return _OK
    sdk = _sdk()
    if type(result) is sdk.EventView:  # as nearly all are
        return _replying(result, sdk.event_of)
    if type(result).__module__ == _MOCKS:
        return _OK
    if isinstance(result, int) and not isinstance(result, bool) and result in _STATUSES:
        return _bare(result)
    if type(result) is Answer:  # of a system of ours
        return result
    if sdk.is_cloud_event(result):
        return _replying(result, sdk.event_of)
    # Only of plain values: the repr of others tells where they lie in memory.
    plain = isinstance(result, str | bytes | int | float)
    shown = repr(result) if plain else with_article(type(result).__name__)
    raise WrongAnswerError(
        f"a handler returns a CloudEvent, a status or None, not {shown}"
    )


def _replying(result: object, event_of: Callable[[Any], Event]) -> Answer:
    try:
        event = event_of(result)
    except EventError as error:
        raise WrongAnswerError(f"the handler's event: {error}") from error
    if not event.checked:
        found = faults(event)
        if found:
            raise WrongAnswerError(
                f"the handler's event is not valid: {'; '.join(found)}"
            )
    return Replying(known_valid(event))


@lru_cache(maxsize=1_024, typed=True)
def _bare(status: int) -> Answer:
    """Give the answer that is nothing but a status; a member of an enumeration stays one."""
    return Answer(status)


def failure(detail: str, status: int = FAILED) -> Answer:
    """Answer no; the detail goes to the trace and, as Go would, into the body."""
    # A lone surrogate, as in the name of a file, fits in neither body nor trace.
    text = detail.encode(errors="replace").decode()
    return Answer(status, body=error_line(text).encode(), detail=text)


def traceback_text(error: BaseException) -> str:
    import traceback  # only handlers pay

    return "".join(traceback.format_exception(error, limit=-8)).rstrip()


def drive(coroutine: Coroutine[Any, Any, object]) -> object:
    """Run a coroutine without an event loop; WrongAnswerError if it waits, or its own error."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        returned: object = stop.value
        return returned
    coroutine.close()
    raise WrongAnswerError(
        "the handler waits for something, although nothing in it says so"
    )
