"""`explore`: search a topology for a run that goes wrong."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.duration import duration_ns
from simulator.errors import UsageError, nearest
from simulator.explore.driving import carry_out
from simulator.explore.plan import (
    ALWAYS,
    KINDS,
    NEVER_LOST,
    NEVER_TWICE,
    NO_DEAD_LETTERS,
    Check,
    Input,
    Plan,
)
from simulator.explore.search import Search, shrunk
from simulator.explore.working import ground_of
from simulator.kernel.chooser import MISHAPS, REQUEST
from simulator.session.arguments import (
    expect_seconds,
    expect_several,
    expect_whole,
)
from simulator.session.blueprint import BlueprintOptions
from simulator.session.sending import described_event, given_event
from simulator.topology import Topology
from simulator.value import Value

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Sequence

    from distributed import Client

    from simulator.session import Simulation

LARGEST_BOUND = 20
_SERVICES = "names of services"
LARGEST_SEEDS = 100_000_000


class Bound(Value):
    """How far a search goes.

    Args:
        faults: How many requests go wrong in one run, at most.
        delays: How many turns are put off in one run, at most.
    """

    faults: int
    delays: int

    def __str__(self) -> str:
        return f"{_counted(self.faults, 'fault')}, {_counted(self.delays, 'delay')}"


class CounterExample(Value):
    """The shortest run that failed.

    Args:
        plan: What was searched, with as few inputs as fail.
        choices: Point -> what was chosen there.
        seed: Of the run.
        check: What did not hold.
        why: The same in sentences.
        is_smaller: Whether some of the inputs are not needed.
    """

    plan: Plan
    choices: Mapping[str, int]
    seed: int
    check: str
    why: str

    is_smaller: bool = False

    @property
    def words(self) -> dict[str, int | str]:
        """The choices, as people write them."""
        return {
            point: MISHAPS[chosen] if point.startswith(REQUEST) else chosen
            for point, chosen in self.choices.items()
        }

    @property
    def simulation(self) -> Simulation:
        """The run, made again, with its journal."""
        return ground_of(self.plan).again(self.choices, self.seed)


class Exploration(Value):
    """What a search came to.

    Args:
        runs: How many were made, up to the one that failed.
        known: How many there are within the bound, as far as that is known.
        seeded: How many of the runs were seeded ones, beyond the bound.
        seeds: How many of those were asked for.
        deliveries: How many requests all runs made.
        exhausted: Whether all runs within the bound were made.
        stopped: Whether it ended before its end: its time was up, or it was interrupted.
        bound: How far it went.
        checks: What had to hold, as checks are called.
        counter_example: The shortest run that failed; None for none.
    """

    runs: int
    known: int
    seeded: int
    seeds: int
    deliveries: int
    exhausted: bool
    stopped: bool
    bound: Bound
    checks: tuple[str, ...] = ()
    counter_example: CounterExample | None = None

    def __str__(self) -> str:
        bound = f"{self.known:,} within {self.bound}"
        within = self.runs - self.seeded
        if self.counter_example is not None and not self.seeded:
            known = "" if self.exhausted else "known "
            return f"counter-example after {_counted(within, 'run')} of {self.known:,} {known}within {self.bound}"
        if self.counter_example is not None:
            runs = "the only run" if within == 1 else f"all {within:,} runs"
            return (
                f"counter-example after {runs} within {self.bound}, "
                f"at seeded run {self.seeded:,}"
            )
        of = f" of {self.seeds:,}" if self.stopped else ""
        more = f", and {self.seeded:,}{of} seeded runs" if self.seeds else ""
        if self.exhausted:
            runs = "the only run" if within == 1 else f"all {within:,} runs"
            return f"nothing found in {runs} within {self.bound}{more}"
        return f"nothing found in {_counted(within, 'run')} of {bound}, as far as known"


def explore(
    topology: Topology | str | os.PathLike[str],
    inputs: Iterable[Any] = (),
    *,
    given: Callable[[Simulation], object] | None = None,
    check: Callable[[Simulation], object] | None = None,
    until: str | None = None,
    never_lost: bool = False,
    never_twice: Sequence[str] = (),
    always: Sequence[str] = (),
    no_dead_letters: bool = False,
    faults: int = 1,
    delays: int = 2,
    kinds: Sequence[str] = KINDS,
    seeds: int = 0,
    stateless: Sequence[str] = (),
    prune: bool = True,
    budget_s: float | None = None,
    jobs: int = 1,
    on: Client | str | None = None,
    campaign: str | os.PathLike[str] | None = None,
    **options: Any,
) -> Exploration:
    """Search a topology for a run that goes wrong.

    Args:
        topology: What runs, or its file or folder.
        inputs: What is sent at the start: events, or their attributes and ``data``.
        given: Is called with each simulation before it runs, and may register services
            and send; what it makes for one run must not be there in another.
        check: Is called with each run that is over; an AssertionError, False or a text
            says that it failed.
        until: How long each run goes on; until nothing is due, unless given.
        never_lost: Nothing is lost; so it is, too, if no other check is named.
        never_twice: Services that work on no event twice.
        always: Services that are reached whatever happens, if they are when nothing
            does; ``shipping=within 1h``, too.
        no_dead_letters: Nothing becomes a dead letter.
        faults: How many requests go wrong in one run, at most.
        delays: How many turns are put off in one run, at most.
        kinds: What may go wrong with a request.
        seeds: How many seeded runs follow, which know no bound.
        stateless: Services in Python that remember nothing and share nothing.
        prune: Whether orders are left out that make no difference.
        budget_s: The search ends after so many seconds; what it has done by then is
            the only thing here that is not the same each time.
        jobs: How many processes of this machine work; with one, it is this one.
        on: The Dask cluster that works instead: a client of it, or the address of its
            scheduler, ``tcp://HOST:PORT``.
        campaign: A file that keeps what was found out, so that the same search goes on
            where it was interrupted.
        **options: As for `Simulation`.

    Raises:
        TopologyError: The topology is refused.
        UsageError: An argument is out of range, or a check is about nothing.
        WorkersError: Nobody is left who could work.
    """
    expect_seconds(budget_s, "budget_s")
    sent = expect_several(inputs, "inputs", "events, or their attributes")
    plan = planned(
        topology if isinstance(topology, Topology) else Topology.load(topology),
        inputs=tuple(_input(each, n) for n, each in enumerate(sent, 1)),
        checks=_checks(never_lost, never_twice, always, no_dead_letters),
        given=given, holds=check, until=until, faults=faults, delays=delays, seeds=seeds,
        kinds=expect_several(kinds, "kinds", f"some of {', '.join(KINDS)}"),
        stateless=expect_several(stateless, "stateless", _SERVICES),
        prunes=prune, options=options,
    )  # fmt: skip
    return searched(plan, budget_s, jobs=jobs, on=on, campaign=campaign)


def _checks(
    lost: bool, twice: Iterable[str], always: Iterable[str], dead: bool
) -> tuple[Check, ...]:
    return (
        *((Check(word=NEVER_LOST),) if lost else ()),
        *(
            Check(word=NEVER_TWICE, service=name)
            for name in expect_several(twice, "never_twice", _SERVICES)
        ),
        *(always_of(each) for each in expect_several(always, "always", _SERVICES)),
        *((Check(word=NO_DEAD_LETTERS),) if dead else ()),
    )


def searched(
    plan: Plan,
    budget_s: float | None,
    *,
    jobs: int = 1,
    on: Client | str | None = None,
    campaign: str | os.PathLike[str] | None = None,
) -> Exploration:
    """Carry out a plan; what works on it, and for how long, is as for `explore`.

    Raises:
        UsageError: *jobs* is no number of processes.
        WorkersError: Nobody is left who could work.
    """
    expect_whole(jobs, "jobs", "a whole number, 1 or more", least=1)
    ends = None if budget_s is None else time.monotonic() + budget_s
    search = Search(plan)
    stopped = carry_out(
        search, plan, lambda _: ends is not None and time.monotonic() >= ends,
        jobs=jobs, on=on, campaign=campaign,
    )  # fmt: skip
    return exploration(plan, search, stopped=stopped)


def planned(topology: Topology, *, options: Mapping[str, Any], **given: Any) -> Plan:
    """Make a plan of what a caller says, and see that it can be carried out.

    Args:
        topology: What runs.
        options: As for `Simulation`, those of a blueprint among them.
        **given: The rest of a `Plan`.

    Raises:
        TopologyError: The topology is refused.
        UsageError: Anything is out of range, or a check is about nothing.
    """
    check_bounds(given)
    if not given["checks"] and not given.get("holds") and not given.get("predicate"):
        given["checks"] = (Check(word=NEVER_LOST),)
    of_blueprint = {n: v for n, v in options.items() if n in BlueprintOptions._fields}
    plan = Plan(
        topology=topology,
        blueprint=of_blueprint,
        options={n: v for n, v in options.items() if n not in of_blueprint},
        **given,
    )
    ground_of(plan)
    return plan


def check_bounds(given: Mapping[str, Any]) -> None:
    """Refuse what is out of range; all that is wrong is named.

    Raises:
        UsageError: Anything is.
    """
    wrong: list[str] = []
    for name, most in (
        ("faults", LARGEST_BOUND), ("delays", LARGEST_BOUND), ("seeds", LARGEST_SEEDS)
    ):  # fmt: skip
        expected = f"a whole number from 0 to {most:,}"
        try:
            expect_whole(given[name], name, expected, least=0, most=most)
        except UsageError as error:
            wrong.append(str(error))
    wrong += [
        f"kinds: nothing that goes wrong is {kind!r}{nearest(str(kind), KINDS)} "
        f"(there are: {', '.join(KINDS)})"
        for kind in given["kinds"]
        if kind not in KINDS
    ]
    predicate = given.get("predicate", "")
    if predicate and not (predicate.rpartition(":")[0] and predicate[-1] != ":"):
        wrong.append(f"check {predicate}: expected FILE.py:NAME")
    if wrong:
        raise UsageError("\n".join(wrong))


def exploration(plan: Plan, search: Search, *, stopped: bool) -> Exploration:
    """Say what a search came to; what was found is made smaller first."""
    found = search.found
    example = None
    if found is not None:
        smaller, found = shrunk(plan, found)
        example = CounterExample(
            plan=smaller, choices=dict(found.choices), seed=found.seed,
            check=found.check, why=found.why,
            is_smaller=len(smaller.inputs) < len(plan.inputs),
        )  # fmt: skip
    return Exploration(
        runs=search.runs, known=search.known, seeded=search.seeded, seeds=plan.seeds,
        deliveries=search.deliveries, exhausted=search.exhausted, stopped=stopped,
        bound=Bound(faults=plan.faults, delays=plan.delays),
        checks=checks_of(plan), counter_example=example,
    )  # fmt: skip


def checks_of(plan: Plan) -> tuple[str, ...]:
    """Give what has to hold, as checks are called."""
    told = [str(each) for each in plan.checks]
    told += [f"check {plan.predicate}"] if plan.predicate else []
    if plan.holds is not None:
        told.append(getattr(plan.holds, "__name__", "check"))
    return tuple(told)


def always_of(text: str, option: str = "always") -> Check:
    """Read ``shipping=within 1h``, or just the service; faults name the option.

    Raises:
        UsageError: It is neither.
    """
    service, has_limit, limit = text.partition("=")
    within = limit.removeprefix("within ").strip()
    try:
        if has_limit:
            duration_ns(within)
    except ValueError as error:
        raise UsageError(
            f"{option} {text}: expected SERVICE=within 1h: {error}"
        ) from None
    return Check(word=ALWAYS, service=service, within=within)


def _input(given: Any, number: int) -> Input:
    if not isinstance(given, Mapping):
        return Input(event=given_event(given))
    described = dict(given)
    data = described.pop("data", None)
    return Input(event=described_event(described, data, number))


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("" if number == 1 else "s")
