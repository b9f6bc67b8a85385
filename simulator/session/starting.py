"""Winds up the sources of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.errors import TopologyError
from simulator.session.sources import Clockwork, generated, pings, replayed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from simulator.event import Event
    from simulator.kernel import Kernel, Program
    from simulator.session.prepare import Prepared
    from simulator.subscribers.source_spec import SourceSpec
    from simulator.wiring import Source

# A replay larger than this is read by nobody; it would fill the memory.
_LARGEST_REPLAY = 256 * 1024 * 1024


def start_sources(
    program: Program,
    kernel: Kernel,
    prepared: Prepared,
    *,
    seed: int,
    folder: str,
    start: datetime,
) -> tuple[str, ...]:
    """Wind up every source whose sink resolves.

    Returns:
        The nodes of those that never end.

    Raises:
        TopologyError: A replay cannot be read.
    """
    endless = []
    for source in program.wiring.sources:
        if source.sink is None:
            continue
        moments, ends = _moments(
            source, prepared, program, seed=seed, folder=folder, start=start
        )
        if moments is None:
            continue
        persistent = (
            source.resource is not None and source.resource.kind == "PingSource"
        )
        Clockwork(
            kernel, source, program.target(source.sink), moments, persistent=persistent
        )
        if not ends:
            endless.append(source.node)
    return tuple(endless)


def _moments(
    source: Source,
    prepared: Prepared,
    program: Program,
    *,
    seed: int,
    folder: str,
    start: datetime,
) -> tuple[Iterator[tuple[int, Event]] | None, bool]:
    """Give what a source sends, None for a silent one, and whether it ends."""
    name = source.node.rpartition("/")[2]
    spec = prepared.spec.sources.get(name)
    if spec is not None:
        if spec.replay:
            where = prepared.places.get(f"sources.{name}", name)
            return replayed(_lines(spec.replay, folder, where), spec.replay), True
        return generated(name, spec, source.overrides, seed), _ends(spec)
    if source.resource is not None and source.resource.kind == "PingSource":
        from simulator.cron import Schedule  # only PingSources pay

        resource: Any = program.wiring.resources[source.resource].spec
        schedule = Schedule.parse(
            str(resource.get("schedule") or "* * * * *"),
            str(resource.get("timezone") or ""),
        )
        return pings(source, resource, schedule.after, start), False
    return None, True


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
    except OSError as error:
        reason = error.strerror or str(error)
        raise TopologyError(
            [f"{where}: replay {path}: cannot be read: {reason}"]
        ) from error
