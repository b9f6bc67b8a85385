"""Lets an action say why it can do nothing, instead of doing nothing."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast

from simulator.tui.main.impossible import OF_AN_EVENT, impossible

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.tui.main.framing import Framing

    P = ParamSpec("P")
    S = TypeVar("S", bound=Framing)


def possible(
    method: Callable[Concatenate[S, P], None],
) -> Callable[Concatenate[S, P], None]:
    """Let an action say why it can do nothing, instead of doing nothing.

    What is about an event is done with the lit row, where none is selected.
    """
    name = method.__name__.removeprefix("action_")

    @wraps(method)
    def guarded(self: S, *args: P.args, **kwargs: P.kwargs) -> None:
        if name in OF_AN_EVENT:
            self.take_lit()
        direction = args[0] if args and isinstance(args[0], int) else 0
        reason = impossible(name, self.facts(), direction)
        if reason:
            self.notify(reason, severity="warning", timeout=4)
        else:
            method(self, *args, **kwargs)

    return cast("Callable[Concatenate[S, P], None]", guarded)
