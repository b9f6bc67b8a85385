"""What controllers make of resources, as objects; nothing of it takes part in a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.control.given import Admitted
from simulator.control.registry import kind_of
from simulator.resource import Resource
from simulator.wiring import Expansion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.control.cluster import Cluster


def expansions(cluster: Cluster) -> tuple[Expansion, ...]:
    """Ask the controllers of all resources, and then those of what these have made.

    What is made is a resource of the cluster from then on, and is there for what is
    asked after it.
    """
    found: list[Expansion] = []
    open_: list[Admitted] = list(cluster.resources.values())
    for owner in open_:  # which grows
        kind = kind_of(owner.key.group, owner.key.kind)
        if kind.applies is not None:  # that was made before
            made_of = tuple(kind.applies(owner))
            found.append(Expansion(resource=owner.key, objects=made_of))
        expand = kind.expand
        if expand is None:
            continue
        objects, changes = [], False
        for each in expand(owner, cluster):
            made = _resource(each, owner)
            there = made.key in cluster.resources
            changes = there and made.key not in cluster.created
            if not there:
                made = _resource(_owned(each, owner), owner)
                open_.append(made)
            cluster.resources[made.key] = made
            objects.append(made.manifest)
        found.append(
            Expansion(resource=owner.key, objects=tuple(objects), changes=changes)
        )
    return tuple(found)


def _resource(made: Mapping[str, Any], owner: Admitted) -> Admitted:
    resource = Resource(manifest=made, origin=owner.resource.origin)
    return Admitted(resource=resource, manifest=made)


def _owned(made: Mapping[str, Any], owner: Admitted) -> Mapping[str, Any]:
    """Say whose an object is.

    Source: knative.dev/pkg kmeta/owner_references.go, NewControllerRef.
    """
    of = {
        "apiVersion": owner.manifest.get("apiVersion"),
        "kind": owner.key.kind,
        "name": owner.name,
        "uid": owner.resource.metadata.get("uid", ""),
        "controller": True,
        "blockOwnerDeletion": True,
    }
    return {**made, "metadata": {**made["metadata"], "ownerReferences": [of]}}
