"""``@explore(…)``: a test of pytest that is run again in other orders, and with faults."""

from __future__ import annotations

import inspect
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

import pytest

from simulator.errors import UsageError
from simulator.explore.exploring import searched
from simulator.explore.plan import MOST_RECORDS, Plan
from simulator.explore.running import REQUESTS, Ground, Made
from simulator.explore.working import use
from simulator.session.failures import in_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from simulator.explore.exploring import CounterExample, Exploration
    from simulator.explore.plan import Choices, Point
    from simulator.kernel import Chooser, Log
    from simulator.session import Simulation
    from simulator.session.views import Sent

    Making = Callable[..., Simulation]

P = ParamSpec("P")

_FIXTURE = "simulate"
_RED = (Exception, pytest.fail.Exception)
"""What a test raises that is red; not what skips it, or ends pytest."""


def explored(
    test: Callable[P, None],
    *,
    kept: Sequence[Mapping[str, int | str]],
    budget_s: float | None,
    **bounds: Any,
) -> Callable[P, None]:
    """Give the test that runs another one many times.

    Args:
        test: Takes the fixture `simulate`, and makes one simulation with it.
        kept: Choices of runs that are made whatever the search comes to.
        budget_s: The search ends after so many seconds; None for no limit.
        **bounds: Of a `Plan`.

    Raises:
        UsageError: It is no such test.
    """
    name = getattr(test, "__name__", repr(test))
    if inspect.iscoroutinefunction(test) or inspect.isgeneratorfunction(test):
        raise UsageError(
            f"@explore: {name} is async or a generator, expected a function"
        )
    if _FIXTURE not in inspect.signature(test).parameters:
        raise UsageError(
            f"@explore: {name} does not take the fixture {_FIXTURE!r}, which gives each run "
            "a simulation of its own"
        )

    @wraps(test)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> None:
        __tracebackhide__ = _tells_by_trace
        simulate: Any = kwargs[_FIXTURE]

        def body(making: Making) -> None:
            __tracebackhide__ = True
            given: Any = {**kwargs, _FIXTURE: making}
            test(*args, **given)

        _run(Tested(name, simulate, body), kept, budget_s, bounds)

    return wrapper


def _run(
    tested: Tested,
    kept: Sequence[Mapping[str, int | str]],
    budget_s: float | None,
    bounds: Mapping[str, Any],
) -> None:
    """Run a test as it is, as is kept, and then as far as the bounds go."""
    __tracebackhide__ = True
    plain = tested.made({})  # red as it is, it needs no search
    for number, choices in enumerate(kept):
        try:
            tested.made(choices).check_choices()
        except _RED as error:
            error.add_note(f"kn-sim: in the run of kept[{number}]: {dict(choices)}")
            raise
    plan = Plan(
        topology=plain.topology,
        options={"seed": plain.seed},
        holds=tested.holds,
        **bounds,
    )
    use(plan, BodyGround(plan, tested, plain))
    found = searched(plan, budget_s)
    example = found.counter_example
    if example is None:
        tested.made({})  # which pytest looks at in the end, and measures
        return
    try:
        sim = tested.made(example.choices, seed=example.seed)
    except _RED as error:
        error.add_note("\n".join(_lines(found, example)))
        raise
    lines = [*in_lines(sim.handler_errors), *_lines(found, example)]
    if not sim.handler_errors:
        lines.append(
            "made once more, it is green: something outside of the run decides"
        )
    pytest.fail("\n".join(lines), pytrace=False)


def _lines(found: Exploration, example: CounterExample) -> Iterator[str]:
    """Say of a failing run how it was found, how it is had again, and how it is kept."""
    choices = dict(example.words)
    seed = f", seed={example.seed}" if found.seeded else ""
    yield f"kn-sim: {found}"
    yield f"to repeat it:  simulate(…, choices={choices}{seed})"
    if not found.seeded:
        yield f"to keep it:    @explore(…, kept=[{choices}])"


def _tells_by_trace(info: pytest.ExceptionInfo[BaseException]) -> bool:
    """Tell pytest whether what it shows below ours is worth more than ours."""
    return getattr(info.value, "pytrace", True)


class Tested:
    """A test whose runs are made one after the other.

    Args:
        name: Of the test.
        simulate: The fixture; its `forget` leaves out what was made.
        body: The test, given what makes a simulation.
    """

    def __init__(
        self, name: str, simulate: Any, body: Callable[[Making], None]
    ) -> None:
        self._name = name
        self._simulate = simulate
        self._body = body

    def holds(self, _: Simulation) -> bool:
        """Tell the plans of two tests apart, which run the same; the body judges."""
        return True

    def made(
        self, choices: Mapping[str, int | str], seed: int | None = None
    ) -> Simulation:
        """Make a run; what came before is forgotten. Raises what the test raises."""
        __tracebackhide__ = True
        self._simulate.forget()
        given: dict[str, Any] = {"choices": dict(choices)} if choices else {}
        if seed is not None:
            given["seed"] = seed
        made: list[Simulation] = []
        self._body(self._making(given, made))
        return self._only(made)

    def tried(
        self, chooser: Chooser, logs: list[Log]
    ) -> tuple[Simulation, tuple[str, str] | None]:
        """Make a run in which somebody chooses; give it, and whether and how it is red.

        Args:
            chooser: Decides.
            logs: Gets the records of the run before it begins.
        """
        self._simulate.forget()
        made: list[Simulation] = []
        given = {"choices": chooser, "seed": chooser.seed, "most": MOST_RECORDS}
        try:
            self._body(self._making(given, made, logs))
        except _RED as error:
            if not made:
                raise
            return made[0], (_place(error), str(error))
        sim = self._only(made)
        if sim.handler_errors:
            return sim, ("no handler fails", "\n".join(in_lines(sim.handler_errors)))
        return sim, None

    def _making(
        self,
        given: Mapping[str, Any],
        made: list[Simulation],
        logs: list[Log] | None = None,
    ) -> Making:
        """Give what stands for `simulate` in one run."""

        def simulate(topology: object, /, **options: Any) -> Simulation:
            __tracebackhide__ = True
            if made:
                raise UsageError(
                    f"@explore: {self._name} makes a second simulation, expected one, in "
                    "which other orders are tried"
                )
            if options.get("choices") is not None:
                raise UsageError(
                    "@explore: choices=… is what is explored; leave either of them out"
                )
            made.append(self._simulate(topology, **{**options, **given}))
            if logs is not None:
                logs.append(made[0].log)
            return made[0]

        return simulate

    def _only(self, made: list[Simulation]) -> Simulation:
        if not made:
            raise UsageError(f"@explore: {self._name} makes no simulation")
        return made[0]


class BodyGround(Ground):
    """Runs of a test: it makes them itself, sends and judges."""

    def __init__(self, plan: Plan, tested: Tested, plain: Simulation) -> None:
        self._tested = tested
        self._plain = plain
        super().__init__(plan)

    def plain(self) -> tuple[Simulation, list[Sent]]:
        """Give the run as it is."""
        return self._plain, []

    def run(self, choices: Choices, seed: int, *, is_random: bool = False) -> Made:
        """Make a run with choices, or with such as a seed says."""
        points: list[Point] = []
        logs: list[Log] = []
        chooser = (
            self._random(seed)
            if is_random
            else self._noting(seed, choices, points, logs)
        )
        sim, failed = self._tested.tried(chooser, logs)
        return Made(choices, sim, points, [], failed, sim.log.count(REQUESTS))


def _place(error: BaseException) -> str:
    """Name a failure by its type and by the last line of the test that it went through."""
    trace, line = error.__traceback__, 0
    file = __file__
    while trace is not None:
        code = trace.tb_frame.f_code
        if file == __file__ and code.co_filename != __file__:
            file = code.co_filename  # of the test
        if code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return f"{type(error).__name__} at line {line}"
