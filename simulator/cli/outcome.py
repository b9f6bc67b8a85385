"""The summary after a run, as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.cli.faults_json import finding_object
from simulator.cli.findings import stub_names
from simulator.session.why import nearest_first

if TYPE_CHECKING:
    from simulator.session import Simulation
    from simulator.story.counts import Counts, Happenings

SUMMARY = "kn-sim-summary/1"


def summary_json(sim: Simulation, counts: Counts) -> dict[str, Any]:
    """Give all that the text form says; nothing is left out or cut short."""
    whole = {
        "totals": {
            "events": counts.events,
            "deliveries": counts.deliveries,
            "requests": counts.attempts,
            "records": counts.records,
            "dead_letters": counts.dead_letters.total,
            "lost": counts.lost.total,
            "refused": counts.refused.total,
            "expired": counts.expired.total,
            "answered_no": counts.failed_senders.total,
            "unmatched": counts.unmatched.total,
            "retries_due": counts.retries_due,
            "stopped": counts.stopped,
            "virtual_time_ns": sim.now_ns,
        },
        "services": {node: each.to_json() for node, each in counts.services.items()},
        "dead_letters": _happenings(counts.dead_letters),
        "lost": _happenings(counts.lost),
        "refused": _happenings(counts.refused),
        "expired": _happenings(counts.expired),
        "answered_no": _happenings(counts.failed_senders),
        "unmatched": _unmatched(sim, counts),
        "stubs": stub_names(sim.wiring),
        "findings": [finding_object(each) for each in sim.findings],
    }
    if counts.handler_errors.found:
        whole["handler_errors"] = _happenings(counts.handler_errors)
    if counts.undecided.found:
        whole["undecided"] = _happenings(counts.undecided)
    if counts.faults:
        whole["faults"] = [
            {"fault": each.name, "at": each.node, "hits": each.hits}
            for each in counts.faults.values()
        ]
    return whole


def _happenings(sort: Happenings) -> list[dict[str, Any]]:
    return [
        {
            "type": happening.what,
            "count": count,
            "first": {"id": first.id, "source": first.source},
            "at": happening.at,
            "to": happening.to,
            "why": happening.why,
        }
        for happening, (count, first) in sort.found.items()
    ]


def _unmatched(sim: Simulation, counts: Counts) -> list[dict[str, Any]]:
    found = _happenings(counts.unmatched)
    firsts = [first for _, first in counts.unmatched.found.values()]
    for each, first in zip(found, firsts, strict=True):
        here = nearest_first(why for why in sim.whys(first) if why.hub == each["at"])
        if here:
            each["nearest"] = {
                "trigger": here[0].trigger,
                "changes": [c.to_json() for c in here[0].explanation.nearest_miss],
            }
    return found
