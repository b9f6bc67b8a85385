"""Immutable values, made without the half millisecond that a dataclass costs to define.

A frozen, slotted dataclass writes and compiles six functions when its class is
defined, 0.8 ms on the machine where the cold start of `kn-sim run` was measured;
some ninety of them were half of it. A `Value` shares its functions with all others.
For type checkers it is a dataclass that is frozen and keyword-only. A `NamedTuple` is
that of `typing`, which compiles each annotation to look at it; here they are names.
"""

from __future__ import annotations

from collections import namedtuple
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    NoReturn,
    TypeVar,
    cast,
    dataclass_transform,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

T = TypeVar("T")


class _Made:
    __slots__ = ("factory",)

    def __init__(self, factory: Callable[[], Any]) -> None:
        self.factory = factory


def made(*, default_factory: Callable[[], T]) -> T:
    """Give a field a default that is made anew for each value."""
    # A type checker sees the value that will be made.
    return cast("T", _Made(default_factory))


@dataclass_transform(
    frozen_default=True, kw_only_default=True, field_specifiers=(made,)
)
class _ValueType(type):
    """Turns the annotations of a class into slots."""

    def __new__(
        cls, name: str, bases: tuple[type, ...], body: dict[str, Any]
    ) -> _ValueType:
        own = [
            field
            for field, kind in body.get("__annotations__", {}).items()
            if not str(kind).startswith("ClassVar")
        ]
        defaults: dict[str, Any] = {}
        inherited: tuple[str, ...] = ()
        for base in bases:
            defaults.update(getattr(base, "_defaults", {}))
            inherited += getattr(base, "_fields", ())
        defaults.update({field: body.pop(field) for field in own if field in body})
        new = [field for field in own if field not in inherited]
        facts = {
            "__slots__": tuple(new),
            "_fields": (*inherited, *new),
            "_defaults": defaults,
            "_factories": any(isinstance(d, _Made) for d in defaults.values()),
            "_checks": bool(bases)
            and ("_check" in body or any(getattr(b, "_checks", False) for b in bases)),
        }
        return super().__new__(cls, name, bases, {**facts, **body})

    _fields: tuple[str, ...]
    _defaults: dict[str, Any]
    _factories: bool
    _checks: bool


class Value(metaclass=_ValueType):
    """The base of immutable values: fields are annotations, given by keyword.

    Two values are equal when they are of one class and all their fields are, except
    those that the class names in `_uncompared`.

    Raises:
        TypeError: A field is missing, or there is no such field.
        AttributeError: A field is set or deleted later.
    """

    _uncompared: ClassVar[tuple[str, ...]] = ()

    def __init__(self, **given: Any) -> None:
        kind = type(self)
        values = given
        if len(given) != len(kind._fields):
            values = {**kind._defaults, **given}
            if len(values) != len(kind._fields):
                self._refuse(given)
            if kind._factories:
                for field, value in values.items():
                    if type(value) is _Made:
                        values[field] = value.factory()
        put = object.__setattr__
        try:
            for field, value in values.items():
                put(self, field, value)
        except AttributeError:  # as many as there are fields, but another
            self._refuse(given)
        if kind._checks:
            kind._check(self)

    def _check(self) -> None:
        """Refuse values that make no sense together; for subclasses."""

    def _refuse(self, given: dict[str, Any]) -> NoReturn:
        name, fields = type(self).__name__, type(self)._fields
        strange = [field for field in given if field not in fields]
        if strange:
            raise TypeError(f"{name} has no field {', '.join(strange)}")
        known = {**type(self)._defaults, **given}
        lacking = [field for field in fields if field not in known]
        raise TypeError(f"{name} needs {', '.join(lacking)}")

    def replace(self, **changes: Any) -> Self:
        """Give a value like this one, some fields changed."""
        return type(self)(**{**self._all(), **changes})

    def _all(self) -> dict[str, Any]:
        return {field: getattr(self, field) for field in type(self)._fields}

    def _compared(self) -> tuple[Any, ...]:
        left_out = self._uncompared
        return tuple(v for f, v in self._all().items() if f not in left_out)

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        assert isinstance(other, Value), "of the same class"
        return self._compared() == other._compared()

    def __hash__(self) -> int:
        return hash(self._compared())

    def __repr__(self) -> str:
        shown = ", ".join(f"{f}={v!r}" for f, v in self._all().items())
        return f"{type(self).__name__}({shown})"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self._all())


def _again(kind: type[Value], fields: dict[str, Any]) -> Value:
    return kind(**fields)


if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414 - exported
else:

    class _NamedTupleType(type):
        """Turns the annotations of a class into the names of a tuple."""

        def __new__(
            cls, name: str, bases: tuple[type, ...], body: dict[str, Any]
        ) -> type:
            if not bases:  # the base itself
                return super().__new__(cls, name, bases, body)
            fields = body["__annotations__"]
            defaults = [body.pop(field) for field in fields if field in body]
            kind = namedtuple(  # noqa: PYI024 - type checkers see that of typing
                name, fields, defaults=defaults, module=body.pop("__module__")
            )
            for key, value in body.items():
                setattr(kind, key, value)
            return kind

    class NamedTuple(metaclass=_NamedTupleType):
        """The base of tuples whose items have names; what it makes is a `tuple`, not a `NamedTuple`."""
