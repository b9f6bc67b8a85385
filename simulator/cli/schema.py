"""``kn-sim schema``: what an editor needs to help with our documents."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from simulator.cli.parser import add_command
from simulator.errors import EXIT_DONE
from simulator.schemas import SCHEMAS

if TYPE_CHECKING:
    import argparse

    from simulator.cli.parser import Subparsers

_EXAMPLES = """
kn-sim schema > kn-sim.schema.json            and in the first line of a topology:
    # yaml-language-server: $schema=kn-sim.schema.json
kn-sim schema simulation                      that of a Simulation document
"""


def add_parser(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "schema",
        "print the JSON Schema of what is written, for editors",
        "Print the JSON Schema (draft 7) of the short form, of a Simulation or a Test\n"
        "document. With it, editors complete keys, say what they mean and underline what\n"
        "is unknown.",
        _EXAMPLES,
    )
    parser.add_argument(
        "document",
        nargs="?",
        default="short",
        choices=tuple(SCHEMAS),
        help="of what; the short form, if left out",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from simulator.cli.output import json_text
    from simulator.schemas import schema

    sys.stdout.write(json_text(schema(args.document)) + "\n")
    return EXIT_DONE
