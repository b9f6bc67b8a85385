"""Sources that watch and are told of nothing, and objects that nobody is told of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.nodes import name_of
from simulator.session.objects import ObjectKey, Objects, told_of
from simulator.wiring import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from simulator.subscribers.object_spec import ObjectChange
    from simulator.wiring import Source, Wiring


def with_told(
    wiring: Wiring,
    changes: Sequence[ObjectChange],
    manifests: Iterable[Mapping[str, Any]],
    places: Mapping[str, str],
) -> Wiring:
    """Say of a wiring which of its sources are told of nothing, and keep silent.

    Args:
        wiring: Of a topology.
        changes: Those that it describes.
        manifests: The objects that there are from the start.
        places: ``objects[NUMBER]`` -> where a change is written.
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
        found = [
            source.node
            for source in watching
            if source.watch is not None
            for watched in source.watch.resources
            if told_of(watched, source, objects, before, after) is not None
        ]
        told.update(dict.fromkeys(found))
        key = objects.key(each.manifest)
        if found:
            known[key] = None
        else:
            why = _why_not(objects, after or before or {}, watching)
            untold.setdefault(key, (number, f"nobody is told of it: {why}"))
    silent = [each for each in watching if each.node not in told]
    sources = tuple(
        each.replace(silent=True) if each in silent else each for each in wiring.sources
    )
    findings = [
        *wiring.findings,
        # Why one watches nothing is told of it already.
        *(_silent(s, wiring) for s in silent if s.watch and s.watch.resources),
        *_untold({k: told for k, told in untold.items() if k not in known}, places),
    ]
    return wiring.replace(sources=sources, findings=tuple(findings))


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
