"""Ids of events that are made in a run."""

from __future__ import annotations

# A count that no run comes to is part of somebody's own id.
_DIGITS = 18
# Characters: a dozen replies are told in full.
_LONGEST = 120
_DIGEST = 8  # bytes


def reply_id(answered: str, type_: str) -> str:
    """Make the id of a reply of this type to the event with the id *answered*.

    ``a1`` gives ``a1/order.paid``, and that in turn ``a1/order.paid.2``: source and
    id stay unique in a loop and short. Of a chain of many types, what came in between
    shrinks to a digest: ``a1/~5d1c0cf1b2a4e9d7/order.paid``.
    """
    if "/" not in answered:  # no reply so far
        return f"{answered}/{type_}"
    if answered.endswith(f"/{type_}"):
        return f"{answered}.2"
    head, _, count = answered.rpartition(".")
    counted = count.isdecimal() and len(count) <= _DIGITS
    if counted and head.endswith(f"/{type_}"):
        return f"{head}.{int(count) + 1}"
    if len(answered) > _LONGEST:
        return f"{_shortened(answered)}/{type_}"
    return f"{answered}/{type_}"


def made_id(of: str) -> str:
    """Make an id in the form of a UUID, always the same for the same text."""
    from hashlib import blake2b  # few events have none

    digits = blake2b(of.encode(errors="surrogatepass"), digest_size=16).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _shortened(id_: str) -> str:
    """Keep what an id begins with, and a digest of all of it."""
    from hashlib import blake2b  # few chains are so long

    digest = blake2b(id_.encode(errors="surrogatepass"), digest_size=_DIGEST)
    return f"{id_.partition('/')[0][:_LONGEST]}/~{digest.hexdigest()}"
