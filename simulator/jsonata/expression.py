"""JSONata, as a run evaluates it: with its time, its chance, and an end.

It is the very program that Knative runs, jsonata 2.0.6 in JavaScript, in a small engine
(QuickJS): ports of it to other languages answer a tenth of the recorded expressions otherwise.

Source: knative-kinds 1 (the expressions that were run), and the licence beside the program.
"""

from __future__ import annotations

import json
from re import findall
from threading import local
from time import thread_time
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from quickjs import Context

_PROGRAMS = ("door.js", "jsonata-2.0.6.min.js")
_LONGEST_S = 1.5  # of the processor's time
_LEAST_S = 0.01  # 0 would be no limit
_MOST_BYTES = 128 * 1024 * 1024
_TOO_MUCH = f"it needs more than {_MOST_BYTES >> 20} MB of memory"
# Steps of an expression between two looks at the clock.
_STEPS = 64
# Numbers of chance that most who draw any are content with.
_FEW = 8
_WRONG = "!"
# How the program defines a built-in function.
_BINDING = r'bind\("(\w+)",'


class JsonataError(Exception):
    """An expression fails."""


class NoEndError(Exception):
    """An expression comes to no end that anybody waits for, or asks for too much memory.

    It ends the run. It is no failed reply: on a faster machine there might be one.
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
        self._text = text
        _engine().compile(text)

    @property
    def tree(self) -> dict[str, Any]:
        """The expression as the library has parsed it."""
        return _engine().tree(self._text)

    def evaluate(self, value: object, now_ms: int, random: Random) -> Any:
        """Evaluate it over JSON data; None where there is no result.

        Args:
            value: As `json` reads it.
            now_ms: Since 1970.
            random: Of which chance is taken.

        Raises:
            JsonataError: It fails.
            NoEndError: It takes longer, or more memory, than anybody has for it.
        """
        text = self.evaluate_text(json.dumps(value), now_ms, random)
        return None if text is None else json.loads(text)

    def evaluate_text(self, value: str, now_ms: int, random: Random) -> str | None:
        """Evaluate it over JSON text; give the result as JavaScript spells it in JSON.

        Args:
            value: JSON.
            now_ms: Since 1970.
            random: Of which chance is taken.

        Returns:
            None where there is no result.

        Raises:
            JsonataError: It fails.
            NoEndError: It takes longer, or more memory, than anybody has for it.
        """
        return _engine().evaluate(self._text, value, now_ms, random)


class _Engine:
    """A JavaScript engine with the program in it; one for each thread."""

    def __init__(self) -> None:
        # Only who uses JSONata pays.
        from importlib.resources import files

        from quickjs import Context

        self._context: Context = Context()
        self._context.set_memory_limit(_MOST_BYTES)
        folder = files("simulator.jsonata")
        program = ""
        for name in _PROGRAMS:
            program = (folder / name).read_text(encoding="utf-8")
            self._context.eval(program)
        names = ",".join(f"${name}" for name in findall(_BINDING, program))
        self._context.get("collect")(names)
        while self._context.execute_pending_job():
            pass
        self._numbers: dict[str, int] = {}
        self._end = 0.0

    def compile(self, text: str) -> int:
        """Give the number of an expression.

        Raises:
            ValueError: It does not parse.
        """
        number = self._numbers.get(text)
        if number is None:
            self._end = thread_time() + _LONGEST_S
            answer: str = self._call("compile", text)
            if answer.startswith(_WRONG):
                raise ValueError(answer.removeprefix(_WRONG))
            number = self._numbers[text] = int(answer)
        return number

    def tree(self, text: str) -> dict[str, Any]:
        """Give an expression as it is parsed."""
        number = self.compile(text)
        self._end = thread_time() + _LONGEST_S
        written = self._call("tree", number)
        return cast("dict[str, Any]", json.loads(written))

    def evaluate(
        self, text: str, value: str, now_ms: int, random: Random
    ) -> str | None:
        """Evaluate an expression; see `Expression.evaluate_text`."""
        number = self.compile(text)
        self._end = thread_time() + _LONGEST_S
        self._run(number, value, now_ms, [])
        if self._call("missesChance"):
            self._run_with_chance(number, value, now_ms, random)
        if self._call("isExhausted"):
            raise _given_up(_TOO_MUCH)
        failure: str | None = self._call("failed")
        if failure is not None:
            raise JsonataError(failure)
        result: str | None = self._call("taken")
        return result

    def _run_with_chance(
        self, number: int, value: str, now_ms: int, random: Random
    ) -> None:
        """Evaluate with as much chance as it takes, of which no more is used up."""
        state, count = random.getstate(), _FEW
        while True:
            self._run(number, value, now_ms, [random.random() for _ in range(count)])
            random.setstate(state)
            if not self._call("missesChance"):
                break
            count *= 8
        for _ in range(self._call("drawnChances")):
            random.random()

    def _run(self, number: int, value: str, now_ms: int, chances: list[float]) -> None:
        self._call("start", number, value, float(now_ms), json.dumps(chances))
        while self._in_bounds(self._steps):
            if thread_time() > self._end:
                raise _given_up(_no_result())
        if self._call("isTooLong"):
            raise _given_up("a text of more than 1,000,000 characters")

    def _steps(self) -> bool:
        """Take some steps; tell whether there are more."""
        step = self._context.execute_pending_job
        return all(step() for _ in range(_STEPS))

    def _call(self, function: str, *given: object) -> Any:
        called: Callable[..., Any] = self._context.get(function)
        return self._in_bounds(lambda: called(*given))

    def _in_bounds(self, work: Callable[[], Any]) -> Any:
        from quickjs import JSException

        self._context.set_time_limit(max(self._end - thread_time(), _LEAST_S))
        try:
            return work()
        except JSException as error:
            if "interrupted" in str(error):
                raise _given_up(_no_result()) from None
            raise _given_up(_TOO_MUCH) from None


_engines = local()


def _engine() -> _Engine:
    engine: _Engine | None = getattr(_engines, "engine", None)
    if engine is None:
        engine = _engines.engine = _Engine()
    return engine


def _no_result() -> str:
    return f"no result after {_LONGEST_S:g} s of the processor's time"


def _given_up(why: str) -> NoEndError:
    """Say so, and drop the engine: what was begun is still in it."""
    _engines.engine = None
    return NoEndError(f"{why}; does it end?")
