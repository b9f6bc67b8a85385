"""Requests that something happens to on their way: a story in place of an answer.

A target without a guard knows nothing of all this, and pays nothing for it.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from simulator.kernel.answer import Answer, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from simulator.kernel.process import Process
    from simulator.kernel.request import Request
    from simulator.kernel.target import Target

    # Process that waits, record of the request, request, time that its caller has left.
    Telling = Callable[
        [Process, int, Request, int | None],
        Generator[int | None, Any, Answer | None],
    ]
    Look = Callable[[Request], "Story | None"]


class Story(Answer):
    """Stands in place of an answer that something goes before: a fault, a decision.

    Told once the request has its record. What comes of it is the answer in the end,
    which may again take its time, or None: a service answers later, a hub is next.

    Args:
        tell: Waits in the caller's process, as a generator of waits in ns.
    """

    __slots__ = ("tell",)

    def __init__(self, tell: Telling) -> None:
        # A hanging peer is what everybody looks at last, when nothing else is left.
        super().__init__(0, fault=Fault.HANG)
        self.tell = tell


def guard(target: Target, look: Look) -> None:
    """Let somebody look at each request to a target before it is carried out.

    Args:
        target: May have a guard already, which goes.
        look: Gives the story of a request, None to let it pass.
    """
    unguard(target)
    behind = target.behind = copy(target)

    def watched(request: Request) -> Answer | None:
        return look(request) or behind.fixed or behind.call(request)

    target.fixed, target.call, target.indirect = None, watched, True


def unguard(target: Target) -> None:
    """Let the requests to a target pass again."""
    behind = target.behind
    if behind is not None:
        target.fixed, target.call = behind.fixed, behind.call
        target.indirect, target.behind = behind.indirect, None


def carried_out(request: Request) -> Answer | None:
    """Hand a request to its receiver, whoever guards it."""
    target = request.target.behind or request.target
    return target.fixed or target.call(request)
