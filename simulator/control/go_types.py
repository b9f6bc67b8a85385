"""How Go describes the fields of a Knative object: the words the type tables use."""

from __future__ import annotations

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


class Struct:
    """A Go struct.

    Args:
        name: With its package, as Go's errors write it: ``v1.KReference``.
        open: Fields not in the table are known to Kubernetes and kept as they are.
    """

    __slots__ = (
        "always",
        "by_folded_name",
        "by_name",
        "fields",
        "name",
        "short_name",
        "takes_any",
    )

    def __init__(
        self,
        *,
        name: str,
        fields: tuple[Field, ...],
        takes_any: bool = False,
    ) -> None:
        self.name = name
        self.fields = fields
        self.takes_any = takes_any
        self.short_name = name.rpartition(".")[2]
        self.by_name = {each.name: each for each in fields}
        self.by_folded_name = {n.casefold(): f for n, f in self.by_name.items()}
        self.always = tuple(each for each in fields if each.always_written)


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
