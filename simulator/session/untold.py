"""Sources that watch and are told of nothing, and objects that nobody is told of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.nodes import name_of
from simulator.resource import Resource
from simulator.session.objects import ObjectKey, Objects
from simulator.session.told import API_SERVER, attributes_of, kept_back, tellings
from simulator.wiring import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from simulator.processes import Watched
    from simulator.session.told import Told
    from simulator.subscribers.object_spec import ObjectChange
    from simulator.wiring import Source, Wiring


def with_told(
    wiring: Wiring,
    changes: Sequence[ObjectChange],
    manifests: Iterable[Mapping[str, Any]],
    places: Mapping[str, str],
    host: str,
) -> Wiring:
    """Say of a wiring which of its sources are told of nothing, and keep silent.

    Args:
        wiring: Of a topology.
        changes: Those that it describes.
        manifests: The objects that there are from the start.
        places: ``objects[NUMBER]`` -> where a change is written.
        host: Of the API server; empty for the usual one.
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
    """Note changes of resources that take part in the run themselves."""
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
