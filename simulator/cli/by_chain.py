"""``--by chain``: the flow told by stories, each of one artefact, and DORA's measures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.story.chains import Chains
from simulator.story.measures import counted, environment_of, lead, lead_ns, measures_of
from simulator.story.milestones import Step
from simulator.story.phrases import time_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from simulator.cli.style import Style
    from simulator.story.chains import Chain
    from simulator.story.flow import Line
    from simulator.story.measures import Measures
    from simulator.trace.record import Record

_PERCENT = 100
_WIDTH = len("change-failure rate")


class Stories:
    def __init__(self, style: Style, text: Callable[[Line], str]) -> None:
        self._chains = Chains()
        self._style = style
        self._text = text
        self._lines: dict[int, list[Line]] = {}

    def add(self, record: Record) -> None:
        self._chains.add(record)

    def write(self, line: Line) -> None:
        chain = self._chains.of[line.serial]
        number = 0 if chain is None else chain.number
        self._lines.setdefault(number, []).append(line)

    def told(self) -> Iterator[str]:
        """Give all lines, chain by chain, and at the end what is of none."""
        chains = self._chains.all
        environment = environment_of(chains)
        begun = False
        for chain in chains:
            if lines := self._lines.get(chain.number):
                yield from [""] if begun else []
                yield from self._head(chain, environment)
                yield from self._body(lines)
                begun = True
        if others := self._lines.get(0):
            yield from [""] if begun else []
            yield self._style.paint("of no chain", "bold")
            yield from self._body(others)

    def _body(self, lines: Iterable[Line]) -> Iterator[str]:
        level = None
        for line in lines:
            level = line.level if level is None else level
            yield self._text(line.replace(level=max(line.level - level, 0)))

    def _head(self, chain: Chain, environment: str) -> Iterator[str]:
        style, sort = self._style, chain.told_by
        name = chain.ids.get(sort, "")
        first = chain.first.event
        by = f"{sort} {name}" if name else f"by {sort}, from {first.type} {first.id}"
        number = f"chain {chain.number} of {len(self._chains.all)}"
        parts = (
            style.paint(number, "bold"),
            style.line(by),
            style.line(chain.artifact),
        )
        yield "  ".join(part for part in parts if part)
        if chain.parent is not None:
            yield f"  follows from chain {chain.parent.number}"
        steps = [
            f"{m.step.replace('-', ' ')} +{time_text(m.at_ns)}"
            + (f" ({m.environment})" if m.environment else "")
            for m in counted(chain, "")
        ]
        if steps:
            yield f"  {style.line(', '.join(steps))}"
        if any(m.step is Step.PACKAGED for m in chain.milestones):
            yield f"  lead time: {style.line(_lead_text(chain, environment))}"

    def measured(self) -> Iterator[str]:
        if not any(chain.milestones for chain in self._chains.all):
            yield "no event tells of a delivery: packaged, deployed, an incident"
            return
        measures = measures_of(self._chains.all)
        of = f" of {measures.environment}" if measures.environment else ""
        yield self._style.paint(f"delivery{of}, by its events", "bold")
        for name, value in _measures(measures):
            yield f"  {name.ljust(_WIDTH)}  {self._style.line(value)}"

    def as_data(self) -> dict[str, Any]:
        chains = self._chains.all
        environment = environment_of(chains)
        measures = measures_of(chains)
        return {
            "chains": [_chain_data(each, environment) for each in chains],
            "measures": {
                "environment": measures.environment or None,
                "deployments": measures.deployments,
                "failed_deployments": measures.failed,
                "change_failure_rate": measures.failure_rate,
                "lead_time_ns": measures.lead_median_ns,
                "lead_times_ns": list(measures.lead_ns),
                "time_to_restore_ns": measures.restore_median_ns,
                "times_to_restore_ns": list(measures.restore_ns),
                "unresolved_incidents": measures.open,
            },
        }


def _lead_text(chain: Chain, environment: str) -> str:
    found = lead(chain, environment)
    where = environment if found is None else found[1].environment
    to = f" to {where}" if where else ""
    if found is None:
        return f"not deployed{to}"
    return f"{time_text(found[1].at_ns - found[0].at_ns)}{to}"


def _measures(measures: Measures) -> Iterator[tuple[str, str]]:
    deployments, lead = measures.deployments, measures.lead_median_ns
    yield "deployments", str(deployments) if deployments else "none"
    yield (
        "lead time",
        "undefined: nothing that was packaged was deployed"
        if lead is None
        else f"{time_text(lead)}, packaged to deployed{_median_of(measures.lead_ns)}",
    )
    rate = measures.failure_rate
    yield (
        "change-failure rate",
        "undefined: nothing was deployed"
        if rate is None
        else f"{_PERCENT * rate:.0f} %, {measures.failed} of {deployments}",
    )
    restore = measures.restore_median_ns
    still = f"{measures.open} not resolved" if measures.open else ""
    if restore is None:
        yield "time to restore", f"undefined: {still or 'no incident was detected'}"
    else:
        told = f"{time_text(restore)}, detected to resolved"
        told += _median_of(measures.restore_ns)
        yield "time to restore", f"{told}; {still}" if still else told


def _median_of(values: tuple[int, ...]) -> str:
    return f", median of {len(values)}" if len(values) > 1 else ""


def _chain_data(chain: Chain, environment: str) -> dict[str, Any]:
    return {
        "number": chain.number,
        "by": chain.told_by,
        "ids": chain.ids,
        "follows_from": None if chain.parent is None else chain.parent.number,
        "artifact": chain.artifact or None,
        "begun_ns": chain.first.at_ns,
        "last_ns": chain.last_ns,
        "lead_time_ns": lead_ns(chain, environment),
        "milestones": [
            {
                "step": str(each.step),
                "at_ns": each.at_ns,
                "serial": each.record.serial,
                "service": each.service or None,
                "environment": each.environment or None,
                "artifact": each.artifact or None,
            }
            for each in chain.milestones
        ],
        "events": [
            {
                "serial": each.serial,
                "at_ns": each.at_ns,
                "type": each.event.type,
                "id": each.event.id,
                "source": each.event.source,
                "from": each.source,
                "to": each.target,
            }
            for each in chain.events
        ],
    }
