"""``kn-sim convert``: a topology in the other of its two forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cli.inputs import load
from simulator.cli.options import add_files
from simulator.cli.output import say
from simulator.cli.parser import add_command
from simulator.errors import EXIT_DONE, UsageError

if TYPE_CHECKING:
    import argparse

    from simulator.cli.parser import Subparsers
    from simulator.topology import Topology

_EXAMPLES = """\
kn-sim convert --to knative orders.yaml > manifests.yaml
kn-sim convert --to short manifests/ > topology.yaml
kubectl get broker,trigger -o yaml | kn-sim convert --to short -
"""


def add_parser(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "convert",
        "write Knative manifests as short form, or the reverse",
        "Write a topology to stdout in the short form or as Knative manifests; several\n"
        "files become one stream. Reading the output gives the same topology. What the\n"
        "short form cannot express follows it as manifests. Comments are not kept.",
        _EXAMPLES,
    )
    add_files(parser)
    parser.add_argument(
        "--to", choices=("short", "knative"), required=True, help="the form to write"
    )
    parser.add_argument(
        "-o",
        "--format",
        choices=("yaml", "json"),
        default="yaml",
        help="yaml unless given; json for --to knative: one List",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from simulator.cli.output import emit

    if args.format == "json":
        if args.to == "short":
            raise UsageError(
                "the short form is YAML; --format json goes with --to knative"
            )
        emit(_list(load(args)))
        return EXIT_DONE
    topology = load(args)
    emit(topology.to_short() if args.to == "short" else topology.to_knative())
    say("kn-sim: comments are not kept")
    return EXIT_DONE


def _list(topology: Topology) -> str:
    from simulator.cli.output import json_text

    items = [resource.manifest for resource in topology]
    return json_text({"apiVersion": "v1", "kind": "List", "items": items}) + "\n"
