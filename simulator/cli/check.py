"""``kn-sim check``: is a topology in order, and what would a cluster say of it?"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from simulator.cli.inputs import folder_of, load, simulate, style_of
from simulator.cli.options import add_files, add_output, add_settings
from simulator.cli.output import MOST_FAULTS, hidden_text
from simulator.cli.parser import Subparsers, add_command
from simulator.cli.rule import add_selection, found_by, kept
from simulator.cli.style import harmless
from simulator.errors import (
    EXIT_DONE,
    EXIT_SAYS_NO,
    EXIT_WRONG_USE,
    TopologyError,
    Unreadable,
    UsageError,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from simulator.changes.gaps import Applied
    from simulator.cli.style import Style
    from simulator.session import Simulation
    from simulator.topology import Topology
    from simulator.wiring import Condition, Wiring

_FORMAT = "kn-sim-check/1"
_LISTED = ("github", "sarif")  # a list of what is found, and nothing else
_EXAMPLES = """
kn-sim check shop.yaml
kn-sim check --strict k8s/ sim.yaml
kubectl get broker,trigger -o yaml | kn-sim check -
kn-sim check k8s/ --differences                what Kafka, RabbitMQ or NATS do otherwise
kn-sim check k8s/ -o github                    annotations, in GitHub Actions
kn-sim check k8s/ -o sarif > kn-sim.sarif      for code scanning and editors
kn-sim check k8s/ --ignore KN2,catch-all       all rules but these; see kn-sim rule --all
kn-sim check sources.yaml --expand             env and names of what controllers make
kn-sim check pipeline.yaml --cdevents          events of type dev.cdevents.* as released
"""


def add_parser(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "check",
        "check a topology: faults, conditions, warnings, what is not simulated",
        "Check a topology as `kubectl apply` and the controllers would: every fault with its\n"
        "place, whether each resource becomes Ready, what its author should know, and what\n"
        "plays no part in a run.\n\n"
        "Exit code: 0 in order, perhaps with warnings; 1 faulty, a resource is not Ready, or\n"
        "the order of --apply-order loses events; 2 wrong use, or a file cannot be read.",
        _EXAMPLES,
    )
    add_files(parser)
    add_settings(parser)
    parser.add_argument(
        "--expand",
        action="store_true",
        help="show what controllers make of resources, too: objects, names, ports, env",
    )
    parser.add_argument(
        "--differences",
        action="store_true",
        help="list what is known to be otherwise under other brokers, a line for each",
    )
    parser.add_argument(
        "--cdevents",
        action="store_true",
        help="judge the CDEvents that are written out by the schemas of 0.4.1 and 0.5.1",
    )
    parser.add_argument(
        "--apply-order",
        choices=("kapp", "kubectl"),
        help="show in which order the tool creates the resources, which events of sources "
        "are lost meanwhile, and the annotations that help",
    )
    add_selection(parser)
    group = add_output(parser, ("text", "json", "github", "sarif"))
    amount = group.add_mutually_exclusive_group()
    amount.add_argument(
        "-q",
        "--quiet",
        action="store_true",
        help="show only what is not Ready, faults and warnings",
    )
    amount.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="show all conditions of each resource, and of findings why and what to do",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    _check_files(args.files)
    if args.expand and args.format in _LISTED:
        raise UsageError(
            f"--expand is for -o text or json; {args.format} lists findings"
        )
    style = style_of(args)
    try:
        topology = load(args, partly=True)
        _judge_tests(args, topology)
        sim = simulate(args, topology)
        wiring = _wiring(args, sim)
        ok = _verdict(wiring)
        order = _order(args, sim)
    except TopologyError as error:
        _faulty(args, error, style)
        unread = any(isinstance(each, Unreadable) for each in error.faults)
        return EXIT_WRONG_USE if unread else EXIT_SAYS_NO
    if args.format == "json":
        from simulator.cli.differences import difference_object, differences

        apply = [difference_object(each) for each in differences(sim)]
        whole = {**_as_json(wiring, ok=ok), "differences": apply}
        _print({**whole, **_expanded(args, sim, order)})
    elif args.format in _LISTED:
        from simulator.cli.sarif import found_objects, print_list

        print_list(args.format, found_objects(args, sim, wiring, order))
    else:
        for line in _lines(args, sim, wiring, style, ok=ok):
            print(line)
        if order is not None:
            from simulator.cli.apply_order import order_lines

            for line in order_lines(order, style):
                print(line)
    ok = ok and (order is None or order.safe)
    return EXIT_DONE if ok else EXIT_SAYS_NO


def _judge_tests(args: argparse.Namespace, topology: Topology) -> None:
    """Raise a TopologyError for what is wrong in tests, which nothing else reads."""
    if any(each.group == "simulator" for each in topology.of_kind("Test")):
        from simulator.cli.test import suite_of

        suite_of(args, topology)


def _order(args: argparse.Namespace, sim: Simulation) -> Applied | None:
    """Find what is lost if that was asked for; TopologyError if the tool refuses them."""
    if not args.apply_order:
        return None
    from simulator.cli.apply_order import order_of

    return order_of(args, sim)


def _wiring(args: argparse.Namespace, sim: Simulation) -> Wiring:
    found = found_by(args, sim)
    if args.cdevents:
        from simulator.cli.cdevents import cdevents_findings

        found = (*found, *cdevents_findings(sim.topology, folder_of(args)))
    return kept(args, sim, found)


def _check_files(files: list[str]) -> None:
    """Tell files that are not there, by a UsageError, from those that say wrong things."""
    import os

    from simulator.manifests.files import why_missing  # loaded soon

    for file in files:
        if file != "-" and not os.path.exists(file):
            raise UsageError(f"{file}: {why_missing(file)}")


def _faulty(args: argparse.Namespace, error: TopologyError, style: Style) -> None:
    if args.format == "json":
        from simulator.cli.findings import fault_object

        faults = [fault_object(fault) for fault in error.faults]
        empty: dict[str, Any] = {"resources": [], "not_simulated": [], "findings": [], "ignored": [],
                                 "differences": []}  # fmt: skip
        _print({"format": _FORMAT, "ok": False, "faults": faults, **empty})
        return
    if args.format in _LISTED:
        from simulator.cli.findings import fault_object
        from simulator.cli.sarif import print_list

        print_list(args.format, map(fault_object, error.faults))
        return
    for fault in error.faults[:MOST_FAULTS]:
        print(style.symbols(harmless(fault)))
    count = len(error.faults)
    hidden = hidden_text(count)
    verdict = f"not in order: {count} fault{'s' * (count != 1)}{hidden}"
    if hidden:
        verdict += "; --format json gives all"
    print(f"{style.mark('✗', 'red')} {style.paint(verdict, 'bold')}")


def _verdict(wiring: Wiring) -> bool:
    from simulator.cli.findings import ready_of
    from simulator.wiring import Severity, Truth

    readies = [ready_of(each) for each in wiring.conditions.values()]
    if any(ready is not None and ready.status is not Truth.TRUE for ready in readies):
        return False
    return all(finding.severity is not Severity.FAULT for finding in wiring.findings)


def _expanded(
    args: argparse.Namespace, sim: Simulation, order: Applied | None
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if args.expand:
        from simulator.cli.expansion import expansion_objects

        found["expansions"] = expansion_objects(sim.expansions)
    if order is not None:
        from simulator.cli.apply_order import order_object

        found["apply_order"] = order_object(order)
    return found


def _lines(
    args: argparse.Namespace, sim: Simulation, wiring: Wiring, style: Style, *, ok: bool
) -> Iterator[str]:
    from simulator.cli.findings import finding_lines, serious_lines

    yield from _conditions(args, wiring, style)
    if args.expand:
        from simulator.cli.expansion import expansion_lines

        yield from expansion_lines(sim.expansions, style)
    if args.quiet:
        yield from serious_lines(wiring, style)
    else:
        yield from finding_lines(wiring, style, with_stubs=True, reasons=args.verbose)
    if args.differences or not args.quiet:
        from simulator.cli.differences import (
            counted_line,
            difference_lines,
            differences,
        )

        shown = difference_lines if args.differences else counted_line
        yield from shown(differences(sim), style)
    yield _last_line(wiring, style, ok=ok)


def _conditions(
    args: argparse.Namespace, wiring: Wiring, style: Style
) -> Iterator[str]:
    """Give the resources with their `Ready`, those that are not so first."""
    from simulator.cli.findings import ready_of, shown
    from simulator.wiring import Truth

    marks = {
        Truth.FALSE: ("✗", "red"),
        Truth.UNKNOWN: ("?", "yellow"),
        Truth.TRUE: ("✓", "green"),
    }
    readies = [(key, ready_of(each)) for key, each in wiring.conditions.items()]
    width = max((len(shown(key)) for key, _ in readies), default=0)
    for status, (mark, colour) in marks.items():
        if args.quiet and status is Truth.TRUE:
            break
        for key, ready in readies:
            if ready is None or ready.status is not status:
                continue
            said = "Ready" if status is Truth.TRUE else f"Ready {status.value}"
            line = f"{shown(key).ljust(width)}  {said}{_reason(ready)}"
            yield f"{style.mark(mark, colour)} {style.symbols(line)}"
            if not args.verbose:
                continue
            for each in wiring.conditions[key]:
                if each is not ready:
                    mark_of, colour_of = marks[each.status]
                    line = style.symbols(f"{each.type}{_reason(each)}")
                    yield f"    {style.mark(mark_of, colour_of)} {line}"


def _reason(condition: Condition) -> str:
    """Give why a condition is as it is, two spaces before it; nothing for no reason."""
    reason = f"{condition.reason}: {condition.message}".strip(": ")
    return f"  {reason}" if reason else ""


def _last_line(wiring: Wiring, style: Style, *, ok: bool) -> str:
    from simulator.cli.findings import NOT_SIMULATED, ready_of
    from simulator.wiring import Severity, Truth

    readies = [ready_of(each) for each in wiring.conditions.values()]
    bad = sum(r is not None and r.status is not Truth.TRUE for r in readies)
    parts = ["in order" if ok else "not in order"]
    if bad:
        parts.append(f"{bad} of {len(readies)} not Ready")
    else:
        nothing = "no resource of Knative that becomes Ready"
        parts.append(f"{len(readies)} Ready" if readies else nothing)
    said = [each for each in wiring.findings if each.code != NOT_SIMULATED]
    for severity in Severity:
        count = sum(each.severity is severity for each in said)
        if count:
            parts.append(f"{count} {severity.value}{'s' * (count != 1)}")
    if len(said) < len(wiring.findings):
        parts.append(f"{len(wiring.findings) - len(said)} not simulated")
    if wiring.ignored:
        parts.append(f"{len(wiring.ignored)} ignored")
    symbol, colour = ("✓", "green") if ok else ("✗", "red")
    verdict = f"{parts[0]}: {', '.join(parts[1:])}"
    return f"{style.mark(symbol, colour)} {style.paint(verdict, 'bold')}"


def _as_json(wiring: Wiring, *, ok: bool) -> dict[str, Any]:
    from simulator.cli.findings import reasoned_object

    return {
        "format": _FORMAT,
        "ok": ok,
        "faults": [],
        "resources": [
            {
                "group": key.group,
                "kind": key.kind,
                "namespace": key.namespace,
                "name": key.name,
                "conditions": [
                    {
                        "type": each.type,
                        "status": each.status.value,
                        "reason": each.reason,
                        "message": each.message,
                    }
                    for each in conditions
                ],
            }
            for key, conditions in wiring.conditions.items()
        ],
        "not_simulated": [str(each) for each in wiring.not_simulated],
        "findings": [reasoned_object(each) for each in wiring.findings],
        "ignored": [reasoned_object(each) for each in wiring.ignored],
    }


def _print(data: object) -> None:
    from simulator.cli.output import json_text

    sys.stdout.write(json_text(data) + "\n")
