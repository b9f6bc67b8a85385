"""What a caller in Python gives, checked where it comes in: one sentence, no stack trace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from simulator.duration import span_ns
from simulator.errors import UsageError

if TYPE_CHECKING:
    from simulator.duration import Duration

T = TypeVar("T")


def expect(value: object, kind: type[T], name: str, what: str) -> T:
    """Give a value back when it is of a type; else raise UsageError."""
    if not isinstance(value, kind):
        raise unexpected(name, what, value)
    return value


def expect_whole(
    value: object, name: str, what: str, *, least: int, most: int | None = None
) -> int:
    """Give a whole number within bounds back; True is none. UsageError for others."""
    if (
        not isinstance(value, int)
        or isinstance(value, bool)
        or value < least
        or (most is not None and value > most)
    ):
        raise unexpected(name, what, value)
    return value


def expect_mapping(value: Mapping[str, T] | None, name: str) -> Mapping[str, T]:
    """Give a mapping back, an empty one for None; UsageError for anything else."""
    if value is not None and not isinstance(value, Mapping):
        raise unexpected(name, "names and what they stand for", value)
    return value or {}


def expect_several(value: Iterable[T], name: str, what: str) -> tuple[T, ...]:
    """Give several things as a tuple; UsageError for others, a text and a mapping.

    A text is several, too, letter by letter, and a mapping its names: neither is meant.
    """
    if isinstance(value, str | Mapping):
        raise UsageError(f"{name}: expected a list, such as [{value!r}]")
    if not isinstance(value, Iterable):
        raise unexpected(name, what, value)
    return tuple(value)


def expect_seconds(value: object, name: str) -> None:
    """See to it that something is a number of seconds, or None; else raise UsageError."""
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise unexpected(name, "a number of seconds", value)


def expect_texts(value: object, name: str, what: str) -> Mapping[str, str]:
    """Give a mapping of texts to texts back; UsageError for anything else."""
    if not isinstance(value, Mapping):
        raise unexpected(name, what, value)
    for key, text in value.items():
        if not isinstance(key, str):
            raise unexpected(name, "names that are text", key)
        if not isinstance(text, str):
            raise unexpected(f"{name}: {key}", "text", text)
    return value


def expect_callable(value: object, name: str, what: str) -> None:
    """See to it that something can be called, or raise UsageError."""
    if not callable(value):
        raise unexpected(name, what, value)


def wait_ns(given: Duration, name: str) -> int:
    """Read a duration; UsageError for what is none."""
    try:
        return span_ns(given)
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from None


def numbered(
    them: Mapping[int, T], number: object, otherwise: str, nobody: str = "none"
) -> T:
    """Find what has a number, or raise UsageError.

    *otherwise* is the message, with ``{number}`` and ``{there}``; *nobody* stands for
    the latter where there are none.
    """
    found = them.get(number) if isinstance(number, int) else None
    if found is None:
        there = ", ".join(map(str, them)) or nobody
        raise UsageError(otherwise.format(number=repr(number), there=there))
    return found


def unexpected(name: str, what: str, found: object) -> UsageError:
    return UsageError(f"{name}: expected {what}, found {found!r}")
