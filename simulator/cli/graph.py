"""``kn-sim graph``: what leads where, as a tree or in a language that draws it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from simulator.cli.inputs import book_of, check_stdin, name_of, read_named, style_of
from simulator.cli.options import add_files, add_output, add_wiring
from simulator.cli.parser import add_command
from simulator.cli.sending import refuse_decided
from simulator.cli.style import harmless
from simulator.errors import EXIT_DONE

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from simulator.cli.parser import Subparsers
    from simulator.graph.parts import Graph
    from simulator.wiring import Wiring

_FORMATS = ("text", "mermaid", "dot", "json")
_EXAMPLES = """\
kn-sim graph orders.yaml                     a tree, from the sources on
kn-sim graph orders.yaml --format mermaid    for Markdown
kn-sim graph orders.yaml --format dot | dot -Tsvg > orders.svg
kn-sim graph --replay run.jsonl              with what code in Python has sent
"""


def add_parser(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "graph",
        "draw what leads where",
        "Draw sources, brokers, channels, triggers and services, and the ways of events,\n"
        "replies and dead letters between them, and what services post besides (emit). In\n"
        "the tree, ↑ leads to a node that was shown before.",
        _EXAMPLES,
    )
    add_files(parser)
    parser.add_argument(
        "--replay",
        metavar="TRACE",
        help="draw also what services sent in a recorded run (kn-sim run --trace); without "
        "a FILE, of the topology that it ran",
    )
    add_wiring(parser.add_argument)
    add_output(parser, _FORMATS)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from simulator.cli.output import emit
    from simulator.graph.writing import to_dot, to_json, to_mermaid, to_text

    graph = _recorded(args) if args.replay else _wired(book_of(args).wiring)
    if args.format == "text":
        tree = harmless(to_text(graph)).replace("↑", _back(args))
        sys.stdout.write(style_of(args).symbols(tree))
        return EXIT_DONE
    write = {"mermaid": to_mermaid, "dot": to_dot, "json": to_json}[args.format]
    emit(write(graph))
    return EXIT_DONE


def _wired(wiring: Wiring, sent: Iterable[tuple[str, str]] = ()) -> Graph:
    from simulator.cli.findings import warn_of_profiles
    from simulator.graph.build import build

    warn_of_profiles(wiring)
    return build(wiring, sent)


def _recorded(args: argparse.Namespace) -> Graph:
    """Draw what a trace has shown: of its own topology, of another, or all that it has.

    UsageError: it is no trace, or what it decides is given. TopologyError: it is refused.
    """
    from simulator.graph.build import recorded, sent

    check_stdin(*args.files, args.replay)
    trace = read_named(args.replay)
    if args.files or args.kustomize:
        return _wired(book_of(args).wiring, sent(trace))
    refuse_decided(args, "--replay")
    if trace.recorded is None:
        return recorded(trace)
    from simulator.session.replaying import Replay

    return _wired(Replay(trace, name_of(args.replay)).wiring, sent(trace))


def _back(args: argparse.Namespace) -> str:
    return "↑" if style_of(args).unicode else "(above)"
