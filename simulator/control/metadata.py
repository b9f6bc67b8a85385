"""Metadata as the API server takes it: its fields, its labels, its annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.control.misfits import misfits_in
from simulator.control.naming import Wrong
from simulator.control.types_duck import OBJECT_META
from simulator.quoting import go_quote
from simulator.resource import subdomain_fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    for key, value in labels.items():
        place = f"metadata.labels[{key}]"
        for what in _name_faults(key):
            yield Wrong("metadata.labels", place, _invalid(key, what))
        if ("metadata", "labels", key) not in misread and not _is_value(value):
            what = _too_long("") if len(value) > _LONGEST else _VALUE_RULE
            yield Wrong("metadata.labels", place, _invalid(value, what))
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
