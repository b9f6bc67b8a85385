"""How a played Knative Service stands: its conditions and revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.systems.service_life import told
from simulator.tui.inspect.page import pair
from simulator.wiring import Truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.serving.life import Life, Status
    from simulator.subscribers.life_spec import LifeSpec
    from simulator.tui.inspect.text_line import Look, TextLine

_NEWEST = 5


def life_lines(life: Life, now_ns: int, look: Look) -> Iterator[TextLine]:
    """Write how the service stands at an instant."""
    status = None
    for at_ns, each in life.course():
        if at_ns > now_ns:
            break
        status = each
    if status is None:
        return
    if status.deleted:
        yield from pair("deleted", "", look, style="o-dead")
        return
    for number, condition in enumerate(status.conditions):
        truth, reason = condition.status, condition.reason
        text = f"{condition.type} {truth.value} {reason}".rstrip()
        style = "o-dead" if truth is Truth.FALSE else ""
        yield from pair("" if number else "conditions", text, look, style=style)
    why = status.condition("Ready").message
    if why:
        yield from pair("why", why, look)
    for number, revision in enumerate(reversed(status.revisions[-_NEWEST:])):
        text = f"{revision.name} {_state(status, revision.name)}"
        yield from pair("" if number else "revisions", text, look)


def next_told(life: LifeSpec, now_ns: int) -> int | None:
    """Give the instant of the next event of a life; None for no more."""
    return next((at_ns for at_ns, _ in told(life, 0) if at_ns > now_ns), None)


def _state(status: Status, name: str) -> str:
    """Tell what one revision is."""
    ready = status.revision(name).ready
    words = ["not ready yet" if ready is None else "ready" if ready else "failed"]
    share = dict(status.shares).get(name)
    if share:
        words.append(f"gets {share} %")
    return ", ".join(words)
