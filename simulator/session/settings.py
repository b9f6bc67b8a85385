"""The settings of a run: what the call says, else the topology, else the default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import UsageError, nearest
from simulator.event.text import epoch_ns
from simulator.profiles import PROFILES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from simulator.profiles import Profile
    from simulator.session.prepare import Prepared
    from simulator.subscribers.handler import Handler

START = "2026-01-01T00:00:00Z"


def chosen_profile(name: str) -> Profile:
    """Find a profile; an empty name is the first.

    Raises:
        UsageError: There is none of this name.
    """
    if not name:
        return next(iter(PROFILES.values()))
    if name not in PROFILES:
        there_are = ", ".join(PROFILES)
        raise UsageError(
            f"unknown profile {name!r}{nearest(name, PROFILES)} (there are: {there_are})"
        )
    return PROFILES[name]


def chosen_start_ns(given: str | None, written_ns: int | None) -> int:
    """Give the start of virtual time, nanoseconds since 1970.

    Raises:
        UsageError: What is given is no time.
    """
    if given is None and written_ns is not None:
        return written_ns
    start = epoch_ns(START if given is None else given)
    if start is None:
        raise UsageError(f"start: {given!r} is no RFC 3339 time such as {START}")
    return start


def chosen_handlers(prepared: Prepared, named: Sequence[Any]) -> Mapping[str, Handler]:
    """Load the functions that the topology names, from what the caller named.

    Raises:
        HandlerError: One cannot be loaded; all such are named.
    """
    services = prepared.spec.services
    wanted = {name: s.handler for name, s in services.items() if s.handler}
    if not wanted:
        return {}
    from simulator.session.handlers import load_handlers  # noqa: PLC0415 - rare

    return load_handlers(wanted, named, prepared.places)


def checked_handler(service: str, handler: Handler) -> Handler:
    """Give a function back when it can play a service.

    Raises:
        UsageError: It takes neither one nor two arguments.
    """
    from simulator.subscribers.handler import wants_context  # noqa: PLC0415 - inspect

    try:
        wants_context(handler)
    except TypeError as error:
        raise UsageError(f"service {service!r}: {error}") from None
    return handler
