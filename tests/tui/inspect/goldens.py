"""The pages that are kept as text; run as a module, it writes them all again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from simulator.tui.inspect.node import line_lines, node_lines
from simulator.tui.inspect.overview import overview_lines
from tests.tui.inspect.runs import NARROW, WIDE, failing, gate, run, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.tui.inspect.page import Look
    from tests.tui.inspect.runs import Run

FOLDER = Path(__file__).parent / "golden"
ACTIONS = (("x", "breakpoint here"), ("f", "faults"))


def _of(name: str) -> Run:
    return gate() if name == "gate" else run(name)


def _tab(name: str, serial: int, tab: str, look: Look) -> Callable[[], list[str]]:
    return lambda: shown(_of(name).topic(serial).lines(tab, look), look)


def _node(name: str, node: str, look: Look) -> Callable[[], list[str]]:
    def write() -> list[str]:
        it = _of(name)
        lines = node_lines(it.context, it.frame(), node, look, ACTIONS)
        return shown(lines, look)

    return write


def _overview(of: Callable[[], Run], look: Look) -> Callable[[], list[str]]:
    def write() -> list[str]:
        it = of()
        return shown(overview_lines(it.context, it.frame(), look), look)

    return write


def _line() -> list[str]:
    it = run("orders")
    lines = line_lines(it.context, it.frame(), 5, WIDE)
    return shown(lines, WIDE)


_TABS = {
    "event-sent-50": ("orders", 0, "event", WIDE),
    "event-retry-50": ("orders", 12, "event", WIDE),
    "event-retry-38": ("orders", 12, "event", NARROW),
    "event-reply-38": ("orders", 6, "event", NARROW),
    "event-dead-letter-50": ("orders", 60, "event", WIDE),
    "event-expired-50": ("reply-loop", 20, "event", WIDE),
    "event-ping-38": ("ping", 0, "event", NARROW),
    "event-panicked-50": ("cesql", 6, "event", WIDE),
    "lineage-orders-50": ("orders", 12, "lineage", WIDE),
    "lineage-orders-38": ("orders", 12, "lineage", NARROW),
    "lineage-loop-38": ("reply-loop", 12, "lineage", NARROW),
    "lineage-channels-50": ("channels", 33, "lineage", WIDE),
    "lineage-mess-50": ("mess", 0, "lineage", WIDE),
    "why-orders-50": ("orders", 12, "why", WIDE),
    "why-orders-38": ("orders", 12, "why", NARROW),
    "why-filters-50": ("filters", 0, "why", WIDE),
    "why-filters-12-50": ("filters", 12, "why", WIDE),
    "why-cesql-50": ("cesql", 12, "why", WIDE),
    "why-loop-50": ("reply-loop", 19, "why", WIDE),
    "why-expired-38": ("reply-loop", 21, "why", NARROW),
    "why-channels-50": ("channels", 21, "why", WIDE),
    "why-mess-50": ("mess", 0, "why", WIDE),
    "event-waiting-50": ("gate", 12, "event", WIDE),
    "lineage-waiting-38": ("gate", 2, "lineage", NARROW),
    "why-fault-50": ("gate", 2, "why", WIDE),
    "data-orders-38": ("orders", 12, "data", NARROW),
}
CASES: dict[str, Callable[[], list[str]]] = {
    **{case: _tab(*given) for case, given in _TABS.items()},
    "overview-orders-50": _overview(lambda: run("orders"), WIDE),
    "overview-mess-38": _overview(lambda: run("mess"), NARROW),
    "overview-handler-50": _overview(failing, WIDE),
    "overview-gate-50": _overview(gate, WIDE),
    "node-approval-50": _node("gate", "service/gate", WIDE),
    "node-fault-38": _node("gate", "service/s", NARROW),
    "node-trigger-50": _node("orders", "trigger/ship", WIDE),
    "node-trigger-38": _node("orders", "trigger/ship", NARROW),
    "node-timeout-50": _node("mess", "trigger/lose", WIDE),
    "node-broker-38": _node("filters", "broker/default", NARROW),
    "node-channel-50": _node("channels", "channel/news", WIDE),
    "node-subscription-50": _node("channels", "subscription/print", WIDE),
    "node-service-50": _node("orders", "service/shipping", WIDE),
    "node-replies-50": _node("orders", "service/pricing", WIDE),
    "node-handler-38": _node("inventory", "service/stock", NARROW),
    "node-source-50": _node("orders", "source/checkout", WIDE),
    "node-ping-50": _node("ping", "pingsource/standup", WIDE),
    "node-timer-50": _node("connectors", "integrationsource/pulse", WIDE),
    "node-connector-50": _node("connectors", "integrationsink/journal", WIDE),
    "node-filters-50": _node("filters", "trigger/both", WIDE),
    "node-host-50": _node("mess", "host/nowhere.example", WIDE),
    "line-orders-50": _line,
}

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for case, write in CASES.items():
        text = "".join(f"{row}\n" for row in write())
        (FOLDER / f"{case}.txt").write_text(text, encoding="utf-8")
