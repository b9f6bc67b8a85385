"""The summary after a run, as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.cli.faults_json import finding_object
from simulator.cli.findings import stub_names
from simulator.session.nearness import nearest_first

if TYPE_CHECKING:
    from simulator.cli.tally import Happenings, Tally
    from simulator.session import Simulation

SUMMARY = "kn-sim-summary/1"


def summary_json(sim: Simulation, tally: Tally) -> dict[str, Any]:
    """Give all that the text form says; nothing is left out or cut short."""
    whole = {
        "totals": {
            "events": tally.events,
            "deliveries": tally.deliveries,
            "requests": tally.attempts,
            "records": tally.records,
            "dead_letters": tally.dead_letters.total,
            "lost": tally.lost.total,
            "refused": tally.refused.total,
            "expired": tally.expired.total,
            "answered_no": tally.failed_senders.total,
            "unmatched": tally.unmatched.total,
            "retries_due": tally.retries_due,
            "stopped": tally.stopped,
            "virtual_time_ns": sim.now_ns,
        },
        "services": {node: each.to_json() for node, each in tally.services.items()},
        "dead_letters": _happenings(tally.dead_letters),
        "lost": _happenings(tally.lost),
        "refused": _happenings(tally.refused),
        "expired": _happenings(tally.expired),
        "answered_no": _happenings(tally.failed_senders),
        "unmatched": _unmatched(sim, tally),
        "stubs": stub_names(sim.wiring),
        "findings": [finding_object(each) for each in sim.findings],
    }
    if tally.handler_errors.found:
        whole["handler_errors"] = _happenings(tally.handler_errors)
    if tally.undecided.found:
        whole["undecided"] = _happenings(tally.undecided)
    if tally.faults:
        whole["faults"] = [
            {"fault": each.name, "at": each.node, "hits": each.hits}
            for each in tally.faults.values()
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


def _unmatched(sim: Simulation, tally: Tally) -> list[dict[str, Any]]:
    found = _happenings(tally.unmatched)
    firsts = [first for _, first in tally.unmatched.found.values()]
    for each, first in zip(found, firsts, strict=True):
        here = nearest_first(why for why in sim.whys(first) if why.hub == each["at"])
        if here:
            each["nearest"] = {
                "trigger": here[0].trigger,
                "changes": [c.to_json() for c in here[0].explanation.nearest_miss],
            }
    return found
