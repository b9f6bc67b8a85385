"""Nodes as lists show them: services by their bare name, as everybody calls them."""

from __future__ import annotations

_SERVICE = "service/"


def short_name(node: str) -> str:
    """Give ``pricing`` of ``service/pricing``; other nodes keep their kind."""
    return node.removeprefix(_SERVICE)
