"""What somebody who watches is told of a change, and what his source makes of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.discovery import guessed_plural
from simulator.session.objects import labels_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.processes import Watch, Watched
    from simulator.session.objects import Objects
    from simulator.wiring import Source

    Manifest = Mapping[str, Any]


API_SERVER = "https://10.96.0.1:443"
"""Where the API server is in most clusters; events of its objects come from there."""


class Told(NamedTuple):
    """What one who watches is told of a change: ``add``, and the object."""

    operation: str
    object: Manifest


def tellings(
    source: Source, objects: Objects, before: Manifest | None, after: Manifest | None
) -> Iterator[tuple[Watched, Told]]:
    """Give what a source is told of a change, once for each resource that it watches."""
    for watched in () if source.watch is None else source.watch.resources:
        told = told_of(watched, source, objects, before, after)
        if told is not None:
            yield watched, told


def told_of(
    watched: Watched,
    source: Source,
    objects: Objects,
    before: Manifest | None,
    after: Manifest | None,
) -> Told | None:
    """Give what a watch is told of a change; None where it is none of its business.

    What begins to fit a selector is added, what ceases to is deleted, as it was before.

    Source: Kubernetes, watch cache (read, not run).
    """
    was = before if _selects(watched, source, objects, before) else None
    if after is not None and _selects(watched, source, objects, after):
        return Told("add" if was is None else "update", after)
    return None if was is None else Told("delete", was)


def _selects(
    watched: Watched, source: Source, objects: Objects, manifest: Manifest | None
) -> bool:
    """Say whether the API server counts an object to what is watched."""
    if manifest is None or manifest.get("apiVersion") != watched.api_version:
        return False
    group, kind, namespace, _ = objects.key(manifest)
    if objects.discovery.plural(group, kind) != watched.plural:
        return False
    assert source.watch is not None, "it watches"
    if not watched.selector.selects(labels_of(manifest)):
        return False
    return objects.are_watched_in(namespace, source)


def kept_back(watch: Watch, told: Told, attributes: Mapping[str, str]) -> str:
    """Say what keeps a source from sending an event of what it is told; or nothing.

    Args:
        watch: Of the source.
        told: What it is told.
        attributes: Of the event, which has no id, no time and no overrides yet.

    Source: knative-kinds, ApiServerSource (run).
    """
    if not _is_owned(told.object, watch):
        return "no owner that it wants controls the object"
    judged = watch.filter
    if judged is not None and not judged.verdict(attributes).delivers:
        return "its filters refuse the event"
    return ""


def _is_owned(manifest: Manifest, watch: Watch) -> bool:
    """Say whether what controls an object is what the source wants to control it.

    Source: knative-kinds, ApiServerSource (run): no other owner counts.
    """
    if watch.owner is None:
        return True
    version, kind = watch.owner
    owners = manifest["metadata"].get("ownerReferences")
    for each in owners if isinstance(owners, list) else ():
        if isinstance(each, dict) and each.get("controller"):
            its_version, its_kind = each.get("apiVersion"), each.get("kind")
            return version in ("", its_version) and kind in ("", its_kind)
    return False


def attributes_of(
    told: Told, watched: Watched, host: str, *, whole: bool
) -> dict[str, str]:
    """Give the attributes of an event, before it has an id.

    Source: knative-kinds, ApiServerSource; knative-resources 6.13.
    """
    metadata = told.object["metadata"]
    namespace, name = str(metadata.get("namespace") or ""), str(metadata["name"])
    version = watched.api_version
    unknown = "/versionUnknown" if "." in version and "/" not in version else ""
    form, kind = "resource" if whole else "ref", str(told.object["kind"])
    # Whatever the name of the resource is, it is guessed once more here.
    plural = guessed_plural(kind)
    return {
        "specversion": "1.0",
        "type": f"dev.knative.apiserver.{form}.{told.operation}",
        "source": host,
        "subject": f"/apis/{version}{unknown}/namespaces/{namespace}/{plural}/{name}",
        "datacontenttype": "application/json",
        "kind": kind,
        "apiversion": version,
        "name": name,
        "namespace": namespace,
    }
