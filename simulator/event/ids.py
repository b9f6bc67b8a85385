"""Ids of events that are made in a run."""

from __future__ import annotations


def reply_id(answered: str, type_: str) -> str:
    """Make the id of a reply of this type to the event with the id *answered*.

    ``a1`` gives ``a1/order.paid``, and that in turn ``a1/order.paid.2``: source and
    id stay unique in a loop and short.
    """
    if answered.endswith(f"/{type_}"):
        return f"{answered}.2"
    head, _, count = answered.rpartition(".")
    if head.endswith(f"/{type_}") and count.isdigit():
        return f"{head}.{int(count) + 1}"
    return f"{answered}/{type_}"
