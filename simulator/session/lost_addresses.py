"""Addresses at which there is nothing: where each is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.errors import in_document_order
from simulator.session.admitting import fault_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.errors import Fault
    from simulator.session.prepared import Prepared


def lost_faults(
    lost: Iterable[tuple[str, str, str, str]], prepared: Prepared
) -> list[Fault]:
    """Give a fault for each address.

    Of each: a key of `Prepared.written`, the field below it, empty for an argument of a
    system, the address, and what is wrong with it.
    """
    faults: list[Fault] = []
    for key, field, address, what in lost:
        resource, path = prepared.written[key]
        below = field
        if not below:
            spec = prepared.spec.services[key.partition(".")[2]]
            below = _option(spec.options or {}, address)
        faults.append(fault_at(resource, f"{path}.{below}", what))
    return in_document_order(faults)


def _option(given: Mapping[str, Any], address: str) -> str:
    for name, value in given.items():
        if value == address:
            return f"with.{name}"
        if isinstance(value, dict) and address in value:
            return f"with.{name}.{address}"
    return "with"
