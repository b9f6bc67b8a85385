"""`Simulation`: one run of a topology."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeVar, Unpack, overload

from simulator.duration import duration_text
from simulator.kernel import Kind
from simulator.session import settings
from simulator.session.arguments import expect
from simulator.session.blueprint import blueprint_of
from simulator.session.deployment import Deployment
from simulator.session.driver import Driver
from simulator.session.facts import Facts
from simulator.session.journal import copied, journaled
from simulator.session.run import Run
from simulator.session.sending import Outbox, merged, valid_given
from simulator.trace import Trace

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from typing import Self

    from cloudevents.core.v1.event import CloudEvent

    from simulator.duration import Duration
    from simulator.event import Event
    from simulator.kernel import Chooser, Log, Target
    from simulator.profiles import Profile
    from simulator.session.approvals import Approval
    from simulator.session.blueprint import Blueprint
    from simulator.session.breakpoints import Breakpoint, Held
    from simulator.session.expectation import Expectation
    from simulator.session.failures import HandlerFailure
    from simulator.session.faults import InjectedFault
    from simulator.session.forks import Fork
    from simulator.session.jobs import Job
    from simulator.session.journal import Journal
    from simulator.session.prepared import Changes
    from simulator.session.selection import Which
    from simulator.session.sending import Described
    from simulator.session.topics import TopicState
    from simulator.session.views import Received, Sent
    from simulator.session.why import Why
    from simulator.subscribers.played import Handler
    from simulator.subscribers.service_spec import ServiceSpec
    from simulator.topology import Topology
    from simulator.trace import Record
    from simulator.trace.recorded import Recording
    from simulator.wiring import Expansion, Finding, Wiring

H = TypeVar("H", bound="Handler")

MOST_RECORDS = 5_000_000
_OF_THE_RUN = ("seed", "start", "max_ttl")
"""Settings that, once given, no topology has a say in."""


class Simulation:
    """One run of a topology, in virtual time.

    The same topology, inputs and seed give the same records, byte for byte.

    Args:
        topology: What runs, or a `Blueprint` of it, with its own *profile*, *strict*,
            *configmaps*, *defaults* and *validate*.
        seed: Of everything that chance decides; the topology's own unless given, or 0.
        profile: The implementation that plays all brokers, ``mt-channel`` or ``spec``;
            each broker by that of its class unless given.
        start: The start of virtual time, RFC 3339.
        strict: Leave references to services that nobody describes unresolved, as in a
            cluster; otherwise a stub answers them with 202.
        max_ttl: How often an event may pass a broker that counts; 255 as shipped.
        configmaps: Name -> keys set over the config maps of the installation.
        handlers: Files or modules that handlers named in the topology may come from.
        keep: Keep only about this many of the newest records; None keeps all.
        most: Stop a run that has made this many records. With `keep`, one that has made
            so many within one instant, and 1,000 more for each of these that has no
            cause, such as an event sent by you or by a source: so a run may be as long
            as it likes, and only what goes in a circle comes to this.
        defaults: Whether Knative's webhooks default and validate the resources.
        validate: Whether what they refuse is refused, or counts as if it got past them.
        folder: Where files that the topology names, such as replays, lie.
        journal: Whether inputs are kept, so that the run can be forked.
        choices: Point -> what is chosen there in place of what the seed says, such as
            ``{"fault/2#7": 1}``; durations as ns or ``250ms``. The points are listed in
            the reference. See `check_choices`.
        raise_assertions: Whether who drives the run gets what fails or ends a test raised
            when a handler raises it; else it is only recorded, as other exceptions are.

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
        most: int = MOST_RECORDS,
        defaults: bool = True,
        validate: bool = True,
        folder: str | os.PathLike[str] = ".",
        journal: bool = False,
        choices: Mapping[str, int | str] | Chooser | None = None,
        raise_assertions: bool = True,
    ) -> None:
        self._origin = blueprint_of(
            topology,
            profile=profile,
            strict=strict,
            configmaps=configmaps,
            defaults=defaults,
            validate=validate,
        )
        self._options: dict[str, Any] = {
            "seed": seed, "start": start, "max_ttl": max_ttl, "handlers": handlers,
            "keep": keep, "most": most, "folder": folder, "journal": journal,
            "choices": copied(choices), "raise_assertions": raise_assertions,
        }  # fmt: skip
        spec = self._origin.prepared.spec
        self.seed = (spec.seed or 0) if seed is None else seed
        self._run = Run(
            settings.log_of(keep, most),
            settings.chooser_of(self.seed, choices),
            settings.chosen_start_ns(start, spec.start_ns),
            raises=raise_assertions,
        )
        self._deployment = Deployment(
            self._origin,
            self._run,
            handlers,
            max_ttl=settings.chosen_max_ttl(max_ttl, spec.max_ttl),
            folder=settings.chosen_folder(folder),
        )
        self.trace = Trace.of(self._run.log)
        self._driver = Driver(self._deployment, self._run, journal=journal)
        self._outbox = Outbox(self._run, self._deployment.target)
        self._facts = Facts(self._deployment, self._run, self.trace)
        if self.journal is not None:
            self.journal.listen(self)

    def __repr__(self) -> str:
        made = f"{len(self.trace)} records" if self._run.begun else "not begun"
        return f"<Simulation of {self.topology!r}, at {duration_text(self.now_ns)}, {made}>"

    # -- services

    @overload
    def service(
        self, name: str, *, errors: int | str | None = None
    ) -> Callable[[H], H]: ...
    @overload
    def service(
        self, name: str, handler: H, *, errors: int | str | None = None
    ) -> H: ...
    def service(
        self, name: str, handler: H | None = None, *, errors: int | str | None = None
    ) -> H | Callable[[H], H]:
        """Let a Python function play a service.

        It gets a CloudEvent and, when it takes two arguments, a `Context`; it returns
        a CloudEvent as the reply, a status, or None. It may be async.

        What it raises is a 500, which is retried as Knative does, and stands in
        `handler_errors`; so does a wrong return value. A failed assertion, and what ends
        a test, such as `pytest.fail`, is raised again by what drives the run.

        Args:
            name: ``pricing``, or ``team/pricing`` outside the namespace ``default``.
            handler: The function; without it this is a decorator.
            errors: For one that may raise: the status that it answers with then, such as
                500. It is no error of the handler, assertions included.

        Raises:
            UsageError: It takes neither one nor two arguments, the status is not from
                400 to 599, or an event was sent.
        """
        expect(name, str, "service", "its name, such as 'pricing'")

        def register(function: H) -> H:
            self._deployment.register(name, function, errors)
            return function

        return register if handler is None else register(handler)

    @property
    def handler_errors(self) -> list[HandlerFailure]:
        """What handlers raised, or returned as no answer may be; yours to clear.

        At most 1,000 at a time. Not what was raised again by what drives the run, nor what
        a service raised that is declared to: ``service(…, errors=500)``.
        """
        return self._run.failures.found

    # -- what runs

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
        """Whether references to services that nobody describes stay unresolved."""
        return self._deployment.blueprint.strict

    @property
    def endless(self) -> tuple[str, ...]:
        """The nodes of the sources that never stop sending."""
        return self._deployment.engine.endless

    def service_spec(self, node: str) -> ServiceSpec | None:
        """Give what the topology says of a service, by its node; None for nothing."""
        return self._deployment.service_spec(node)

    def target(self, to: str) -> Target:
        """Look up an address: a short name, a bare service name, or a URL.

        Raises:
            UnknownAddressError: Nothing has it.
        """
        return self._deployment.target(to)

    @journaled
    def reload(self, topology: Topology) -> Changes:
        """Run a changed topology from this instant on, as `kubectl apply` would.

        All or nothing: when anything is refused, the old topology runs on untouched.
        What Knative lets nobody change is replaced: deleted and created anew. One
        record says what changed; none, when nothing did.

        Events under way go on as on a cluster. The fan-out of a hub keeps what it
        began with: addresses, retries, backoff, reply and dead letter addresses. What
        is behind an address is looked up at each request. So the next attempt of a
        trigger obeys its new filter, subscriber and format; one that does not match
        any more is answered 200 and delivered to nobody; one that was deleted 404,
        one that was replaced 400. A subscription of a channel goes on to its old
        subscriber. A broker that was deleted answers 404, a channel 500. What a fault
        delays or a breakpoint holds meets what is there when it arrives.

        A service whose description did not change keeps its state, another begins
        anew. A source that did not change goes on; the schedule of another begins now,
        its events are numbered on; a PingSource goes on with the next tick.

        Source: knative-runtime, "Shape of one delivery", Filter service, Ingress,
            Channel (run); that a fan-out keeps its subscription: read, not run. See
            `simulator.kernel.delivery`.

        Raises:
            TopologyError: The topology is refused, or changes the seed, profile, start
                or maxTTL that the run has from it; every fault is named.
            HandlerError: A function that it names cannot be loaded.
            UsageError: The run is going on.
        """
        given = [name for name in _OF_THE_RUN if self._options[name] is not None]
        return self._deployment.reload(topology, given)

    # -- sending

    @journaled
    def send(
        self,
        event: CloudEvent | Event | None = None,
        /,
        *,
        to: str = "",
        data: object = None,
        headers: Mapping[str, str] | None = None,
        after: Duration | None = None,
        timeout: Duration | None = None,
        as_: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        **named: Unpack[Described],
    ) -> Sent:
        """Send an event; it is posted when the run goes on.

        Args:
            event: A CloudEvent; otherwise the attributes make one, with an id and a
                source filled in.
            to: ``broker/default``, ``channel/audit``, ``service/pricing`` … or a URL;
                the only broker, when there is one.
            data: Of the event: JSON values, text or bytes.
            headers: HTTP headers that the sender sets.
            after: How long from now: ISO 8601 or ``500ms``, seconds, or a timedelta.
            timeout: How long the sender waits before it hangs up.
            as_: The service account that sends, ``app`` or ``shop/app``, where
                authentication-oidc is on.
            attributes: Of the event: extensions, text, integers or booleans.
            **named: Attributes, too: ``type``, ``id``, ``source``, ``subject`` … Extensions
                are taken as well, but checkers of types do not know them.

        Raises:
            EventError: It is no valid event.
            UnknownAddressError: Nothing has this address.
            UsageError: A duration is none, or both an event and attributes are given.
        """
        return self._outbox.send(
            event, merged(attributes, named), data, to=to, headers=headers, after=after,
            timeout=timeout, account=as_,
        )  # fmt: skip

    @journaled
    def post(
        self,
        url: str,
        *,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        after: Duration | None = None,
        timeout: Duration | None = None,
        as_: str | None = None,
        then: Callable[[Sent], None] | None = None,
    ) -> Sent:
        """Send an HTTP request as it stands, event or not, to a URL or short address.

        What is no valid event is refused with Knative's status. *then* is called when
        there is an answer; the rest is as for `send`.

        Raises:
            UnknownAddressError: Nothing has this address.
            UsageError: A duration is none.
        """
        return self._outbox.post(
            url,
            method,
            body,
            headers=headers,
            after=after,
            timeout=timeout,
            account=as_,
            then=then,
        )

    @journaled
    def change(
        self,
        *,
        add: Mapping[str, Any] | None = None,
        update: Mapping[str, Any] | None = None,
        delete: Mapping[str, Any] | None = None,
    ) -> None:
        """Let an object of the cluster change; an ApiServerSource that watches it tells.

        Exactly one of the three. What runs is not changed by it: see `reload`.

        Args:
            add: The manifest of an object that is not there.
            update: What changes of one that is there, by a manifest of the topology or
                added: it is merged into it, and None takes a field away.
            delete: One that is there; apiVersion, kind and name are enough.

        Raises:
            UsageError: It is no manifest, or the object is there already, or is not.
        """
        self._deployment.change({"add": add, "update": update, "delete": delete})

    # -- time

    @property
    def now_ns(self) -> int:
        """Virtual time since the start, in nanoseconds."""
        return self._driver.meant.now_ns

    @property
    def now(self) -> datetime:
        """Virtual time, to the microsecond."""
        return self._driver.meant.now()

    def now_text(self) -> str:
        """Virtual time as RFC 3339 with nanoseconds."""
        return self._driver.meant.now_text()

    def run(self, until: Duration | None = None) -> None:
        """Go on until nothing is due any more, or until an instant, inclusive.

        Args:
            until: Time since the start: ISO 8601 or ``1h``, seconds, or a timedelta.

        Raises:
            AssertionError: One has failed in a handler, or it has ended the test; the
                run can go on. See `Simulation.service`.
            UsageError: There is no end, as sources send for ever or events go in a
                circle; a handler calls; or an async one waits in a running event loop.
        """
        __tracebackhide__ = True
        self._driver.run(until)

    async def run_async(self, until: Duration | None = None) -> None:
        """Go on as `run` does, in an event loop of asyncio or trio.

        Handlers that wait for something real do so while virtual time stands still.
        """
        __tracebackhide__ = True
        await self._driver.run_async(until)

    def step(self) -> bool:
        """Carry out the next notice; False when nothing is due any more.

        Raises:
            AssertionError: As `run` does.
            UsageError: An async handler waits and an event loop runs already.
        """
        __tracebackhide__ = True
        return self._driver.step()

    @property
    def due_ns(self) -> int | None:
        """The instant of the next notice; now, when one is ready; None for none.

        In nanoseconds since the start. Sources that never end always have one. None,
        too, while a breakpoint holds a request: nothing comes before it is let go.
        """
        return self._driver.due_ns

    async def advance(
        self,
        until_ns: int | None = None,
        *,
        enough: Callable[[], bool] | None = None,
    ) -> bool:
        """Carry out notices, instant by instant, for as long as a caller has time.

        For a program with an event loop of its own, such as a user interface: it may
        say how long it lets the run have the loop. Handlers that wait are waited for.
        Virtual time ends at the last notice that was carried out; see `arrive`. A call
        that is cancelled while a handler waits leaves that handler unanswered.

        Args:
            until_ns: The last instant, inclusive, in ns since the start; None for all.
            enough: Is asked after each instant, and within one after some 500
                records, whether to return. It may only look.

        Returns:
            Whether any notice is left, due at whatever instant; none counts while a
            breakpoint holds a request.

        Raises:
            AssertionError: As `run` does.
            UsageError: Neither bound is given and sources send for ever; the log is
                full (`raise_limit` lets the run go on); or a handler calls.
        """
        __tracebackhide__ = True
        return await self._driver.advance(until_ns, enough)

    def arrive(self, until_ns: int) -> None:
        """Let time pass to an instant, in ns since the start; nothing may be due before.

        Raises:
            UsageError: A notice is due by then, the instant is past, or a breakpoint
                holds a request.
        """
        self._driver.arrive(until_ns)

    def raise_limit(self, most: int) -> None:
        """Let a run that was stopped for its number of records go on.

        Args:
            most: Records after which it is stopped again; see `Simulation`.

        Raises:
            UsageError: It has come as far already.
        """
        self._driver.raise_limit(most)

    async def sleep(self, duration: Duration) -> None:
        """Sleep in virtual time, in an async handler; ``500ms``, ISO 8601, or seconds.

        Raises:
            UsageError: It is no duration; or called outside a handler, or in a task
                that it started.
        """
        await self._driver.sleep(duration)

    def watch(self, watcher: Callable[[], None]) -> None:
        """Be told whenever records may have been added, before any are dropped."""
        self._run.watch(watcher)

    # -- faults

    @journaled
    def fault(
        self,
        node: str,
        *,
        status: int | None = None,
        latency: Duration | Mapping[str, Any] | None = None,
        timeout: bool = False,
        drop: bool = False,
        duplicate: bool = False,
        outage: bool = False,
        from_: Duration | None = None,
        until: Duration | None = None,
        rate: float = 1.0,
        count: int | None = None,
        where: str = "",
    ) -> int:
        """Inject a fault into the requests to a node, from now on.

        Exactly one of *status* to *outage* says what happens.

        Args:
            node: Of a service, broker or channel; ``*`` for all of them.
            status: This HTTP status is the answer; the request does not reach the node.
            latency: The request takes so much longer: ``200ms``, or a distribution as
                for the latency of a service, ``{"uniform": ["10ms", "30ms"]}``.
            timeout: It is never answered.
            drop: The connection is reset before the request reaches the node.
            duplicate: It reaches the node twice; the answer to the first counts.
            outage: The connection is refused.
            from_: The instant since the start of the run from which it hits.
            until: The instant up to which it hits, not included.
            rate: The share of requests that it hits, drawn from the run's seed.
            count: How many it hits at most.
            where: CESQL: the events that it hits.

        Returns:
            Its number, from 1; those of the topology come first.

        Raises:
            UnknownAddressError: There is no such node.
            UsageError: The arguments make no fault; all that is wrong is named.
        """
        return self._deployment.interceptors.inject(
            at=node, status=status, latency=latency, timeout=timeout, drop=drop,
            duplicate=duplicate, outage=outage, from_=from_, until=until, rate=rate,
            count=count, where=where,
        )  # fmt: skip

    @journaled
    def lift(self, number: int) -> None:
        """Remove a fault.

        Raises:
            UsageError: There is none of this number.
        """
        self._deployment.interceptors.lift(number)

    @journaled
    def set_fault(self, number: int, *, on: bool) -> None:
        """Switch a fault on or off; its hits are still counted together.

        Raises:
            UsageError: There is none of this number.
        """
        self._deployment.interceptors.switch_fault(number, on=on)

    @property
    def faults(self) -> tuple[InjectedFault, ...]:
        """The faults, by number: those of the topology, and those set since."""
        _ = self._deployment.engine  # injects those of the topology
        them = self._driver.meant.interceptors
        return () if them is None else them.faults.shown

    # -- approvals

    @property
    def approvals(self) -> tuple[Approval, ...]:
        """The requests that wait until somebody decides, the longest-waiting first."""
        return self._driver.meant.approvals.shown

    @journaled
    def approve(
        self,
        serial: int,
        reply: CloudEvent | Event | Mapping[str, Any] | None = None,
    ) -> None:
        """Approve a request; the answer is given as the run goes on.

        Args:
            serial: That of the approval.
            reply: The event to answer with, or its attributes and ``data``, a missing
                id and source filled in; what the service answers unless given.

        Raises:
            EventError: The reply is no valid event.
            UsageError: Nothing waits under this number.
        """
        self._run.approvals.approve(serial, reply)

    @journaled
    def reject(self, serial: int, reason: str = "") -> None:
        """Reject a request; the answer is given as the run goes on.

        Args:
            serial: That of the approval.
            reason: Told in the trace, and in the body of an answer that has none.

        Raises:
            UsageError: Nothing waits under this number.
        """
        self._run.approvals.reject(serial, reason)

    @journaled
    def decide(
        self,
        service: str,
        decision: Literal["approve", "reject"],
        *,
        after: Duration | None = None,
        reason: str = "",
    ) -> None:
        """Decide beforehand about each request that a service holds, now and from now on.

        In the order in which they began to wait, unless its policy, its deadline or
        somebody has decided before; in the same instant, this decision counts. What is
        said last of a service counts for all that waits. The trace tells such a decision
        by its detail, ``in advance``, or the reason.

        Args:
            service: Its name, as for `received`.
            decision: ``approve`` or ``reject``.
            after: How long after each began to wait: ISO 8601 or ``10m``, seconds, or a
                timedelta; at once unless given.
            reason: As for `reject`.

        Raises:
            UnknownAddressError: There is no such service.
            UsageError: It asks for no approval, or an argument is none.
        """
        self._deployment.decide(service, decision, after, reason)

    # -- what is held

    @journaled
    def break_at(
        self,
        node: str = "",
        *,
        edge: tuple[str, str] | None = None,
        type: str = "",
        where: str = "",
        enabled: bool = True,
    ) -> int:
        """Hold requests before they are carried out; the run stops at each.

        A request that all that is said fits is held: an event sent or dispatched, a
        reply, a dead letter.

        Args:
            node: The service, broker, channel, trigger, subscription or source that it
                comes from or goes to.
            edge: The two nodes that it goes between: from a source or a route to a
                service or hub, or from a hub to one of its routes.
            type: The type of its event.
            where: CESQL: the events that are held.
            enabled: Whether it is switched on.

        Returns:
            Its number, from 1.

        Raises:
            UnknownAddressError: There is no such node.
            UsageError: *where* is no CESQL.
        """
        return self._deployment.interceptors.break_at(
            node, edge, type, where, enabled=enabled
        )

    @journaled
    def unbreak(self, number: int) -> None:
        """Remove a breakpoint; what it holds stays held.

        Raises:
            UsageError: There is none of this number.
        """
        self._deployment.interceptors.unbreak(number)

    @journaled
    def set_break(self, number: int, *, on: bool) -> None:
        """Switch a breakpoint on or off.

        Raises:
            UsageError: There is none of this number.
        """
        self._deployment.interceptors.switch_break(number, on=on)

    @property
    def breakpoints(self) -> tuple[Breakpoint, ...]:
        """The breakpoints, by number."""
        them = self._driver.meant.interceptors
        return () if them is None else them.breakpoints.shown

    @property
    def held(self) -> tuple[Held, ...]:
        """What is held; nothing goes on, and time stands still, until it is let go."""
        them = self._driver.meant.interceptors
        return () if them is None else them.breakpoints.held

    @journaled
    def release(self, serial: int, event: CloudEvent | Event | None = None) -> None:
        """Let a held request go on with the run.

        Args:
            serial: Of what is held.
            event: What it carries from here on, in place of its event; a further
                attempt comes with the event as it was.

        Raises:
            EventError: It is no valid event.
            UsageError: Nothing is held under this number.
        """
        changed = None if event is None else valid_given(event)
        self._deployment.interceptors.release(serial, changed)

    @journaled
    def drop(self, serial: int) -> None:
        """Reset the connection of a held request; its caller may try again.

        Raises:
            UsageError: Nothing is held under this number.
        """
        self._deployment.interceptors.drop(serial)

    # -- what happened

    @property
    def log(self) -> Log:
        """The records, packed; `trace` is the readable form."""
        return self._run.log

    def received(
        self,
        service: str | None = None,
        *,
        ok: bool | None = None,
        **which: Unpack[Which],
    ) -> list[Received]:
        """List the requests that a service received, in order, each attempt for itself.

        Args:
            service: Its name, or ``namespace/name``; None for all services.
            ok: Only those that it took, or did not take; see `Received.ok`.
            **which: Only those with such an event: ``type``, ``id``, ``source``,
                ``subject``, ``where`` (CESQL), ``caused_by`` (what `send` gave, a
                request, or a record); all that is said holds.

        Raises:
            UnknownAddressError: There is no such service.
            UsageError: What is asked for is nothing that there could be.
        """
        return self._facts.received(service, ok, which)

    @property
    def dead_letters(self) -> list[Received]:
        """The events that dead letter sinks took, in order."""
        return self._facts.dead_letters

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The Jobs that JobSinks have made, in order, those that are gone too."""
        return tuple(self._run.jobs)

    @property
    def topics(self) -> tuple[TopicState, ...]:
        """The topics of Kafka that anything was written to, and how far they are read."""
        kernel, hubs = self._run.kernel, self.wiring.hubs
        if kernel is None or not any(hub.profile.queue.partitions for hub in hubs):
            return ()
        from simulator.session.topics import topics_of  # few runs have one

        return topics_of(kernel)

    @property
    def lost(self) -> list[Record]:
        """The deliveries that failed in the end and that nothing took.

        Those cut off because their caller had gone are among them.
        """
        return self.trace.select(kind=(Kind.LOST, Kind.CUT, Kind.STUCK))

    @property
    def refused(self) -> list[Record]:
        """The events that a hub did not take: no valid event, or no time to live."""
        return self.trace.select(kind=(Kind.REFUSED, Kind.EXPIRED))

    @property
    def unmatched(self) -> list[Record]:
        """The events that a hub took and that none of its routes wanted."""
        return self.trace.select(kind=Kind.ACCEPTED, where=lambda r: r.status == 0)

    def why(self, event: CloudEvent | Event | Sent | Received, trigger: str) -> Why:
        """Explain why an event reaches a trigger's subscriber, or why it does not.

        Args:
            event: As sent or received; it need not have been sent.
            trigger: The name or node of a trigger or subscription.

        Raises:
            UnknownAddressError: There is no such trigger.
        """
        return self._facts.why(event, trigger)

    def whys(self, event: CloudEvent | Event | Sent | Received) -> list[Why]:
        """Explain an event to every trigger: matching ones first, then near misses.

        Args:
            event: As sent or received; it need not have been sent.
        """
        return self._facts.whys(event)

    @property
    def created(self) -> tuple[dict[str, Any], ...]:
        """The objects that the cluster made by itself in this run, as manifests, in order."""
        return self._facts.created

    # -- what is expected

    def expect(self, *services: str) -> Expectation:
        """Expect something of services, or of the whole run; a verb says what.

        ``sim.expect("shipping").once(type="order.priced", within="5s")``. The verbs are
        `once`, `times`, `never`, `in_order`, `no_loss` and `no_loop`;
        ``.dead_lettered(code=503)`` before one of them asks for dead letters.

        Args:
            *services: Names, as for `received`; several count together, none is all.

        Raises:
            UnknownAddressError: There is no such service.
        """
        from simulator.session.expectation import Expectation  # tests

        return Expectation(self._facts, self._facts.nodes(services))

    @property
    def unjudged(self) -> tuple[str, ...]:
        """The calls of `expect` that no verb followed, a sentence each."""
        return self._facts.unjudged

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why a test that looks at the run now may not see what it means, in sentences.

        An event was sent and nothing run after that; requests or retries are due still,
        besides what sources send; a function plays a service that nothing sends to and
        that got nothing.
        """
        return self._facts.doubts

    # -- the same again

    @property
    def choices(self) -> Mapping[str, int]:
        """Where the run did other than its seed says, and what; see the argument.

        Another run of the same topology, inputs and seed does the same with them.
        """
        return dict(self._run.chooser.made)

    def check_choices(self) -> None:
        """See, when a run is over, that it has come to every point of *choices*.

        Raises:
            UsageError: It has not; each such point is named, and how far it came.
        """
        self._run.chooser.check()

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

        All is repeated from the start: the same topology, seed and settings, and the
        inputs (what `send`, `post` and the like were called with). The fork stands
        where this run stood before it carried out the notice that wrote the record
        *before*, at that notice's instant. So its records are equal to this one's, byte
        by byte, and are all of those before *before*, except the ones that this same
        notice wrote. Inputs that were made later are left out; one that itself wrote
        the record is, too. It takes the time of a run to that point, twice when
        *before* is given.

        Python functions that the topology names are loaded anew, and instances made
        of classes. Those given to `service` are the same functions and are called
        again, as is *then* of `post`: what they keep outside of the run goes on from
        where it is. What they call of this simulation to send, to intervene, or to ask
        for the time and for what is set, waits or is held, means the fork while that is
        driven. What they read of records is still this run's: `trace`, `log`,
        `received`, `lost` and the like.

        The faults of a topology are put in force when a run is made, so their records
        are there even in the fork before record 0.

        Args:
            before: The serial of a record; None, or the number of records, for where
                this run stands now, exactly.

        Raises:
            UsageError: The run keeps no journal, or has no such record; a handler
                calls; or an async one waits and an event loop runs already.
        """
        return self._fork(before).make()

    async def fork_async(self, before: int | None = None) -> Self:
        """Make a fork as `fork` does, in an event loop of asyncio or trio.

        Other tasks have their turn while it is made.
        """
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
