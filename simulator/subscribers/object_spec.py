"""How objects of the cluster change, as a Simulation describes it: as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.manifests.documents import manifest_faults
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.subscribers.fields import Fields, Table

OPERATIONS: Final = ("add", "update", "delete")
CHANGE: Table = {
    "at": ("duration", "when, since the start"),
    "add": ("mapping", "the object"),
    "update": ("mapping", "what changes of it"),
    "delete": ("mapping", "its apiVersion, kind and name"),
}


class ObjectChange(Value):
    """One change of one object.

    Args:
        operation: ``add``, ``update`` or ``delete``.
        manifest: The object; for an update, what changes of it; to delete it, its name
            is enough.
        at_ns: The instant since the start.
    """

    operation: str
    manifest: Mapping[str, Any]
    at_ns: int = 0

    def within(self, namespace: str) -> ObjectChange:
        """Give the same, in a namespace where it names none."""
        metadata = self.manifest["metadata"]
        if metadata.get("namespace"):
            return self
        placed = {**metadata, "namespace": namespace}
        return self.replace(manifest={**self.manifest, "metadata": placed})


def parse_objects(fields: Fields, name: str) -> tuple[ObjectChange, ...]:
    """Read ``objects: [{at: 10s, add: {apiVersion: v1, kind: Pod, …}}]``."""
    changes = [parse_change(part) for part in fields.children(name)]
    return tuple(change for change in changes if change is not None)


def parse_change(fields: Fields) -> ObjectChange | None:
    before = len(fields.faults)
    fields.only(CHANGE)
    misspelt = len(fields.faults) > before
    at_ns = fields.duration("at")
    found = [each for each in OPERATIONS if each in fields.values]
    if len(found) != 1:
        what = f", found {' and '.join(found)}" if found else ""
        is_mapping = all(fault.path != fields.path for fault in fields.faults)
        if is_mapping and (found or not misspelt):
            fields.fault("", f"expected one of {', '.join(OPERATIONS)}{what}")
        return None
    operation = found[0]
    manifest = fields.get(operation)
    if not isinstance(manifest, dict):
        fields.fault(operation, "expected a manifest: apiVersion, kind, metadata.name")
        return None
    wrong = manifest_faults(manifest)
    for field, reason in wrong:
        fields.fault(f"{operation}.{field}" if field else operation, reason)
    if wrong:
        return None
    return ObjectChange(operation=operation, manifest=manifest, at_ns=at_ns)
