"""``kn-sim diff``: what a change of files does to resources, in kapp's look, and to events."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from simulator.cli.diff_behaviour import add_behaviour, wants_behaviour
from simulator.cli.inputs import style_of
from simulator.cli.options import add_namespace, add_output, whole_number
from simulator.cli.output import emit, json_text, printing_of_handlers, report, say
from simulator.cli.parser import add_command
from simulator.errors import (
    EXIT_DONE,
    EXIT_SAYS_NO,
    HandlerError,
    TopologyError,
    UsageError,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from simulator.changes.behaviour import Behaviour
    from simulator.changes.change_set import Change
    from simulator.cli.parser import Subparsers
    from simulator.cli.revisions import Revision
    from simulator.session.blueprint import Blueprint
    from simulator.topology import Topology

EXIT_NOTHING, EXIT_SOMETHING = 2, 3
_CONTEXT = 2
_MOST_NOTES = 5
_FORMATS = ("text", "json", "markdown")
_EXAMPLES = """
kn-sim diff old.yaml new.yaml
kn-sim diff git:HEAD~1 k8s/                    what changed since, in the same files
kn-sim diff git:v1.2:k8s/ git:main:k8s/        two revisions
kn-sim diff git:main k8s/ --only behaviour --events orders.jsonl
kn-sim diff git:main k8s/ --only behaviour --failing shipping --failing each=503x1
kn-sim diff git:main k8s/ -q -o markdown       a comment on a pull request
kn-sim diff git:main k8s/ --summary --exit-status
"""


def add_parser(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "diff",
        "show what a change of files does to resources, and to events",
        "Show what becomes of each resource when NEW takes the place of OLD, as kapp shows\n"
        "it before it deploys: the fields that change, then a table. What Knative's webhooks\n"
        "let nobody change is an update that falls back on replace, with the reason. OLD and\n"
        "NEW are a file, a folder, - for stdin, git:REV (the files of the other side as they\n"
        "were at a revision) or git:REV:PATH. Rs and Ri tell how a resource is before.\n\n"
        "Then show what changes for events: each is sent to a run of both versions, in which\n"
        "no source sends anything else, and what comes of it is compared: whom it reaches, by\n"
        "which trigger, after how many attempts, how that ends, and who gets replies and dead\n"
        "letters. Events for which the same changes are one line, with the smallest of them,\n"
        "and why. Timetables that differ come last. --summary, --changes-yaml and -o json have\n"
        "all this only where an option asks for events.\n\n"
        "This compares two versions of the files. Two implementations of brokers, under one\n"
        "version of the files, are compared by kn-sim compare.\n\n"
        "Exit code: 0 done; 1 a cluster would refuse NEW; 2 wrong use, or a file cannot be\n"
        "read. With --exit-status, as kapp: 2 nothing changes, too; 3 something does. With\n"
        "--only behaviour --exit-status: 0 nothing changes for events; 1 something does.",
        _EXAMPLES,
    )
    parser.add_argument("old", metavar="OLD", help="what is there")
    parser.add_argument("new", metavar="NEW", help="what takes its place")
    add_namespace(parser)
    add_behaviour(parser)
    group = add_output(parser, _FORMATS)
    parts = group.add_mutually_exclusive_group()
    parts.add_argument(
        "--summary", action="store_true", help="show the table of the changes alone"
    )
    parts.add_argument(
        "--changes-yaml",
        action="store_true",
        help="show what each resource comes to, whole, and the table",
    )
    group.add_argument(
        "-q", "--quiet", action="store_true", help="leave out what stays as it is"
    )
    group.add_argument(
        "--context",
        type=whole_number,
        default=_CONTEXT,
        metavar="N",
        help=f"lines around each change, -1 for all ({_CONTEXT})",
    )
    group.add_argument(
        "--exit-status",
        action="store_true",
        help="end with 2 where nothing changes, with 3 where something does; with --only "
        "behaviour, 0 and 1",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from simulator.changes.change_set import Op

    runs = wants_behaviour(args)
    sides = _sides(args)
    old, new = _both(sides, args)
    before, wrong = _ready(old, args)
    after, refused = _ready(new, args)
    if before is None:
        if args.only == "behaviour" and wrong is not None:
            raise wrong
        say(f"kn-sim: {args.old} is not in order: what is Ready in it is not known")
    behaviour = None
    if runs and before is not None and after is not None and refused is None:
        behaviour = _behaviour(args, (before, after), [_folder(each) for each in sides])
    changes = _changes(old, new, before, after)
    if args.quiet:
        changes = [change for change in changes if change.op is not Op.NOOP]
    _write(args, changes, before, after, behaviour)
    if refused is not None:
        report(refused)
        say("kn-sim: a cluster would refuse NEW")
        return EXIT_SAYS_NO
    if args.format == "text" and args.only != "behaviour":
        print("\nSucceeded")
    if not args.exit_status:
        return EXIT_DONE
    if args.only == "behaviour":
        return EXIT_DONE if behaviour is None or behaviour.same else EXIT_SAYS_NO
    same = all(change.op is Op.NOOP for change in changes)
    return EXIT_NOTHING if same else EXIT_SOMETHING


def _behaviour(
    args: argparse.Namespace, versions: tuple[Blueprint, Blueprint], folders: list[str]
) -> Behaviour | None:
    """Run both versions, if that is asked for; SimulatorError if one cannot be."""
    from simulator.cli.diff_behaviour import asked_of, behaviour_of

    asked = bool(args.only or asked_of(args))
    try:
        with printing_of_handlers(aside=args.format != "text"):
            found = behaviour_of(args, versions, folders)
    except (HandlerError, TopologyError) as error:
        if asked:
            raise
        say(f"kn-sim: what changes for events is not told: {error}")
        return None
    return found if asked or found.sent else None


def _write(
    args: argparse.Namespace,
    changes: Sequence[Change],
    before: Blueprint | None,
    after: Blueprint | None,
    behaviour: Behaviour | None,
) -> None:
    from simulator.cli import behaviour_writing as writing
    from simulator.cli.diff_text import json_of, lines_of, rows_of

    rows = rows_of(
        changes,
        {} if before is None else before.wiring.conditions,
        {} if after is None else after.wiring.conditions,
    )
    context = None if args.summary else args.context
    resources = args.only != "behaviour"
    if args.format == "json":
        told = None if behaviour is None else writing.document(behaviour)
        if resources:
            text = json_of(changes, rows, context, told, as_yaml=args.changes_yaml)
        else:
            text = json_text(told)
        sys.stdout.write(f"{text}\n")
    elif args.format == "markdown":
        from simulator.cli.diff_text import behaviour_of, resources_of

        lines = []
        if resources:
            lines += [*resources_of(changes, rows, context), ""]
        if behaviour is not None:
            lines += behaviour_of(behaviour)
        emit("".join(f"{line}\n" for line in lines))
    else:
        style = style_of(args)
        shown = resources and lines_of(
            changes, rows, context, style, as_yaml=args.changes_yaml
        )
        for line in shown or ():
            print(line)
        told_lines = () if behaviour is None else writing.lines_of(behaviour, style)
        if behaviour is not None and resources:
            print()
        for line in told_lines:
            print(line)


def _folder(side: Revision | str) -> str:
    """Give the folder that files named in a version lie in, now if it is of a revision."""
    path = side if isinstance(side, str) else side.path
    return path if os.path.isdir(path) else os.path.dirname(path) or "."


def _sides(args: argparse.Namespace) -> list[Revision | str]:
    """Find what is read of each version; UsageError if they are not two, or name nothing."""
    from simulator.cli.revisions import revision_of

    words = (args.old, args.new)
    if words == ("-", "-"):
        raise UsageError("stdin can be read once: OLD and NEW are both '-'")
    asked = [revision_of(word) for word in words]
    sides: list[Revision | str] = []
    for word, revision, other, its in zip(
        words, asked, reversed(words), reversed(asked), strict=True
    ):
        if revision is None or revision.path:
            sides.append(revision or word)
            continue
        path = other if its is None else its.path
        if path in ("", "-"):
            raise UsageError(
                f"{word}: names no file, and neither does {other}; write {word}:PATH"
            )
        sides.append(revision._replace(path=path))
    if sides[0] == sides[1] or _same_file(*words):
        say(f"kn-sim: {args.old} is compared with itself")
    return sides


def _both(
    sides: Sequence[Revision | str], args: argparse.Namespace
) -> tuple[Topology, Topology]:
    """Read the versions.

    Raises:
        UsageError: There is no such file.
        TopologyError: One or both cannot be read; all that is wrong with those is named.
    """
    found = old, new = [_read(side, args.namespace) for side in sides]
    faults: list[str] = []
    for topology in found:
        refused = _ready(topology, args)[1] if topology.faults else None
        faults += [] if refused is None else refused.faults
    if faults:
        raise TopologyError(list(dict.fromkeys(faults)))
    return old, new


def _same_file(old: str, new: str) -> bool:
    try:
        return os.path.samefile(old, new)
    except (OSError, ValueError):  # one is no file
        return False


def _read(side: Revision | str, namespace: str | None) -> Topology:
    from simulator.topology import Topology

    if isinstance(side, str):
        topology = Topology.load(side, partly=True, namespace=namespace)
    else:
        from simulator.cli.revisions import texts_at
        from simulator.control.registry import SHORT_FORM
        from simulator.manifests.reading import read_texts

        read = read_texts(texts_at(side), SHORT_FORM, namespace=namespace)
        topology = Topology(**read._asdict())
    notes = (*topology.left_out, *topology.replaced)
    for note in notes[:_MOST_NOTES]:
        say(f"kn-sim: {note}")
    if len(notes) > _MOST_NOTES:
        say(f"kn-sim: and {len(notes) - _MOST_NOTES} more notes: kn-sim check has all")
    return topology


def _ready(
    topology: Topology, args: argparse.Namespace
) -> tuple[Blueprint | None, TopologyError | None]:
    """Admit what was read: as it is if a cluster refuses it, or not at all."""
    from simulator.session.blueprint import Blueprint

    options = {"strict": args.strict, "profile": args.profile}
    try:
        return Blueprint(topology, **options), None
    except TopologyError as error:
        refused = error
    try:
        return Blueprint(topology, validate=False, **options), refused
    except TopologyError:
        return None, refused


def _changes(
    old: Topology, new: Topology, before: Blueprint | None, after: Blueprint | None
) -> list[Change]:
    from simulator.changes.change_set import change_set
    from simulator.session.prepared import changes_between

    if before is None or after is None:
        return change_set(old, new, {})
    known = changes_between(old, new, before.prepared, after.prepared, checked=True)
    return change_set(old, new, known.reasons)
