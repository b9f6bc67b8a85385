"""``kn-sim timetable``: when each attempt of a delivery happens, without running it."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from simulator.cli.inputs import book_of, books_of, style_of
from simulator.cli.options import add_files, add_output, add_wiring, whole_number
from simulator.cli.output import say
from simulator.cli.parser import add_command
from simulator.errors import EXIT_DONE, EXIT_SAYS_NO, UsageError
from simulator.nodes import name_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from simulator.cli.parser import Subparsers
    from simulator.kernel import AddressBook
    from simulator.timetable import (
        Course,
        Idle,
        Ladder,
        Resent,
        Setting,
        Timetable,
        Waited,
    )
    from simulator.wiring import Wiring

_ALL = "all"
_SUFFIXES = (".yaml", ".yml", ".json")
_EXAMPLES = """\
kn-sim timetable orders.yaml                 every trigger and subscription
kn-sim timetable orders.yaml price ship      two of them
kn-sim timetable orders.yaml --cold          which attempt meets a pod, from zero
kn-sim timetable orders.yaml --status 404    when each attempt is answered 404
kn-sim timetable orders.yaml --profile all   by each implementation, side by side
"""


def add_parser(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "timetable",
        "show when each retry happens, before anything runs",
        "Show the delivery settings in force, where each comes from, and when every\n"
        "attempt happens if all fail: each answered 503 at once and, where a timeout is\n"
        "set, each running into it. Times count from the first attempt. What the adapters\n"
        "of sources send again, and who waits for a reply, stands at the end.",
        _EXAMPLES,
    )
    add_files(parser)
    parser.add_argument(
        "triggers",
        nargs="*",
        metavar="TRIGGER",
        help="triggers, subscriptions, sources … to show, such as price or "
        "trigger/price; all unless given",
    )
    parser.add_argument(
        "--status",
        type=whole_number,
        default=503,
        metavar="CODE",
        help="what each attempt is answered, 300 to 599 (503)",
    )
    parser.add_argument(
        "--at", metavar="TIME", help="when the first attempt is made, RFC 3339"
    )
    parser.add_argument(
        "--cold",
        action="store_true",
        help="tell, too, which attempt meets a pod of a service that is scaled to zero",
    )
    add_wiring(parser.add_argument, all_too=True)
    add_output(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from simulator.cli.findings import warn_of_profiles
    from simulator.cli.output import emit
    from simulator.cli.timetable_text import text_of
    from simulator.timetable import Idle, idle_routes, is_own, senders, timetables

    args.files, names = files_and_names(
        args.files + args.triggers, first=0 if args.kustomize else 1
    )
    start_ns = _instant(args.at)
    sides = args.profile == _ALL
    books = books_of(args) if sides else {"": book_of(args)}
    book = next(iter(books.values()))
    wiring = book.wiring
    if not sides:
        warn_of_profiles(wiring)
    names = [node for name in names for node in _nodes(wiring, name, args.namespace)]
    found = {
        name: timetables(each.wiring, status=args.status, names=names)
        for name, each in books.items()
    }
    columns = list(zip(*found.values(), strict=True))
    once = {column[0].route.node for column in columns if is_own(column)}
    first, *rest = found.values()
    tables = [
        *first,
        *(each for more in rest for each in more if each.route.node not in once),
    ]
    others = (
        *senders(wiring, status=args.status, names=names),
        *idle_routes(wiring, names),
    )
    colds = None
    if args.cold:
        from simulator.cli.timetable_sides import cold_data, cold_starts, cold_text

        colds = cold_starts(book, first)
        if not colds:
            say("kn-sim: no trigger calls a service with pods: in a Simulation")
    if args.format == "json":
        whole = document(book, tables, others, start_ns)
        if colds is not None:
            whole["cold"] = cold_data(colds)
        emit(json.dumps(whole, indent=2, ensure_ascii=False) + "\n")
    elif sides:
        from simulator.cli.timetable_sides import sides_of

        sys.stdout.write(sides_of(book, found, others, style_of(args), start_ns))
    else:
        sys.stdout.write(text_of(book, tables, others, style_of(args), start_ns))
    if colds and args.format != "json":
        sys.stdout.write(cold_text(colds, style_of(args), start_ns))
    if not tables and not others:
        say("kn-sim: there is no trigger or subscription: nothing is delivered")
    idle = all(isinstance(each, Idle) for each in others)
    return EXIT_SAYS_NO if idle and not tables else EXIT_DONE


def _nodes(wiring: Wiring, name: str, namespace: str | None) -> list[str]:
    """Find what a name, shared perhaps, stands for; UsageError for several namespaces."""
    from simulator.names import named, resolve
    from simulator.timetable import nodes_of

    nodes = nodes_of(wiring)
    found = named(name, nodes, namespace)
    if len({name_of(node) for node in found}) > 1:
        resolve(name, nodes, namespace)
    return found or [name]


def files_and_names(
    words: Sequence[str], *, first: int = 1
) -> tuple[list[str], list[str]]:
    """Tell files and folders from names of triggers; so many of the first are files.

    A name that is a file or folder, too, can be written ``trigger/NAME``.
    """
    files = list(words[:first])
    names: list[str] = []
    for word in words[first:]:
        is_file = word == "-" or word.endswith(_SUFFIXES) or os.path.exists(word)
        (files if is_file else names).append(word)
    return files, names


def _instant(text: str | None) -> int | None:
    from simulator.event.text import epoch_ns

    if text is None:
        return None
    instant = epoch_ns(text)
    if instant is None:
        raise UsageError(
            f"--at {text!r} is no RFC 3339 time such as 2026-01-01T00:00:00Z"
        )
    return instant


_NS = ("backoffDelay", "timeout", "retryAfterMax")


def document(
    book: AddressBook,
    tables: Sequence[Timetable],
    others: Sequence[Resent | Waited | Idle],
    start_ns: int | None = None,
) -> dict[str, Any]:
    """Give the whole output.

    Args:
        others: Who sends besides, and the routes that get nothing.
        start_ns: When the first attempt is made, since 1970; None to leave it open.
    """
    from simulator.timetable import Idle, Resent, Waited

    return {
        "format": "kn-sim-timetable/1",
        "timetables": [_table(book, table, start_ns) for table in tables],
        "sources": [
            {
                "source": each.node,
                "sink": book.name_of(each.sink),
                "fails_by": each.status,
                "attempts": _attempts(each.attempts, start_ns),
                "failed_ns": each.attempts.settled_ns,
            }
            for each in others
            if isinstance(each, Resent)
        ],
        "waiting": [
            {
                "request_reply": each.node,
                "broker": each.broker and book.name_of(each.broker),
                "waits_ns": each.waits_ns,
            }
            for each in others
            if isinstance(each, Waited)
        ],
        "idle": [
            {"route": each.node, "reason": each.reason}
            for each in others
            if isinstance(each, Idle)
        ],
    }


def _table(book: AddressBook, table: Timetable, start_ns: int | None) -> dict[str, Any]:
    return {
        "route": table.route.node,
        "hub": table.hub.node,
        "profile": table.hub.profile.name,
        "asynchronous": table.hub.answers_first,
        "subscriber": book.name_of(table.route.subscriber),
        "settings": {each.name: _setting(book, each) for each in table.settings},
        "courses": [_course(course, start_ns) for course in table.courses],
        "warnings": [
            {"id": w.id, "code": w.code, "text": w.text} for w in table.warnings
        ],
    }


def _setting(book: AddressBook, setting: Setting) -> dict[str, Any] | None:
    if setting.value is None:
        return None
    if setting.name in _NS:
        value = {"ns": setting.value, "written": setting.written}
    elif isinstance(setting.value, str) and setting.name == "deadLetterSink":
        value = {"value": book.name_of(setting.value), "url": setting.value}
    else:
        value = {"value": setting.value}
    return {**value, "origin": setting.origin}


def _course(course: Course, start_ns: int | None) -> dict[str, Any]:
    sink = course.dead_letter
    return {
        "fails_by": "timeout" if course.status is None else course.status,
        "limit_ns": course.limit_ns,
        "cut_off": course.is_cut,
        "end": course.end,
        "attempts": _attempts(course.delivery, start_ns, course),
        "unlisted": course.delivery.unlisted,
        "failed_ns": course.delivery.settled_ns,
        "dead_letter_attempts": _attempts(sink, start_ns, course) if sink else [],
        "dead_letter_failed_ns": sink.settled_ns if sink else None,
    }


def _attempts(
    ladder: Ladder, start_ns: int | None, course: Course | None = None
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for number, at_ns in enumerate(ladder.instants_ns, start=1):
        made = course is None or course.happens(at_ns)
        attempt = {"number": number, "at_ns": at_ns, "made": made}
        if start_ns is not None:
            attempt["epoch_ns"] = start_ns + at_ns
        found.append(attempt)
    return found
