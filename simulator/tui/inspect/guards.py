"""Who may send to a node, and in whose name it sends, where authentication is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.inspect.page import heading, pair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.access.guard import Guard
    from simulator.tui.inspect.story import Backdrop
    from simulator.tui.inspect.text_line import Look, TextLine
    from simulator.wiring import Endpoint, Hub


def guard_lines(backdrop: Backdrop, node: str, look: Look) -> Iterator[TextLine]:
    """Write the policies of a node, or the mode that decides; nothing while OIDC is off."""
    wiring = backdrop.wiring
    if wiring is None:
        return
    lane = backdrop.lane(node)
    identity = None if lane is None else lane[1].identity
    if identity is not None:
        yield from heading("sends as", look)
        yield from pair("account", identity.subject, look)
    guarded: tuple[Hub | Endpoint, ...] = (*wiring.hubs, *wiring.endpoints)
    for each in guarded:
        if each.node == node and each.guard is not None:
            yield from _guard(each.guard, look)


def _guard(guard: Guard, look: Look) -> Iterator[TextLine]:
    yield from heading("who may send", look)
    for policy in guard.policies:
        named = ", ".join(policy.subjects) or "nobody"
        aside = "" if policy.filter is None else "with filters"
        yield from pair(policy.name, named, look, aside=aside)
    if not guard.policies:
        yield from pair("default mode", guard.mode, look)
    yield from pair("audience", guard.audience or "none", look)
