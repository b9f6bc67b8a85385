"""The Knative Services among the manifests whose lives sources tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import nearest
from simulator.session.admitting import fault_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.errors import Fault
    from simulator.resource import Resource
    from simulator.subscribers.life_spec import LifeSpec
    from simulator.subscribers.source_spec import SourceSpec
    from simulator.topology import Topology


def with_manifests(
    sources: Mapping[str, SourceSpec],
    document: Resource,
    topology: Topology,
    faults: list[Fault],
) -> dict[str, SourceSpec]:
    found = dict(sources)
    for name, source in sources.items():
        life = source.life
        if life is None or not life.of_manifest:
            continue
        path = f"spec.sources.{name}"
        try:
            whole = life.with_manifest(_manifest(life, topology))
        except ValueError as error:
            faults.append(fault_at(document, f"{path}.service", str(error)))
            continue
        wrong = [*_renamed(whole), *whole.life.wrong()]
        faults += [fault_at(document, f"{path}.{at}", what) for at, what in wrong]
        found[name] = source.replace(life=whole)
    return found


def _manifest(life: LifeSpec, topology: Topology) -> Mapping[str, object]:
    """Find the manifest of a service, or raise ValueError."""
    wanted = life.life.namespace, life.life.name
    there = {
        (each.namespace, each.name): each
        for each in topology.of_kind("Service")
        if each.group == "serving.knative.dev"
    }
    if wanted not in there:
        names = [name for space, name in there if space == wanted[0]]
        listed = ", ".join("/".join(each) for each in there) or "none"
        raise ValueError(
            f"there is no Service of Knative Serving {'/'.join(wanted)!r}"
            f"{nearest(wanted[1], names)} (there are: {listed})"
        )
    return there[wanted].manifest


def _renamed(spec: LifeSpec) -> Iterator[tuple[str, str]]:
    """Source: serving service_validation.go, BYO names: a change needs another name."""
    life = spec.life
    for number, step in enumerate(life.steps) if life.revision else ():
        if step.image and step.image != life.created.image:
            what = (
                f"its template is called {life.revision!r}, and on a cluster the webhook "
                "refuses another image under this name; take the name away"
            )
            yield f"steps[{number}].image", what
            return
