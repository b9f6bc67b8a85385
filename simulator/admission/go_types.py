"""How Go describes the fields of a Knative object: the words the type tables use."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

# A decoded Go struct: JSON name to value, exactly as Go would write it again.
# Empty fields with omitempty are left out, all others are there.
Fields: TypeAlias = dict[str, Any]


class Text(Value):
    """A string, or a named type that is one."""

    name: str = "string"


class Truth(Value):
    """A bool."""

    name: str = "bool"


class Whole(Value):
    """A signed integer of so many bits."""

    bits: int = 64
    name: str = "int"


class Url(Value):
    """`apis.URL`: a text that net/url can parse."""

    name: str = "string"


class Anything(Value):
    """`runtime.RawExtension`: any JSON, kept as it is."""

    name: str = "runtime.RawExtension"


class Foreign(Value):
    """A struct of Kubernetes whose inside Knative's webhook leaves alone."""

    name: str


class ListOf(Value):
    """A slice."""

    element: GoType
    name: str


class MapOf(Value):
    """A map with string keys."""

    value: GoType
    name: str


class Later(Value):
    """A type that holds itself."""

    resolve: Callable[[], Struct]

    @property
    def name(self) -> str:
        """The name of the type that is meant."""
        return self.resolve().name


@dataclass(frozen=True, slots=True, kw_only=True)
class Struct:
    """A Go struct.

    Args:
        name: With its package, as Go's errors write it: ``v1.KReference``.
        open: Fields not in the table are known to Kubernetes and kept as they are.
    """

    name: str
    fields: tuple[Field, ...]
    open: bool = False
    short_name: str = field(init=False)
    by_name: dict[str, Field] = field(init=False, repr=False, compare=False)
    by_folded_name: dict[str, Field] = field(init=False, repr=False, compare=False)
    always: tuple[Field, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        set_field = object.__setattr__
        set_field(self, "short_name", self.name.rpartition(".")[2])
        by_name = {each.name: each for each in self.fields}
        set_field(self, "by_name", by_name)
        folded = {name.casefold(): each for name, each in by_name.items()}
        set_field(self, "by_folded_name", folded)
        set_field(self, "always", tuple(f for f in self.fields if f.always_written))


GoType: TypeAlias = (
    Text | Truth | Whole | Url | Anything | Foreign | ListOf | MapOf | Later | Struct
)


class Field(Value):
    """A field of a Go struct.

    Args:
        pointer: Nil and empty are different things.
        omit: It has ``omitempty``.
        embedded: The embedded structs that it stands in, outermost first; Go's
            errors name them in the path.
    """

    name: str
    type: GoType
    pointer: bool = False
    omit: bool = True
    embedded: tuple[str, ...] = ()

    @property
    def always_written(self) -> bool:
        """Go writes it even when nobody set it."""
        if self.pointer:
            return False
        return not self.omit or isinstance(self.type, Struct)


STRING = Text()
BOOL = Truth()
INT = Whole()
INT32 = Whole(bits=32, name="int32")
INT64 = Whole(bits=64, name="int64")
URL = Url()
STRING_MAP = MapOf(value=STRING, name="map[string]string")


def text(name: str, *, omit: bool = True) -> Field:
    """Describe a string that is not told from an empty one when absent."""
    return Field(name=name, type=STRING, omit=omit)


def pointer(name: str, kind: GoType) -> Field:
    """Describe a field that may be nil."""
    return Field(name=name, type=kind, pointer=True)


def value(name: str, kind: GoType, *, omit: bool = True) -> Field:
    """Describe a field that is never nil."""
    return Field(name=name, type=kind, omit=omit)


def embed(*structs: Struct) -> tuple[Field, ...]:
    """Take over the fields of structs that Go embeds."""
    return tuple(
        Field(
            name=each.name,
            type=each.type,
            pointer=each.pointer,
            omit=each.omit,
            embedded=(struct.short_name, *each.embedded),
        )
        for struct in structs
        for each in struct.fields
    )
