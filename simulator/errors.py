"""Every exception of kn-sim, split by who can mend the fault.

SimulatorError
├── TopologyError      the author of the YAML: carries all faults, each with its position
├── EventError         whoever wrote an event that is none
├── UsageError         the caller of the API or of the command
│   └── UnknownAddressError
└── HandlerError       a handler that cannot be loaded
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from errno import EPIPE
from typing import TYPE_CHECKING, Any

from simulator.value import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from os import PathLike
    from typing import Self

_ONLY = r"^ {4,}\| ([\w.]+(?:: .*)?(?<!sub-exception\)))\n +\+--"
"""The last line of an error in a group."""
EXIT_DONE = 0
EXIT_SAYS_NO = 1
EXIT_WRONG_USE = 2


def nearest(name: object, valid: Iterable[str], cutoff: float = 0.6) -> str:
    """Say which valid name was probably meant, as the end of a sentence.

    Returns:
        ``; did you mean 'x'?``, or an empty string when nothing is near, as to what
        is no text.
    """
    close = closest(name, valid, cutoff) if isinstance(name, str) else None
    return "" if close is None else f"; did you mean {close!r}?"


def likeness(wanted: str, found: str) -> float:
    """Measure how alike two texts are: 1 for the same, 0 for nothing in common."""
    from difflib import SequenceMatcher  # only a fault pays

    return SequenceMatcher(None, wanted, found).ratio()


def closest(name: str, valid: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Find the text that is most like another one, and at least so much."""
    from difflib import SequenceMatcher  # only a fault pays

    close = None
    if not name:  # of which nothing is like, however many there are
        return close
    matcher = SequenceMatcher(b=name)
    for other in valid:  # as get_close_matches, but what cannot win is not measured
        matcher.set_seq1(other)
        if matcher.real_quick_ratio() >= cutoff and matcher.quick_ratio() >= cutoff:
            ratio = matcher.ratio()
            if ratio > cutoff or (ratio == cutoff and (close is None or other > close)):
                cutoff, close = ratio, other
    return close


def with_article(word: str) -> str:
    """Put *a* or *an* before the name of a kind or a type."""
    return f"an {word}" if word[:1] in "AEIOaeio" else f"a {word}"


def error_line(traceback: str) -> str:
    """Give the line of a traceback that names the error; of other text the last line.

    A message may have several lines, such as that of an assertion in a test. The
    traceback of a group stands behind a margin, those of its errors behind wider ones:
    a group of one, as a task group raises, is told by that one.
    """
    text = traceback.strip()
    is_group = "\n  +-+--" in text
    if is_group:
        text = re.sub(r"^( {2})?\| ", "", text, flags=re.MULTILINE)
    lines = text.splitlines()
    frames = [n for n, line in enumerate(lines) if line.startswith('  File "')]
    below = lines[frames[-1] + 1 :] if frames else lines if is_group else []
    named = next((line for line in below if not line.startswith(" ")), "")
    if named.endswith("(1 sub-exception)"):
        inside = text[text.rindex(named) :]
        only = re.search(_ONLY, inside, re.MULTILINE)
        if only is not None and "sub-exceptions)" not in inside:
            return f"{only[1]} (in {with_article(named.partition(':')[0])})"
    return named or (lines[-1] if lines else "")


@contextmanager
def naming_file(path: str | PathLike[str] | None) -> Iterator[None]:
    """Give the name of a file to an OSError, such as of a full disk, that has none.

    That a reader has gone is about stdout, whatever is written besides.
    """
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno != EPIPE:
            error.filename = path
        raise


class SimulatorWarning(UserWarning):
    """A run is not what the test that looks at it takes it for."""


class SimulatorError(Exception):
    """The root: one sentence that says what is wrong and where."""

    exit_code = EXIT_WRONG_USE

    def __reduce__(self) -> tuple[Any, ...]:
        """Let another process have it as it is; an exception is made of its text else."""
        return _remade, (type(self), self.args), vars(self)


def _remade(kind: type[SimulatorError], args: tuple[object, ...]) -> SimulatorError:
    return kind.__new__(kind, *args)


class Position(NamedTuple):
    """A place in a text; line and column count from 1, 0 where unknown."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Give the clickable form, ``orders.yaml:12:7``."""
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"


class Fault(str):
    """What an author has written and cannot be: a text that knows what it is about.

    The text is ``file:line:column: field path: what is wrong``.

    Args:
        reason: The text behind the place.
        position: The place; None where there is none, as of what was made in Python.
        path: The field, ``spec.filter``, ``triggers.ship``; empty where unknown.
        subject: The resource, ``Trigger ship``; empty where it is of none.
    """

    __slots__ = ("path", "position", "reason", "subject")

    path: str
    position: Position | None
    reason: str
    subject: str

    def __new__(
        cls,
        reason: str,
        position: Position | None = None,
        path: str = "",
        subject: str = "",
    ) -> Self:
        """Put the text together."""
        made = super().__new__(
            cls, reason if position is None else f"{position}: {reason}"
        )
        made.reason, made.position = reason, position
        made.path, made.subject = path, subject
        return made


class Unreadable(Fault):
    """A file that cannot be read at all: none, no text, too large."""

    __slots__ = ()


def in_document_order(
    faults: Iterable[Fault], files: Sequence[str] = ()
) -> list[Fault]:
    """Bring faults into the order of their places, each once.

    Args:
        faults: Those of one place stay as they are.
        files: In the order in which they were read; any others come behind.
    """
    order = {file: number for number, file in enumerate(files)}

    def place(fault: Fault) -> tuple[int, int, int]:
        file, line, column = fault.position or Position("")
        return order.setdefault(file, len(order)), line, column

    return sorted(dict.fromkeys(faults), key=place)


class TopologyError(SimulatorError):
    """The YAML cannot be run; every fault is named at once.

    Args:
        faults: One line each, in document order; see `Fault`.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(
            each if isinstance(each, Fault) else Fault(each) for each in faults
        )
        super().__init__("\n".join(self.faults))


class EventError(SimulatorError):
    """What was given is no valid CloudEvent.

    Args:
        reason: What is wrong with it.
        where: The file or argument it came from, or an empty string.
    """

    def __init__(self, reason: str, *, where: str = "") -> None:
        self.reason = reason
        self.where = where
        super().__init__(f"{where}: {reason}" if where else reason)


class UsageError(SimulatorError):
    """The call or the command line asks for what cannot be done."""


class RunStoppedError(UsageError):
    """A run was stopped: its events go in a circle, or it has made too many records."""


class NoAnswerError(RunStoppedError):
    """A recording has no answer to a request; the message names the nearest that is."""


class UnknownAddressError(UsageError):
    """Nothing in the topology has this address.

    Args:
        address: As it was given; empty where none was, and that was not enough.
        valid: The addresses there are.
        why: Why another is none, empty where nothing is known.
    """

    def __init__(self, address: str, valid: Iterable[str], why: str = "") -> None:
        self.address = address
        self.valid = tuple(valid)
        self.why = why
        there_are = ", ".join(self.valid[:12]) or "none"
        hint = nearest(address, self.valid)
        shown = "(none given)" if address == "" else address
        if not hint and isinstance(address, str):
            last = address.rpartition("/")[2]
            hint = nearest(last, [each.rpartition("/")[2] for each in self.valid])
        super().__init__(
            f"nothing has the address {shown!r}{hint} (there are: {there_are})"
            + (f": {why}" if why else "")
        )


class HandlerError(SimulatorError):
    """A handler that the topology names cannot be loaded."""
