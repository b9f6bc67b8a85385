"""Ids of events that are made in a run."""

from __future__ import annotations

# A count that no run comes to is part of somebody's own id.
_DIGITS = 18


def reply_id(answered: str, type_: str) -> str:
    """Make the id of a reply of this type to the event with the id *answered*.

    ``a1`` gives ``a1/order.paid``, and that in turn ``a1/order.paid.2``: source and
    id stay unique in a loop and short.
    """
    if "/" not in answered:  # no reply so far
        return f"{answered}/{type_}"
    if answered.endswith(f"/{type_}"):
        return f"{answered}.2"
    head, _, count = answered.rpartition(".")
    counted = count.isdecimal() and len(count) <= _DIGITS
    if counted and head.endswith(f"/{type_}"):
        return f"{head}.{int(count) + 1}"
    return f"{answered}/{type_}"
