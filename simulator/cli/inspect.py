"""``kn-sim inspect``: the resources of files with their state, in kapp's columns."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from simulator.cli.inputs import book_of, style_of
from simulator.cli.options import add_files, add_output, add_wiring
from simulator.cli.parser import add_command
from simulator.errors import EXIT_DONE

if TYPE_CHECKING:
    import argparse

    from simulator.cli.parser import Subparsers

_NOTES = ("Rs: Reconcile state", "Ri: Reconcile information")
_EXAMPLES = """
kn-sim inspect k8s/
kn-sim inspect --tree k8s/ sim.yaml            who is called by which trigger
kn-sim inspect k8s/ -o json                    with kapp's keys
"""


def add_parser(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "inspect",
        "list the resources with their state, as a table or a tree",
        "List resources as kapp inspects an app: whether each becomes Ready (Rs: ok, fail,\n"
        "ongoing) and why not (Ri). With --tree, below each broker and channel its triggers\n"
        "and subscriptions, and below those who is called and who gets their dead letters;\n"
        "services that are in none of the files are there with -.",
        _EXAMPLES,
    )
    add_files(parser)
    parser.add_argument(
        "--tree", action="store_true", help="show what leads where, below each broker"
    )
    add_wiring(parser.add_argument)
    add_output(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from simulator.cli.inspect_rows import TITLES, cells_of, listed, tree
    from simulator.cli.kapp_table import table_json, table_lines

    wiring = book_of(args).wiring
    rows = tree(wiring) if args.tree else listed(wiring)
    if args.format == "json":
        text = table_json("resources", TITLES, rows, _NOTES)
        sys.stdout.write(text + "\n")
        return EXIT_DONE
    style = style_of(args)
    files = [*args.files, *([args.kustomize] if args.kustomize else [])]
    where = ", ".join("stdin" if file == "-" else f"'{file}'" for file in files)
    print(style.symbols(f"Resources in {where}"))
    print()
    cells = [cells_of(row) for row in rows]
    for line in table_lines(list(TITLES.values()), cells, style, repeated=args.tree):
        print(line)
    print()
    for note in _NOTES:
        print(note)
    count = len(listed(wiring))
    print(f"\n{count} resource{'s' * (count != 1)}\n\nSucceeded")
    return EXIT_DONE
