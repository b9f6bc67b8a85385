"""What was to happen in a run and has not, because nobody let it go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.duration import duration_text
from simulator.kernel import Sender
from simulator.kernel.calendar import Alarm
from simulator.kernel.exchange import Exchange

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from simulator.session.run import Run

_GO_ON = "run() goes on"


def unfinished(run: Run, services: Collection[str]) -> Iterator[str]:
    """Tell what is due still, a sentence each; not what sources would send next.

    Args:
        run: Whose.
        services: Their nodes; their handlers may sleep.
    """
    kernel = run.kernel
    if kernel is None:
        return
    due = list(kernel.outstanding())
    sent = [
        (at_ns, actor)
        for at_ns, actor in due
        if isinstance(actor, Sender) and actor.serial < 0
    ]
    for at_ns, sender in sent[:1]:
        event = sender.event
        what = f"{event.type} {event.id}" + (
            f" and {len(sent) - 1} more" if len(sent) > 1 else ""
        )
        if at_ns > kernel.now:
            yield f"{what} would be sent at {duration_text(at_ns)} only: {_GO_ON}"
        else:
            yield f"{what} was sent, and nothing was run after that: {_GO_ON}"
    others = [
        at_ns
        for at_ns, actor in due
        if isinstance(actor, Exchange)
        or (isinstance(actor, Alarm) and actor.name in services)
    ]
    if others:
        one = len(others) == 1
        yield (
            f"{len(others)} request{' or retry is' if one else 's or retries are'} due "
            f"still after {duration_text(kernel.now)}, the next at "
            f"{duration_text(min(others))}: {_GO_ON}"
        )
