"""All that keeps a manifest from being decoded, and its metadata from being taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.control.go_types import (
    BOOL,
    STRING_MAP,
    Anything,
    Foreign,
    GoType,
    Later,
    ListOf,
    MapOf,
    Struct,
    Text,
    Truth,
    Url,
    Whole,
    text,
    value,
)
from simulator.control.naming import Wrong
from simulator.control.registry import webhook_of
from simulator.control.types_duck import OBJECT_META
from simulator.errors import nearest
from simulator.go_url import UrlError, parse_url
from simulator.quoting import go_quote
from simulator.resource import subdomain_fault
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST_NAMES = 12
# Source: k8s.io/api core/v1 types.go, ConfigMap. No webhook looks at it; the API server
# refuses what is no text ("cannot unmarshal bool into … of type string").
_CONFIG_MAP = Struct(
    name="v1.ConfigMap",
    fields=(
        text("kind"),
        text("apiVersion"),
        value("data", STRING_MAP),
        value("binaryData", STRING_MAP),
        value("immutable", BOOL),
    ),
)


class Misfit(Value):
    path: str
    message: str
    steps: tuple[str | int, ...]
    is_unknown: bool = False


def misfits(manifest: Mapping[str, Any]) -> tuple[Misfit, ...]:
    """List the fields that are unknown, or cannot be read, in document order.

    Empty for a kind without webhook, but for ConfigMap, in which Knative reads.
    """
    version, name = str(manifest.get("apiVersion")), str(manifest.get("kind"))
    kind = webhook_of(version, name)
    if kind is None and (version, name) != ("v1", "ConfigMap"):
        return ()
    type_ = _CONFIG_MAP if kind is None else kind.type
    whole = {
        name: v for name, v in manifest.items() if name not in ("metadata", "status")
    }
    return tuple(misfits_in(type_, whole, ()))


def without(manifest: Mapping[str, Any], found: tuple[Misfit, ...]) -> dict[str, Any]:
    """Give the manifest without these fields, to see what else is wrong with it.

    An item of a list becomes null, so that the others keep their places.
    """
    left_out = {misfit.steps for misfit in found}
    copied = _copied(manifest, (), left_out)
    assert isinstance(copied, dict), "a manifest is a mapping"
    return copied


def _copied(
    value: object, steps: tuple[str | int, ...], left_out: set[tuple[str | int, ...]]
) -> object:
    if isinstance(value, dict):
        return {
            key: _copied(item, (*steps, key), left_out)
            for key, item in value.items()
            if (*steps, key) not in left_out
        }
    if isinstance(value, list):
        return [
            None
            if (*steps, number) in left_out
            else _copied(item, (*steps, number), left_out)
            for number, item in enumerate(value)
        ]
    return value


def misfits_in(
    kind: Struct, given: Mapping[str, Any], steps: tuple[str | int, ...]
) -> Iterator[Misfit]:
    for key, item in given.items():
        name = str(key)
        field = kind.by_name.get(name) or kind.by_folded_name.get(name.casefold())
        here = (*steps, key)
        if field is not None:
            yield from _value(field.type, item, here)
        elif not kind.takes_any:
            names = list(kind.by_name)
            known = ", ".join(names[:_MOST_NAMES])
            what = f"unknown field{nearest(name, names)} (there are: {known})"
            yield misfit_at(here, what).replace(is_unknown=True)


def _value(
    kind: GoType, item: object, steps: tuple[str | int, ...]
) -> Iterator[Misfit]:
    if isinstance(kind, Later):
        kind = kind.resolve()
    if item is None or isinstance(kind, Anything | Foreign):
        return
    wrong = _wrong(kind, item)
    if wrong:
        yield misfit_at(steps, wrong)
    elif isinstance(kind, Struct) and isinstance(item, dict):
        yield from misfits_in(kind, item, steps)
    elif isinstance(kind, MapOf) and isinstance(item, dict):
        for key, each in item.items():
            yield from _value(kind.value, each, (*steps, key))
    elif isinstance(kind, ListOf) and isinstance(item, list):
        for number, each in enumerate(item):
            yield from _value(kind.element, each, (*steps, number))


def _wrong(kind: GoType, item: object) -> str:
    expected = _expected(kind, item)
    if expected:
        return f"expected {expected}, found {_called(item)}"
    if isinstance(kind, Url):
        try:
            parse_url(str(item))
        except UrlError as error:
            return str(error)
    return ""


def _expected(kind: GoType, item: object) -> str:
    """Say what kind of value belongs here; empty when this one does."""
    if isinstance(kind, Text | Url):
        return "" if isinstance(item, str) else "text"
    if isinstance(kind, Truth):
        return "" if isinstance(item, bool) else "true or false"
    if isinstance(kind, Whole):
        fits = isinstance(item, int) and not isinstance(item, bool)
        most = 2 ** (kind.bits - 1)
        if fits and isinstance(item, int) and -most <= item < most:
            return ""
        return f"a whole number of {kind.bits} bits"
    if isinstance(kind, ListOf):
        return "" if isinstance(item, list) else "a list"
    return "" if isinstance(item, dict) else "a mapping"


def misfit_at(steps: tuple[str | int, ...], message: str) -> Misfit:
    path = ""
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += f".{step}" if path else step
    return Misfit(path=path, message=message, steps=steps)


def _called(item: object) -> str:
    if isinstance(item, dict):
        return "a mapping"
    if isinstance(item, list):
        return "a list"
    if isinstance(item, bool):
        return "true" if item else "false"
    return repr(item)


_ALPHANUMERIC = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
)
_INNER = _ALPHANUMERIC | frozenset("-_.")
_LONGEST = 63
_LARGEST_BYTES = 256 * 1024
_RULE = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character"
)
_VALUE_RULE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', "
    "'_' or '.', and must start and end with an alphanumeric character"
)


def metadata_faults(metadata: Mapping[str, Any]) -> Iterator[Wrong]:
    """Give what is wrong with metadata, names aside.

    Source: k8s.io/apimachinery pkg/api/validation/objectmeta.go, ValidateAnnotations;
        pkg/apis/meta/v1/validation, ValidateLabels; kubectl apply has unknown fields
        refused (``strict decoding error: unknown field "metadata.lables"``).
    """
    misfits = list(misfits_in(OBJECT_META, metadata, ("metadata",)))
    for misfit in misfits:
        yield Wrong(
            misfit.path, misfit.path, misfit.message, unread=not misfit.is_unknown
        )
    misread = {misfit.steps for misfit in misfits}
    labels = _texts(metadata, "labels")
    for key, label in labels.items():
        place = f"metadata.labels[{key}]"
        for what in _name_faults(key):
            yield Wrong("metadata.labels", place, _invalid(key, what))
        if ("metadata", "labels", key) not in misread and not _is_value(label):
            what = _too_long("") if len(label) > _LONGEST else _VALUE_RULE
            yield Wrong("metadata.labels", place, _invalid(label, what))
    annotations = _texts(metadata, "annotations")
    for key in annotations:
        for what in _name_faults(key.lower()):
            place = f"metadata.annotations[{key}]"
            yield Wrong("metadata.annotations", place, _invalid(key, what))
    size = sum(len(f"{key}{value}".encode()) for key, value in annotations.items())
    if size > _LARGEST_BYTES:
        what = f"Too long: may not be more than {_LARGEST_BYTES} bytes"
        yield Wrong("metadata.annotations", "metadata.annotations", what)


def _texts(metadata: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = metadata.get(name)
    return (
        {str(key): value for key, value in found.items()}
        if isinstance(found, dict)
        else {}
    )


def _name_faults(key: str) -> Iterator[str]:
    """Give what keeps a key from being a qualified name, ``example.com/name``.

    Source: k8s.io/apimachinery pkg/util/validation/validation.go, IsQualifiedName.
    """
    prefix, slash, name = key.rpartition("/")
    if "/" in prefix:
        yield (
            f"a qualified name {_RULE} with an optional DNS subdomain prefix and '/' "
            "(e.g. 'example.com/MyName')"
        )
        return
    if slash and not prefix:
        yield "prefix part must be non-empty"
    elif slash and (wrong := subdomain_fault(prefix)):
        yield f"prefix part {wrong}"
    if not name:
        yield "name part must be non-empty"
    elif len(name) > _LONGEST:
        yield _too_long("name part ")
    if not _is_name(name):
        yield f"name part {_RULE}"


def _is_value(value: str) -> bool:
    """Source: the same, IsValidLabelValue."""
    return not value or (_is_name(value) and len(value) <= _LONGEST)


def _is_name(text: str) -> bool:
    ends = {text[:1], text[-1:]}
    return _INNER.issuperset(text) and _ALPHANUMERIC.issuperset(ends)


def _too_long(part: str) -> str:
    return f"{part}must be no more than {_LONGEST} characters"


def _invalid(value: str, what: str) -> str:
    return f"Invalid value: {go_quote(value)}: {what}"
