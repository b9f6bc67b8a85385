"""What a played system is: it takes events, keeps state, and says what it leaves open."""

from __future__ import annotations

from copy import deepcopy
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from simulator.duration import duration_ns
from simulator.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cloudevents.core.v1.event import CloudEvent

    from simulator.errors import Fault
    from simulator.subscribers.played import Handler, HandlerAnswer
    from simulator.systems.context import SystemContext

_CHOICE, _NUMBER, _DURATION, _TEXT = "choice", "number", "duration", "text"


class OptionError(ValueError):
    """A value of ``with:`` is none that the system can take.

    Args:
        path: The option, or what is in it, such as ``distributors.bridge``.
        message: What is wrong with it, and what was expected.
        more: What else is wrong with what is said.
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
    """See that nothing is wrong with what a system is given.

    Raises:
        OptionError: Something is; all is named.
    """
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
        """Read a value.

        Raises:
            ValueError: It is none of those that there are.
        """
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
        """What knobs were set to."""
        found: dict[str, Any] = self.__dict__.setdefault("_set_to", {})
        return found

    def set(self, key: str, value: str) -> None:
        """Decide an outcome.

        Raises:
            UsageError: It has no such knob, or that none such value.
        """
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
    """Give a run its own copy of a system, as it is before any run; else the same.

    Raises:
        TypeError: It is a system that cannot be called as one.
    """
    if not isinstance(handler, System):
        return handler
    from simulator.subscribers.played import wants_context  # few handlers are systems

    name = type(handler).__name__
    if iscoroutinefunction(type(handler).__call__):
        raise TypeError(f"a system does not await: {name} waits by context.later()")
    if not wants_context(handler):
        raise TypeError(f"a system takes an event and a context; {name} takes an event")
    return deepcopy(handler)
