"""How Go describes the fields of a Knative object, and how it decodes one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from simulator.quoting import go_quote
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# A decoded Go struct: JSON name to value, exactly as Go would write it again.
# Empty fields with omitempty are left out, all others are there.
Fields: TypeAlias = dict[str, Any]


class Text(Value):
    name: str = "string"


class Truth(Value):
    name: str = "bool"


class Whole(Value):
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
    element: GoType
    name: str


class MapOf(Value):
    value: GoType
    name: str


class Later(Value):
    """A type that holds itself."""

    resolve: Callable[[], Struct]

    @property
    def name(self) -> str:
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
        self, *, name: str, fields: tuple[Field, ...], takes_any: bool = False
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
        if self.pointer:
            return False
        return not self.omit or isinstance(self.type, Struct)


STRING = Text()
BOOL = Truth()
INT = Whole()
INT16 = Whole(bits=16, name="int16")
INT32 = Whole(bits=32, name="int32")
INT64 = Whole(bits=64, name="int64")
URL = Url()
STRING_MAP = MapOf(value=STRING, name="map[string]string")
STRINGS = ListOf(element=STRING, name="[]string")


def text(name: str, *, omit: bool = True) -> Field:
    """A string that is not told from an empty one when absent."""
    return Field(name=name, type=STRING, omit=omit)


def pointer(name: str, kind: GoType) -> Field:
    return Field(name=name, type=kind, pointer=True)


def value(name: str, kind: GoType, *, omit: bool = True) -> Field:
    return Field(name=name, type=kind, omit=omit)


def embed(*structs: Struct) -> tuple[Field, ...]:
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


class DecodeError(ValueError):
    """A manifest does not fit its Go struct; says so in Go's words."""


_NOTHING: Final = object()


def decode(
    kind: Struct,
    manifest: Mapping[str, Any],
    *,
    strict: bool = True,
    path: tuple[str, ...] = (),
) -> Fields:
    """Read *manifest* into a new object of this Go type.

    Keys match whatever their case; null leaves a field as if it were absent.
    *path* says where *manifest* stands in the whole object.

    Raises:
        DecodeError: A field is unknown (if *strict*) or has the wrong type.

    Source: Go, encoding/json, Decoder.DisallowUnknownFields (Go 1.24 and later name
        embedded structs in the path), as run in data/golden/validate.json.
    """
    decoder = _Decoder(strict=strict)
    decoded = decoder.struct(kind, manifest, path)
    if decoder.first:
        raise DecodeError(decoder.first)
    return decoded


class _Decoder:
    """Reads as the webhook's strict JSON decoder does.

    Go notes the first thing that does not fit and goes on; a text that a type refuses to
    read (a URL) ends the reading and is what gets reported.
    """

    __slots__ = ("field_of", "first", "strict")

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict
        self.first = ""
        self.field_of = ""

    def struct(
        self, kind: Struct, given: Mapping[str, Any], path: tuple[str, ...]
    ) -> Fields:
        decoded: Fields = {}
        outer = self.field_of
        by_name = kind.by_name
        for key, item in given.items():
            each = by_name.get(key)
            if each is None:
                each = kind.by_folded_name.get(str(key).casefold())
                if each is None:
                    self.unknown(kind, str(key), item, decoded)
                    continue
            if item and type(item) is str and type(each.type) is Text:
                decoded[each.name] = item  # most fields, and nothing to ask
                continue
            self.field_of = kind.short_name
            self.into(decoded, each, item, path)
        for each in kind.always:
            if each.name not in decoded:
                decoded[each.name] = _zero(each.type)
        self.field_of = outer
        return decoded

    def unknown(self, kind: Struct, key: str, item: object, decoded: Fields) -> None:
        if kind.takes_any:
            decoded[key] = item
        elif self.strict:
            self.note(f"json: unknown field {go_quote(key)}")

    def into(
        self, decoded: Fields, each: Field, item: object, path: tuple[str, ...]
    ) -> None:
        kind = each.type
        if item is None:
            return
        found = self.value(kind, item, (*path, *each.embedded, each.name))
        if found is _NOTHING:
            return
        may_go = each.omit and not each.pointer and type(kind) is not Struct
        if may_go and _is_empty(found):
            decoded.pop(each.name, None)
        else:
            decoded[each.name] = found

    def value(self, kind: GoType, item: object, path: tuple[str, ...]) -> object:
        if type(kind) is Later:
            kind = kind.resolve()
        if isinstance(kind, Struct) and isinstance(item, dict):
            return self.struct(kind, item, path)
        if isinstance(kind, ListOf) and isinstance(item, list):
            return [self.member(kind.element, each, path) for each in item]
        if isinstance(kind, MapOf) and isinstance(item, dict):
            return {str(k): self.member(kind.value, v, path) for k, v in item.items()}
        if isinstance(kind, Anything) or _fits_foreign(kind, item):
            return item
        return self.literal(kind, item, path)

    def member(self, kind: GoType, item: object, path: tuple[str, ...]) -> object:
        found = _NOTHING if item is None else self.value(kind, item, path)
        return _zero(kind) if found is _NOTHING else found

    def literal(self, kind: GoType, item: object, path: tuple[str, ...]) -> object:
        if isinstance(kind, Text) and isinstance(item, str):
            return item
        if isinstance(kind, Truth) and isinstance(item, bool):
            return item
        if isinstance(kind, Url):
            return self.url(item, path)
        if isinstance(kind, Whole) and _is_number(item):
            limit = 1 << (kind.bits - 1)
            if isinstance(item, int) and -limit <= item < limit:
                return item
            self.misfit(f"number {item}", kind, path)
            return _NOTHING
        self.misfit(json_name(item), kind, path)
        return _NOTHING

    def url(self, item: object, path: tuple[str, ...]) -> str:
        if not isinstance(item, str):
            raise DecodeError(self.misfit_text(json_name(item), "string", path))
        # Most destinations are references.
        from simulator.go_url import UrlError, parse_url

        try:
            return parse_url(item).text
        except UrlError as error:
            raise DecodeError(str(error)) from None

    def misfit(self, found: str, kind: GoType, path: tuple[str, ...]) -> None:
        self.note(self.misfit_text(found, kind.name, path))

    def misfit_text(self, found: str, wanted: str, path: tuple[str, ...]) -> str:
        where = f"{self.field_of}.{'.'.join(path)}"
        return f"json: cannot unmarshal {found} into Go struct field {where} of type {wanted}"

    def note(self, text: str) -> None:
        self.first = self.first or text


def _fits_foreign(kind: GoType, item: object) -> bool:
    return isinstance(kind, Foreign) and isinstance(item, dict)


def _is_number(item: object) -> bool:
    return isinstance(item, int | float) and not isinstance(item, bool)


def _is_empty(found: object) -> bool:
    return not found


def _zero(kind: GoType) -> object:
    if isinstance(kind, Later):
        kind = kind.resolve()
    if isinstance(kind, Struct):
        return {each.name: _zero(each.type) for each in kind.always}
    if isinstance(kind, Text | Url):
        return ""
    if isinstance(kind, Truth):
        return False
    return 0 if isinstance(kind, Whole) else None


def json_name(item: object) -> str:
    if isinstance(item, bool):
        return "bool"
    if isinstance(item, dict):
        return "object"
    if isinstance(item, list):
        return "array"
    return "string" if isinstance(item, str) else "number"
