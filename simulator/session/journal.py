"""What was done to a run from outside, and how far it had been driven before each."""

from __future__ import annotations

from contextvars import ContextVar
from functools import partial, wraps
from typing import (
    TYPE_CHECKING,
    Any,
    Concatenate,
    Generic,
    ParamSpec,
    Protocol,
    TypeVar,
)

from simulator.errors import UsageError
from simulator.value import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from simulator.kernel import Kernel
    from simulator.session.run import Run

    Waiting = Callable[[], Awaitable[None]]
    M = TypeVar("M", bound=Callable[..., Any])

P = ParamSpec("P")
R = TypeVar("R")


class Progress(NamedTuple):
    """How far a run was driven, exactly.

    The notices of a run follow each other in the same order however it is driven, so
    their number says where it stands.

    Args:
        notices: How many were carried out.
        now_ns: Virtual time, which may have passed the last of them.
        settled: Whether no handler was waiting to go on.
        records: How many were written.
    """

    notices: int
    now_ns: int
    settled: bool
    records: int


class Input(NamedTuple):
    reached: Progress
    records: int
    name: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


def by(
    part: str, method: Callable[Concatenate[Any, P], R]
) -> Callable[Concatenate[Any, P], R]:
    """Make a method of `Simulation` that a part of it carries out."""

    @wraps(method)
    def call(self: object, /, *args: P.args, **kwargs: P.kwargs) -> R:
        __tracebackhide__ = True
        return method(getattr(self, part), *args, **kwargs)

    return call


class Shown(property, Generic[R]):
    """A property of `Simulation` that a part of it answers, with its text."""

    def __init__(self, part: str, method: Callable[[Any], R]) -> None:
        super().__init__(lambda self: method(getattr(self, part)), doc=method.__doc__)

    if TYPE_CHECKING:

        def __get__(self, sim: object, owner: type | None = None) -> R: ...  # type: ignore[override]


def journaled(method: M) -> M:
    """Mark what becomes a method of `Simulation` as an input: a fork calls it again.

    It costs nothing in a run without a journal. What a handler calls is no input: the
    handler does so again.
    """
    method.__dict__["is_input"] = True
    return method


class Repeats(Protocol):
    @property
    def kernel(self) -> Kernel: ...

    def repeat(
        self, reached: Progress, records: int | None = None
    ) -> Iterator[Waiting | None]:
        """Go on to a place where a run like this one has been.

        Args:
            reached: By the other run, not behind this one.
            records: End after the notice that writes more than these, if there is one.

        Yields:
            What is to be awaited before it goes on; None for a breath.
        """

    def look_ahead(self) -> Iterator[Waiting]: ...


class Journal:
    """The inputs of one run.

    Attributes:
        family: Is shared by a run and its forks.
        inputs: In order.
        broken: Why the run cannot be repeated; empty when it can.
        forgets: What a trace file holds of the inputs is not kept: no fork is made.
    """

    def __init__(self, run: Run, driver: Repeats) -> None:
        self.run = run
        self.driver = driver
        self.family = object()
        self.inputs: list[Input] = []
        self.broken = ""
        self.forgets = False
        self._within = False
        self._methods: dict[str, Callable[..., Any]] = {}

    def listen(self, simulation: object) -> None:
        kind = type(simulation)
        for name in dir(kind):
            if getattr(getattr(kind, name), "is_input", False):
                self._methods[name] = getattr(simulation, name)
                setattr(simulation, name, partial(self._call, name))

    def _call(self, name: str, /, *args: Any, **kwargs: Any) -> Any:
        method = self._methods[name]
        driven = driven_now()
        if driven is not None and driven.family is self.family:
            # A handler's. That of a fork may have the original at hand, but means its own.
            return driven._methods[name](*args, **kwargs)  # noqa: SLF001 - of one family
        if self._within:
            return method(*args, **kwargs)
        reached, kept = self.progress(), copied((args, kwargs))
        self._within = True
        try:
            return method(*args, **kwargs)
        finally:
            self._within = False
            self.inputs.append(Input(reached, len(self.run.log), name, *kept))

    def progress(self) -> Progress:
        run = self.run
        kernel = self.driver.kernel
        settled = not (run.has_pending and run.pending.unsettled)
        return Progress(kernel.notices, kernel.now, settled, len(run.log))

    def check(self) -> None:
        """Raise UsageError if a notice was broken off, or a handler asks."""
        if self.broken:
            raise UsageError(
                f"fork: the run was broken off in the middle of a notice by "
                f"{self.broken}, which cannot be repeated"
            )
        driven = driven_now()
        if driven is not None and driven.family is self.family:
            raise UsageError("fork: a handler calls, while its run is going on")


_driven: ContextVar[Journal | None] = ContextVar("kn-sim driven", default=None)


def driven_now() -> Journal | None:
    """Give the journal of the run that is driven here, by whose handler this is called."""
    return _driven.get()


def set_driven(journal: Journal | None) -> Journal | None:
    """Say whose run is driven here from now on; give whose was before."""
    before = _driven.get()
    _driven.set(journal)
    return before


def copied(value: Any) -> Any:
    """Copy what the caller may change later: events of the SDK, and containers."""
    if isinstance(value, dict):
        return {key: copied(each) for key, each in value.items()}
    if isinstance(value, list):
        return [copied(each) for each in value]
    if isinstance(value, tuple):
        each_copied = [copied(each) for each in value]
        named = hasattr(value, "_fields")
        return type(value)(*each_copied) if named else tuple(each_copied)
    if type(value).__module__.startswith("cloudevents."):
        from copy import deepcopy  # rarely an event of the SDK

        return deepcopy(value)
    return value
