"""Where resources and their fields are written, as short as a pane needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.nodes import node_name

if TYPE_CHECKING:
    from simulator.resource import Resource, ResourceKey
    from simulator.tui.inspect.story import Backdrop


def key_of(backdrop: Backdrop, node: str) -> ResourceKey | None:
    """Find the resource behind a node, also one that is not wired; None for others."""
    wiring = backdrop.wiring
    if wiring is None:
        return None
    for hub in wiring.hubs:
        if hub.node == node:
            return hub.resource
        for route in hub.routes:
            if route.node == node:
                return route.resource
    for source in wiring.sources:
        if source.node == node and source.resource is not None:
            return source.resource
    for key in (*wiring.conditions, *wiring.resources):
        if node_name(key.kind.lower(), key.namespace, key.name) == node:
            return key
    return None


def resource_of(backdrop: Backdrop, node: str) -> Resource | None:
    """Find the admitted resource behind a node."""
    key = key_of(backdrop, node)
    if key is None or backdrop.wiring is None:
        return None
    return backdrop.wiring.resources.get(key)


def whole_place(backdrop: Backdrop, node: str) -> str:
    """Say where a node is described: ``shop/orders.yaml:12:3``; or nothing."""
    resource = resource_of(backdrop, node)
    place = backdrop.places.get(node, "")
    if not place and resource is not None and resource.origin is not None:
        place = str(resource.position())
    return place


def short_place(place: str) -> str:
    """Give ``orders.yaml:12:3`` without folders and column: ``orders.yaml:12``."""
    file = place.replace("\\", "/").rpartition("/")[2]
    parts = file.split(":")
    return ":".join(parts[:2])


def place_of(backdrop: Backdrop, node: str, path: str) -> str:
    """Say where a field of a node's resource is written: ``orders.yaml:19``; or nothing.

    Args:
        backdrop: The topology.
        node: A node, or the name of a default, which stands nowhere.
        path: The field.
    """
    resource = resource_of(backdrop, node)
    if resource is None or resource.origin is None:
        return ""
    return short_place(str(resource.position(path)))
