"""What a run has come to: what services received, what is due still, what explains it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from simulator.duration import duration_text
from simulator.errors import UnknownAddressError
from simulator.kernel import Sender
from simulator.kernel.calendar import Alarm
from simulator.kernel.exchange import Exchange
from simulator.session.arguments import expect
from simulator.session.engine import find_endpoint
from simulator.session.findings import UNCALLED
from simulator.session.views import Inbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudevents.core.v1.event import CloudEvent

    from simulator.event import Event
    from simulator.kernel import Log
    from simulator.session.deployment import Deployment
    from simulator.session.engine import Engine
    from simulator.session.run import Run
    from simulator.session.selection import Which
    from simulator.session.topics import TopicState
    from simulator.session.views import Received, Sent
    from simulator.session.why import Clock, Why
    from simulator.trace import Trace
    from simulator.wiring import Endpoint, Wiring

_GO_ON = "run() goes on"


class Facts:
    """Answers of one run as it stands.

    Attributes:
        open: Expectations that no verb followed so far, each with its place.
    """

    def __init__(self, deployment: Deployment, run: Run, trace: Trace) -> None:
        self._deployment = deployment
        self._run = run
        self.trace = trace
        self.open: dict[object, str] = {}

    @property
    def engine(self) -> Engine:
        return self._deployment.engine

    @property
    def log(self) -> Log:
        return self._run.log

    @property
    def inbox(self) -> Inbox:
        return Inbox(self._run.log, self._run.epoch_ns)

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
                ``subject``, ``where`` (CESQL), ``data``, ``caused_by`` (what `send` gave, a
                request, or a record); all that is said holds.

        Raises:
            UnknownAddressError: There is no such service.
            UsageError: What is asked for is nothing that there could be.
        """
        if ok is not None:
            expect(ok, bool, "ok", "True or False")
        found = [self._endpoint(service)] if service else self.engine.endpoints
        received = self.inbox.received(frozenset(e.node for e in found))
        if which:
            from simulator.session.selection import Selection  # tests

            received = Selection(which).of(received, self.log)
        return [each for each in received if ok is None or each.ok is ok]

    def nodes(self, services: tuple[str, ...]) -> tuple[str, ...]:
        """Find services by their names, or raise UnknownAddressError."""
        return tuple(self._endpoint(service).node for service in services)

    def _endpoint(self, service: str) -> Endpoint:
        endpoints = self.engine.endpoints
        endpoint = find_endpoint(endpoints, service)
        if endpoint is None:
            raise UnknownAddressError(service, [e.name for e in endpoints])
        return endpoint

    def dead_letters(self) -> list[Received]:
        """The events that dead letter sinks took, in order."""
        return self.inbox.dead_letters(self.engine.sinks)

    def topics(self) -> tuple[TopicState, ...]:
        """The topics of Kafka that anything was written to, and how far they are read."""
        kernel, hubs = self._run.kernel, self._wiring.hubs
        if kernel is None or not any(hub.profile.queue.partitions for hub in hubs):
            return ()
        from simulator.session.topics import topics_of  # few runs have one

        return topics_of(kernel)

    def created(self) -> tuple[dict[str, Any], ...]:
        """The objects that the cluster made by itself in this run, as manifests, in order."""
        made = self.engine.kernel.created.values()
        return tuple(types.manifest(attributes) for types, attributes in made)

    def unjudged(self) -> tuple[str, ...]:
        """The calls of `expect` that no verb followed, a sentence each."""
        return tuple(
            f"{place}: expect(…) says nothing without a verb, such as .once()"
            for place in self.open.values()
        )

    def doubts(self) -> tuple[str, ...]:
        """Why a test that looks at the run now may not see what it means, in sentences.

        An event was sent and nothing run after that; requests or retries are due still,
        besides what sources send; a function plays a service that nothing sends to and
        that got nothing.
        """
        idle = [
            finding
            for finding in self._wiring.findings
            if finding.code == UNCALLED
            and (name := finding.subject.partition(" ")[2]) in self._deployment.given
            and not self.received(name)
        ]
        return (*self._unfinished(), *map(str, idle))

    @property
    def unsent(self) -> list[tuple[int, Event]]:
        """The events that were given and not sent yet, each with its instant in ns."""
        return [
            (at_ns, actor.event)
            for at_ns, actor in self.engine.kernel.outstanding()
            if isinstance(actor, Sender) and actor.serial < 0
        ]

    def _unfinished(self) -> Iterator[str]:
        """Tell what is due still, a sentence each; not what sources would send next."""
        kernel, sent = self.engine.kernel, self.unsent
        for at_ns, event in sent[:1]:
            more = f" and {len(sent) - 1} more" if len(sent) > 1 else ""
            what = f"{event.type} {event.id}{more}"
            if at_ns > kernel.now:
                yield f"{what} would be sent at {duration_text(at_ns)} only: {_GO_ON}"
            else:
                yield f"{what} was sent, and nothing was run after that: {_GO_ON}"
        services = {endpoint.node for endpoint in self.engine.endpoints}
        others = [
            at_ns
            for at_ns, actor in kernel.outstanding()
            if isinstance(actor, Exchange)
            or (isinstance(actor, Alarm) and actor.name in services)  # a handler sleeps
        ]
        if others:
            one = len(others) == 1
            yield (
                f"{len(others)} request{' or retry is' if one else 's or retries are'} "
                f"due still after {duration_text(kernel.now)}, the next at "
                f"{duration_text(min(others))}: {_GO_ON}"
            )

    def why(self, event: CloudEvent | Event | Sent | Received, trigger: str) -> Why:
        """Explain why an event reaches a trigger's subscriber, or why it does not.

        Args:
            event: As sent or received; it need not have been sent.
            trigger: The name or node of a trigger or subscription.

        Raises:
            UnknownAddressError: There is no such trigger.
        """
        from simulator.session.why import explain  # only who asks pays

        return explain(self._wiring, self.trace, self._clock, event, trigger)

    def whys(
        self, event: CloudEvent | Event | Sent | Received, *, at: str = ""
    ) -> list[Why]:
        """Explain an event to every trigger: matching ones first, then near misses.

        Args:
            event: As sent or received; it need not have been sent.
            at: The node of the broker or channel that alone is asked, ``broker/default``;
                empty for all. Anything else has no triggers.
        """
        from simulator.session.why import explain_all  # only who asks pays

        return explain_all(self._wiring, self.trace, self._clock, event, at)

    @property
    def _wiring(self) -> Wiring:
        return self.engine.addresses.wiring

    @property
    def _clock(self) -> Clock:
        from simulator.session.why import Clock  # loaded by then

        return Clock(self._run.epoch_ns, self._run.now_ns)
