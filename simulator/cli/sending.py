"""What is sent at the start of a run, what is decided in it, how long it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cli.options import add_account, duration
from simulator.errors import UnknownAddressError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from simulator.cli.parser import Parser
    from simulator.event import Event
    from simulator.session import Simulation

ENDLESS_RUN = "5m"
"""How long a run goes on whose sources never end."""


def add_course(parser: Parser) -> None:
    parser.add_argument(
        "--send",
        action="append",
        default=[],
        metavar="EVENT",
        help="an event to send at the start, repeatable: a file with a JSON event, an "
        "array or JSON Lines of them; - for stdin; JSON; or attributes as in the examples",
    )
    parser.add_argument(
        "--to",
        default="",
        metavar="ADDRESS",
        help="where to send it: broker/default, channel/audit, service/x or a URL "
        "(the only broker, or broker/default)",
    )
    add_account(parser)
    parser.add_argument(
        "--for",
        type=duration,
        metavar="DURATION",
        dest="until",
        help="virtual time to run: 90s, 5m, 1h, PT1H (until nothing is due; "
        f"{ENDLESS_RUN} if sources never end)",
    )


def check_sent(args: argparse.Namespace) -> None:
    if args.to and not args.send:
        raise UsageError("--to says where --send goes; there is no --send")
    if args.account and not args.send:
        raise UsageError("--as says who sends what --send names; there is no --send")


# What the trace decides: how it is called, and what it is where it is not given.
_DECIDED: dict[str, tuple[str, object]] = {
    "files": ("FILE", []), "kustomize": ("--kustomize", None), "send": ("--send", []), "to": ("--to", ""), "account": ("--as", None),
    "until": ("--for", None), "strict": ("--strict", False), "seed": ("--seed", None),
    "profile": ("--profile", None), "start": ("--start", None),
    "max_ttl": ("--max-ttl", None), "choices": ("--choices", None),
    "namespace": ("--namespace", None), "approve": ("--approve", []),
    "reject": ("--reject", []), "knobs": ("--set", []), "answers": ("--answers", None),
    "mode": ("--mode", None),
}  # fmt: skip


def refuse_decided(args: argparse.Namespace, option: str) -> None:
    """Raise UsageError for what is given beside a trace that decides it.

    Args:
        option: Names the trace: ``--replay``.
    """
    for name, (said, unless) in _DECIDED.items():
        if getattr(args, name, unless) != unless:
            raise UsageError(f"{option}: the trace decides, {said} is too much")


def add_decisions(parser: Parser) -> None:
    for word, done in (("approve", "approved"), ("reject", "rejected")):
        parser.add_argument(
            f"--{word}",
            action="append",
            default=[],
            metavar="SERVICE[=AFTER]",
            help=f"each request that this service holds for an approval is {done}, AFTER "
            "(10m, PT1H; at once) it began to wait; repeatable",
        )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="knobs",
        metavar="NODE.KEY=VALUE",
        help="an outcome of a played system, tekton.build-artifact=fail; repeatable",
    )


def address_of(sim: Simulation, to: str, namespace: str | None) -> str:
    """Find the address that a name stands for; those of the only broker stay empty."""
    known = sim.wiring.addresses
    if "://" in to or (not to and namespace is None):
        return to
    if not to:
        here = f"broker/{namespace}/default"
        brokers = [n for n in known if n.startswith(f"broker/{namespace}/")]
        return here if here in known else brokers[0] if len(brokers) == 1 else ""
    from simulator.names import resolve
    from simulator.wiring import why_not_ready

    service = f"service/{to}"
    if namespace is None and service in known:
        return service
    try:
        return resolve(to, known, namespace)
    except UnknownAddressError as error:
        why = why_not_ready(sim.wiring)
        raise UnknownAddressError(to, error.valid, why) from None


def send(
    sim: Simulation,
    events: Sequence[Event],
    to: str,
    namespace: str | None,
    account: str | None,
) -> str:
    """Send events at the start of a run; give the address, empty for the only broker.

    Raises:
        UnknownAddressError: There is no such address.
        UsageError: It has to be said where they go.
    """
    to = address_of(sim, to, namespace)
    for event in events:
        try:
            sim.send(event, to=to, as_=account)
        except UnknownAddressError as error:
            if to:
                raise
            if not error.valid:
                nothing = "this topology has no broker, channel or service to send to"
                nothing += f": {error.why}" if error.why else ""
                notes = [str(f) for f in sim.findings if f.code == "not-simulated"]
                raise UsageError("\n".join([nothing, *notes])) from None
            there_are = ", ".join(error.valid[:12])
            raise UsageError(
                f"say where to send it with --to ADDRESS (there are: {there_are})"
                + (f": {error.why}" if error.why else "")
            ) from None
    return to
