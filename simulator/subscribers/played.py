"""Python functions that play services: what they take, and where they are written."""

from __future__ import annotations

from functools import partial
from types import CodeType
from typing import TYPE_CHECKING, Any, TypeAlias

from simulator.value import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from inspect import Signature

    from cloudevents.core.v1.event import CloudEvent

    from simulator.kernel import Answer

    HandlerAnswer: TypeAlias = CloudEvent | Answer | int | None
    Handler = Callable[..., HandlerAnswer | Awaitable[HandlerAnswer]]


class WrongAnswerError(TypeError):
    """A handler returned something that is no answer."""


class Played(NamedTuple):
    """A Python function that plays a service.

    Args:
        errors: The status with which it answers when it raises, since it may; 0 for one
            that must not.
    """

    function: Handler
    errors: int = 0


def wants_context(handler: Handler) -> bool:
    """Tell whether a handler takes a context beside the event.

    One that takes any number of arguments, or does not say how many, gets the event: such
    as a mock, or what a decorator makes.

    Raises:
        TypeError: It takes neither one nor two arguments.
    """
    signature = _signature(handler)
    if signature is None:
        return False
    parameters = [
        p
        for p in signature.parameters.values()
        if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        and p.default is p.empty
    ]
    any_number = any(p.kind is p.VAR_POSITIONAL for p in signature.parameters.values())
    if len(parameters) not in (1, 2) and not (any_number and not parameters):
        name = getattr(handler, "__qualname__", type(handler).__name__)
        raise TypeError(
            f"a handler takes an event, or an event and a context; {name} takes "
            f"{len(parameters)} arguments"
        )
    return len(parameters) > 1


def _signature(handler: Handler) -> Signature | None:
    """Give the signature of a handler; None for one that has none to be seen."""
    import inspect  # only handlers pay

    if not callable(handler):
        raise TypeError(f"a handler is a function, found {handler!r}")
    try:
        return inspect.signature(handler)
    except (TypeError, ValueError):  # written in C, or a mock of a function
        spec = getattr(handler, "_spec_signature", None)  # of unittest.mock
        return spec if isinstance(spec, inspect.Signature) else None


def place_of(error: BaseException, handler: Handler) -> str:
    """Tell where in a handler's own file an error arose, as ``file.py:12``.

    Of one that it did not raise, and of one that no Python code raised, the place is
    the handler's first line.
    """
    code = code_of(handler)
    here = None
    frame = error.__traceback__
    while frame is not None:
        if code is not None and frame.tb_frame.f_code.co_filename == code.co_filename:
            here = frame
        frame = frame.tb_next
    if here is not None and not isinstance(error, WrongAnswerError):
        return f"{here.tb_frame.f_code.co_filename}:{here.tb_lineno}"
    if code is None:
        return repr(type(handler).__qualname__)
    return f"{code.co_filename}:{code.co_firstlineno}"


def code_of(handler: Handler) -> CodeType | None:
    import inspect  # only handlers pay

    while isinstance(handler, partial):
        handler = handler.func
    function: Any = inspect.unwrap(handler)
    code = getattr(function, "__code__", None)
    if code is None:
        code = getattr(type(function).__call__, "__code__", None)
    return code if type(code) is CodeType else None  # a mock has a mock of one
