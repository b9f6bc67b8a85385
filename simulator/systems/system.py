"""What a played system is: it takes events, keeps state, and acts by its context."""

from __future__ import annotations

from copy import deepcopy
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol
from uuid import UUID

from simulator.duration import Duration, duration_ns, span_ns
from simulator.errors import UsageError, nearest
from simulator.subscribers.handler import Context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cloudevents.core.v1.event import CloudEvent

    from simulator.errors import Fault
    from simulator.kernel import Request
    from simulator.subscribers.played import Handler, HandlerAnswer
    from simulator.subscribers.replies import Surroundings

_CHOICE, _NUMBER, _DURATION, _TEXT = "choice", "number", "duration", "text"


class OptionError(ValueError):
    """A value of ``with:`` is none that the system can take.

    Args:
        path: The option, or what is in it, such as ``distributors.bridge``.
        message: What is wrong with it, and what was expected.
    """

    def __init__(
        self, path: str, message: str, more: Iterable[OptionError] = ()
    ) -> None:
        self.path = path
        self.message = message
        self.all = (self, *more)
        others = [str(each) for each in self.all[1:]]
        super().__init__("\n".join([f"{path}: {message}", *others]))


def refuse(wrong: Sequence[OptionError]) -> None:
    """Raise all that is wrong with what a system is given as one OptionError."""
    if wrong:
        raise OptionError(wrong[0].path, wrong[0].message, wrong[1:])


class Knob(NamedTuple):
    """An outcome of a system that is decided from outside: ``--set NODE.KEY=VALUE``.

    Args:
        about: What it decides, as the end of a sentence.
        values: What it may be set to; empty for what *sort* says.
        sort: ``choice``, ``number``, ``duration`` (which is taken as ns) or ``text``.
    """

    about: str
    values: tuple[str, ...] = ()
    sort: str = _CHOICE

    def read(self, text: str) -> str | float:
        """Read a value; ValueError where it is none of those that there are."""
        if self.sort == _DURATION:
            return duration_ns(text)
        if self.sort == _NUMBER:
            try:
                number = float(text)
            except ValueError:
                number = float("nan")
            if not abs(number) < float("inf"):
                raise ValueError(f"expected a number, found {text!r}")
            return number
        if self.sort == _CHOICE and text not in self.values:
            there_are = ", ".join(self.values)
            raise ValueError(
                f"expected one of {there_are}, found {text!r}{nearest(text, self.values)}"
            )
        return text


class System:
    """Plays a service; a run plays a copy of it, so that what it keeps is one run's.

    The arguments of the class are what ``with:`` may say, by keyword. Those that are
    annotated as `Path` are relative to the file that says it.

    Attributes:
        replies: Whether it answers with events; None where nobody knows before.
        asks: Whether it may ask somebody to decide, likewise.
        set_to: Key of a knob -> the value that it was set to.
    """

    replies: ClassVar[bool | None] = None
    asks: ClassVar[bool | None] = None

    def __call__(self, event: CloudEvent, context: SystemContext) -> HandlerAnswer:
        """Take an event; give the reply, a status, or None for 200."""
        raise NotImplementedError

    @property
    def sends_to(self) -> Iterable[str]:
        """The addresses that it may send to, ``broker/default`` or ``service/bridge``."""
        return ()

    @property
    def files(self) -> Iterable[str]:
        """The files that it has read; when one changes, it is made anew."""
        return ()

    @property
    def warnings(self) -> Iterable[Fault]:
        """What is wrong in its files, and ignored; each with its place."""
        return ()

    @property
    def knobs(self) -> Mapping[str, Knob]:
        """The outcomes that may be decided from outside, by key."""
        return {}

    @property
    def set_to(self) -> dict[str, Any]:
        found: dict[str, Any] = self.__dict__.setdefault("_set_to", {})
        return found

    def set(self, key: str, value: str) -> None:
        """Decide an outcome; UsageError where there is no such knob or value."""
        knobs = self.knobs
        if key not in knobs:
            there_are = ", ".join(knobs) or "none"
            raise UsageError(
                f"unknown key {key!r}{nearest(key, knobs)} (there are: {there_are})"
            )
        try:
            self.set_to[key] = knobs[key].read(value)
        except ValueError as error:
            raise UsageError(f"{key}: {error}") from None

    def unfinished(self) -> Iterable[str]:
        """Say, a sentence each, what it has begun and not ended."""
        return ()


def own(handler: Handler) -> Handler:
    """Give a run its own copy of a system, as before any run; TypeError if it cannot be one."""
    if not isinstance(handler, System):
        return handler
    from simulator.subscribers.played import wants_context  # few handlers are systems

    name = type(handler).__name__
    if iscoroutinefunction(type(handler).__call__):
        raise TypeError(f"a system does not await: {name} waits by context.later()")
    if not wants_context(handler):
        raise TypeError(f"a system takes an event and a context; {name} takes an event")
    return deepcopy(handler)


_UUID_BITS, _UUID_VERSION = 128, 4


class Timer(Protocol):
    def stop(self) -> None:
        """Let it not come."""


class Clock(Protocol):
    """Calls a system again; the session has it."""

    @property
    def now_ns(self) -> int:
        """Virtual time, ns since the start of the run."""

    def later(
        self,
        context: SystemContext,
        after_ns: int,
        act: Callable[[SystemContext], object],
    ) -> Timer:
        """Call it after a while, with a context for the same request."""

    def again(
        self, context: SystemContext, act: Callable[[SystemContext], object]
    ) -> None:
        """Call it now, with a context for the same request."""


class SystemContext(Context):
    """A `Context` of a system: it may also act later, and ask somebody to decide.

    Args:
        called_ns: When it is called, in ns since 1970.
        serial: The record of the request, which all that it does follows from.

    Attributes:
        question: What is to be called with a decision; None unless it has asked.
    """

    __slots__ = ("_clock", "question", "serial")

    def __init__(
        self,
        request: Request,
        service: Surroundings,
        called_ns: int,
        clock: Clock,
        serial: int,
    ) -> None:
        super().__init__(request, service, called_ns)
        self._clock = clock
        self.serial = serial
        self.question: Callable[[bool, SystemContext], object] | None = None

    @property
    def now_ns(self) -> int:
        """Virtual time, ns since the start of the run."""
        return self._clock.now_ns

    @property
    def instant_ns(self) -> int:
        """Virtual time when it was called, ns since 1970."""
        return self._called_ns

    @property
    def request(self) -> Request:
        return self._request

    def uuid(self) -> str:
        """Draw a UUID from the service's own stream of chance."""
        bits = self.random.getrandbits(_UUID_BITS)
        return str(UUID(int=bits, version=_UUID_VERSION))

    def later(self, after: Duration, act: Callable[[SystemContext], object]) -> Timer:
        """Act after a while of virtual time.

        Args:
            after: How long from now: ISO 8601 or ``500ms``, seconds, or a timedelta.
            act: Is called then; what it sends follows from the same request.

        Raises:
            ValueError: *after* is no duration.
        """
        return self._clock.later(self, span_ns(after), act)

    def later_ns(self, after_ns: int, act: Callable[[SystemContext], object]) -> Timer:
        return self._clock.later(self, after_ns, act)

    def act(self, act: Callable[[SystemContext], object]) -> None:
        """Act now, while another request is answered; it follows from this one."""
        self._clock.again(self, act)

    def ask(self, decided: Callable[[bool, SystemContext], object]) -> None:
        """Let somebody approve or reject the request, which is held until then.

        It waits among the approvals of the run, as for a service with ``approval:``. Only
        while an event is taken, and if that is not answered with a failure.

        Args:
            decided: Is called with whether it is approved; the answer is 200 either way.
        """
        self.question = decided
