"""What subcommands take alike: topologies, the settings of a run, the form of output."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from typing import TYPE_CHECKING

from simulator.cli.choices import choices_of
from simulator.cli.style import CHOICES, Style
from simulator.errors import TopologyError, UsageError
from simulator.implementations import BROKERS, USUAL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.errors import Fault
    from simulator.kernel import AddressBook
    from simulator.profiles import Profile
    from simulator.session import Simulation
    from simulator.topology import Topology

_OF_KNATIVE = (".knative.dev", "simulator")
_OF_CAMEL = ("Pipe", "KameletBinding")  # what may have an end in Knative


def add_files(parser: argparse.ArgumentParser) -> None:
    """Let it take files and folders of YAML; `load` wants one, or what is rendered."""
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="YAML in Knative or short form; a folder is read with all below it, - is stdin",
    )
    parser.add_argument(
        "-k",
        "--kustomize",
        action=_Once,
        metavar="DIR",
        help="a folder that kubectl kustomize or kustomize build renders, whichever is "
        "there",
    )
    add_namespace(parser)


class _Once(argparse.Action):
    """Refuses an option that is given again, where the last one winning would surprise."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        """Take the value."""
        before = getattr(namespace, self.dest)
        if before is not None:
            raise argparse.ArgumentError(
                self,
                f"is given twice, {before} and {values}; one folder can be rendered",
            )
        setattr(namespace, self.dest, values)


def add_namespace(parser: argparse.ArgumentParser) -> None:
    """Let it take the namespace of what names none."""
    parser.add_argument(
        "-n",
        "--namespace",
        metavar="NAMESPACE",
        help="the namespace of resources that name none, and where names are looked for "
        "first (default)",
    )


def add_account(parser: argparse._ActionsContainer) -> None:
    """Let it take who sends."""
    parser.add_argument(
        "--as",
        dest="account",
        metavar="ACCOUNT",
        help="the service account that sends, app or shop/app, where authentication-oidc "
        "is on (nobody: no token)",
    )


def account_of(args: argparse.Namespace) -> str | None:
    """Give the subject of the account that sends; None for nobody's."""
    if args.account is None:
        return None
    from simulator.access.identity import (  # few commands need it
        account_fault,
        subject_of,
    )
    from simulator.resource import DEFAULT_NAMESPACE

    fault = account_fault(args.account)
    if fault:
        raise UsageError(f"--as: {fault}")
    return subject_of(args.account, args.namespace or DEFAULT_NAMESPACE)


def add_wiring(
    add: Callable[..., object], *, profile: bool = True, all_too: bool = False
) -> None:
    """Let it take what decides how a topology is wired.

    Args:
        add: `add_argument` of a parser, or of a group in one.
        profile: Whether one can be chosen.
        all_too: Whether all of them can be asked for at once.
    """
    add(
        "--strict",
        action="store_true",
        help="do not put stubs for services that nobody describes",
    )
    if not profile:
        return
    add(
        "--profile",
        type=_profile,
        metavar="NAME",
        help=f"the implementation that plays all brokers: {', '.join(BROKERS)} "
        f"(each by that of its class){'; all: side by side' if all_too else ''}",
    )


def add_settings(parser: argparse.ArgumentParser, *, profile: bool = True) -> None:
    """Let it take what decides how a topology is wired and run; *profile*: one, too."""
    group = parser.add_argument_group("settings of the run")
    add_wiring(group.add_argument, profile=profile)
    group.add_argument(
        "--seed",
        type=whole_number,
        metavar="N",
        help="of everything that chance decides (0)",
    )
    group.add_argument(
        "--start", metavar="TIME", help="when virtual time begins, RFC 3339"
    )
    group.add_argument(
        "--max-ttl",
        type=at_least_one,
        metavar="N",
        help="how often an event may pass a broker (255)",
    )
    group.add_argument(
        "--handlers",
        action="append",
        default=[],
        metavar="FILE",
        help="Python file that handlers named in the topology may come from; repeatable",
    )


def add_output(
    parser: argparse.ArgumentParser, formats: Sequence[str] = ("text", "json")
) -> argparse._ArgumentGroup:
    """Let it take ``--format`` (unless there is one only) and ``--color``.

    Returns:
        The group of options, for further ones.
    """
    group = parser.add_argument_group("output")
    if len(formats) > 1:
        group.add_argument(
            "-o",
            "--format",
            choices=formats,
            default=formats[0],
            help=f"{formats[0]} unless given",
        )
    group.add_argument(
        "--color",
        choices=CHOICES,
        default="auto",
        help="auto: on a terminal, unless NO_COLOR is set; FORCE_COLOR turns it on",
    )
    return group


def add_by(parser: argparse._ActionsContainer) -> None:
    """Let it take how the flow is told."""
    parser.add_argument(
        "--by",
        choices=("chain",),
        help="chain: tell the flow story by story, when it is over, each of one artefact "
        "(chainId of CDEvents, shkeptncontext, links, else causes), with lead time, "
        "change-failure rate and time to restore",
    )


def style_of(args: argparse.Namespace) -> Style:
    """Find out how results can look on stdout."""
    return Style.of(sys.stdout, args.color)


def load(args: argparse.Namespace, *, partly: bool = False) -> Topology:
    """Read the topology that was named; *partly*: see `Topology.load`.

    Raises:
        TopologyError: It is faulty; every fault is named.
        UsageError: Stdin is named twice.
    """
    from simulator.topology import Topology

    sent = ["-" if "data=@-" in each else each for each in getattr(args, "send", ())]
    if [*args.files, *sent].count("-") > 1:
        raise UsageError("stdin can be read once: there is more than one '-'")
    files, stdin = list(args.files), None
    if folder := getattr(args, "kustomize", None):
        from simulator.cli.rendering import kustomized  # few ask for it

        if "-" in files:
            raise UsageError("--kustomize and - are one input each: name only one")
        stdin = kustomized(folder)
        files.append("-")
    elif not files:
        raise UsageError("name at least one FILE, or a folder with --kustomize DIR")
    try:
        topology = Topology.load(
            *files, stdin=stdin, partly=partly, namespace=args.namespace
        )
    except TopologyError as error:
        raise TopologyError(_as_typed(error.faults, args)) from None
    if not topology.faults:
        _check_contents(topology)
        return topology
    return topology.replace(faults=tuple(_as_typed(topology.faults, args)))


def _check_contents(topology: Topology) -> None:
    """Refuse files that have to do with anything but Knative.

    Raises:
        TopologyError: They hold nothing that kn-sim looks at.
    """
    from simulator.control.naming import CAMEL  # these are loaded soon
    from simulator.control.registry import no_such_kind

    counts: dict[str, int] = {}
    for each in topology:
        if each.group.endswith(_OF_KNATIVE) or each.namespace == "knative-eventing":
            return
        if each.group == CAMEL and each.kind in _OF_CAMEL:
            return
        if no_such_kind(each.api_version, each.kind) is not None:
            return  # almost one of Knative's, which is told with more
        counts[each.kind] = counts.get(each.kind, 0) + 1
    from simulator.errors import Fault, Position  # only a fault pays
    from simulator.resource import counted

    kinds = ", ".join(counted(count, kind) for kind, count in counts.items())
    place = Position(file=", ".join(topology.files))
    raise TopologyError([Fault(f"holds nothing of Knative, only {kinds}", place)])


def _as_typed(faults: Sequence[Fault], args: argparse.Namespace) -> Sequence[Fault]:
    from simulator.cli.rendering import as_typed  # only a fault pays

    return as_typed(faults, args.words)


def simulate(
    args: argparse.Namespace,
    topology: Topology,
    *,
    keep: int | None = None,
    journal: bool = False,
    profile: Profile | None = None,
    most: int | None = None,
    live: bool = False,
    answers: str | None = None,
) -> Simulation:
    """Make a simulation with the settings of the run.

    Args:
        args: With what `add_files` and `add_settings` take.
        topology: What runs.
        keep: How many of the newest records stay in memory; None for all.
        journal: Whether the run can be forked.
        profile: Plays all brokers; None for what the settings say.
        most: How many records it may make; None for as many as there may be.
        live: Whether services that are real answer for themselves.
        answers: The recording that answers for them.

    Raises:
        SimulatorError: The topology or a setting is refused; every fault is named.
    """
    from simulator.session import Simulation
    from simulator.session.settings import MOST_RECORDS

    if args.freezes:
        # All code is there but that of handlers, which the user wrote. None of it
        # becomes garbage: looking for some in it costs 5 ms. Only once: the terminal
        # UI drops simulations, which must not freeze with it.
        gc.freeze()
        args.freezes = False
    check_handlers(args)
    return Simulation(
        topology,
        seed=args.seed,
        profile=profile or args.profile,
        start=args.start,
        strict=args.strict,
        max_ttl=args.max_ttl,
        handlers=args.handlers,
        folder=folder_of(args),
        choices=choices_of(args),
        keep=keep,
        most=most or MOST_RECORDS,
        journal=journal,
        raise_assertions=False,
        live=live,
        answers=answers,
    )


def check_handlers(args: argparse.Namespace) -> None:
    """See that the files of handlers are there.

    Raises:
        UsageError: One is not.
    """
    for name in args.handlers:
        if not os.path.isfile(name):
            raise UsageError(f"--handlers {name}: there is no such Python file")


def book_of(args: argparse.Namespace) -> AddressBook:
    """Load the topology, wire it, and find where its addresses lead.

    Args:
        args: With what `add_files` and `add_wiring` take.

    Raises:
        UsageError: There is no such profile.
        TopologyError: The topology is refused.
    """
    from simulator.session.blueprint import Blueprint

    blueprint = Blueprint(
        load(args, partly=True), strict=args.strict, profile=args.profile
    )
    return blueprint.book(())


def books_of(args: argparse.Namespace) -> dict[str, AddressBook]:
    """Do the same for each profile of brokers that is usual; its name -> what there is."""
    from simulator.session.blueprint import Blueprint

    topology = load(args, partly=True)
    return {
        name: Blueprint(topology, strict=args.strict, profile=name).book(())
        for name in USUAL
    }


def at_least_one(text: str) -> int:
    """Read a whole number from 1 on, for argparse."""
    if not text.isascii() or not text.isdecimal() or not text.strip("0"):
        raise argparse.ArgumentTypeError(f"expected a number from 1 on, found {text!r}")
    return whole_number(text)


def _profile(text: str) -> str:
    """Refuse the empty name, which stands for none given in Python."""
    if not text:
        raise argparse.ArgumentTypeError("expected a name, such as mt-channel")
    return text


def whole_number(text: str) -> int:
    """Read a whole number, for argparse."""
    digits = text.removeprefix("-")
    if not digits.isascii() or not digits.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a whole number, found {text!r}")
    from simulator.digits import whole  # only an option pays

    return whole(text)


def duration(text: str) -> str:
    """Check a duration and give it back, for argparse."""
    from simulator.duration import duration_ns

    try:
        duration_ns(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def folder_of(args: argparse.Namespace) -> str:
    """Give the folder that files named in a topology lie in."""
    file: str = args.files[0] if args.files else args.kustomize
    return file if os.path.isdir(file) else os.path.dirname(file) or "."
