"""What `check` finds as one list, for programs that want nothing else."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from simulator.changes.gaps import Applied
    from simulator.resource import ResourceKey
    from simulator.session import Simulation
    from simulator.wiring import Condition, Wiring


def print_list(form: str, found: Iterable[dict[str, Any]]) -> None:
    """Print faults and findings.

    Args:
        form: ``sarif``, or ``github`` for annotations.
        found: As `found_objects` gives them.
    """
    if form == "sarif":
        from simulator.cli.output import json_text
        from simulator.cli.sarif import sarif_log

        sys.stdout.write(json_text(sarif_log(found)) + "\n")
        return
    from simulator.cli.findings import annotation_lines

    for line in annotation_lines(found):
        print(line)


def found_objects(
    args: argparse.Namespace, sim: Simulation, wiring: Wiring, order: Applied | None
) -> Iterator[dict[str, Any]]:
    """Give what is not Ready, what is found, but for what is not simulated, what is lost."""
    from simulator.cli.findings import NOT_SIMULATED, reasoned_object

    yield from _not_ready(wiring)
    for each in wiring.findings:
        if each.code != NOT_SIMULATED:
            yield reasoned_object(each)
    for each in wiring.ignored:
        if args.format == "sarif":  # which can say that it is meant so
            yield {**reasoned_object(each), "ignored": True}
    if args.differences:
        from simulator.cli.differences import difference_note, differences

        for apart in differences(sim):
            yield difference_note(apart, sim.wiring)
    if order is not None:
        from simulator.cli.apply_order import order_notes

        yield from order_notes(order)


def _not_ready(wiring: Wiring) -> Iterator[dict[str, Any]]:
    """Give the resources that do not become Ready, as faults."""
    from simulator.cli.findings import fault_object
    from simulator.errors import Fault
    from simulator.wiring import Truth

    for key, conditions in wiring.conditions.items():
        ready = ready_of(conditions)
        if ready is not None and ready.status is not Truth.TRUE:
            reason = f"{ready.reason}: {ready.message}".strip(": ")
            subject = shown(key)
            said = f"{subject}: Ready {ready.status.value}: {reason}"
            resource = wiring.resources.get(key)
            place = None if resource is None else resource.position()
            yield fault_object(Fault(said, place, subject=subject))


def ready_of(conditions: tuple[Condition, ...]) -> Condition | None:
    """Give the condition `Ready` of a resource."""
    return next((each for each in conditions if each.type == "Ready"), None)


def shown(key: ResourceKey) -> str:
    """Name a resource: ``Trigger price``, ``Broker shop/default``."""
    namespace = "" if key.namespace == "default" else f"{key.namespace}/"
    return f"{key.kind} {namespace}{key.name}"
