"""What is searched: the topology, what goes in, what must hold, and how far."""

from __future__ import annotations

import copyreg
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.event import Event
from simulator.kernel.chooser import LATER, MISHAPS, ORDER
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.session import Simulation
    from simulator.testing.expected import Expected
    from simulator.topology import Topology

Choices = tuple[tuple[str, int], ...]
"""Points with what is chosen there, in the order in which a run comes to them."""


class Point(NamedTuple):
    """Where a run could have gone on otherwise.

    Args:
        name: Of the point.
        default: What the seed says.
        of: How many there are to choose from.
        serial: Of the next record.
        about: See `Chooser.about`.
    """

    name: str
    default: int
    of: int
    serial: int
    about: int


def is_order(name: str) -> bool:
    """Tell whether a point is about turns."""
    return name.startswith((ORDER, LATER))


NEVER_LOST = "never-lost"
NEVER_TWICE = "never-twice"
ALWAYS = "always"
NO_DEAD_LETTERS = "no-dead-letters"
EXPECTED = "expect"
KINDS = MISHAPS[1:]
"""What may go wrong with a request."""
MOST_RECORDS = 100_000
"""After so many records a run has no end."""


def _shipped(event: Event) -> tuple[type[Event], tuple[dict[str, str], bytes | None]]:
    return Event, (event.attributes, event.body)


# Where it is compiled it cannot be made without arguments, as pickle does by itself.
copyreg.pickle(Event, _shipped)


class Check(Value):
    """Something that must hold in each run.

    Args:
        word: ``never-lost``, ``never-twice``, ``always``, ``no-dead-letters``, or
            ``expect``.
        service: Whom it is about, by name; empty where it is about all.
        within: How long that may take, as written; empty for no limit.
        expected: What a test expects, for ``expect``.
    """

    word: str
    service: str = ""
    within: str = ""
    expected: Expected | None = None

    def __str__(self) -> str:
        limit = f"=within {self.within}" if self.within else ""
        return f"{self.word} {self.service}{limit}".rstrip()


class Input(Value):
    """An event that is sent.

    Args:
        event: With id and source.
        to: Where; empty for the only broker.
        account: Who sends it, as for `Simulation.send`; None for nobody.
        after: How long after the start, as written.
        timeout: How long the sender waits, as written; None for ever.
    """

    event: Event
    to: str = ""
    account: str | None = None
    after: str = "0s"
    timeout: str | None = None


class Plan(Value):
    """What is searched, as data: it pickles if `given` and `holds` do.

    Args:
        topology: What runs.
        blueprint: Options of `Blueprint`.
        options: Options of `Simulation`.
        inputs: What is sent, in order.
        given: Is called with each simulation before it runs; None for nothing.
        until: How long each run goes on, as written; None until nothing is due.
        checks: What must hold in each run.
        holds: Is called with each run that is over: an AssertionError, False or a text
            says that it failed; None for nothing.
        predicate: The same as ``FILE.py:NAME``, loaded in each process; empty for none.
        faults: How many requests go wrong in one run, at most.
        delays: How many turns are put off in one run, at most.
        kinds: What may go wrong with a request, of `KINDS`.
        seeds: How many seeded runs follow, which know no bound.
        stateless: The nodes of services in Python that share nothing with others.
        prunes: Whether orders are left out that make no difference.
        gathers: Whether the search goes on after a failure, and each outcome has the
            digests of what its runs came to.
    """

    topology: Topology
    blueprint: Mapping[str, Any] = made(default_factory=dict)
    options: Mapping[str, Any] = made(default_factory=dict)
    inputs: tuple[Input, ...] = ()
    given: Callable[[Simulation], object] | None = None
    until: str | None = None
    checks: tuple[Check, ...] = ()
    holds: Callable[[Simulation], object] | None = None
    predicate: str = ""
    faults: int = 1
    delays: int = 2
    kinds: tuple[str, ...] = KINDS
    seeds: int = 0
    stateless: tuple[str, ...] = ()
    prunes: bool = True
    gathers: bool = False

    @property
    def seed(self) -> int:
        """Of the runs that are no seeded ones."""
        given: int | None = self.options.get("seed")
        return 0 if given is None else given
