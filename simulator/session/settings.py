"""The settings of a run: what the call says, else the topology, else the default."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from simulator.digits import whole
from simulator.duration import LONGEST_NS, duration_ns
from simulator.errors import UsageError, nearest
from simulator.event.text import epoch_ns, instant_text
from simulator.kernel import Chooser, Log
from simulator.kernel.chooser import DURATIONS, MISHAPS, SORTS
from simulator.profiles import PROFILES, Profile
from simulator.session.arguments import expect, expect_whole, unexpected
from simulator.statuses import FAILING
from simulator.subscribers.parse import LARGEST_SEED

if TYPE_CHECKING:
    from typing import Any

    from simulator.session.prepared import Prepared
    from simulator.subscribers.played import Handler, Played

MOST_RECORDS = 5_000_000
START = "2026-01-01T00:00:00Z"
_POINT = r"[a-z]+/.+#[1-9]\d*"
_FAULT = r"[1-9]\d*(/latency)?"
# RFC 3339 ends with the year 9999; the longest duration must fit in between.
_LATEST_NS = 243_935_280_000_000_000_000

_OF_THE_RUN = ("seed", "start", "max_ttl")


def fixed_in(options: Mapping[str, Any]) -> list[str]:
    return [each for each in _OF_THE_RUN if options[each] is not None]


def chosen_profile(name: str | Profile) -> Profile | None:
    """Find a profile, None for an empty name, or raise UsageError."""
    if isinstance(name, Profile):
        return name
    if name == "":
        return None
    if not isinstance(name, str) or name not in PROFILES:
        there_are = ", ".join(PROFILES)
        raise UsageError(
            f"unknown profile {name!r}{nearest(name, PROFILES)} (there are: {there_are})"
        )
    return PROFILES[name]


def chosen_start_ns(given: str | None, written_ns: int | None) -> int:
    """Give the start of virtual time, ns since 1970; UsageError for no such time."""
    if given is not None:
        expect(given, str, "start", f"an RFC 3339 time such as {START}")
    if given is None and written_ns is None:
        return _start_ns()
    start = written_ns if given is None else epoch_ns(given)
    if start is None:
        raise UsageError(f"start: {given!r} is no RFC 3339 time such as {START}")
    if start > _LATEST_NS:
        found = instant_text(start)
        raise UsageError(f"start: expected a time before the year 9700, found {found}")
    return start


@cache
def _start_ns() -> int:
    start = epoch_ns(START)
    assert start is not None, "it is a time"
    return start


def chosen_folder(folder: str | os.PathLike[str]) -> str:
    """Give the folder of the files that a topology names, or raise UsageError."""
    if not isinstance(folder, str | os.PathLike):
        raise unexpected("folder", "the name of a folder", folder)
    return os.fspath(folder)


def chosen_redaction(paths: Sequence[str]) -> tuple[str, ...]:
    """Give the paths of what no trace file holds; UsageError if one is none."""
    if isinstance(paths, str):
        raise UsageError(f"redact: expected a list, such as [{paths!r}]")
    if not isinstance(paths, Sequence):
        raise unexpected("redact", "paths in data, such as ['$.card']", paths)
    if not paths:
        return ()
    from simulator.trace.redaction import redaction_of  # few have any

    for path in paths:
        expect(path, str, "redact", "a path in data, such as '$.card'")
    return redaction_of(tuple(paths)).paths


def log_of(keep: int | None, most: int) -> Log:
    """Make the log of a run; UsageError if a bound is none."""
    for name, bound in (("keep", keep), ("most", most)):
        if bound is not None or name == "most":
            expect_whole(bound, name, "1 or more records", least=1)
    return Log(keep=keep, most=most)


def chooser_of(seed: int, choices: Mapping[str, int | str] | Chooser | None) -> Chooser:
    """Make what decides in a run; a UsageError names all that is no choice."""
    if isinstance(choices, Chooser):
        return choices
    most = LARGEST_SEED
    expect_whole(seed, "seed", f"a whole number from 0 to {most}", least=0, most=most)
    if choices is not None and not isinstance(choices, Mapping):
        raise UsageError(
            f"choices: expected points and what is chosen there, found {choices!r}"
        )
    chosen: dict[str, int] = {}
    wrong: list[str] = []
    for point, value in (choices or {}).items():
        try:
            chosen[point] = _choice(point, value)
        except ValueError as error:
            wrong.append(f"choices: {error}")
    if wrong:
        raise UsageError("\n".join(wrong))
    return Chooser(seed, chosen)


def _choice(point: object, value: object) -> int:
    """Read one choice; ValueError if it is none."""
    if not isinstance(point, str) or not re.fullmatch(_POINT, point):
        raise ValueError(f"expected a point such as 'fault/2#7', found {point!r}")
    sort, _, about = point.rpartition("#")[0].partition("/")
    if sort not in SORTS:
        there_are = ", ".join(SORTS)
        raise ValueError(
            f"{point}: unknown sort of choice {sort!r}{nearest(sort, SORTS)} "
            f"(there are: {there_are})"
        )
    if sort == "fault" and not re.fullmatch(_FAULT, about):
        raise ValueError(
            f"{point}: expected the number of a fault, such as 'fault/2#7' or "
            "'fault/2/latency#7'"
        )
    if sort == "request" and isinstance(value, str):
        if value not in MISHAPS:
            raise ValueError(
                f"{point}: nothing of a request is {value!r}{nearest(value, MISHAPS)} "
                f"(there are: {', '.join(MISHAPS)})"
            )
        return MISHAPS.index(value)
    lasts = sort in DURATIONS or about.endswith("/latency")
    if lasts and isinstance(value, str):
        try:
            return duration_ns(value)
        except ValueError as error:
            raise ValueError(f"{point}: {error}") from None
    if (
        isinstance(value, int)
        and not isinstance(value, bool)
        and 0 <= value <= LONGEST_NS
    ):
        return value
    expected = (
        "ns up to 292 years, or a duration such as 250ms" if lasts else "0 or more"
    )
    raise ValueError(f"{point}: expected {expected}, found {value!r}")


def chosen_max_ttl(given: int | None, written: int | None) -> int | None:
    """Give the passes by a broker, None as the profile says; UsageError below 1."""
    if given is not None:
        expect_whole(given, "max_ttl", "1 or more passes", least=1)
    return written if given is None else given


def chosen_handlers(
    prepared: Prepared, named: Sequence[Any], kept: Mapping[str, Played] | None = None
) -> Mapping[str, Played]:
    """Load the functions that the topology names, from what the caller named.

    Raises:
        HandlerError: One cannot be loaded; all such are named.
        UsageError: Not a list of files or modules is given.
    """
    if isinstance(named, str):
        raise UsageError(f"handlers: expected a list, such as [{named!r}]")
    if not isinstance(named, Sequence):
        raise unexpected("handlers", "a list of files or modules", named)
    there = kept or {}
    services = prepared.spec.services
    all_ = {name: s.handler for name, s in services.items() if s.handler}
    wanted = {name: handler for name, handler in all_.items() if name not in there}
    if not wanted:
        return there
    from simulator.session.handlers import load_handlers  # rare
    from simulator.subscribers.played import Played

    loaded = load_handlers(wanted, named, prepared)
    played = {n: Played(each, services[n].errors) for n, each in loaded.items()}
    return {name: there.get(name) or played[name] for name in all_}


def checked_handler(
    service: str, handler: Handler, errors: int | str | None = None
) -> Played:
    """Give a function that can play a service.

    Raises:
        UsageError: It takes neither one nor two arguments; or the status with which it
            answers when it raises is none of a failure.
    """
    from simulator.subscribers.played import Played, wants_context

    try:
        wants_context(handler)
    except TypeError as error:
        raise UsageError(f"service {service!r}: {error}") from None
    return Played(handler, 0 if errors is None else _failing(service, errors))


def _failing(service: str, errors: int | str) -> int:
    text = str(errors)
    status = whole(text) if text.isascii() and text.isdecimal() else 0
    if isinstance(errors, bool) or status not in FAILING:
        raise unexpected(
            f"service {service!r}: errors",
            f"a status from {FAILING[0]} to {FAILING[-1]}",
            errors,
        )
    return status
