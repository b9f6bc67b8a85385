"""Diagrams of four sizes, made by rule: 6, 21, 58 and 307 boxes."""

from __future__ import annotations

from simulator.tui.diagram import Box, BoxKind, Diagram, Line, LineKind


class Town:
    """A diagram in the making."""

    def __init__(self, namespace: str = "default") -> None:
        self.namespace = namespace
        self._boxes: dict[str, Box] = {}
        self._lines: dict[tuple[str, str, LineKind], None] = {}

    def box(self, kind: BoxKind, label: str, note: str = "") -> str:
        name = f"{self.namespace}/{label}"
        self._boxes.setdefault(
            name,
            Box(name=name, label=label, kind=kind, namespace=self.namespace, note=note),
        )
        return name

    def line(self, start: str, end: str, kind: LineKind = LineKind.FLOW) -> None:
        self._lines[start, end, kind] = None

    def source(self, label: str, hub: str) -> None:
        self.line(self.box(BoxKind.SOURCE, label), hub)

    def trigger(
        self,
        hub: str,
        label: str,
        end: str,
        *,
        replies: bool = False,
        dead: str = "",
        note: str = "",
    ) -> None:
        """Add a trigger and, unless *end* is there already, its service."""
        name = self.box(BoxKind.TRIGGER, label, note)
        self.line(hub, name)
        if end not in self._boxes:
            end = self.box(BoxKind.SERVICE, end)
        self.line(name, end)
        if replies:
            self.line(end, hub, LineKind.REPLY)
        if dead:
            sink = self.box(BoxKind.DEAD_LETTERS, dead)
            self.line(name, sink, LineKind.DEAD_LETTER)

    def diagram(self) -> Diagram:
        lines = [Line(start=a, end=b, kind=kind) for a, b, kind in self._lines]
        return Diagram.of(self._boxes.values(), lines)


def hamlet() -> Diagram:
    """Give 6 boxes: a ping is greeted, the greeting logged."""
    town = Town()
    hub = town.box(BoxKind.BROKER, "default")
    town.source("ping", hub)
    town.trigger(hub, "on-ping", "greeter", replies=True)
    town.trigger(hub, "on-greet", "logger")
    return town.diagram()


def pipeline(more: int = 0) -> Diagram:
    """Give 21 boxes: a delivery pipeline with an audit channel.

    Args:
        more: Triggers added at the end, each with a service of its own.
    """
    town = Town()
    hub = town.box(BoxKind.BROKER, "ci")
    audit = town.box(BoxKind.CHANNEL, "audit")
    town.source("git-webhook", hub)
    town.source("registry", hub)
    town.source("ping-5m", audit)
    dead = "dead-letters"
    town.trigger(hub, "on-push", "builder", replies=True, dead=dead, note="git.push")
    town.trigger(hub, "on-built", "tester", replies=True, dead=dead)
    town.trigger(hub, "on-tested", "deployer", replies=True, dead=dead)
    town.trigger(hub, "on-failed", "notifier")
    town.trigger(hub, "on-deployed", "smoke-tests", replies=True)
    town.trigger(hub, "all-events", audit)
    town.trigger(hub, "on-gate", "approver", replies=True)
    for label in ("archive", "metrics"):
        town.line(audit, town.box(BoxKind.SERVICE, label))
    for at in range(more):
        town.trigger(hub, f"more-{at}", f"service-{at}", replies=True)
    return town.diagram()


def three_teams() -> Diagram:
    """Give 58 boxes in three namespaces, with bridges between their brokers."""
    town = Town()
    hubs = {}
    for team in ("shop", "ship", "data"):
        town.namespace = team
        hubs[team] = town.box(BoxKind.BROKER, f"{team}-broker")
    work = {
        "shop": "cart order payment refund stock price",
        "ship": "pick pack label dispatch track",
        "data": "enrich score index archive alert report",
    }
    sources = {
        "shop": "storefront mobile-api cron-hourly",
        "ship": "carrier-hook",
        "data": "cdc-orders kafka-src",
    }
    for team, hub in hubs.items():
        town.namespace = team
        for label in sources[team].split():
            town.source(label, hub)
        for at, task in enumerate(work[team].split()):
            dead = "" if at % 2 else f"{team}-dead"
            town.trigger(
                hub, f"on-{task}", f"{task}-svc", replies=at % 3 != 2, dead=dead
            )
    for team, label, end in (
        ("shop", "to-ship", "ship"),
        ("shop", "to-data", "data"),
        ("ship", "ship-to-data", "data"),
        ("data", "back-to-shop", "shop"),
    ):
        town.namespace = team
        town.trigger(hubs[team], label, hubs[end])
    for label, ends in (
        ("orders-ch", ("ledger", "tax")),
        ("alerts-ch", ("pager", "im")),
    ):
        channel = town.box(BoxKind.CHANNEL, label)
        town.trigger(hubs["data"], f"to-{label}", channel)
        for end in ends:
            town.line(channel, town.box(BoxKind.SERVICE, end))
    return town.diagram()


_BRIDGES = {
    0: (6,), 1: (5, 7), 2: (0,), 3: (0, 2), 4: (2, 0), 5: (7, 1), 6: (11,), 7: (8,),
    8: (1,), 9: (1, 5), 10: (7, 1),
}  # fmt: skip


def twelve_teams(*, one_namespace: bool = False) -> Diagram:
    """Give 307 boxes: twelve teams of ten triggers, bridged in a fixed pattern."""
    town = Town()
    hubs = []
    for at in range(12):
        town.namespace = f"team-{at:02d}"
        hubs.append(town.box(BoxKind.BROKER, "broker"))
    for at, hub in enumerate(hubs):
        town.namespace = f"team-{at:02d}"
        for each in range(2):
            town.source(f"src-{each}", hub)
        for each in range(10):
            dead = "dead" if (at + each) % 5 < 2 else ""
            replies = (3 * at + each) % 2 == 0
            town.trigger(hub, f"trg-{each}", f"svc-{each}", replies=replies, dead=dead)
        for far in _BRIDGES.get(at, ()):
            town.trigger(hub, f"bridge-{far:02d}", hubs[far])
    made = town.diagram()
    if not one_namespace:
        return made
    boxes = [box.replace(namespace="default") for box in made.boxes]
    return Diagram.of(boxes, made.lines)
