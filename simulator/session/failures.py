"""What went wrong in the Python functions that play services, and who is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import error_line
from simulator.session.brake import Brake
from simulator.subscribers.handler import FAILED, failure, traceback_text
from simulator.subscribers.played import Played, WrongAnswerError, place_of
from simulator.value import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from simulator.event.sdk import EventView
    from simulator.kernel import Answer, Kernel, Request

# Each keeps its traceback, and that the variables of the handler.
MOST_KEPT = 1_000
# Exceptions with which a test or its tools talk to the runner, through any code between.
_TEST_TOOLS = ("_pytest.outcomes", "unittest.case", "hypothesis.errors")
_CALLERS = (
    "simulator.session.functions",
    "simulator.session.pending",
    "simulator.session.player",
    "simulator.subscribers.handler",
)


class HandlerFailure(NamedTuple):
    """An exception in a Python function that plays a service, or a wrong return value.

    Args:
        service: The node of the service, such as ``service/pricing``.
        exception: What was raised; for a wrong return value, what says so.
        place: Where, as ``file.py:12``: the innermost line in the handler's own file.
        request: What the handler was called with.
        serial: The number of the record of that request.
        traceback: As it was when it left the handler.
    """

    service: str
    exception: BaseException
    place: str
    request: Request
    serial: int
    traceback: TracebackType | None

    @property
    def event(self) -> EventView:
        """The event as the handler got it."""
        return self.request.cloud_event

    @property
    def attempt(self) -> int:
        """1 for the first attempt of the delivery."""
        return self.request.attempt

    @property
    def at_ns(self) -> int:
        """When it was called, in ns of virtual time since the start."""
        return self.request.instant_ns

    @property
    def what(self) -> str:
        """The exception in one line, such as ``KeyError: 'total'``."""
        if isinstance(self.exception, WrongAnswerError):
            return str(self.exception)
        return error_line(traceback_text(self.exception))

    @property
    def short_place(self) -> str:
        """The place, from here when it lies below the current folder."""
        from pathlib import Path  # only who shows it pays

        file, _, line = self.place.rpartition(":")
        path, here = Path(file), Path.cwd()
        below = here in path.parents
        return f"{path.relative_to(here)}:{line}" if below else self.place

    def __repr__(self) -> str:
        return f"<HandlerFailure {self}>"

    def __str__(self) -> str:
        [line] = in_lines([self])
        return f"{line[:-1]}, attempt {self.attempt})" if self.attempt > 1 else line


def in_lines(found: Iterable[HandlerFailure]) -> list[str]:
    """Tell each once that differs in its event only, with how often it happened."""
    alike: dict[tuple[str, str, str], list[HandlerFailure]] = {}
    for each in found:
        key = each.service, each.what, each.short_place
        alike.setdefault(key, []).append(each)
    lines = []
    for (service, what, place), them in alike.items():
        event = them[0].request.envelope.event
        times = f"{len(them)} times, first " if len(them) > 1 else ""
        lines.append(f"{service}: {what} ({place}; {times}{event.type} {event.id})")
    return lines


class Failures:
    """Those of one run.

    Args:
        found: Gets the first of those that are not raised, in order; anybody may clear
            it.
        raises: Whether who drives the run gets a failed assertion raised.

    Attributes:
        raised: How many were raised by who drives the run.
        last_raised: The last of these.
        repeats: Whether the run does again what another has done: nothing is raised.
    """

    def __init__(
        self,
        kernel: Callable[[], Kernel],
        found: list[HandlerFailure],
        *,
        raises: bool,
    ) -> None:
        self._kernel = kernel
        self._found = found
        self._raises = raises
        self._brake: Brake | None = None
        self._to_raise: list[HandlerFailure] = []
        self.raised = 0
        self.last_raised: HandlerFailure | None = None
        self.repeats = False

    def answer(
        self, error: BaseException, played: Played, request: Request, serial: int
    ) -> Answer:
        """Answer for a handler that raised; a BaseException such as Ctrl-C goes on."""
        error.__traceback__ = _from_handler(error.__traceback__)
        told = _any_of(error, is_of_test_tools)
        if not isinstance(error, Exception | SystemExit) and not told:
            raise error
        if isinstance(error, WrongAnswerError):
            answer = failure(str(error))
        else:
            answer = failure(traceback_text(error), played.errors or FAILED)
            if played.errors and not told:
                return answer
        self._take(error, played, request, serial)
        return answer

    def _take(
        self, error: BaseException, played: Played, request: Request, serial: int
    ) -> None:
        node = request.target.node
        place = place_of(error, played.function)
        found = HandlerFailure(node, error, place, request, serial, error.__traceback__)
        if self._raises and _any_of(error, _is_verdict):
            if not self.repeats:
                self._to_raise.append(found)
                self._stop()
        elif len(self._found) < MOST_KEPT:
            self._found.append(found)

    def _stop(self) -> None:
        if self._brake is None:
            self._brake = Brake(self._kernel())
        if not self._brake.on:
            self._brake.pull()

    def next_to_raise(self) -> BaseException | None:
        """Give what is to be raised by who drives the run; each once."""
        if not self._to_raise:
            return None
        found = self._to_raise.pop(0)
        self.raised += 1
        self.last_raised = found
        if not self._to_raise and self._brake is not None:
            self._brake.let_go()
        return found.exception


def _from_handler(frame: TracebackType | None) -> TracebackType | None:
    """Give a traceback without the frames that only call the handler."""
    while frame is not None and frame.tb_frame.f_globals.get("__name__") in _CALLERS:
        frame = frame.tb_next
    return frame


def is_of_test_tools(error: BaseException) -> bool:
    return any(kind.__module__ in _TEST_TOOLS for kind in type(error).__mro__)


def _is_verdict(error: BaseException) -> bool:
    return isinstance(error, AssertionError) or is_of_test_tools(error)


def _any_of(error: BaseException, test: Callable[[BaseException], bool]) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return any(_any_of(each, test) for each in error.exceptions)
    return test(error)
