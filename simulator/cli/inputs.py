"""What subcommands take: topologies, wired or run, choices, traces; how results look."""

from __future__ import annotations

import gc
import os
import sys
from functools import partial
from typing import TYPE_CHECKING, cast

from simulator.cli.style import Style
from simulator.errors import TopologyError, UsageError
from simulator.implementations import USUAL

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence
    from io import BufferedReader

    from simulator.errors import Fault
    from simulator.kernel import AddressBook
    from simulator.profiles import Profile
    from simulator.session import Simulation
    from simulator.topology import Topology
    from simulator.trace import Trace

_OF_KNATIVE = (".knative.dev", "simulator")
_OF_CAMEL = ("Pipe", "KameletBinding")  # what may have an end in Knative


def account_of(args: argparse.Namespace) -> str | None:
    if args.account is None:
        return None
    from simulator.access import (  # few commands need it
        account_fault,
        subject_of,
    )
    from simulator.resource import DEFAULT_NAMESPACE

    fault = account_fault(args.account)
    if fault:
        raise UsageError(f"--as: {fault}")
    return subject_of(args.account, args.namespace or DEFAULT_NAMESPACE)


def style_of(args: argparse.Namespace) -> Style:
    return Style.of(sys.stdout, args.color)


def check_stdin(*names: str) -> None:
    """Refuse to read it, named ``-``, more than once, with a UsageError."""
    if names.count(STDIN) > 1:
        raise UsageError("stdin can be read once: there is more than one '-'")


def load(args: argparse.Namespace, *, partly: bool = False) -> Topology:
    """Read the topology that was named; *partly*: see `Topology.load`.

    Raises:
        TopologyError: It is faulty; every fault is named.
        UsageError: Stdin is named twice.
    """
    from simulator.topology import Topology

    sent = ["-" if "data=@-" in each else each for each in getattr(args, "send", ())]
    check_stdin(*args.files, *sent)
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
    """Raise TopologyError for files that have to do with anything but Knative."""
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
    """Raise UsageError for a file of handlers that is not there."""
    for name in args.handlers:
        if not os.path.isfile(name):
            raise UsageError(f"--handlers {name}: there is no such Python file")


def book_of(args: argparse.Namespace) -> AddressBook:
    """Wire a topology, or raise TopologyError; UsageError for no such profile."""
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


def folder_of(args: argparse.Namespace) -> str:
    file: str = args.files[0] if args.files else args.kustomize
    return file if os.path.isdir(file) else os.path.dirname(file) or "."


_LARGEST = 64 * 1024 * 1024


def choices_of(args: argparse.Namespace) -> Mapping[str, int | str] | None:
    """Read ``--choices``, None if not given; UsageError for no JSON object, or no file."""
    given: str | None = getattr(args, "choices", None)
    if given is None:
        return None
    import json  # only this option pays

    where, text = "--choices", given.encode("utf-8", "surrogateescape")
    if given.startswith("@"):
        where = f"--choices {given[1:]}"
        if not given[1:]:
            raise UsageError("--choices @: name a file")
        with open(given[1:], "rb") as file:
            text = file.read(_LARGEST + 1)  # a device may never end
        if len(text) > _LARGEST:
            limit = _LARGEST // 1024**2
            raise UsageError(f"{where}: is larger than {limit} MiB")
    try:
        found = json.loads(text, object_pairs_hook=partial(_each_once, where))
    except UnicodeDecodeError:
        raise UsageError(f"{where}: is no UTF-8 text") from None
    except RecursionError:
        raise UsageError(f"{where}: is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise UsageError(f"{where}:{error.lineno}:{error.colno}: {error.msg}") from None
    except ValueError:  # of Python's, for more than 4,300 digits
        raise UsageError(f"{where}: has a number of too many digits") from None
    if not isinstance(found, dict):
        raise UsageError(
            f"{where}: expected an object of points, such as "
            f'{{"fault/2#7": 1}}, found {type(found).__name__}'
        )
    return found


def _each_once(where: str, pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UsageError(f"{where}: {twice} stands there twice")
    return found


def check_mode(args: argparse.Namespace) -> None:
    """See that there are answers for which a mode is given; UsageError for none."""
    if args.mode is not None and args.answers is None:
        raise UsageError("--mode says what --answers is for; there is no --answers")


STDIN = "-"


def name_of(file: str) -> str:
    """Give how a file is called in a message, ``-`` as what it stands for."""
    return "<stdin>" if file == STDIN else file


def read_named(name: str) -> Trace:
    """Read the trace of this name, ``-`` for stdin; UsageError names a line, or OSError."""
    from simulator.trace import Trace
    from simulator.trace.files import read_stream

    if name == STDIN:
        stdin = cast("BufferedReader", sys.stdin.buffer)
        return Trace(read_stream(stdin, name_of(name)))
    return Trace.read(name)
