"""``kn-sim rule``: what a rule of `check` says, why, and what ends it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from simulator.cli.inputs import add_output
from simulator.cli.parser import add_command
from simulator.errors import EXIT_DONE, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from simulator.cli.parser import Subparsers
    from simulator.rules import Rule

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
    """Say what ``kn-sim rule`` takes."""
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
    """Explain.

    Raises:
        UsageError: There is no such rule, or none is named.
    """
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
    from simulator.rules.selection import UnknownRuleError, named

    if args.all == bool(args.rules):
        raise UsageError("name rules, such as KN104, or --all for all of them")
    wrong, found = [], set[str]()
    for word in args.rules:
        try:
            found |= named(word)
        except UnknownRuleError as error:
            wrong.append(str(error))
    if wrong:
        raise UsageError("\n".join(wrong))
    return [rule for name, rule in RULES.items() if args.all or name in found]


def rule_object(rule: Rule) -> dict[str, Any]:
    """Give a rule for programs."""
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
