"""What ``kn-sim diff`` sends to both versions, and what it lets fail."""

from __future__ import annotations

import os
import re
import sys
import warnings
from typing import TYPE_CHECKING, Any

from simulator.cli.inputs import account_of, check_handlers, check_stdin
from simulator.cli.options import add_account, add_settings, duration, whole_number
from simulator.errors import SimulatorWarning, UsageError, nearest

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from simulator.changes.behaviour import Behaviour
    from simulator.changes.probes import Probe
    from simulator.changes.version import Failing, Version
    from simulator.cli.parser import Parser
    from simulator.event import Event
    from simulator.session.blueprint import Blueprint
    from simulator.wiring import Wiring

_MOST_GENERATED = 200
_MOST = 100_000
_LISTENING = "5m"
_EACH = "each"
_HOW = re.compile(r"([0-9]{3}|[a-z]+)(?:x([0-9]{1,9}))?")
_WORDS = {
    "timeout": "never answers",
    "drop": "resets connections",
    "outage": "refuses connections",
}
_TRACE, _COMPRESSED = b'{"format":"kn-sim-trace/', b"\x28\xb5\x2f\xfd"


def add_behaviour(parser: Parser) -> None:
    group = parser.add_argument_group("what changes for events")
    group.add_argument(
        "--events",
        action="append",
        metavar="FILE",
        help="events to send, each to a run of its own, repeatable: JSON Lines, an array, "
        "one event, or a trace, of which all that was sent is taken; - for stdin (what "
        "sources send in the first 5m, and --generate)",
    )
    group.add_argument(
        "--generate",
        type=whole_number,
        metavar="N",
        help="make at most N events that the filters of both versions tell apart "
        f"({_MOST_GENERATED}; 0 with --events)",
    )
    group.add_argument(
        "--to",
        default="",
        metavar="ADDRESS",
        help="where --events go, unless a trace says so (the only broker, or "
        "broker/default)",
    )
    add_account(group)
    group.add_argument(
        "--failing",
        action="append",
        metavar="SERVICE[=HOW]",
        help="also compare while this service fails: 503 (unless given), another status, "
        "timeout, drop or outage; 503x2 for the first two requests only; several that fail "
        "together have commas between; each: every service by itself; repeatable",
    )
    group.add_argument(
        "--for",
        type=duration,
        metavar="DURATION",
        dest="until",
        help="virtual time of each run (until nothing is due)",
    )
    group.add_argument(
        "--only",
        choices=("resources", "behaviour"),
        help="show only what becomes of resources, or only what changes for events",
    )
    add_settings(parser)


def asked_of(args: argparse.Namespace) -> list[str]:
    names = ("events", "generate", "failing", "to", "until", "account")
    return [name for name in names if getattr(args, name) not in (None, "")]


def wants_behaviour(args: argparse.Namespace) -> bool:
    """Tell whether both versions are to be run; UsageError where options contradict."""
    asked = asked_of(args)
    if args.only == "resources" and asked:
        option = {"until": "for", "account": "as"}.get(asked[0], asked[0])
        raise UsageError(
            f"--{option} is about events, and --only resources leaves them out"
        )
    if args.only == "behaviour" and (args.summary or args.changes_yaml):
        option = "--summary" if args.summary else "--changes-yaml"
        raise UsageError(
            f"{option} is about resources, and --only behaviour leaves them out"
        )
    if args.generate is not None and not 0 <= args.generate <= _MOST:
        raise UsageError(f"--generate {args.generate}: expected 0 to {_MOST:,}")
    if args.to and not args.events:
        raise UsageError("--to says where --events go; there is no --events")
    check_stdin(args.old, args.new, *(args.events or ()))
    if args.only:
        return bool(args.only == "behaviour")
    by_default = args.format != "json" and not (args.summary or args.changes_yaml)
    return bool(asked) or by_default


def behaviour_of(
    args: argparse.Namespace, blueprints: Sequence[Blueprint], folders: Sequence[str]
) -> Behaviour:
    """Send events to both versions, and compare what comes of them.

    Args:
        blueprints: What is there, and what takes its place.
        folders: Where files that they name lie, of each.

    Raises:
        UsageError: There is no such file, address or service.
        EventError: What a file holds is no event.
        OSError: A file cannot be read.
    """
    from simulator.changes.behaviour import compare
    from simulator.changes.version import Version
    from simulator.cli.progress import Progress
    from simulator.jsonata.expression import remembered

    check_handlers(args)
    options: dict[str, Any] = {
        "seed": args.seed, "start": args.start, "max_ttl": args.max_ttl,
        "handlers": args.handlers,
    }  # fmt: skip
    account = account_of(args)
    old, new = [
        Version(each, until=args.until, account=account, folder=folder, **options)
        for each, folder in zip(blueprints, folders, strict=True)
    ]
    wirings = old.silent.wiring, new.silent.wiring
    scenarios = _scenarios(args.failing or (), wirings, args.namespace)
    progress = Progress(sys.stderr)
    with remembered(), warnings.catch_warnings():
        # Functions are loaded anew for each run, and would be warned of each time.
        warnings.filterwarnings("once", category=SimulatorWarning, append=True)
        probes = _probes(args, old, new)
        total = len(probes) * (1 + len(scenarios))
        found = compare(
            old, new, probes, scenarios,
            lambda done: progress.say(lambda: f"{done:,} of {total:,} events"),
        )  # fmt: skip
    progress.clear()
    return found


def _probes(args: argparse.Namespace, old: Version, new: Version) -> list[Probe]:
    from simulator.changes.probes import generated, known_of, of_events, of_sources

    wirings = old.silent.wiring, new.silent.wiring
    most = args.generate
    found: list[Probe] = []
    if args.events:
        found += of_events(_given(args, wirings), *wirings)
        if not found:
            files = ", ".join(args.events)
            raise UsageError(f"--events {files}: no event that could be sent")
        most = 0 if most is None else most
    else:
        found += of_sources(old, new, args.until or _LISTENING)
        most = _MOST_GENERATED if most is None else most
    seed = args.seed or 0
    return [*found, *generated(*wirings, known_of(old, new), most, seed)]


# -- events that are given


def _given(
    args: argparse.Namespace, wirings: Sequence[Wiring]
) -> Iterator[tuple[str, Event]]:
    """Give each event, and where it goes; UsageError if nobody says, or for no such file."""
    from simulator.cli.events import read_events

    to = ""
    for name in args.events:
        if name != "-" and not os.path.exists(name):
            raise UsageError(f"--events {name}: no such file")
        if _is_trace(name):
            yield from _of_trace(name, wirings)
            continue
        to = to or _address(args.to, args.namespace, wirings)
        for event in read_events([name if name == "-" else f"@{name}"]):
            yield to, event


def _is_trace(name: str) -> bool:
    if name == "-":
        peek = getattr(sys.stdin.buffer, "peek", None)
        begin = b"" if peek is None else peek(len(_TRACE))
    else:
        with open(name, "rb") as file:
            begin = file.read(len(_TRACE))
    return begin.startswith((_TRACE, _COMPRESSED))


def _of_trace(name: str, wirings: Sequence[Wiring]) -> Iterator[tuple[str, Event]]:
    from simulator.changes.probes import is_there
    from simulator.cli.inputs import read_named
    from simulator.trace import Kind

    seen = set()
    for record in read_named(name).select(kind=Kind.SENT):
        event, to = record.event, record.target
        key = (to, event.source, event.id)
        begins = record.cause is None and event.type  # else it follows, or is no event
        known = any(is_there(each, to) for each in wirings)
        if begins and known and key not in seen:
            seen.add(key)
            yield to, event


def _address(to: str, namespace: str | None, wirings: Sequence[Wiring]) -> str:
    """Find where events go of which nothing is said, or raise UsageError."""
    from simulator.names import resolve

    known = dict.fromkeys(node for each in wirings for node in each.addresses)
    if to:
        return to if "://" in to else resolve(to, known, namespace)
    for wiring in wirings:
        brokers = [each for each in wiring.addresses if each.startswith("broker/")]
        default = f"broker/{namespace}/default" if namespace else "broker/default"
        if len(brokers) == 1 or default in brokers:
            return brokers[0] if len(brokers) == 1 else default
    there_are = ", ".join([*known][:12]) or "none in either version"
    raise UsageError(
        f"say where --events go with --to ADDRESS (there are: {there_are})"
    )


# -- what fails


def _scenarios(
    given: Sequence[str], wirings: Sequence[Wiring], namespace: str | None
) -> list[tuple[Failing, ...]]:
    """Read ``--failing``; a UsageError names all that cannot fail so."""
    endpoints = [each for wiring in wirings for each in wiring.endpoints]
    nodes = list(dict.fromkeys(each.node for each in endpoints if not each.private))
    found, wrong = [], []
    for text in given:
        name, _, how = text.partition("=")
        names = text.split(",")
        together = [[f"{n}={how}"] for n in nodes] if name == _EACH else [names]
        for them in together:
            try:
                found.append(tuple(_failing(each, nodes, namespace) for each in them))
            except UsageError as error:
                wrong.append(f"--failing {text}: {error}")
                break
    if wrong:
        raise UsageError("\n".join(wrong))
    return found


def _failing(text: str, nodes: Sequence[str], namespace: str | None) -> Failing:
    from simulator.changes.version import Failing
    from simulator.names import resolve
    from simulator.statuses import FAILING

    name, _, how = text.partition("=")
    node = resolve(name, nodes, namespace)
    found = _HOW.fullmatch(how or "503")
    word, count = (found[1], found[2]) if found else (how, None)
    fault: dict[str, Any] = {}
    if word.isdecimal() and int(word) in FAILING:
        fault["status"] = int(word)
        text = f"{node} answers {word}"
    elif word in _WORDS:
        fault[word] = True
        text = f"{node} {_WORDS[word]}"
    else:
        raise UsageError(
            f"expected a status from {FAILING[0]} to {FAILING[-1]}, {', '.join(_WORDS)}, "
            f"with xN for the first N requests; found {how!r}{nearest(word, _WORDS)}"
        )
    if count is not None:
        if not count.strip("0"):
            raise UsageError(f"expected 1 or more requests, found {how!r}")
        fault["count"] = int(count)
        text += " at first" if count == "1" else f" the first {count} times"
    return Failing(node, fault, text)
