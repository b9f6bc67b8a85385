"""What to try when nothing sends events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.cli.findings import finding_lines
from simulator.nodes import Role, role_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simulator.cli.style import Style
    from simulator.wiring import Wiring

_MADE_UP = "com.example.event"


def hint_lines(wiring: Wiring, files: Sequence[str], style: Style) -> Iterator[str]:
    """Say that nothing happens, what was found, and how to send an event."""
    names = " ".join(files)
    nodes = [h.node for h in wiring.hubs] + [
        r.node for h in wiring.hubs for r in h.routes
    ]
    kinds = [node.partition("/")[0] for node in nodes]
    counts = ", ".join(
        f"{kinds.count(kind)} {kind}{'s' * (kinds.count(kind) != 1)}"
        for kind in dict.fromkeys(kinds)
    )
    yield f"nothing sends events here ({counts or 'nothing takes any either'})"
    yield from finding_lines(wiring, style, with_stubs=True)
    if not wiring.addresses:
        yield "there is nothing to send to, either: name the files with the brokers, too"
        return
    to = _where(wiring)
    yield f"try: kn-sim run {names} --send type={example_type(wiring)}{to}"
    yield f"     kn-sim graph {names}"


def example_type(wiring: Wiring) -> str:
    """Find an event type that a trigger asks for; a made-up one if none does."""
    for hub in wiring.hubs:
        for route in hub.routes:
            resource = wiring.resources.get(route.resource)
            found = _type_of(resource.spec) if resource is not None else ""
            if found:
                return found
    return _MADE_UP


def _type_of(spec: Mapping[str, Any]) -> str:
    asked: list[Any] = []
    for each in spec.get("filters") or ():
        asked += [each.get("exact"), *(m.get("exact") for m in each.get("all") or ())]
        asked += [m.get("exact") for m in each.get("any") or ()]
    asked.append((spec.get("filter") or {}).get("attributes"))
    return next((str(a["type"]) for a in asked if a and a.get("type")), "")


def _where(wiring: Wiring) -> str:
    """Give ``--to`` where it is needed."""
    brokers = [name for name in wiring.addresses if role_of(name) is Role.BROKER]
    if len(brokers) == 1 or "broker/default" in brokers:
        return ""
    first = next(iter(brokers or wiring.addresses), "")
    return f" --to {first}" if first else ""
