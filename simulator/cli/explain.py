"""``kn-sim explain``: why an event reaches each trigger's subscriber, or why not."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.cli.inputs import account_of, load, simulate, style_of
from simulator.cli.options import (
    add_account,
    add_files,
    add_output,
    add_settings,
    at_least_one,
)
from simulator.cli.parser import Subparsers, add_command
from simulator.errors import EXIT_DONE, EXIT_SAYS_NO, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Mapping

    from simulator.access import Refusal
    from simulator.cli.style import Style
    from simulator.event import Event
    from simulator.session import Simulation
    from simulator.session.why import Why
    from simulator.wiring import Wiring

_FORMAT = "kn-sim-explain/1"
_EXAMPLES = """
kn-sim explain shop.yaml --send type=order.placed,region=eu
kn-sim explain shop.yaml --send order.json --trigger price
kn-sim explain shop.yaml --trace cluster.jsonl
"""


def add_parser(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "explain",
        "say why an event matches each trigger, or why it does not",
        "Say for each trigger why an event matches its filter or does not, and what would\n"
        "have to change; matching triggers first, then the nearest misses. Where brokers ask\n"
        "who sends, say who is let in, and by which policy. Nothing is run.\n\n"
        "Exit code: 0 each event matches a trigger (the named one); 1 one matches none, or\n"
        "is not let in; with --trace one would go another way; 2 wrong use, or the topology\n"
        "cannot be run.",
        _EXAMPLES,
    )
    add_files(parser)
    events = parser.add_mutually_exclusive_group(required=True)
    events.add_argument(
        "--send",
        action="append",
        default=[],
        metavar="EVENT",
        help="the event, repeatable: a file, - for stdin, JSON, or attributes such as "
        "type=order.placed,region=eu",
    )
    events.add_argument(
        "--trace",
        metavar="TRACE",
        help="the events of a trace, of a run or of a cluster (kn-sim trace import): which "
        "triggers took each, and which would now",
    )
    add_account(parser)
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--trigger", metavar="NAME", help="only this trigger (all of all brokers)"
    )
    which.add_argument(
        "--to", metavar="HUB", help="only those of this broker or channel"
    )
    parser.add_argument(
        "--matching", action="store_true", help="only triggers that match"
    )
    parser.add_argument(
        "--limit",
        type=at_least_one,
        metavar="N",
        help="only the first N of each event: matching ones, then the nearest misses",
    )
    add_settings(parser)
    add_output(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    if args.trace is not None:
        from simulator.cli.explain_trace import run as explain_trace  # seldom asked

        return explain_trace(args)
    from simulator.cli.events import events_to_send
    from simulator.cli.findings import warn_of_profiles

    sim = simulate(args, load(args, partly=True))
    warn_of_profiles(sim.wiring)
    found = []
    for event in events_to_send(args.send):
        whys = explained(sim, event, args.trigger, args.to, args.namespace)
        asked = doors(sim, event, (why.hub for why in whys), account_of(args))
        found.append(Explained(event, whys, list(asked)))
    everyone = all(each.reaches for each in found)
    chosen = Chosen(matching=args.matching, limit=args.limit)
    if args.format == "json":
        _print_json(found, chosen)
    else:
        style = style_of(args)
        names = _names(sim.wiring)
        for number, each in enumerate(found):
            if number:
                print()
            for line in explained_lines(each.event, each.whys, names, style, chosen):
                print(line)
            if each.doors:
                print()
            for door in each.doors:
                print(door.line(style))
    return EXIT_DONE if everyone else EXIT_SAYS_NO


class Explained(NamedTuple):
    """What is said of one event: of each trigger, and of each hub that asks who sends."""

    event: Event
    whys: list[Why]
    doors: list[Door]

    @property
    def reaches(self) -> bool:
        refused = {door.hub for door in self.doors if door.refusal is not None}
        return any(why.matches and why.hub not in refused for why in self.whys)


class Chosen(NamedTuple):
    """Which explanations are shown of all; *limit* is how many at most, None for all."""

    matching: bool = False
    limit: int | None = None

    def of(self, whys: list[Why]) -> list[Why]:
        return [why for why in whys if why.matches or not self.matching][: self.limit]


_ALL = Chosen()


def explained(
    sim: Simulation,
    event: Event,
    trigger: str | None,
    to: str | None,
    namespace: str | None = None,
) -> list[Why]:
    """Explain an event, as the filters of brokers see it.

    Raises:
        UnknownAddressError: There is no such trigger or hub.
        UsageError: Several have the name, or there is nothing to explain, because there is no trigger.
    """
    from simulator.names import resolve
    from simulator.nodes import Role, role_of
    from simulator.session.why import nearest_first
    from simulator.wiring import why_not_ready

    if trigger is not None:
        routes = [route.node for hub in sim.wiring.hubs for route in hub.routes]
        return [sim.why(event, resolve(trigger, routes, namespace))]
    hubs = [hub.node for hub in sim.wiring.hubs]
    if to is not None:
        doors = {
            door.node: hub.node for hub in sim.wiring.hubs for door in hub.entrances
        }
        named = resolve(to, [*hubs, *doors], namespace)
        hubs = [doors.get(named, named)]
    else:
        hubs = [node for node in hubs if role_of(node) is Role.BROKER]
    found = nearest_first(why for why in sim.whys(event) if why.hub in hubs)
    if not found:
        where = " or ".join(hubs) or "any broker"
        why = why_not_ready(sim.wiring, routes=True)
        raise UsageError(
            f"there is nothing to explain: no trigger takes events from {where}"
            + (f": {why}" if why else "")
        )
    return found


def explained_lines(
    event: Event,
    whys: list[Why],
    names: Mapping[str, str],
    style: Style,
    chosen: Chosen = _ALL,
) -> Iterator[str]:
    """Give a headline, and for each trigger what its filter says; *names*: URL -> node."""
    matching = sum(why.matches for why in whys)
    from simulator.nodes import is_topic

    topics = whys and all(is_topic(why.hub) for why in whys)
    noun = "source" if topics else "trigger"
    triggers = f"{len(whys)} {noun}{'s' * (len(whys) != 1)}"
    hubs = len(dict.fromkeys(why.hub for why in whys))
    if hubs > 1:
        triggers += f" of {hubs} brokers (--to picks one)"
    yield style.paint(
        style.line(f"{event.type} {event.id} matches {matching} of {triggers}"), "bold"
    )
    shown = chosen.of(whys)
    for why in shown:
        yield ""
        yield _headline(why, names, style)
        for row in why.rows():
            yield style.line(f"  {row.line(ascii_only=not style.unicode)}")
    fitting = sum(why.matches for why in whys) if chosen.matching else len(whys)
    if len(shown) < fitting:
        yield ""
        yield style.symbols(f"… {fitting - len(shown)} more not shown")


def _names(wiring: Wiring) -> dict[str, str]:
    from simulator.kernel import AddressBook
    from simulator.nodes import node_name

    names = {url: node for node, url in wiring.addresses.items()}
    for hub in wiring.hubs:
        _, kind, namespace, name = hub.resource
        owner = node_name(kind.lower(), namespace, name)
        if owner in wiring.addresses and owner != hub.node:
            names[hub.url] = f"{hub.node} ({owner})"
    book = AddressBook(wiring)
    for url in [route.subscriber for hub in wiring.hubs for route in hub.routes]:
        if url:
            names.setdefault(url, book.name_of(url))
    return names


def _headline(why: Why, names: Mapping[str, str], style: Style) -> str:
    name = style.paint(why.trigger, "bold")
    if why.matches:
        mark = style.mark("✓", "green")
        to = names.get(why.subscriber, why.subscriber)
        return f"{mark} {name} matches {style.symbols('→')} {to}"
    mark = style.mark("✗", "red")
    panics = why.verdict.name == "PANIC"
    said = "panics: its CESQL result is no boolean, and the delivery fails"
    return f"{mark} {name} {said if panics else 'does not match'}"


def _print_json(found: list[Explained], chosen: Chosen) -> None:
    from simulator.cli.output import json_text

    events = [
        {
            "event": each.event.to_json(),
            "matches": sum(why.matches for why in each.whys),
            "doors": [door.to_json() for door in each.doors],
            "triggers": [why.to_json() for why in chosen.of(each.whys)],
        }
        for each in found
    ]
    sys.stdout.write(json_text({"format": _FORMAT, "events": events}) + "\n")


class Door(NamedTuple):
    """What a hub that asks who sends says to one event.

    Args:
        hub: Its node.
        account: The subject that sends; None for nobody.
        policy: The policy that decides; empty where the default mode does.
        mode: The default mode.
        refusal: Why the event is not let in; None where it is.
    """

    hub: str
    account: str | None
    policy: str
    mode: str
    refusal: Refusal | None

    def line(self, style: Style) -> str:
        name = style.paint(self.hub, "bold")
        if self.refusal is None:
            by = f"policy {self.policy}" if self.policy else f"default mode {self.mode}"
            mark = style.mark("✓", "green")
            return f"{mark} {name} lets {self.account} in, by {by}"
        mark = style.mark("✗", "red")
        said = (
            f"{mark} {name} refuses it with {self.refusal.status}: {self.refusal.why}"
        )
        return said if self.account else f"{said} (--as ACCOUNT says who sends)"

    def to_json(self) -> dict[str, Any]:
        refusal = self.refusal
        return {
            "hub": self.hub,
            "account": self.account,
            "policy": self.policy or None,
            "status": 202 if refusal is None else refusal.status,
            "refused": None if refusal is None else refusal.why,
        }


def doors(
    sim: Simulation, event: Event, hubs: Iterable[str], account: str | None
) -> Iterator[Door]:
    from simulator.access import Policy, bearer

    for hub in dict.fromkeys(hubs):
        guard = sim.target(hub).guard
        if guard is None:
            continue
        header = None
        if account is not None and guard.audience is not None:
            header = bearer(account, guard.audience)
        deciding = None if account is None else guard.ruling(account)
        yield Door(
            hub=hub,
            account=account,
            policy=deciding.name if isinstance(deciding, Policy) else "",
            mode=guard.mode,
            refusal=guard.refusal(header, event.attributes, 0),
        )
