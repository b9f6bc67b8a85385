"""``kn-sim export``: a topology as other catalogues of events describe it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from simulator.cli.inputs import check_stdin, load
from simulator.cli.options import add_files, add_wiring
from simulator.cli.parser import add_command
from simulator.errors import EXIT_DONE, UsageError, naming_file

if TYPE_CHECKING:
    import argparse

    from simulator.cli.parser import Parser, Subparsers
    from simulator.exports.catalogue import Catalogue

_EXAMPLES = """
kn-sim export asyncapi shop.yaml > asyncapi.yaml
kn-sim export asyncapi k8s/ --trace run.jsonl -o json
kn-sim export eventcatalog shop.yaml --into catalog/
"""


def add_parser(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "export",
        "describe a topology's events for AsyncAPI or EventCatalog",
        "Describe who sends and who receives which events: brokers and channels as channels,\n"
        "types of events that are sent there or asked for by filters as messages, sources and\n"
        "services with what they send and receive. From the topology alone; a trace adds\n"
        "examples, and what only a run can tell. A run is exported by kn-sim trace export.",
        _EXAMPLES,
    )
    commands = parser.add_subparsers(
        title="commands", metavar="COMMAND", required=True, prog="kn-sim export"
    )
    written = _add(
        commands,
        "asyncapi",
        "write a document of AsyncAPI 3.0",
        "Write a document of AsyncAPI 3.0 to stdout.",
        "kn-sim export asyncapi shop.yaml > asyncapi.yaml",
    )
    written.add_argument(
        "-o",
        "--format",
        choices=("yaml", "json"),
        default="yaml",
        help="yaml unless given",
    )
    files = _add(
        commands,
        "eventcatalog",
        "write the files of EventCatalog",
        "Write the files of EventCatalog (MDX) into a folder: a domain, services, events and\n"
        "channels.",
        "kn-sim export eventcatalog shop.yaml --trace run.jsonl --into catalog/",
    )
    files.add_argument(
        "--into", metavar="DIR", required=True, help="the folder of the catalogue"
    )
    files.add_argument(
        "--force", action="store_true", help="write over files that are there"
    )


def _add(
    commands: Subparsers, name: str, summary: str, description: str, example: str
) -> Parser:
    parser = add_command(commands, name, summary, description, example)
    add_files(parser)
    parser.add_argument(
        "--trace",
        metavar="TRACE",
        help="a recorded run (kn-sim run --trace), for examples and for what it shows",
    )
    add_wiring(parser.add_argument)
    parser.set_defaults(run=_RUNS[name])
    return parser


def _catalogue(args: argparse.Namespace) -> Catalogue:
    """Work out what is told; TopologyError if it is refused, UsageError for no trace."""
    from simulator.cli.inputs import read_named
    from simulator.exports.catalogue import catalogue
    from simulator.exports.subject import title_of
    from simulator.session.blueprint import Blueprint

    check_stdin(*args.files, args.trace)
    topology = load(args, partly=True)
    blueprint = Blueprint(topology, strict=args.strict, profile=args.profile)
    records = read_named(args.trace) if args.trace else ()
    return catalogue(blueprint, title_of(topology), records)


def _asyncapi(args: argparse.Namespace) -> int:
    from simulator.cli.output import emit, json_text
    from simulator.exports.asyncapi import asyncapi

    document = asyncapi(_catalogue(args))
    if args.format == "json":
        emit(json_text(document) + "\n")
    else:
        from simulator.manifests.writing import emit as to_yaml

        emit(to_yaml(document))
    return EXIT_DONE


def _eventcatalog(args: argparse.Namespace) -> int:
    from simulator.exports.eventcatalog import eventcatalog

    files = [
        (os.path.join(args.into, *path.split("/")), text)
        for path, text in eventcatalog(_catalogue(args))
    ]
    if os.path.exists(args.into) and not os.path.isdir(args.into):
        raise UsageError(f"--into {args.into}: is a file, expected a folder")
    there = [path for path, _ in files if os.path.lexists(path)]
    if there and not args.force:
        raise UsageError(
            f"{there[0]}: is there already, of {len(there)} such files; --force writes "
            "over them"
        )
    for path, text in files:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with (
            naming_file(path),
            open(path, "w", encoding="utf-8", errors="backslashreplace") as file,
        ):
            file.write(text)
    print(f"{len(files)} files in {args.into}")
    return EXIT_DONE


_RUNS = {"asyncapi": _asyncapi, "eventcatalog": _eventcatalog}
