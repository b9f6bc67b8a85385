"""What the API server refuses by the schema of a CRD, before any webhook sees it.

Only where the schema is narrower than the Go type, which the webhook reads, and where no
webhook looks.

Source: knative-resources 1.1; config/core/resources of knative/eventing. The API server
refuses what a schema does not have where it is asked to be strict, as kubectl asks, and
drops it otherwise (k8s.io/apiextensions-apiserver pkg/apiserver/schema/pruning).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.control.go_types import GoType, Later, ListOf, Struct
from simulator.control.misfits import Misfit, misfit_at
from simulator.control.registry import kind_of
from simulator.control.types_duck import IN_FEW_SCHEMAS, K_REFERENCE
from simulator.resource import mapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SERVED = tuple(f.name for f in K_REFERENCE.fields if f.name not in IN_FEW_SCHEMAS)
_UNKNOWN = (
    f"unknown field (there are: {', '.join(_SERVED)}): the webhook would read it, but "
    "the schema of the CRD does not have it"
)


def beyond_schema(manifest: Mapping[str, Any]) -> Iterator[Misfit]:
    """Give the fields of references that only the Go type has, in document order."""
    group, _, version = str(manifest.get("apiVersion")).rpartition("/")
    kind = kind_of(group, str(manifest.get("kind")))
    webhook = kind.webhooks.get(version)
    if webhook is None:
        return
    for steps, reference in _references(webhook.type, manifest, ()):
        for key in reference:
            if key in IN_FEW_SCHEMAS:
                unknown = misfit_at((*steps, key), _UNKNOWN)
                if not f"{unknown.path}.".startswith(kind.open_paths):
                    yield unknown.replace(is_unknown=True)


def _references(
    kind: GoType, item: object, steps: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    if isinstance(kind, Later):
        kind = kind.resolve()
    if isinstance(kind, ListOf) and isinstance(item, list):
        for number, each in enumerate(item):
            yield from _references(kind.element, each, (*steps, number))
    elif isinstance(kind, Struct) and isinstance(item, dict):
        if kind is K_REFERENCE:
            yield steps, item
            return
        for key, each in item.items():
            field = kind.by_name.get(key)
            if field is not None:
                yield from _references(field.type, each, (*steps, key))


def unnamed_attributes(manifest: Mapping[str, Any]) -> Iterator[Misfit]:
    """Give the attributes of an EventType v1beta3 without a name, which has no webhook."""
    attributes = mapping(manifest.get("spec")).get("attributes")
    for number, each in enumerate(attributes if isinstance(attributes, list) else ()):
        if isinstance(each, dict) and "name" not in each:
            yield misfit_at(("spec", "attributes", number, "name"), "Required value")
