"""JSONata, as a run evaluates it: with its time, its chance, and an end.

It is the very program that Knative runs, jsonata 2.0.6 in JavaScript, in a small engine
(QuickJS): ports of it to other languages answer a tenth of the recorded expressions otherwise.

Source: knative-kinds 1 (the expressions that were run), and the licence beside the program.
"""

from __future__ import annotations

import json
import math
from contextlib import contextmanager
from re import findall
from threading import local
from time import thread_time
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from quickjs import Context

    # Text of an expression, value, instant if that matters -> the numbers of chance that
    # it took, and what it came to.
    _Memory = dict[tuple[str, str, int], dict[tuple[float, ...], str | None]]

_PROGRAMS = ("door.js", "jsonata-2.0.6.min.js")
_LONGEST_S = 1.5  # of the processor's time
_LEAST_S = 0.01  # 0 would be no limit
_MOST_BYTES = 128 * 1024 * 1024
_BEYOND = 10**400  # all floats
_TOO_DEEP = "it is nested too deeply"
_TOO_MUCH = f"it needs more than {_MOST_BYTES >> 20} MB of memory"
# Steps of an expression between two looks at the clock.
_STEPS = 64
# Numbers of chance that most who draw any are content with.
_FEW = 8
_WRONG = "!"
# What of an expression may make it depend on the instant.
_OF_TIME = ("$now", "illis", "$eval")
_MOST_REMEMBERED = 20_000
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
        text = self.evaluate_text(as_json(value), now_ms, random)
        try:
            return None if text is None else json.loads(text)
        except RecursionError:
            raise JsonataError(_TOO_DEEP) from None

    def evaluate_text(self, value: str, now_ms: int, random: Random) -> str | None:
        """Evaluate it over JSON; spell the result as JavaScript does.

        Raises:
            JsonataError: It fails.
            NoEndError: It takes longer, or more memory, than anybody has for it.
        """
        return _engine().evaluate(self._text, value, now_ms, random)


def as_json(value: object) -> str:
    """Write JSON that JavaScript reads, what is no finite number included.

    Raises:
        JsonataError: It is nested deeper than Python follows.
    """
    try:
        try:
            return json.dumps(value, allow_nan=False)
        except ValueError:
            return json.dumps(_readable(value))
    except RecursionError:
        raise JsonataError(_TOO_DEEP) from None


def _readable(value: Any) -> Any:
    """Give a number beyond all floats in digits, which JavaScript reads as infinite."""
    if isinstance(value, dict):
        return {name: _readable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_readable(each) for each in value]
    if not isinstance(value, float) or math.isfinite(value):
        return value
    return None if math.isnan(value) else int(math.copysign(1, value)) * _BEYOND


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
        self._drawn: tuple[float, ...] = ()

    def compile(self, text: str) -> int:
        """Give the number of an expression; ValueError where it does not parse."""
        number = self._numbers.get(text)
        if number is None:
            self._end = thread_time() + _LONGEST_S
            answer: str = self._call("compile", text)
            if answer.startswith(_WRONG):
                raise ValueError(answer.removeprefix(_WRONG))
            number = self._numbers[text] = int(answer)
        return number

    def tree(self, text: str) -> dict[str, Any]:
        number = self.compile(text)
        self._end = thread_time() + _LONGEST_S
        written = self._call("tree", number)
        return cast("dict[str, Any]", json.loads(written))

    def evaluate(
        self, text: str, value: str, now_ms: int, random: Random
    ) -> str | None:
        memory: _Memory | None = getattr(_engines, "memory", None)
        if memory is None:
            return self._evaluate(text, value, now_ms, random)
        key = (text, value, now_ms if any(map(text.__contains__, _OF_TIME)) else 0)
        known = memory.get(key)
        if known is None:
            if len(memory) >= _MOST_REMEMBERED:
                return self._evaluate(text, value, now_ms, random)
            known = memory[key] = {}
        state = random.getstate() if () not in known else ()
        for count in {len(chances): None for chances in known}:
            chances = tuple(random.random() for _ in range(count))
            if chances in known:
                return known[chances]
            random.setstate(state)
        result = self._evaluate(text, value, now_ms, random)
        known[self._drawn] = result
        return result

    def _evaluate(
        self, text: str, value: str, now_ms: int, random: Random
    ) -> str | None:
        number = self.compile(text)
        self._end = thread_time() + _LONGEST_S
        self._drawn = ()
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
        self._drawn = tuple(random.random() for _ in range(self._call("drawnChances")))

    def _run(self, number: int, value: str, now_ms: int, chances: list[float]) -> None:
        self._call("start", number, value, float(now_ms), json.dumps(chances))
        while self._in_bounds(self._steps):
            if thread_time() > self._end:
                raise _given_up(_no_result())
        if self._call("isTooLong"):
            raise _given_up("a text of more than 1,000,000 characters")

    def _steps(self) -> bool:
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


@contextmanager
def remembered() -> Iterator[None]:
    """Evaluate no expression twice over the same value, in this thread.

    For runs that are played again and again with little changed.
    """
    before: _Memory | None = getattr(_engines, "memory", None)
    _engines.memory = {} if before is None else before
    try:
        yield
    finally:
        _engines.memory = before


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
