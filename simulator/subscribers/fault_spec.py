"""One injected fault of a Simulation document, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.duration import duration_written
from simulator.kernel import Answer, Failure
from simulator.subscribers.condition import Condition, parse_condition
from simulator.subscribers.latency import NO_LATENCY, Latency, parse_latency
from simulator.value import Value

if TYPE_CHECKING:
    from typing import Self

    from simulator.subscribers.fields import Fields, Table

KINDS = ("status", "latency", "timeout", "drop", "duplicate", "outage")
"""What a fault does; exactly one of them is said."""
GOES_ON = ("latency", "duplicate")
"""Those that the request survives: it still reaches the node."""
EVERYWHERE = "*"
FAULT: Table = {
    "at": ("text, required", "a node such as service/pricing, or * for all"),
    "status": ("whole", "the answer"),
    "latency": ("latency", "how much longer it takes"),
    "timeout": ("flag", "there is no answer"),
    "drop": ("flag", "the connection is reset"),
    "duplicate": ("flag", "the request comes twice"),
    "outage": ("flag", "connections are refused"),
    "from": ("duration", "from this instant on"),
    "until": ("duration", "up to this instant"),
    "rate": ("share", "the share of requests that it hits"),
    "count": ("whole", "how many it hits at most"),
    "where": ("text", "which events it hits: CESQL"),
}
_MOST_HITS = 2**31 - 1
_ENDS = {
    "timeout": Answer(0, failure=Failure.HANG),
    "drop": Answer(0, failure=Failure.RESET),
    "outage": Answer(0, failure=Failure.REFUSED),
}


class FaultSpec(Value):
    """What happens to which requests, and when.

    Args:
        at: The node that they go to, ``*`` for every service, broker and channel.
        kind: One of `KINDS`.
        latency: How much longer the kind ``latency`` takes.
        from_ns: From this instant on, since the start of the run.
        until_ns: Up to this instant, not included; None for the whole run.
        rate: The share of requests that it hits, 0 to 1.
        count: How many it hits at most; None for no end.
        where: Which events it hits; None for all.
    """

    at: str
    kind: str
    status: int = 0
    latency: Latency = NO_LATENCY
    from_ns: int = 0
    until_ns: int | None = None
    rate: float = 1.0
    count: int | None = None
    where: Condition | None = None

    @property
    def goes_on(self) -> bool:
        return self.kind in GOES_ON

    @property
    def answer(self) -> Answer:
        return _ENDS[self.kind] if self.kind in _ENDS else Answer(self.status)

    @property
    def value(self) -> str:
        """What the kind alone does not say: ``503``, ``200ms``; empty for nothing."""
        if self.kind == "latency":
            return str(self.latency)
        return str(self.status) if self.kind == "status" else ""

    @property
    def conditions(self) -> str:
        """Which requests it hits, as people read it; empty for all."""
        parts = [
            f"{name} {value}"
            for name, value in self.members.items()
            if name not in ("at", self.kind)
        ]
        return ", ".join(parts)

    @property
    def members(self) -> dict[str, object]:
        described: dict[str, object] = {"at": self.at, self.kind: True}
        if self.kind == "status":
            described["status"] = self.status
        elif self.kind == "latency":
            described["latency"] = self.latency.written
        if self.from_ns:
            described["from"] = duration_written(self.from_ns)
        if self.until_ns is not None:
            described["until"] = duration_written(self.until_ns)
        if self.rate < 1:
            described["rate"] = self.rate
        if self.count is not None:
            described["count"] = self.count
        if self.where is not None:
            described["where"] = self.where.text
        return described

    def __str__(self) -> str:
        """Give the two words that people read: ``status 503``."""
        return f"{self.kind} {self.value}".rstrip()


class HitDetail(str):
    """What a record ``fault-hit`` says, and what the run knows besides.

    Attributes:
        arrived: Whether the request has reached the node all the same. A caller whose
            time is up meanwhile, or who hangs up, keeps it from there.
        worked: Whether the node has done its work, though its caller may never know.
    """

    __slots__ = ("arrived", "kind", "worked")

    kind: str
    arrived: bool
    worked: bool

    def __new__(cls, text: str, kind: str) -> Self:
        made = super().__new__(cls, text)
        made.kind = kind
        made.arrived = made.worked = False
        return made


def parse_faults(fields: Fields, name: str) -> tuple[FaultSpec, ...]:
    """Read ``faults: [{at: service/pricing, status: 503, until: 20s}, …]``."""
    return tuple(parse_fault(part) for part in fields.children(name))


def parse_fault(fields: Fields) -> FaultSpec:
    fields.only(FAULT)
    before = len(fields.faults)
    at = fields.text("at")
    if not at and len(fields.faults) == before:
        fields.fault("at", "is required: a node such as service/pricing, or *")
    before = len(fields.faults)
    from_ns = fields.duration("from")
    until_ns = fields.duration("until") if "until" in fields else None
    readable = len(fields.faults) == before
    if until_ns is not None and until_ns <= from_ns and readable:
        fields.fault("until", "expected an instant later than from")
    most = fields.number("count", 1, _MOST_HITS, 0)
    return FaultSpec(
        at=at,
        kind=_kind(fields),
        status=fields.number("status", 200, 999, 0),
        latency=_latency(fields),
        from_ns=from_ns,
        until_ns=until_ns,
        rate=fields.share("rate"),
        count=most or None,
        where=parse_condition(fields, "where"),
    )


def _kind(fields: Fields) -> str:
    flags = KINDS[2:]
    said = [name for name in KINDS[:2] if name in fields]
    said += [name for name in flags if fields.flag(name)]
    if len(said) != 1:
        found = f"found {' and '.join(said)}" if said else "found none of them"
        fields.fault("", f"expected one of {', '.join(KINDS)}; {found}")
    return said[0] if said else "status"


def _latency(fields: Fields) -> Latency:
    before = len(fields.faults)
    latency = parse_latency(fields, "latency")
    if "latency" in fields and latency.is_none and len(fields.faults) == before:
        fields.fault("latency", "must be longer than nothing")
    return latency
