"""Winds up the sources of a run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.errors import TopologyError
from simulator.session.sources import Clockwork, generated, pings, replayed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.event import Event
    from simulator.kernel import Addresses
    from simulator.session.prepared import Prepared
    from simulator.session.run import Run
    from simulator.subscribers.source_spec import SourceSpec
    from simulator.wiring import Source

# A replay larger than this is read by nobody; it would fill the memory.
_LARGEST_REPLAY = 256 * 1024 * 1024
_NS = 1_000_000_000


class Wound(NamedTuple):
    """A source that runs.

    Args:
        described: What it was made of; while that is the same, it goes on. None for
            one that does not run any more.
        ends: Whether it stops by itself some day.
        numbered: How many events earlier sources of this name had posted.
        clockwork: Posts the events.
    """

    described: object
    ends: bool
    numbered: int
    clockwork: Clockwork


class _Plan(NamedTuple):
    source: Source
    described: object
    numbered: int
    moments: Iterator[tuple[int, Event]]
    ends: bool


class Sources:
    """The sources of one topology, checked, not yet wound up.

    Args:
        addresses: Where their sinks are.
        prepared: Where they are described.
        run: Whose time and seed they follow; the schedules of those that are new begin
            now.
        folder: Where replays lie.
        before: Node -> the sources that run.

    Raises:
        TopologyError: A replay cannot be read.
    """

    def __init__(
        self,
        addresses: Addresses,
        prepared: Prepared,
        run: Run,
        folder: str,
        before: Mapping[str, Wound],
    ) -> None:
        self._addresses = addresses
        self._prepared = prepared
        self._run = run
        self._folder = folder
        self._before = before
        self._plans: list[_Plan | Source] = []
        for source in addresses.wiring.sources:
            if source.sink is not None:
                self._plan(source)

    def _plan(self, source: Source) -> None:
        """Find out what a source sends, unless it goes on as it is, or is silent."""
        described = self._described(source)
        wound = self._before.get(source.node)
        if wound is not None and wound.described == described:
            self._plans.append(source)
            return
        numbered = 0 if wound is None else wound.numbered + wound.clockwork.sent
        moments, ends = self._moments(source, numbered)
        if moments is not None:
            self._plans.append(_Plan(source, described, numbered, moments, ends))

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

    def wind_up(self) -> dict[str, Wound]:
        """Let them run; stop those that run and are none of them any more.

        Returns:
            Node -> each that runs now, and each that ran once, of which only the
            numbers of its events count.
        """
        wound: dict[str, Wound] = {}
        kernel = self._run.kernel
        assert kernel is not None, "it is about to run"
        for plan in self._plans:
            source = plan if not isinstance(plan, _Plan) else plan.source
            assert source.sink is not None, "it resolves"
            target = self._addresses.target(source.sink)
            if not isinstance(plan, _Plan):
                wound[source.node] = self._before[source.node]
                wound[source.node].clockwork.target = target
                continue
            made = Clockwork(
                kernel, source, target, plan.moments, persistent=bool(source.schedule)
            )
            wound[source.node] = Wound(plan.described, plan.ends, plan.numbered, made)
        kept = [each.clockwork for each in wound.values()]
        for node, old in self._before.items():
            if old.clockwork not in kept:
                old.clockwork.stop()
                wound.setdefault(node, old._replace(described=None, ends=True))
        return wound

    def _moments(
        self, source: Source, numbered: int
    ) -> tuple[Iterator[tuple[int, Event]] | None, bool]:
        """Give what a source sends, None for a silent one, and whether it ends."""
        run, spec = self._run, self._spec(source)
        if spec is not None:
            name = source.generator or ""
            if spec.replay:
                where = self._prepared.places.get(f"sources.{name}", name)
                lines = _lines(spec.replay, self._folder, where)
                return _since(run.now_ns, replayed(lines, spec.replay)), True
            moments = generated(source, name, spec, run.chooser, numbered)
            return _since(run.now_ns, moments), _ends(spec)
        if not source.schedule:
            return None, True
        from simulator.cron import Schedule  # only who has one pays

        assert source.resource is not None, "of a Simulation, it has a description"
        resource: Any = self._addresses.wiring.resources[source.resource].spec
        schedule = Schedule.parse(source.schedule, source.timezone)
        seconds = run.now_ns // _NS
        start = datetime.fromtimestamp(run.epoch_ns // _NS + seconds, UTC)
        ticks = pings(source, resource, schedule.after, start, numbered)
        return _since(seconds * _NS, ticks), False


def _since(
    start_ns: int, moments: Iterator[tuple[int, Event]]
) -> Iterator[tuple[int, Event]]:
    """Let a schedule begin at an instant."""
    if not start_ns:
        return moments
    return ((start_ns + instant, event) for instant, event in moments)


def _ends(spec: SourceSpec) -> bool:
    return spec.count is not None or bool(spec.at_ns)


def _lines(name: str, folder: str, where: str) -> list[bytes]:
    from pathlib import Path  # only replays pay

    path = Path(folder, name)
    try:
        if path.exists() and not path.is_file():  # a device may never end
            raise TopologyError([f"{where}: replay {path}: is no file"])
        if path.stat().st_size > _LARGEST_REPLAY:
            limit = _LARGEST_REPLAY // (1024 * 1024)
            raise TopologyError([f"{where}: replay {path}: is larger than {limit} MiB"])
        return path.read_bytes().splitlines()
    except (OSError, ValueError) as error:  # Python words the latter anew and anew
        reason = "no name of a file has a NUL in it"
        if isinstance(error, OSError):
            reason = error.strerror or str(error)
        raise TopologyError(
            [f"{where}: replay {path}: cannot be read: {reason}"]
        ) from error
