"""What is known of an event before it is there, and what a filter will say to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters.verdict import Verdict
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from simulator.filters.filter import Filter

VARYING = ("id", "knativearrivaltime", "knativebrokerttl")
"""What is another in each event, or for each broker that it passes."""


class Form(Value):
    """The attributes of an event, as far as they are known.

    Attributes:
        loose: Attributes that may have any value, or none.
        closed: There are no others; otherwise there may be.
        passed: Filters that it has passed, with the attributes that it has now.
        opaque: Made by code that nobody can read.
    """

    known: Mapping[str, str] = made(default_factory=dict)
    loose: tuple[str, ...] = ()
    closed: bool = False
    passed: tuple[Filter, ...] = ()
    opaque: bool = False

    @property
    def key(self) -> tuple[object, ...]:
        return (
            tuple(sorted(self.known.items())),
            tuple(sorted(self.loose)),
            self.closed,
            tuple(sorted(map(id, self.passed))),
            self.opaque,
        )

    def tells(self, name: str) -> bool:
        if name in self.known:
            return True
        return self.closed and name not in VARYING and name not in self.loose

    def tells_all(self, names: Iterable[str]) -> bool:
        return all(map(self.tells, names))

    def changed(self, names: Collection[str], known: Mapping[str, str]) -> Form:
        """Give the form with *names* changed: those that are not *known* are loose."""
        kept = {n: v for n, v in self.known.items() if n not in names}
        loose = [n for n in (*self.loose, *names) if n not in known]
        return self.replace(
            known={**kept, **known},
            loose=tuple(dict.fromkeys(loose)),
            passed=tuple(f for f in self.passed if not set(f.reads) & set(names)),
        )


ANY = Form()
"""An event of which nothing is known."""


def judged(event: Form, filter_: Filter | None) -> tuple[Verdict | None, Form]:
    """Tell what a filter says to a form, and the form of what it lets through.

    The verdict is None where that depends on more than is known.
    """
    if filter_ is None or any(filter_ is each for each in event.passed):
        return Verdict.PASS, event
    if event.tells_all(filter_.reads):
        known = {
            name: event.known[name] for name in filter_.reads if name in event.known
        }
        return filter_.verdict(known), event
    if event.opaque or not _may_meet(event, filter_):
        return Verdict.FAIL, event
    required = {
        name: text
        for name, text in filter_.required.items()
        if name not in event.known and name not in VARYING
    }
    stays = not any(name in VARYING for name in filter_.reads)
    return None, event.replace(
        known={**event.known, **required},
        loose=tuple(name for name in event.loose if name not in required),
        passed=(*event.passed, filter_) if stays else event.passed,
    )


def covers(wide: Filter | None, narrow: Filter | None) -> bool:
    if wide is None or wide is narrow:
        return True
    verdict, _ = judged(Form(known={} if narrow is None else narrow.required), wide)
    return verdict is not None and verdict.delivers


def _may_meet(event: Form, filter_: Filter) -> bool:
    known, tells = event.known, event.tells
    return all(
        known.get(name) == text
        for name, text in filter_.required.items()
        if tells(name)
    ) and all(
        known.get(name, "").startswith(text)
        for name, text in filter_.prefixes.items()
        if tells(name)
    )
