"""An object while its defaults are filled in: what it asks and what it notes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

from simulator.value import Value

if TYPE_CHECKING:
    from simulator.control.config import ClusterConfig
    from simulator.control.go_types import Fields


class Defaulting:
    """The surroundings of one object; `origins` grows with each field that is set."""

    __slots__ = ("config", "name", "namespace", "origins")

    def __init__(self, *, config: ClusterConfig, namespace: str, name: str) -> None:
        self.config = config
        self.namespace = namespace
        self.name = name
        self.origins: dict[str, Origin] = {}

    def put(self, fields: Fields, path: str, value: object, origin: Origin) -> None:
        fields[path.rpartition(".")[2]] = value
        self.origins[path] = origin

    def put_all(
        self, fields: Fields, path: str, values: Fields, origin: Origin
    ) -> None:
        fields[path.rpartition(".")[2]] = _copied(values, path, origin, self.origins)

    def from_config(self, config_map: str, key: str, namespace: str = "") -> Origin:
        return from_config(
            config_map,
            key,
            shipped=self.config.is_shipped(config_map),
            namespace=namespace,
        )

    def reference(self, reference: Fields | None, path: str) -> None:
        """Source: knative-resources 2.1; knative/pkg KReference.SetDefaults."""
        if reference is not None and not reference.get("namespace"):
            origin = from_webhook("namespace of the object")
            self.put(reference, f"{path}.namespace", self.namespace, origin)

    def destination(self, destination: Fields | None, path: str) -> None:
        if destination is not None and "ref" in destination:
            self.reference(destination["ref"], f"{path}.ref")

    def delivery(self, delivery: Fields | None, path: str) -> None:
        if delivery is not None:
            sink = delivery.get("deadLetterSink")
            self.destination(sink, f"{path}.deadLetterSink")

    def annotation(self, obj: Fields, key: str, value: str, origin: Origin) -> None:
        self._meta(obj, "annotations", key, value, origin)

    def label(self, obj: Fields, key: str, value: str, origin: Origin) -> None:
        self._meta(obj, "labels", key, value, origin)

    def _meta(
        self, obj: Fields, what: str, key: str, value: str, origin: Origin
    ) -> None:
        obj["metadata"].setdefault(what, {})[key] = value
        self.origins[f"metadata.{what}[{key}]"] = origin


def _copied(
    values: Fields, path: str, origin: Origin, origins: dict[str, Origin]
) -> Fields:
    copied: Fields = {}
    for name, value in values.items():
        below = f"{path}.{name}"
        if isinstance(value, dict):
            copied[name] = _copied(value, below, origin, origins)
        else:
            copied[name] = value
            origins[below] = origin
    return copied


def annotations_of(obj: Fields) -> Fields:
    found: Fields = obj["metadata"].get("annotations") or {}
    return found


OriginKind = Literal["cluster default", "namespace default", "webhook"]


class Origin(Value):
    """What set a field during defaulting.

    Args:
        kind: ``webhook`` where Knative's code fixes the value, otherwise which part
            of a ConfigMap it is.
        text: For a reader: ``config-br-defaults (as shipped)``.
    """

    kind: OriginKind
    text: str
    config_map: str = ""
    key: str = ""


def from_config(
    config_map: str, key: str, *, shipped: bool, namespace: str = ""
) -> Origin:
    """Say that a ConfigMap sets a field; *namespace* is empty for the cluster."""
    how = "as shipped" if shipped else "as given"
    if namespace:
        how = f"{how}, namespaceDefaults of {namespace}"
    return Origin(
        kind="namespace default" if namespace else "cluster default",
        text=f"{config_map} ({how})",
        config_map=config_map,
        key=key,
    )


@cache  # a dozen texts, all of the code
def from_webhook(text: str) -> Origin:
    return Origin(kind="webhook", text=text)
