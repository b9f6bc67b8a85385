"""What sends events by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from simulator.kernel.calendar import Alarm
from simulator.session.emitted import generated, lines_of, pings, replayed, timed
from simulator.value import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.event import Event
    from simulator.kernel import Addresses, Kernel, Sender, Target
    from simulator.session.prepared import Prepared
    from simulator.session.run import Run
    from simulator.subscribers.source_spec import SourceSpec
    from simulator.wiring import Source

_NS = 1_000_000_000


class _Planned(NamedTuple):
    source: Source
    described: object
    numbered: int
    moments: Iterator[tuple[int, Event]]
    ends: bool


class RunningSource:
    """Posts the events of one source, one after another.

    Attributes:
        described: What it was made of; while that is the same, it goes on. None for
            one that does not run any more.
        ends: Whether it stops by itself some day.
        numbered: How many events it, and earlier sources of this name, have posted.
    """

    def __init__(self, planned: _Planned, target: Target, kernel: Kernel) -> None:
        source = planned.source
        self.described: object = planned.described
        self.ends = planned.ends
        self.target = target
        self.numbered = planned.numbered
        self._kernel = kernel
        self._node = source.node
        self._moments = planned.moments
        self._resending = source.resending
        self._headers: dict[str, str] = {}
        if source.is_adapter:
            from simulator.profiles.resending import ADAPTER  # no generator is one

            self._resending = ADAPTER
            self._headers["kn-namespace"] = source.namespace
        if source.authorization is not None:
            from simulator.access import AUTHORIZATION  # few say who sends

            self._headers[AUTHORIZATION] = source.authorization
        self._due: Event | None = None
        self._alarm = Alarm(kernel, source.node, self._ring)
        self._await_next()

    def _await_next(self) -> None:
        upcoming = next(self._moments, None)
        if upcoming is None:
            self._alarm.stop()
            return
        instant, self._due = upcoming
        self._alarm.set(max(instant, self._kernel.now))

    def _ring(self) -> None:
        assert self._due is not None, "it was waited for"
        self.numbered += 1
        self._post(self._due, 0, -1)
        self._await_next()

    def tell(self, event: Event, run: Run) -> None:
        """Post an event now; it follows from the request that is being answered, if any."""
        self.numbered += 1
        sender = run.post(self.target, event, 0, node=self._node, headers=self._headers)
        sender.then = lambda sent: self._again(sent, 0)

    def stop(self) -> None:
        self._alarm.stop()
        self.described, self.ends = None, True

    def _post(self, event: Event, tries: int, cause: int, after_ns: int = 0) -> None:
        sender = self._kernel.send(
            self.target,
            event,
            node=self._node,
            headers=self._headers,
            at_ns=self._kernel.now + after_ns,
            cause=cause,
        )
        if self._resending is not None:
            sender.then = lambda sent: self._again(sent, tries)

    def _again(self, sent: Sender, tries: int) -> None:
        resending = self._resending
        if resending is None or tries >= resending.retries.retry:
            return
        if sent.status is None or resending.retrying.is_retried(sent.status):
            wait = resending.retrying.backoff_ns(resending.retries, tries)
            self._post(sent.event, tries + 1, sent.serial, wait)


class Sources:
    """The sources of one topology, not yet started; TopologyError for a bad replay."""

    def __init__(
        self,
        addresses: Addresses,
        prepared: Prepared,
        run: Run,
        folder: str,
        before: Mapping[str, RunningSource],
    ) -> None:
        self._addresses = addresses
        self._prepared = prepared
        self._run = run
        self._folder = folder
        self._before = before
        self._plans: list[_Planned | Source] = []
        for source in addresses.wiring.sources:
            is_real = source.silent and source.generator is not None
            if source.sink is not None and not is_real:
                self._plan(source)

    def _plan(self, source: Source) -> None:
        described = self._described(source)
        running = self._before.get(source.node)
        if running is not None and running.described == described:
            self._plans.append(source)
            return
        numbered = 0 if running is None else running.numbered
        moments, ends = self._moments(source, numbered)
        if moments is not None:
            self._plans.append(_Planned(source, described, numbered, moments, ends))

    def _described(self, source: Source) -> object:
        spec = self._spec(source)
        resource = None
        if spec is None and source.resource is not None:
            resource = self._addresses.wiring.resources[source.resource].spec
        return source, spec, resource

    def _spec(self, source: Source) -> SourceSpec | None:
        """Give the generator that plays a source; its namesakes are none of it."""
        if source.generator is None:
            return None
        return self._prepared.spec.sources.get(source.generator)

    def start(self) -> dict[str, RunningSource]:
        """Let them run, and stop the others; give those that run or ran once, by node."""
        started: dict[str, RunningSource] = {}
        kernel = self._run.kernel
        assert kernel is not None, "it is about to run"
        for plan in self._plans:
            source = plan.source if isinstance(plan, _Planned) else plan
            assert source.sink is not None, "it resolves"
            target = self._addresses.target(source.sink)
            if isinstance(plan, _Planned):
                started[source.node] = RunningSource(plan, target, kernel)
            else:
                started[source.node] = self._before[source.node]
                started[source.node].target = target
        for node, old in self._before.items():
            if started.get(node) is not old:
                old.stop()
                started.setdefault(node, old)
        return started

    def _generated(
        self, source: Source, spec: SourceSpec, numbered: int
    ) -> tuple[Iterator[tuple[int, Event]], bool]:
        run, name = self._run, source.generator or ""
        if spec.life is not None:
            from simulator.systems.service_life import told  # few sources tell one

            life = told(spec.life, run.epoch_ns + run.now_ns)
            return _since(run.now_ns, life), True
        if spec.replay:
            where = self._prepared.places.get(f"sources.{name}", name)
            lines = lines_of(spec.replay, self._folder, where)
            return _since(run.now_ns, replayed(lines, spec.replay)), True
        moments = generated(source, name, spec, run.chooser, numbered)
        return _since(run.now_ns, moments), _ends(spec)

    def _moments(
        self, source: Source, numbered: int
    ) -> tuple[Iterator[tuple[int, Event]] | None, bool]:
        """Give what a source sends, None for a silent one, and whether it ends."""
        run, spec = self._run, self._spec(source)
        if spec is not None:
            return self._generated(source, spec, numbered)
        if source.watch is not None:
            return iter(()), True  # it is told when to send
        if source.timer is not None:
            start_ns = run.epoch_ns + run.now_ns
            moments = timed(source, source.timer, start_ns, numbered)
            return _since(run.now_ns, moments), source.timer.count is not None
        if not source.schedule:
            return None, True
        from simulator.cron import Schedule, ScheduleError  # only who has one pays

        assert source.resource is not None, "of a Simulation, it has a description"
        resource: Any = self._addresses.wiring.resources[source.resource].spec
        try:
            schedule = Schedule.parse(source.schedule, source.timezone)
        except ScheduleError:
            # The webhook refuses it; if it got through, nothing is ever sent
            # (E:pkg/adapter/mtping/runner.go, AddSchedule: read, not run).
            return None, True
        seconds = run.now_ns // _NS
        start = datetime.fromtimestamp(run.epoch_ns // _NS + seconds, UTC)
        ticks = pings(source, resource, schedule.after, start, numbered)
        return _since(seconds * _NS, ticks), False


def _since(
    start_ns: int, moments: Iterator[tuple[int, Event]]
) -> Iterator[tuple[int, Event]]:
    if not start_ns:
        return moments
    return ((start_ns + instant, event) for instant, event in moments)


def _ends(spec: SourceSpec) -> bool:
    return spec.count is not None or bool(spec.at_ns)
