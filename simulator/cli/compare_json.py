"""A comparison of brokers as JSON; the schema is in the docs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.comparing.comparison import Comparison, Parting, Row
    from simulator.comparing.trial import Played
    from simulator.profiles import Profile

_FORMAT = "kn-sim-compare/1"


def document(found: Comparison) -> dict[str, Any]:
    """Give the whole output."""
    names = [run.profile.name for run in found.played]
    return {
        "format": _FORMAT,
        "same": found.same,
        "profiles": names,
        "runs": [_run(each) for each in found.played],
        "differing": [_row(row, found.played[0].profile, names) for row in found.rows],
        "alike": list(found.alike),
    }


def _run(run: Played) -> dict[str, Any]:
    return {
        "profile": run.profile.name,
        "known_from": run.profile.known_from,
        "records": run.records,
        "now_ns": run.now_ns,
        "sender_waits_ns": run.answered_ns,
        "stopped": run.stopped or None,
    }


def _row(row: Row, first: Profile, names: list[str]) -> dict[str, Any]:
    return {
        "node": row.node or None,
        "tallies": [
            {"profile": name, **tally._asdict()}
            for name, tally in zip(names, row.tallies, strict=True)
        ],
        "partings": [_parting(each, first) for each in row.partings],
    }


def _parting(parting: Parting, first: Profile) -> dict[str, Any]:
    return {
        "profile": parting.profile.name,
        "hop": parting.what,
        "event": parting.event._asdict(),
        "at_ns": parting.where.at_ns,
        "first": parting.where.one,
        "other": parting.where.other,
        "hops_that_differ": parting.differing,
        "follows": parting.follows or None,
        "rules": [
            {
                "code": each.code,
                "about": each.about,
                "rows": each.rows,
                "first": each.says(first),
                "other": each.says(parting.profile),
                "source": each.source(parting.profile),
            }
            for each in parting.reasons
        ],
    }
