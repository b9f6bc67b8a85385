"""``--select`` and ``--ignore``: which rules `check` tells."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.session import Simulation
    from simulator.wiring import Finding, Wiring


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Let it take which rules are told."""
    for name, what in (
        ("--select", "tell only these rules, KN1, KN104 or catch-all; ALL: all there are"),
        ("--ignore", "do not tell these; what says more decides, as KN104 before KN1"),
    ):  # fmt: skip
        parser.add_argument(
            name, action="extend", type=_words, default=[], metavar="RULES", help=what
        )


def _words(text: str) -> list[str]:
    """Read a list with commas, for argparse."""
    from simulator.rules.selection import UnknownRuleError, named  # only if it is given

    found, wrong = [word.strip() for word in text.split(",")], []
    for word in found:
        try:
            named(word)
        except UnknownRuleError as error:
            wrong.append(str(error))
    if wrong:
        raise argparse.ArgumentTypeError("; ".join(wrong))
    return found


def found_by(args: argparse.Namespace, sim: Simulation) -> tuple[Finding, ...]:
    """Give what is found, with what is told only because it is asked for."""
    if not args.select:
        return sim.findings
    from simulator.rules import RULES
    from simulator.session.blueprint import Blueprint
    from simulator.session.circles import with_others

    asked = [name for name in _told(args) if RULES[name].asked]
    blueprint = Blueprint(sim.topology, strict=args.strict, profile=args.profile)
    more = blueprint.findings_of(asked)
    return with_others(sim.findings, more, blueprint.prepared.admitted)


def kept(args: argparse.Namespace, sim: Simulation, found: Iterable[Finding]) -> Wiring:
    """Give what runs with the findings that are selected, and that no comment ignores.

    Faults are told whatever is selected: with them nothing is run.
    """
    wiring = sim.wiring
    if not args.select and not args.ignore and not args.cdevents:
        return wiring
    from simulator.session.ignoring import parted
    from simulator.wiring import Severity

    names = _told(args)
    told, more = parted(found, sim.topology.ignores)
    return wiring.replace(
        findings=tuple(
            f for f in told if f.severity is Severity.FAULT or f.code in names
        ),
        ignored=tuple(f for f in (*wiring.ignored, *more) if f.code in names),
    )


def _told(args: argparse.Namespace) -> frozenset[str]:
    from simulator.rules.selection import told

    return told(args.select, args.ignore)
