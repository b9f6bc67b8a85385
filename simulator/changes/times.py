"""How the timetables of two versions differ: attempts, and how long until they end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.duration import duration_text
from simulator.timetable import settings_of, timetable
from simulator.timetable.settings import DURATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.kernel import AddressBook
    from simulator.timetable import Course, Setting, Timetable
    from simulator.wiring import Wiring

NONE = "none"


class Timing(NamedTuple):
    """What differs of one trigger or subscription when each attempt fails in one way.

    Args:
        what: ``retries``, ``end``, ``time to dead letter``, ``time until lost``,
            ``dead letter sink``.
        node: Of the trigger or subscription.
        old: ``14s``.
        new: ``3m 5s``.
        failing: ``503``, ``timeout``; empty where that makes no difference.
        settings: What is written otherwise: ``retry 3 → 5``.
    """

    what: str
    node: str
    old: str
    new: str
    failing: str
    settings: tuple[str, ...] = ()

    @property
    def mirrored(self) -> tuple[str, str, str, str, str]:
        """What it is if the new version was the old one; without the settings."""
        return self.what, self.node, self.new, self.old, self.failing


def timings(old: AddressBook, new: AddressBook) -> Iterator[Timing]:
    before, after = _tables(old.wiring), _tables(new.wiring)
    for node in sorted(before.keys() & after.keys()):
        one, other = before[node], after[node]
        changed = tuple(_changed(one, other))
        sinks = [
            NONE
            if each.route.dead_letter is None
            else book.name_of(each.route.dead_letter)
            for each, book in ((one, old), (other, new))
        ]
        if sinks[0] != sinks[1]:
            yield Timing("dead letter sink", node, sinks[0], sinks[1], "")
        ways = {_way(each): each for each in one.courses}
        for course in other.courses:
            if (was := ways.get(_way(course))) is not None:
                for what, *texts in _differing(was, course):
                    yield Timing(what, node, texts[0], texts[1], _way(course), changed)


def _tables(wiring: Wiring) -> dict[str, Timetable]:
    return {r.node: timetable(hub, r) for hub in wiring.hubs for r in hub.routes}


def _way(course: Course) -> str:
    return "timeout" if course.status is None else str(course.status)


def _differing(old: Course, new: Course) -> Iterator[tuple[str, str, str]]:
    counts = [each.delivery.count - 1 for each in (old, new)]
    if counts[0] != counts[1]:
        yield "retries", f"{counts[0]:,}", f"{counts[1]:,}"
    ends = [_end(each) for each in (old, new)]
    times = [_time(each) for each in (old, new)]
    if ends[0] != ends[1]:
        told = [f"{e} after {t}" for e, t in zip(ends, times, strict=True)]
        yield "end", told[0], told[1]
    elif times[0] != times[1]:
        words = {"dead-lettered": "time to dead letter", "lost": "time until lost"}
        yield words.get(ends[0], f"time until {ends[0]}"), times[0], times[1]


def _end(course: Course) -> str:
    return "cut off" if course.is_cut else course.end


def _time(course: Course) -> str:
    """Give how long it takes until the end; at least that, where not all is listed."""
    settled = course.limit_ns if course.is_cut else course.delivery.settled_ns
    if settled is None:
        return f"more than {duration_text(course.delivery.instants_ns[-1])}"
    return duration_text(settled)


def changed_settings(old: Wiring, new: Wiring, node: str) -> tuple[str, ...]:
    """Tell which settings of a route are others: ``retry 3 → 5``."""
    before, after = _tables(old).get(node), _tables(new).get(node)
    return () if before is None or after is None else tuple(_changed(before, after))


def _changed(old: Timetable, new: Timetable) -> Iterator[str]:
    befores = settings_of(old.hub, old.route)
    afters = settings_of(new.hub, new.route)
    for before, after in zip(befores, afters, strict=True):
        was, is_ = _value(before), _value(after)
        if was != is_ and before.name != "deadLetterSink":
            yield f"{before.name} {was} → {is_}"


def _value(setting: Setting) -> str:
    if setting.value is None:
        return NONE
    if setting.name in DURATIONS and isinstance(setting.value, int):
        return duration_text(setting.value)
    return str(setting.value)
