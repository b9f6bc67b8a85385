"""What somebody who watches is told of a change, and what his source makes of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.discovery import guessed_plural
from simulator.nodes import name_of
from simulator.resource import Resource, mappings
from simulator.session.objects import ObjectKey, Objects, labels_of
from simulator.wiring import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from simulator.processes import Watch, Watched
    from simulator.subscribers.object_spec import ObjectChange
    from simulator.wiring import Source, Wiring

    Manifest = Mapping[str, Any]

API_SERVER = "https://10.96.0.1:443"
"""Where the API server is in most clusters; events of its objects come from there."""


class Told(NamedTuple):
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

    The attributes have no id, no time and no overrides yet.

    Source: knative-kinds, ApiServerSource (run).
    """
    if not _is_owned(told.object, watch):
        return "no owner that it wants controls the object"
    judged = watch.filter
    if judged is not None and not judged.verdict(attributes).delivers:
        return "its filters refuse the event"
    return ""


def _is_owned(manifest: Manifest, watch: Watch) -> bool:
    """Source: knative-kinds, ApiServerSource (run): no other owner counts."""
    if watch.owner is None:
        return True
    version, kind = watch.owner
    for each in mappings(manifest["metadata"].get("ownerReferences")):
        if each.get("controller"):
            its_version, its_kind = each.get("apiVersion"), each.get("kind")
            return version in ("", its_version) and kind in ("", its_kind)
    return False


def attributes_of(
    told: Told, watched: Watched, host: str, *, whole: bool
) -> dict[str, str]:
    """Source: knative-kinds, ApiServerSource; knative-resources 6.13."""
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


def with_told(
    wiring: Wiring,
    changes: Sequence[ObjectChange],
    manifests: Iterable[Mapping[str, Any]],
    places: Mapping[str, str],
    host: str,
) -> Wiring:
    """Say of a wiring which of its sources are told of nothing, and keep silent.

    *places* is ``objects[NUMBER]`` -> where a change is written; *host* is empty for the
    usual API server.
    """
    watching = [each for each in wiring.sources if each.watch is not None]
    objects = Objects(manifests)
    told: dict[str, None] = {}
    known: dict[ObjectKey, None] = {}
    untold: dict[ObjectKey, tuple[int, str]] = {}
    for number, each in sorted(enumerate(changes), key=lambda each: each[1].at_ns):
        if not objects.can(each.operation, each.manifest):
            continue  # in a run that goes on, it may be possible
        before, after = objects.change(each.operation, each.manifest)
        key, why = objects.key(each.manifest), ""
        for source in watching:
            for watched, what in tellings(source, objects, before, after):
                held = _kept_back(source, watched, what, host)
                if held:
                    why = f"{source.node} is told of it, and sends nothing: {held}"
                else:
                    told[source.node] = known[key] = None
        if key not in known:
            reason = _why_not(objects, after or before or {}, watching)
            untold.setdefault(key, (number, why or f"nobody is told of it: {reason}"))
    silent = [each for each in watching if each.node not in told]
    sources = tuple(
        each.replace(silent=True) if each in silent else each for each in wiring.sources
    )
    findings = [
        *wiring.findings,
        # Why one watches nothing is told of it already.
        *(_silent(s, wiring) for s in silent if s.watch and s.watch.resources),
        *_untold({k: told for k, told in untold.items() if k not in known}, places),
        *_of_what_runs(changes, wiring, places),
    ]
    return wiring.replace(sources=sources, findings=tuple(findings))


def _kept_back(source: Source, watched: Watched, told: Told, host: str) -> str:
    assert source.watch is not None, "it watches"
    whole = source.watch.whole
    attributes = attributes_of(told, watched, host or API_SERVER, whole=whole)
    return kept_back(source.watch, told, attributes)


def _silent(source: Source, wiring: Wiring) -> Finding:
    assert source.resource is not None, "a resource of the cluster watches"
    about = wiring.resources[source.resource]
    return Finding(
        severity=Severity.NOTE,
        code="silent-source",
        subject=str(about),
        message="nothing that it watches changes here: describe that (objects:), or let a "
        f"source of a Simulation stand for it (for: {about.kind}/{name_of(source.node)})",
        where=str(about.position()),
    )


def _untold(
    untold: Mapping[ObjectKey, tuple[int, str]], places: Mapping[str, str]
) -> Iterator[Finding]:
    for key, (number, text) in sorted(untold.items(), key=lambda each: each[1]):
        yield Finding(
            severity=Severity.NOTE,
            code="never-told",
            subject=str(key),
            message=text,
            where=places.get(f"objects[{number}]", ""),
        )


def _of_what_runs(
    changes: Iterable[ObjectChange], wiring: Wiring, places: Mapping[str, str]
) -> Iterator[Finding]:
    for number, each in enumerate(changes):
        resource = Resource(manifest=each.manifest)
        if each.operation != "add" and resource.key in wiring.resources:
            yield Finding(
                severity=Severity.NOTE,
                code="no-effect",
                subject=str(resource),
                message="who watches is told of its change, but what runs stays as it is; "
                "only a reload changes that",
                where=places.get(f"objects[{number}]", ""),
            )


def _why_not(
    objects: Objects, manifest: Mapping[str, Any], watching: Iterable[Source]
) -> str:
    """Say why nobody who watches is told of an object, the nearest miss first."""
    group, kind, namespace, _ = objects.key(manifest)
    version = manifest["apiVersion"]
    plural = objects.discovery.plural(group, kind)
    other = ""
    for source in watching:
        assert source.watch is not None, "it watches"
        for watched in source.watch.resources:
            if watched.plural != plural:
                continue
            if watched.api_version == version:
                where = f" of namespace {namespace!r}" if namespace else ""
                labels = str(watched.selector) and f" with labels {watched.selector}"
                if not objects.are_watched_in(namespace, source):
                    return f"{source.node} does not watch {plural}{where}"
                return f"{source.node} watches {plural}{labels} only"
            if watched.api_version.rpartition("/")[0] == group:
                other = (
                    f"{source.node} watches {plural} of {watched.api_version}, and versions "
                    "are not converted here"
                )
    return other or f"no source watches {plural} of {version}"
