"""The objects of the cluster, as they are now: what the API server stores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.discovery import NAME_LABEL, Discovery
from simulator.errors import UsageError, nearest
from simulator.resource import DEFAULT_NAMESPACE, mapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.wiring import Source

    Manifest = Mapping[str, Any]


class ObjectKey(NamedTuple):
    """The namespace is empty where an object has none."""

    group: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        name = self.name
        if self.namespace not in ("", DEFAULT_NAMESPACE):
            name = f"{self.namespace}/{name}"
        return f"{self.kind} {name}"


class Objects:
    def __init__(self, manifests: Iterable[Manifest]) -> None:
        there = list(manifests)
        self.discovery = Discovery(there)
        self._stored = {self.key(each): self._placed(each) for each in there}

    def key(self, manifest: Manifest) -> ObjectKey:
        group = str(manifest.get("apiVersion") or "").rpartition("/")[0]
        kind, metadata = str(manifest.get("kind")), manifest.get("metadata") or {}
        namespace = ""
        if self.discovery.has_namespaces(group, kind):
            namespace = str(metadata.get("namespace") or DEFAULT_NAMESPACE)
        return ObjectKey(group, kind, namespace, str(metadata.get("name")))

    def change(
        self, operation: str, manifest: Manifest
    ) -> tuple[Manifest | None, Manifest | None]:
        """Carry out ``add``, ``update`` or ``delete``; give what was there, and is now.

        An update is merged into the object as a JSON merge patch.

        Raises:
            UsageError: What is added is there, or what is changed is not.
        """
        key = self.key(manifest)
        before = self._stored.get(key)
        if operation == "add":
            if before is not None:
                raise UsageError(f"there is a {key} already; update it")
            after: Manifest | None = self._placed(manifest)
        elif before is None:
            names = [k.name for k in self._stored if k[:3] == key[:3]]
            raise UsageError(
                f"there is no {key} by then{nearest(key.name, names)}; add it before, or "
                "write it among the manifests"
            )
        else:
            after = None
            if operation == "update":
                after = self._placed(merged(before, manifest))
        if after is None:
            del self._stored[key]
        else:
            self._stored[key] = after
        return before, after

    def __contains__(self, manifest: Manifest) -> bool:
        return self.key(manifest) in self._stored

    def can(self, operation: str, manifest: Manifest) -> bool:
        return (manifest in self) == (operation != "add")

    def put(self, manifest: Manifest) -> tuple[Manifest | None, Manifest]:
        key, after = self.key(manifest), self._placed(manifest)
        before = self._stored.get(key)
        self._stored[key] = after
        return before, after

    def labels_of(self, namespace: str) -> Mapping[str, str]:
        """Source: Kubernetes, well-known labels: the API server sets the first one."""
        key = ObjectKey("", "Namespace", "", namespace)
        return {NAME_LABEL: namespace, **labels_of(self._stored.get(key, {}))}

    def are_watched_in(self, namespace: str, source: Source) -> bool:
        """Say whether a source watches what lies in a namespace; empty for in none.

        Source: knative-kinds, ApiServerSource; E:pkg/reconciler/apiserversource (read),
            namespacesFromSelector.
        """
        wanted = None if source.watch is None else source.watch.namespaces
        if not namespace or wanted is None:
            return namespace in ("", source.namespace)
        return wanted.selects(self.labels_of(namespace))

    def _placed(self, manifest: Manifest) -> Manifest:
        key, metadata = self.key(manifest), dict(manifest.get("metadata") or {})
        if metadata.get("namespace", "") == key.namespace:
            return manifest
        metadata.pop("namespace", None)
        if key.namespace:
            metadata["namespace"] = key.namespace
        return {**manifest, "metadata": metadata}


def labels_of(manifest: Manifest) -> Mapping[str, str]:
    labels = mapping(mapping(manifest.get("metadata")).get("labels"))
    return {str(name): str(value) for name, value in labels.items()}


def merged(whole: Any, patch: Any) -> Any:
    """Source: RFC 7386, which `kubectl patch --type merge` sends."""
    if not isinstance(patch, dict):
        return patch
    made = dict(mapping(whole))
    for name, value in patch.items():
        if value is None:
            made.pop(name, None)
        else:
            made[name] = merged(made.get(name), value)
    return made
