"""``kn-sim explain``: why an event reaches each trigger's subscriber, or why not."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from simulator.cli.inputs import (
    add_files,
    add_output,
    add_settings,
    load,
    simulate,
    style_of,
)
from simulator.cli.parser import Subparsers, add_command
from simulator.errors import EXIT_DONE, EXIT_SAYS_NO, UnknownAddressError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from simulator.cli.style import Style
    from simulator.event import Event
    from simulator.session import Simulation
    from simulator.session.why import Why

_EXAMPLES = """
kn-sim explain shop.yaml --send type=order.placed,region=eu
kn-sim explain shop.yaml --send order.json --trigger price
"""


def add_parser(subparsers: Subparsers) -> None:
    """Say what ``kn-sim explain`` takes."""
    parser = add_command(
        subparsers,
        "explain",
        "say why an event matches each trigger, or why it does not",
        "Say for each trigger why an event matches its filter or does not, and what would\n"
        "have to change; matching triggers first, then the nearest misses. Nothing is run.\n\n"
        "Exit code: 0 each event matches a trigger (the named one); 1 one matches none;\n"
        "2 wrong use, or the topology cannot be run.",
        _EXAMPLES,
    )
    add_files(parser)
    parser.add_argument(
        "--send",
        action="append",
        required=True,
        metavar="EVENT",
        help="the event, repeatable: a file, - for stdin, JSON, or attributes such as "
        "type=order.placed,region=eu",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--trigger", metavar="NAME", help="only this trigger (all of all brokers)"
    )
    which.add_argument(
        "--to", metavar="HUB", help="only those of this broker or channel"
    )
    add_settings(parser)
    add_output(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Carry it out."""
    from simulator.cli.events import read_events
    from simulator.cli.findings import warn_of_profiles

    sim = simulate(args, load(args, partly=True))
    warn_of_profiles(sim.wiring)
    found = [
        (e, explained(sim, e, args.trigger, args.to)) for e in read_events(args.send)
    ]
    if args.format == "json":
        _print_json(found)
    else:
        style = style_of(args)
        names = {url: node for node, url in sim.wiring.addresses.items()}
        for number, (event, whys) in enumerate(found):
            if number:
                print()
            for line in explained_lines(event, whys, names, style):
                print(line)
    everyone = all(any(why.matches for why in whys) for _, whys in found)
    return EXIT_DONE if everyone else EXIT_SAYS_NO


def explained(
    sim: Simulation, event: Event, trigger: str | None, to: str | None
) -> list[Why]:
    """Explain an event, as the filters of brokers see it.

    Raises:
        UnknownAddressError: There is no such trigger or hub.
        UsageError: There is nothing to explain, because there is no trigger.
    """
    from simulator.cli.nearness import nearest_first

    if trigger is not None:
        return [sim.why(event, trigger)]
    hubs = [hub.node for hub in sim.wiring.hubs]
    if to is not None:
        if to not in hubs:
            raise UnknownAddressError(to, hubs)
        hubs = [to]
    else:
        hubs = [node for node in hubs if node.startswith("broker/")]
    found = nearest_first(why for why in sim.whys(event) if why.hub in hubs)
    if not found:
        where = " or ".join(hubs) or "any broker"
        raise UsageError(
            f"there is nothing to explain: no trigger takes events from {where}"
        )
    return found


def explained_lines(
    event: Event, whys: list[Why], names: Mapping[str, str], style: Style
) -> Iterator[str]:
    """Give a headline, and for each trigger what its filter says.

    Args:
        event: The event.
        whys: Its explanations, in the order in which they are shown.
        names: URL -> the node that has it.
        style: What the terminal can show.
    """
    matching = sum(why.matches for why in whys)
    triggers = f"{len(whys)} trigger{'s' * (len(whys) != 1)}"
    hubs = len(dict.fromkeys(why.hub for why in whys))
    if hubs > 1:
        triggers += f" of {hubs} brokers (--to picks one)"
    yield style.paint(
        style.line(f"{event.type} {event.id} matches {matching} of {triggers}"),
        "bold",
    )
    for why in whys:
        yield ""
        yield _headline(why, names, style)
        for line in why.explanation.lines(ascii_only=not style.unicode):
            yield f"  {line}"
        if not why.matches:
            yield from (f"  {style.symbols(line)}" for line in _remedy(why))


def _headline(why: Why, names: Mapping[str, str], style: Style) -> str:
    name = style.paint(why.trigger, "bold")
    if why.matches:
        mark = style.paint(style.symbols("✓"), "green")
        to = names.get(why.subscriber, why.subscriber)
        return f"{mark} {name} matches {style.symbols('→')} {to}"
    mark = style.paint(style.symbols("✗"), "red")
    panics = why.verdict.name == "PANIC"
    said = "panics: its CESQL result is no boolean, and the delivery fails"
    return f"{mark} {name} {said if panics else 'does not match'}"


def _remedy(why: Why) -> Iterator[str]:
    remedy = why.remedy
    misses = why.explanation.nearest_miss
    if remedy is not None:
        wanted = ", ".join(f"{name}={value}" for name, value in remedy.items())
        yield f"it would match with {wanted}"
    elif misses:
        texts = dict.fromkeys(change.text for change in misses)
        yield f"to match: {'; '.join(texts)}"
    elif why.verdict.name == "FAIL":
        yield "no event can match it"


def _print_json(found: list[tuple[Event, list[Why]]]) -> None:
    from simulator.cli.json_lines import json_text

    data = [
        {
            "event": event.to_json(),
            "matches": sum(why.matches for why in whys),
            "triggers": [why.to_json() for why in whys],
        }
        for event, whys in found
    ]
    sys.stdout.write(json_text(data) + "\n")
