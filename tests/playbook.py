"""A run as a script: a topology and events in, one short line per record out."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

from simulator import Simulation, Topology
from simulator.duration import duration_text
from simulator.kernel import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator import Record, Sent


def simulation(topology: str, **options: Any) -> Simulation:
    """Make a run of a topology in the short form, without the line ``topology:``."""
    return Simulation(Topology.parse("topology: play\n" + dedent(topology)), **options)


def play(topology: str, *, to: str = "", **options: Any) -> list[str]:
    """Send one event with id ``a`` and type ``t``, run to the end, give the records."""
    sim = simulation(topology, **options)
    sim.send(id="a", type="t", to=to)
    sim.run()
    return lines(sim)


def lines(sim: Simulation, *, without: Iterable[str] = ()) -> list[str]:
    """Give all records of a run as lines such as these.

    ``200ms dispatched a trigger/ship -> service/shipping #2``
    ``200ms responded a service/shipping -> trigger/ship #2 503``

    Args:
        sim: The run.
        without: Kinds to leave out.
    """
    return [line(record) for record in sim.trace if record.kind not in without]


def line(record: Record) -> str:
    """Give one record as a line: instant, kind, id, from, to, attempt, status, detail."""
    attempt = f" #{record.attempt}" if record.attempt > 1 else ""
    status = f" {record.status}" if record.status else ""
    source = f" {record.source}" if record.source else ""
    target = f" -> {record.target}" if record.target else ""
    if record.kind is Kind.ACCEPTED:
        target, status = f" {record.target}", f" for {record.status}"
    detail = ""
    if record.kind is Kind.RETRY_SCHEDULED and isinstance(record.detail, int):
        detail = f" after {duration_text(record.detail)}"
    elif record.detail is not None:
        detail = f" ({record.detail})"
    at = duration_text(record.at_ns)
    return (
        f"{at} {record.kind} {record.event.id}{source}{target}{attempt}{status}{detail}"
    )


def answers(sent: Iterable[Sent]) -> list[int | str | None]:
    """Give what each sender was answered: a status, or why there is none."""
    return [s.error if s.status is None else s.status for s in sent]
