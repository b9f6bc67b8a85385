"""`Simulation`: one run of a topology."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from simulator.duration import duration_text
from simulator.kernel import Chooser, Kind
from simulator.session import settings
from simulator.session.arguments import expect_mapping, unexpected
from simulator.session.blueprint import blueprint_of
from simulator.session.deployment import Deployment, recorded_answers
from simulator.session.driver import Driver
from simulator.session.facts import Facts
from simulator.session.interventions import Interventions
from simulator.session.journal import Shown, by, copied
from simulator.session.run import Run
from simulator.session.sending import Outbox
from simulator.trace import Trace

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from typing import NoReturn, Self

    from simulator.kernel import Log
    from simulator.profiles import Profile
    from simulator.serving.load import PodsState
    from simulator.session.approvals import Approval
    from simulator.session.blueprint import Blueprint
    from simulator.session.expectation import Expectation
    from simulator.session.failures import HandlerFailure
    from simulator.session.forks import Fork
    from simulator.session.jobs import Job
    from simulator.session.journal import Journal
    from simulator.session.recorded_answers import GivenAnswers
    from simulator.subscribers.played import Handler
    from simulator.topology import Topology
    from simulator.trace import Record
    from simulator.trace.recorded import Recording
    from simulator.wiring import Expansion, Finding, Wiring

    Status = int | str | None

H = TypeVar("H", bound="Handler")
watchers: list[Callable[[Simulation], None]] = []
"""Who is told of each run that is made."""


class Simulation:
    """One run of a topology, in virtual time: same inputs and seed, same records.

    Args:
        topology: What runs, or a `Blueprint` of it, which has settings of its own.
        seed: Of everything that chance decides; the topology's own unless given, or 0.
        profile: Plays all brokers; each by that of its class unless given.
        start: The start of virtual time, RFC 3339.
        strict: Leave references to services that nobody describes unresolved.
        max_ttl: How often an event may pass a broker that counts; 255 as shipped.
        configmaps: Name -> keys set over the config maps of the installation.
        handlers: Files or modules that handlers named in the topology may come from.
        keep: Keep only about this many of the newest records; None keeps all.
        most: Stop a run that has made so many records; with `keep`, within an instant.
        defaults: Whether Knative's webhooks default and validate the resources.
        validate: Whether what they refuse is refused, or gets past them.
        folder: Where files that the topology names, such as replays, lie.
        journal: Whether inputs are kept, so that the run can be forked.
        choices: Point -> what is chosen there, ``{"fault/2#7": 1}``; see `check_choices`.
        services: Name -> what plays it, as for `service`.
        raise_assertions: Whether one that fails in a handler is raised, or only recorded.
        live: Whether services with `url` or `run` are answered for by `answer`.
        answers: A recording of a live run, from which they are answered for.
        redact: Paths in data, ``$.card``, of what does not stand in a trace file.

    Raises:
        TopologyError: The topology is refused; every fault is named.
        UsageError: An argument is out of range, or is a blueprint's.
    """

    def __init__(
        self,
        topology: Topology | Blueprint,
        *,
        seed: int | None = None,
        profile: str | Profile | None = None,
        start: str | None = None,
        strict: bool = False,
        max_ttl: int | None = None,
        configmaps: Mapping[str, Mapping[str, str]] | None = None,
        handlers: Sequence[Any] = (),
        keep: int | None = None,
        most: int = settings.MOST_RECORDS,
        defaults: bool = True,
        validate: bool = True,
        folder: str | os.PathLike[str] = ".",
        journal: bool = False,
        choices: Mapping[str, int | str] | Chooser | None = None,
        services: Mapping[str, Handler] | None = None,
        raise_assertions: bool = True,
        live: bool = False,
        answers: GivenAnswers | None = None,
        redact: Sequence[str] = (),
    ) -> None:
        self._origin = blueprint_of(
            topology, profile=profile, strict=strict, configmaps=configmaps,
            defaults=defaults, validate=validate,
        )  # fmt: skip
        recorded = recorded_answers(answers, type(self), redact, handlers)
        self._options: dict[str, Any] = {
            "seed": seed, "start": start, "max_ttl": max_ttl, "handlers": handlers,
            "keep": keep, "most": most, "folder": folder, "journal": journal,
            "choices": copied(choices), "raise_assertions": raise_assertions, "live": live,
            "redact": settings.chosen_redaction(redact), "answers": recorded and recorded.told,
        }  # fmt: skip
        spec = self._origin.prepared.spec
        self.seed = (spec.seed or 0) if seed is None else seed
        self._chooser = settings.chooser_of(self.seed, choices)
        self._run = Run(
            settings.log_of(keep, most), self._chooser,
            settings.chosen_start_ns(start, spec.start_ns), raises=raise_assertions, live=live,
            answers=recorded,
        )  # fmt: skip
        self._deployment = Deployment(
            self._origin, self._run, handlers, max_ttl=settings.chosen_max_ttl(max_ttl, spec.max_ttl),
            folder=settings.chosen_folder(folder),
            fixed=settings.fixed_in(self._options),
        )  # fmt: skip
        self.trace = Trace.of(self._run.log)
        self.live = live
        self._driver = Driver(self._deployment, self._run, journal=journal)
        self._outbox = Outbox(self._run, self._deployment.target)
        self._facts = Facts(self._deployment, self._run, self.trace)
        self._interventions = Interventions(self._deployment, self._driver, self._run)
        for name, handler in expect_mapping(services, "services").items():
            self.service(name, handler)
        if self.journal is not None:
            self.journal.listen(self)
        for tell in watchers:
            tell(self)

    def __repr__(self) -> str:
        made = f"{len(self.trace)} records" if self._run.begun else "not begun"
        return f"<Simulation of {self.topology!r}, at {duration_text(self.now_ns)}, {made}>"

    def __reduce__(self) -> NoReturn:
        """Refuse to be copied and pickled: handlers and what waits are of this run."""
        raise TypeError(
            "a Simulation is not copied; fork() makes one that has done the same"
        )

    # -- what a part does; it stands there, with its signature and text
    service_spec = by("_deployment", Deployment.service_spec)
    target = by("_deployment", Deployment.target)
    reload = by("_deployment", Deployment.reload)
    change = by("_deployment", Deployment.change)
    send = by("_outbox", Outbox.send)
    post = by("_outbox", Outbox.post)
    answer = by("_outbox", Outbox.answer)
    hang_up = by("_outbox", Outbox.hang_up)
    log_line = by("_outbox", Outbox.log_line)
    outside = by("_outbox", Outbox.outside)
    now_text = by("_driver", Driver.now_text)
    run = by("_driver", Driver.run)
    run_async = by("_driver", Driver.run_async)
    step = by("_driver", Driver.step)
    advance = by("_driver", Driver.advance)
    arrive = by("_driver", Driver.arrive)
    raise_limit = by("_driver", Driver.raise_limit)
    sleep = by("_driver", Driver.sleep)
    watch = by("_run", Run.watch)
    fault = by("_interventions", Interventions.fault)
    lift = by("_interventions", Interventions.lift)
    set_fault = by("_interventions", Interventions.set_fault)
    approve = by("_interventions", Interventions.approve)
    reject = by("_interventions", Interventions.reject)
    decide = by("_deployment", Deployment.decide)
    set_knob = by("_deployment", Deployment.set_knob)
    knobs = by("_deployment", Deployment.knobs)
    functions = by("_deployment", Deployment.functions)
    unfinished = by("_deployment", Deployment.unfinished)
    break_at = by("_interventions", Interventions.break_at)
    unbreak = by("_interventions", Interventions.unbreak)
    set_break = by("_interventions", Interventions.set_break)
    release = by("_interventions", Interventions.release)
    drop = by("_interventions", Interventions.drop)
    received = by("_facts", Facts.received)
    why = by("_facts", Facts.why)
    whys = by("_facts", Facts.whys)

    def check_choices(self) -> None:
        """See that the run has come to every point of *choices*.

        Raises:
            UsageError: It has not; each such point is named.
        """
        self._chooser.check()  # whose text is lost where it is compiled

    faults = Shown("_interventions", Interventions.faults)
    breakpoints = Shown("_interventions", Interventions.breakpoints)
    held = Shown("_interventions", Interventions.held)
    dead_letters = Shown("_facts", Facts.dead_letters)
    topics = Shown("_facts", Facts.topics)
    created = Shown("_facts", Facts.created)
    unjudged = Shown("_facts", Facts.unjudged)
    doubts = Shown("_facts", Facts.doubts)

    @overload
    def service(self, name: str, *, errors: Status = None) -> Callable[[H], H]: ...
    @overload
    def service(self, name: str, handler: H, *, errors: Status = None) -> H: ...
    def service(
        self, name: str, handler: H | None = None, *, errors: Status = None
    ) -> H | Callable[[H], H]:
        """Let a Python function play a service.

        It gets a CloudEvent and, if it takes two arguments, a `Context`; it returns a
        CloudEvent as the reply, a status, or None, and may be async. What it raises is a
        500, and stands in `handler_errors`; what ends a test is raised by who drives.

        Args:
            name: ``pricing``, or ``team/pricing`` outside the namespace ``default``.
            handler: The function; without it this is a decorator.
            errors: The status of one that may raise when it does, assertions included.

        Raises:
            UsageError: It takes not one or two arguments, or an event was sent.
        """
        if not isinstance(name, str) or not name:
            raise unexpected("service", "its name, such as 'pricing'", name)
        if handler is None:
            return lambda function: self.service(name, function, errors=errors)
        self._deployment.register(name, handler, errors)
        return handler

    @property
    def handler_errors(self) -> list[HandlerFailure]:
        """What handlers raised, or wrongly returned, at most 1,000; yours to clear."""
        return self._run.handler_errors

    @property
    def topology(self) -> Topology:
        """What runs, as it was given last."""
        return self._deployment.topology

    @property
    def wiring(self) -> Wiring:
        """The reconciled form: addresses, routes, conditions, findings."""
        return self._deployment.engine.addresses.wiring

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the author of the topology should know, in document order."""
        return self.wiring.findings

    @property
    def expansions(self) -> tuple[Expansion, ...]:
        """What Knative's controllers make of its resources; worked out each time."""
        return self._deployment.blueprint.expansions

    @property
    def strict(self) -> bool:
        """Whether references to services that nobody describes lead nowhere."""
        return self._deployment.blueprint.strict

    @property
    def endless(self) -> tuple[str, ...]:
        """The nodes of the sources that never stop sending."""
        return self._deployment.engine.endless

    @property
    def now_ns(self) -> int:
        """Virtual time since the start, in nanoseconds."""
        return self._driver.meant.now_ns

    @property
    def now(self) -> datetime:
        """Virtual time, to the microsecond."""
        return self._driver.meant.now()

    @property
    def due_ns(self) -> int | None:
        """The instant of the next notice, in ns since the start; None for none, or held."""
        return self._driver.due_ns

    @property
    def approvals(self) -> tuple[Approval, ...]:
        """The requests that wait until somebody decides, the longest-waiting first."""
        return self._driver.meant.approvals.shown

    @property
    def log(self) -> Log:
        """The records, packed; `trace` is the readable form."""
        return self._run.log

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The Jobs that JobSinks have made, in order, those that are gone too."""
        return tuple(self._run.jobs)

    @property
    def pods(self) -> tuple[PodsState, ...]:
        """What the pods have come to, of the services that have any."""
        _ = self._deployment.engine  # it makes them
        return tuple(each.state for each in self._run.scaled.values())

    @property
    def lost(self) -> list[Record]:
        """The deliveries that failed in the end, or whose caller had gone."""
        return self.trace.select(kind=(Kind.LOST, Kind.CUT, Kind.STUCK))

    @property
    def refused(self) -> list[Record]:
        """The events that no hub took: invalid ones, or without time to live."""
        return self.trace.select(kind=(Kind.REFUSED, Kind.EXPIRED))

    @property
    def unmatched(self) -> list[Record]:
        """The events that a hub took and that none of its routes wanted."""
        return self.trace.select(kind=Kind.ACCEPTED, where=lambda r: r.status == 0)

    def expect(self, *services: str) -> Expectation:
        """Expect something of services, named as for `received`; none for the whole run.

        A verb says what: ``sim.expect("shipping").once(type="a", within="5s")``.

        Raises:
            UnknownAddressError: There is no such service.
        """
        from simulator.session.expectation import Expectation  # tests

        return Expectation(self._facts, self._facts.nodes(services))

    @property
    def choices(self) -> Mapping[str, int]:
        """Where the run did other than its seed says, and what: the argument again."""
        return dict(self._chooser.made)

    @property
    def journal(self) -> Journal | None:
        """The inputs so far; None unless they are kept."""
        return self._driver.journal

    @property
    def recording(self) -> Recording | None:
        """What a trace file needs to say of this run; None without a journal."""
        if self.journal is None:
            return None
        from simulator.session.recording import SimulationRecording  # only for files

        return SimulationRecording(
            self._origin, self.seed, self._options, self._deployment.given, self.journal
        )

    def fork(self, before: int | None = None) -> Self:
        """Make another, independent run that has done what this one has, up to a point.

        All is repeated from the start. The fork stands where this run stood before the
        notice that wrote the record *before*, and its records are equal to this one's.

        Args:
            before: The serial of a record; None, or the number of records, for now.

        Raises:
            UsageError: The run keeps no journal, or has no such record; a handler
                calls; or an async one waits and an event loop runs already.
        """
        return self._fork(before).make()

    async def fork_async(self, before: int | None = None) -> Self:
        """Make a fork as `fork` does, in an event loop; others have their turn."""
        return await self._fork(before).make_async()

    def _fork(self, before: int | None) -> Fork[Self]:
        from simulator.session.forks import Fork  # only forks pay

        return Fork(self.journal, before, self._afresh)

    def _afresh(self) -> Self:
        """Make a run of the same settings to which nothing has happened."""
        made = type(self)(self._origin, **self._options)
        for name, played in self._deployment.given.items():
            made.service(name, played.function, errors=played.errors or None)
        return made
