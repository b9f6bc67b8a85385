"""The timetable of each route of a wiring, and why other triggers have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import UsageError, nearest
from simulator.nodes import is_called, name_of, node_name
from simulator.timetable.course import course, senders
from simulator.timetable.settings import blocks_of, settings_of
from simulator.timetable.warnings import warnings_of
from simulator.value import Value
from simulator.wiring import Truth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.timetable.course import Course
    from simulator.timetable.settings import Setting
    from simulator.timetable.warnings import Warned
    from simulator.wiring import Hub, Route, Wiring

_FAILING = range(300, 600)


class Timetable(Value):
    """When each attempt of one route happens.

    Args:
        courses: First that each attempt is answered with a status at once; then, when
            a timeout is set, that each runs into it.
    """

    hub: Hub
    route: Route
    settings: tuple[Setting, ...]
    courses: tuple[Course, ...]
    warnings: tuple[Warned, ...]


class Idle(Value):
    """A trigger or subscription that gets no events.

    Args:
        reason: Of its condition `Ready`, with the message.
    """

    node: str
    reason: str


def is_own(tables: Sequence[Timetable]) -> bool:
    first = tables[0]
    return all(
        each.route.consumer is not None
        and (each.settings, each.courses) == (first.settings, first.courses)
        for each in tables
    )


def timetables(
    wiring: Wiring, *, status: int = 503, names: Sequence[str] = ()
) -> tuple[Timetable, ...]:
    """Make the timetables of the named routes, or of all.

    Args:
        wiring: The reconciled topology.
        status: What each attempt is answered, 300 to 599.
        names: ``price``, ``team/price``, ``trigger/price``; empty for all. They may be
            of what `senders` tells.

    Raises:
        UsageError: No trigger or subscription has one of the names, or the status is
            none that fails.
    """
    if status not in _FAILING:
        raise UsageError(f"{status} is no status that fails; expected 300 to 599")
    _check_names(wiring, names)
    return tuple(
        timetable(hub, route, status)
        for hub in wiring.hubs
        for route in hub.routes
        if is_called(route.node, names)
    )


def timetable(hub: Hub, route: Route, status: int = 503) -> Timetable:
    ways = [status, *([] if route.retries.timeout_ns is None else [None])]
    courses = tuple(
        course(
            route.retries,
            hub.profile,
            status=way,
            dead_letter=route.dead_letter is not None,
        )
        for way in ways
    )
    return Timetable(
        hub=hub,
        route=route,
        settings=settings_of(hub, route),
        courses=courses,
        warnings=warnings_of(hub, route, blocks_of(hub, route), courses),
    )


def idle_routes(wiring: Wiring, names: Sequence[str] = ()) -> tuple[Idle, ...]:
    wired = [route.node for hub in wiring.hubs for route in hub.routes]
    found = []
    for key, conditions in wiring.conditions.items():
        node = node_name(key.kind.lower(), key.namespace, key.name)
        role = wiring.roles.get(key)
        if role is None or not role.is_route or node in wired:
            continue
        if not is_called(node, names):
            continue
        ready = [
            f"{each.reason}: {each.message}".strip(": ")
            for each in conditions
            if each.type == "Ready" and each.status is not Truth.TRUE
        ]
        found.append(Idle(node=node, reason="".join(ready)))
    return tuple(found)


def nodes_of(wiring: Wiring) -> list[str]:
    nodes = [route.node for hub in wiring.hubs for route in hub.routes]
    nodes += [idle.node for idle in idle_routes(wiring)]
    return nodes + [each.node for each in senders(wiring)]


def _check_names(wiring: Wiring, names: Sequence[str]) -> None:
    nodes = nodes_of(wiring)
    faults = []
    for name in names:
        if any(is_called(node, (name,)) for node in nodes):
            continue
        known = nodes if "/" in name else [name_of(node) for node in nodes]
        there_are = ", ".join(dict.fromkeys(known)) or "none"
        bare = [node.rpartition("/")[2] for node in nodes]
        hint = nearest(name, known) or nearest(name.rpartition("/")[2], bare)
        faults.append(
            f"there is no trigger or subscription {name!r}{hint} "
            f"(there are: {there_are})"
        )
    if faults:
        raise UsageError("\n".join(faults))
