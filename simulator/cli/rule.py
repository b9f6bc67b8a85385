"""``kn-sim rule``: what a rule of `check` says; and which rules `check` tells."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from simulator.cli.options import add_output
from simulator.cli.parser import add_command
from simulator.errors import EXIT_DONE, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.cli.parser import Subparsers
    from simulator.rules import Rule
    from simulator.session import Simulation
    from simulator.wiring import Finding, Wiring

_FORMAT = "kn-sim-rules/1"
_EXAMPLES = """
kn-sim rule KN104                    one rule, or all cases of one
kn-sim rule catch-all KN2            by its name; those that begin so
kn-sim rule --all                    all of them, as in docs/reference/rules.md
"""
_HEAD = """\
# Rules

What [`kn-sim check`](findings.md) may say, as `kn-sim rule --all` prints it. Ids and
names stay; a rule that is gone leaves its number free. Rules that are cases of one share
its id. A rule that is *told when asked* is told by `check` only where `--select` names it, and,
of one route, by [`timetable`](cli.md#kn-sim-timetable).
"""


def add_parser(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "rule",
        "say what a rule of check means, why it matters, and what ends it",
        "Explain rules of `kn-sim check`: what each says, what comes of it, the smallest\n"
        "change that ends it, and where that stands.",
        _EXAMPLES,
    )
    parser.add_argument(
        "rules",
        nargs="*",
        metavar="RULE",
        help="an id, its beginning, or a name: KN104, KN1, catch-all",
    )
    parser.add_argument("--all", action="store_true", help="all rules")
    add_output(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Explain; UsageError where there is no such rule, or none is named."""
    wanted = _wanted(args)
    if args.format == "json":
        from simulator.cli.output import json_text

        found = [rule_object(rule) for rule in wanted]
        sys.stdout.write(json_text({"format": _FORMAT, "rules": found}) + "\n")
        return EXIT_DONE
    lines = _page() if args.all else _joined(_explained(rule, "#") for rule in wanted)
    for line in lines:
        print(line)
    return EXIT_DONE


def _wanted(args: argparse.Namespace) -> list[Rule]:
    from simulator.rules import RULES

    if args.all == bool(args.rules):
        raise UsageError("name rules, such as KN104, or --all for all of them")
    found, wrong = _named(args.rules)
    if wrong:
        raise UsageError("\n".join(wrong))
    return [rule for name, rule in RULES.items() if args.all or name in found]


def _named(words: Iterable[str]) -> tuple[set[str], list[str]]:
    """Give the names of rules that words stand for, and what is wrong with the words."""
    from simulator.rules.selection import UnknownRuleError, named

    found, wrong = set[str](), []
    for word in words:
        try:
            found |= named(word)
        except UnknownRuleError as error:
            wrong.append(str(error))
    return found, wrong


def rule_object(rule: Rule) -> dict[str, Any]:
    return {**rule._asdict(), "severities": rule.severities.split(", ")}


def _page() -> Iterator[str]:
    from simulator.rules import GROUPS

    yield _HEAD.rstrip("\n")
    for title, rules in GROUPS.items():
        yield ""
        yield f"## {title}"
        for rule in rules:
            yield ""
            yield from _explained(rule, "###")


def _joined(parts: Iterator[Iterator[str]]) -> Iterator[str]:
    for number, part in enumerate(parts):
        if number:
            yield ""
        yield from part


def _explained(rule: Rule, heading: str) -> Iterator[str]:
    asked = "; told when asked" if rule.asked else ""
    yield f"{heading} {rule.id} {rule.name}"
    yield ""
    yield f"- Severity: {rule.severities}{asked}"
    yield f"- What: {rule.what}"
    yield f"- Why: {rule.why}"
    yield f"- Fix: {rule.fix}"
    yield f"- Source: {rule.source}"


def add_selection(parser: argparse.ArgumentParser) -> None:
    for name, what in (
        ("--select", "tell only these rules, KN1, KN104 or catch-all; ALL: all there are"),
        ("--ignore", "do not tell these; what says more decides, as KN104 before KN1"),
    ):  # fmt: skip
        parser.add_argument(
            name, action="extend", type=_words, default=[], metavar="RULES", help=what
        )


def _words(text: str) -> list[str]:
    words = [word.strip() for word in text.split(",")]
    _, wrong = _named(words)
    if wrong:
        raise argparse.ArgumentTypeError("; ".join(wrong))
    return words


def found_by(args: argparse.Namespace, sim: Simulation) -> tuple[Finding, ...]:
    if not args.select:
        return sim.findings
    from simulator.rules import RULES
    from simulator.session.blueprint import Blueprint
    from simulator.session.findings import with_others

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
