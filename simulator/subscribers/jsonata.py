"""JSONata, as a run evaluates it: with its time, its chance, and an end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulator.event.text import epoch_ns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jsonata.regex_engine import RegexFlags

    from simulator.subscribers.context import Surroundings

_NS_PER_MS = 1_000_000
_MOST_DEPTH = 200
_LONGEST_S = 5
_NO_RESULT = f"no result after {_LONGEST_S} s of real time; does it end?"
_TIMED_OUT = "D1012"
# As many characters as a range may have numbers.
# Source: JSONata 2.0, error D2014, "The size of the sequence … must not exceed 1e7".
_LONGEST_TEXT = 10_000_000
_GROUP = re.compile(r"\\g<(\d+)>")


class JsonataError(Exception):
    """An expression fails."""


class NoEndError(BaseException):
    """An expression comes to no end that anybody waits for.

    It ends the run. It is no failed reply: on a faster machine there might be one. And
    it is no Exception, all of which ``$eval`` of the library takes for faults of its own.
    """


class Expression:
    """A compiled expression; the runs of a blueprint share it.

    ``$now()``, ``$millis()``, ``$random()`` and ``$shuffle()`` follow the run that
    evaluates it.

    Args:
        text: As it was written.

    Raises:
        ValueError: It does not parse.
    """

    def __init__(self, text: str) -> None:
        from jsonata import Jsonata  # only who uses it pays

        try:
            self._compiled: Any = Jsonata(text, _Pattern)
        except Exception as error:  # the library raises whatever it meets
            raise ValueError(str(error)) from error
        self._service: Surroundings | None = None
        self._functions = {
            "now": Jsonata.JLambda(lambda *_: self._run.now_text()),
            "millis": Jsonata.JLambda(lambda *_: self._millis()),
            "random": Jsonata.JLambda(lambda *_: self._run.random.random()),
            "shuffle": Jsonata.JFunction(Jsonata.JLambda(self._shuffled), "<a:a>"),
            "pad": Jsonata.JFunction(Jsonata.JLambda(_padded), "<s-ns?:s>"),
        }

    @property
    def tree(self) -> Any:
        """The expression as the library has parsed it."""
        return self._compiled.ast

    def evaluate(self, value: object, service: Surroundings) -> Any:
        """Evaluate it over JSON data; None where there is no result.

        Raises:
            JsonataError: It fails.
            NoEndError: It takes longer, or pads a text to more, than anybody waits for.
        """
        self._service = service
        # A frame for each time: what it binds is nothing to the next one, of whatever
        # run, and its bounds count from now.
        frame = self._compiled.create_frame()
        for name, function in self._functions.items():
            frame.bind(name, function)
        frame.set_runtime_bounds(_LONGEST_S * 1000, _MOST_DEPTH)
        try:
            return self._compiled.evaluate(value, frame)
        except Exception as error:  # the library raises whatever it meets
            if getattr(error, "error", None) == _TIMED_OUT:
                raise NoEndError(_NO_RESULT) from None
            raise JsonataError(str(error)) from error

    @property
    def _run(self) -> Surroundings:
        assert self._service is not None, "it is evaluated"
        return self._service

    def _millis(self) -> int:
        now = epoch_ns(self._run.now_text())
        assert now is not None, "the run tells the time as RFC 3339"
        return now // _NS_PER_MS

    def _shuffled(self, values: list[Any] | None = None) -> list[Any] | None:
        """Shuffle a list as JSONata does, by the chance of the run.

        Source: JSONata's reference, $shuffle, and functions.js, shuffle: Fisher-Yates,
            inside out.
        """
        if values is None:
            return None
        shuffled: list[Any] = []
        for index, value in enumerate(values):
            at = int(self._run.random.random() * (index + 1))
            shuffled.append(value)
            shuffled[at], shuffled[index] = value, shuffled[at]
        return shuffled


def _padded(text: Any, width: Any = None, char: Any = None) -> Any:
    from jsonata.functions import Functions

    if isinstance(width, int | float) and abs(width) > _LONGEST_TEXT:
        raise NoEndError(
            f"$pad: no text is longer than {_LONGEST_TEXT:,} characters here"
        )
    return Functions.pad(text, width, char)


class _Pattern:
    """A regular expression that is given up in time, which those of Python are not.

    It has what the library asks of a ``re.Pattern``.

    Args:
        text: As JSONata has it, without the slashes.
        flags: Those after them.
    """

    def __init__(self, text: str, flags: RegexFlags) -> None:
        import regex  # its methods take a time limit; few expressions have one

        self._pattern = regex.compile(
            text,
            (regex.IGNORECASE if flags.case_insensitive else 0)
            | (regex.MULTILINE if flags.multiline else 0),
        )

    def search(self, text: str) -> Any:
        """Find the first match; None where there is none."""
        return self._in_time(lambda: self._pattern.search(text, timeout=_LONGEST_S))

    def finditer(self, text: str) -> Iterator[Any]:
        """Give all matches, one after the other."""
        matches = self._pattern.finditer(text, timeout=_LONGEST_S)
        while (match := self._in_time(lambda: next(matches, None))) is not None:
            yield match

    def sub(self, new: Any, text: str, count: int = 0) -> str:
        """Put a text, or what a function gives, in the place of matches.

        Raises:
            ValueError: The text names a group that is not there; the library reads
                which one from the words of `re`.
        """
        if isinstance(new, str):
            for found in _GROUP.finditer(new):
                if int(found[1]) > self._pattern.groups:
                    raise ValueError(
                        f"invalid group reference {found[1]} at position {found.start(1)}"
                    )
        made: str = self._in_time(
            lambda: self._pattern.sub(new, text, count, timeout=_LONGEST_S)
        )
        return made

    def split(self, text: str, count: int = 0) -> list[str]:
        """Split a text at the matches."""
        parts: list[str] = self._in_time(
            lambda: self._pattern.split(text, count, timeout=_LONGEST_S)
        )
        return parts

    def _in_time(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except TimeoutError:
            raise NoEndError(_NO_RESULT) from None
