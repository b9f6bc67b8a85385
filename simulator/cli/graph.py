"""``kn-sim graph``: what leads where, as a tree or in a language that draws it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from simulator.cli.inputs import (
    add_files,
    add_output,
    add_wiring,
    book_of,
    style_of,
)
from simulator.cli.parser import add_command
from simulator.errors import EXIT_DONE

if TYPE_CHECKING:
    import argparse

    from simulator.cli.parser import Subparsers

_FORMATS = ("text", "mermaid", "dot", "json")
_EXAMPLES = """\
kn-sim graph orders.yaml                     a tree, from the sources on
kn-sim graph orders.yaml --format mermaid    for Markdown
kn-sim graph orders.yaml --format dot | dot -Tsvg > orders.svg
"""


def add_parser(subparsers: Subparsers) -> None:
    """Say what the subcommand takes."""
    parser = add_command(
        subparsers,
        "graph",
        "draw what leads where",
        "Draw sources, brokers, channels, triggers and services, and the ways of events,\n"
        "replies and dead letters between them. In the tree, ↑ leads to a node that was\n"
        "shown before.",
        _EXAMPLES,
    )
    add_files(parser)
    add_wiring(parser.add_argument)
    add_output(parser, _FORMATS)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the graph to stdout."""
    from simulator.cli.findings import warn_of_profiles
    from simulator.cli.results import emit
    from simulator.graph import build, to_dot, to_json, to_mermaid, to_text

    book = book_of(args)
    warn_of_profiles(book.wiring)
    graph = build(book.wiring)
    if args.format == "text":
        tree = style_of(args).symbols(to_text(graph).replace("↑", _back(args)))
        sys.stdout.write(tree)
        return EXIT_DONE
    write = {"mermaid": to_mermaid, "dot": to_dot, "json": to_json}[args.format]
    emit(write(graph))
    return EXIT_DONE


def _back(args: argparse.Namespace) -> str:
    """Give the mark of a node shown before, in what the terminal spells."""
    return "↑" if style_of(args).unicode else "(above)"
