"""The summary after a run, as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.cli.findings import finding_json, stub_names
from simulator.cli.nearness import nearest_first

if TYPE_CHECKING:
    from simulator.cli.tally import Happenings, Tally
    from simulator.session import Simulation


def summary_json(sim: Simulation, tally: Tally) -> dict[str, Any]:
    """Give all that the text form says; nothing is left out or cut short."""
    whole = {
        "totals": {
            "events": tally.events,
            "deliveries": tally.deliveries,
            "requests": tally.attempts,
            "records": tally.records,
            "deadLetters": tally.dead_letters.total,
            "lost": tally.lost.total,
            "refused": tally.refused.total,
            "expired": tally.expired.total,
            "answeredNo": tally.failed_senders.total,
            "unmatched": tally.unmatched.total,
            "retriesDue": tally.retries_due,
            "stopped": tally.stopped,
            "virtualTime": sim.now_ns,
        },
        "services": {node: each.to_json() for node, each in tally.services.items()},
        "deadLetters": _happenings(tally.dead_letters),
        "lost": _happenings(tally.lost),
        "refused": _happenings(tally.refused),
        "expired": _happenings(tally.expired),
        "answeredNo": _happenings(tally.failed_senders),
        "unmatched": _unmatched(sim, tally),
        "stubs": stub_names(sim.wiring),
        "findings": [finding_json(each) for each in sim.findings],
    }
    if tally.handler_errors.found:
        whole["handlerErrors"] = _happenings(tally.handler_errors)
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
