"""`Simulation`: one run of a topology."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, Unpack, overload

from simulator.duration import duration_text
from simulator.errors import UsageError
from simulator.session import sending, settings
from simulator.session.arguments import expect, expect_callable, wait_ns
from simulator.session.asked import Asked
from simulator.session.blueprint import blueprint_of
from simulator.session.driving import Driven
from simulator.session.engine import Engine, find_endpoint
from simulator.session.forking import Forkable
from simulator.session.interventions import Interventions
from simulator.session.journal import Journal, copied, journaled
from simulator.session.reloading import Reloadable
from simulator.session.run import Run
from simulator.session.sending import look_up
from simulator.session.views import Sent
from simulator.trace import Trace
from simulator.wiring import of_endpoint

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence

    from cloudevents.core.v1.event import CloudEvent

    from simulator.duration import Duration
    from simulator.event import Event
    from simulator.kernel import Addresses, Chooser, Log, Target
    from simulator.profiles import Profile
    from simulator.session.blueprint import Blueprint
    from simulator.session.expectation import Expectation
    from simulator.session.failures import HandlerFailure
    from simulator.session.sending import Described
    from simulator.subscribers.played import Handler, Played
    from simulator.subscribers.service_spec import ServiceSpec
    from simulator.topology import Topology
    from simulator.trace.recorded import Recording
    from simulator.wiring import Finding, Wiring

H = TypeVar("H", bound="Handler")

MOST_RECORDS = 5_000_000


class Simulation(Asked, Driven, Forkable, Interventions, Reloadable):
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
        self._blueprint = self._origin = blueprint_of(
            topology,
            profile=profile,
            strict=strict,
            configmaps=configmaps,
            defaults=defaults,
            validate=validate,
        )
        self._options = {
            "seed": seed, "start": start, "max_ttl": max_ttl, "handlers": handlers,
            "keep": keep, "most": most, "folder": folder, "journal": journal,
            "choices": copied(choices), "raise_assertions": raise_assertions,
        }  # fmt: skip
        spec = self._blueprint.prepared.spec
        self.topology = self._blueprint.topology
        self.seed = (spec.seed or 0) if seed is None else seed
        self._epoch_ns = settings.chosen_start_ns(start, spec.start_ns)
        self._max_ttl = settings.chosen_max_ttl(max_ttl, spec.max_ttl)
        self._folder = settings.chosen_folder(folder)
        self._handlers = dict(
            settings.chosen_handlers(self._blueprint.prepared, handlers)
        )
        self._log = settings.log_of(keep, most)
        self._chooser = settings.chooser_of(self.seed, choices)
        self._run = Run(
            self._log, self._chooser, self._epoch_ns, raises=raise_assertions
        )
        self._described_events = 0
        self._begun = False
        self._expected: list[Expectation] = []
        self._watchers: list[Callable[[], None]] = []
        self._engine: Engine | None = None
        # What runs, and where its events go that are sent to no address.
        self._usual: tuple[Addresses, Target] | None = None
        self._given: dict[str, Played] = {}
        self.trace = Trace.of(self._log)
        self.journal = Journal(self._run, self._runner, object()) if journal else None
        if self.journal is not None:
            self.journal.listen(self)

    def __repr__(self) -> str:
        made = f"{len(self.trace)} records" if self._begun else "not begun"
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
            self._register(name, function, errors)
            return function

        return register if handler is None else register(handler)

    def _register(self, name: str, handler: Handler, errors: int | str | None) -> None:
        if self._begun:
            raise UsageError(
                f"service {name!r}: register handlers before the first event is sent"
            )
        played = settings.checked_handler(name, handler, errors)
        self._handlers[name] = self._given[name] = played
        self._engine = None

    @property
    def handler_errors(self) -> list[HandlerFailure]:
        """What handlers raised, or returned as no answer may be; yours to clear.

        At most 1,000 at a time. Not what was raised again by what drives the run, nor what
        a service raised that is declared to: ``service(…, errors=500)``.
        """
        return self._run.failures.found

    # -- what runs

    @property
    def wiring(self) -> Wiring:
        """The reconciled form: addresses, routes, conditions, findings."""
        return self._built.addresses.wiring

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the author of the topology should know, in document order."""
        return self.wiring.findings

    @property
    def strict(self) -> bool:
        """Whether references to services that nobody describes stay unresolved."""
        return self._blueprint.strict

    @property
    def endless(self) -> tuple[str, ...]:
        """The nodes of the sources that never stop sending."""
        return self._built.endless

    @property
    def _built(self) -> Engine:
        """What runs, made when it is first asked for."""
        if self._engine is None:
            self._engine = Engine(
                self._blueprint,
                self._handlers,
                self._run,
                self._emit,
                max_ttl=self._max_ttl,
                folder=self._folder,
            )
        return self._engine

    def service_spec(self, node: str) -> ServiceSpec | None:
        """Give what the topology says of a service, by its node; None for nothing."""
        endpoint = find_endpoint(self.wiring.endpoints, node)
        return (
            None
            if endpoint is None
            else of_endpoint(self._blueprint.prepared.spec.services, endpoint)
        )

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
            attributes: Of the event: extensions, text, integers or booleans.
            **named: Attributes, too: ``type``, ``id``, ``source``, ``subject`` … Extensions
                are taken as well, but checkers of types do not know them.

        Raises:
            EventError: It is no valid event.
            UnknownAddressError: Nothing has this address.
            UsageError: A duration is none, or both an event and attributes are given.
        """
        described = sending.merged(attributes, named)
        if event is None:
            number = self._described_events + 1
            made = sending.described_event(described, data, number)
            self._described_events = number
        elif described or data is not None:
            raise UsageError("send an event, or its attributes and data, not both")
        else:
            made = sending.given_event(event)
        target = self.target(to)
        self._begun = True
        after_ns = 0 if after is None else wait_ns(after, "after")
        sender = self._run.post(
            target,
            made,
            after_ns,
            headers=sending.lower_case(headers) if headers else None,
            timeout_ns=None if timeout is None else wait_ns(timeout, "timeout"),
        )
        return Sent(sender, self._run.now_ns + after_ns)

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
        then: Callable[[Sent], None] | None = None,
    ) -> Sent:
        """Send an HTTP request as it stands, event or not, to a URL or short address.

        What is no valid event is refused with Knative's status. *then* is called when
        there is an answer; the rest is as for `send`.

        Raises:
            UnknownAddressError: Nothing has this address.
            UsageError: A duration is none.
        """
        if then is not None:
            expect_callable(then, "then", "a function that takes what was sent")
        kernel = self._built.kernel
        self._begun = True
        at_ns = kernel.now + (0 if after is None else wait_ns(after, "after"))
        sender = kernel.post(
            self.target(url),
            expect(method, str, "method", "text such as 'POST'").upper(),
            sending.lower_case(headers),
            expect(body, bytes, "body", "bytes"),
            at_ns=at_ns,
            timeout_ns=None if timeout is None else wait_ns(timeout, "timeout"),
        )
        sent = Sent(sender, at_ns)
        if then is not None:
            sender.then = lambda _: then(sent)
        return sent

    def _emit(self, event: Event, to: str, after_ns: int, node: str) -> None:
        self._run.post(self.target(to), event, after_ns, node=node)

    def target(self, to: str) -> Target:
        """Look up an address: a short name, a bare service name, or a URL.

        Raises:
            UnknownAddressError: Nothing has it.
        """
        addresses = self._built.addresses
        if to:
            return look_up(addresses, to)
        if self._usual is None or self._usual[0] is not addresses:
            self._usual = addresses, look_up(addresses, "")
        return self._usual[1]

    @property
    def recording(self) -> Recording | None:
        """What a trace file needs to say of this run; None without a journal."""
        if self.journal is None:
            return None
        from simulator.session.recording import SimulationRecording  # only for files

        return SimulationRecording(
            self._origin, self.seed, self._options, self._given, self.journal
        )

    # -- what happened

    @property
    def choices(self) -> Mapping[str, int]:
        """Where the run did other than its seed says, and what; see the argument.

        Another run of the same topology, inputs and seed does the same with them.
        """
        return dict(self._chooser.made)

    def check_choices(self) -> None:
        """See, when a run is over, that it has come to every point of *choices*.

        Raises:
            UsageError: It has not; each such point is named, and how far it came.
        """
        self._chooser.check()

    @property
    def log(self) -> Log:
        """The records, packed; `trace` is the readable form."""
        return self._log
