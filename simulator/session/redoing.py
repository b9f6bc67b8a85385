"""What a trace says of its run, done again to a simulation that somebody makes."""

from __future__ import annotations

from inspect import signature
from sys import maxsize
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from simulator.errors import SimulatorError, TopologyError, UsageError, nearest
from simulator.session.blueprint import Blueprint, BlueprintOptions
from simulator.session.drive import wait_for
from simulator.session.journal import Progress
from simulator.session.recording import ADDED, END, read_value
from simulator.topology import Topology
from simulator.trace import compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from simulator.session.journal import Journal, Waiting
    from simulator.session.outside import Outside
    from simulator.trace import Trace
    from simulator.wiring import Wiring

_OWN = ("topology", "python")
_NO_CODE = "and a trace holds no code"


class Redone(Protocol):
    """A run that is made, and to which all is done again: a `Simulation`."""

    trace: Trace
    live: bool

    @property
    def journal(self) -> Journal | None: ...

    @property
    def now_ns(self) -> int: ...

    def outside(self) -> Outside: ...

    def service(self, name: str, handler: Any, /) -> Any: ...


S = TypeVar("S", bound=Redone)


class Redo(Generic[S]):
    """What a trace says of its run, made ready to be done again with what *make* makes.

    Raises:
        UsageError: It says nothing of its run.
        TopologyError: The topology in it is none.
    """

    def __init__(self, trace: Trace, name: str, make: Callable[..., S]) -> None:
        recorded = trace.recorded
        if recorded is None:
            raise UsageError(
                f"{name}: says nothing of its run: it was written before "
                "kn-sim-trace/3, or in parts"
            )
        self._name = name
        self._make = make
        self._trace = trace
        self._run = recorded.run
        self._inputs = recorded.inputs
        manifests = self._run.get("topology")
        if not isinstance(manifests, list):
            raise UsageError(f"{name}: run: expected a topology, found {manifests!r}")
        try:
            self.topology = Topology.of(*manifests)
        except TopologyError as error:
            named = [f"{name}: run: topology: {fault}" for fault in error.faults]
            raise TopologyError(named) from None
        python = self._run.get("python", {})
        self._python: dict[str, str] = python if isinstance(python, dict) else {}

    @property
    def hindrance(self) -> str:
        """Why the run cannot be had again; empty when it can."""
        if self._python:
            them = [f"{n} ({p})" if p else n for n, p in self._python.items()]
            return f"functions of a test play {', '.join(them)}, {_NO_CODE}"
        for each in self._inputs:
            if "lost" in each:
                return f"{each['input']} was called with {each['lost']}, {_NO_CODE}"
        return ""

    @property
    def wiring(self) -> Wiring:
        """What ran, before anything was changed; SimulatorError if that is refused."""
        options = {
            n: value for n, value in self._run.items() if n in BlueprintOptions._fields
        }
        blueprint = Blueprint(self.topology, **options)
        return blueprint.book(self._python).wiring

    @property
    def added(self) -> list[dict[str, Any]]:
        """The answers of real services that were added to the recording later."""
        return [
            each.get("kwargs", {}) for each in self._inputs if each["input"] == ADDED
        ]

    def check(self) -> None:
        """Raise UsageError if the run cannot be had again."""
        if self.hindrance:
            raise UsageError(f"{self._name}: {self.hindrance}")

    def again(
        self, began: Callable[[S], object] | None = None, **options: Any
    ) -> tuple[S, str]:
        """Have the run again, if that is possible, else a run of the same that has not begun.

        It is told to *began* before anything happens to it. Beside it stands why it is
        not what was recorded, empty when it is.

        Raises:
            SimulatorError: The topology or an option is refused.
        """
        simulation = self.simulate(**options)
        if self.hindrance:
            for name in self._python:
                simulation.service(name, _nothing)
            return simulation, self.hindrance
        if began is not None:
            began(simulation)
        self.do(simulation)
        if compare(self._trace, simulation.trace).common == len(self._trace):
            return simulation, ""
        why = "run again, it is another: the release or a handler has changed"
        return simulation, why

    def simulate(self, **options: Any) -> S:
        """Make the run, as yet untouched; SimulatorError if an option is refused."""
        own = {name: value for name, value in self._run.items() if name not in _OWN}
        known = signature(self._make).parameters
        for name in own:
            if name not in known:  # of another release, perhaps
                hint = nearest(name, known)
                raise UsageError(f"{self._name}: run: unknown option {name!r}{hint}")
        try:
            return self._make(self.topology, **{**own, **options, "journal": True})
        except UsageError as error:
            raise UsageError(f"{self._name}: run: {error}") from error

    def do(self, simulation: S) -> None:
        """Do to it what was done, and let it go on to where it stood.

        Raises:
            UsageError: It cannot be had again; an async handler waits and an event loop
                runs already; or an input is none.
        """
        self.check()
        for waiting in self._steps(simulation):
            if waiting is not None:
                wait_for(waiting)

    def _steps(self, simulation: S) -> Iterator[Waiting | None]:
        journal = simulation.journal
        assert journal is not None, "it was made with one"
        run = journal.run
        most, run.log.most = run.log.most, maxsize
        run.failures.repeats = True
        ended = False
        for each in self._inputs:
            if each["input"] == ADDED:
                continue
            yield from journal.driver.repeat(_progress(each["place"]))
            if each["input"] == END:
                ended = True
                continue
            self._call(simulation, each)
        records = len(self._trace)
        if not ended and records:
            end = Progress(maxsize, 0, False, records)
            yield from journal.driver.repeat(end, records - 1)
        run.failures.repeats = False
        run.log.most = most

    def _call(self, simulation: S, each: dict[str, Any]) -> None:
        name = each["input"]
        method = getattr(type(simulation), name, None)
        if method is None or not getattr(method, "is_input", False):
            raise UsageError(f"{self._name}: there is no input {name!r}")
        args: Sequence[Any] = read_value(each.get("args", []))
        kwargs = read_value(each.get("kwargs", {}))
        try:
            signature(method).bind(simulation, *args, **kwargs)  # without its own name
            getattr(simulation, name)(*args, **kwargs)
        except SimulatorError:
            pass  # it was refused when it was made, in the same way
        except TypeError as error:
            raise UsageError(f"{self._name}: input {name}: {error}") from None


def _nothing(_: object) -> None:
    """Play a service whose function is not there."""


def _progress(told: list[int]) -> Progress:
    notices, now_ns, settled, records = told
    return Progress(notices, now_ns, bool(settled), records)
