"""A fault as it is typed, and the fault that it makes; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from simulator.duration import duration_text
from simulator.tui.screens.typed_values import (
    EVERYWHERE,
    STATUSES,
    instant_ns,
    read_cesql,
    read_count,
    read_instant,
    read_kind,
    read_latency,
    read_node,
    read_share,
    read_status,
)
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

KINDS: Mapping[str, str] = {
    "status": "the request is answered with this HTTP status",
    "latency": "it takes longer: 200ms, or 10ms to 30ms",
    "timeout": "it is never answered",
    "drop": "its connection is reset",
    "duplicate": "it arrives twice",
    "outage": "its connection is refused",
}
_DEFAULT_VALUES = {"status": "503", "latency": "200ms"}
_RATE_STEP = 5  # per cent


class ShownFault(Protocol):
    """A fault of a run, as the session tells of it."""

    @property
    def number(self) -> int:
        """Its name."""

    @property
    def node(self) -> str:
        """Where it hits; ``*`` for everywhere."""

    @property
    def kind(self) -> str:
        """One of `KINDS`."""

    @property
    def value(self) -> str:
        """The status or the latency; empty for the other kinds."""

    @property
    def on(self) -> bool:
        """Whether it is switched on."""

    @property
    def hits(self) -> int:
        """How many requests it has hit."""

    @property
    def from_ns(self) -> int:
        """Since the start of the run."""

    @property
    def until_ns(self) -> int | None:
        """Not included; None for no end."""

    @property
    def rate(self) -> float:
        """The share of requests that it hits."""

    @property
    def count(self) -> int | None:
        """How many it hits at most."""

    @property
    def where(self) -> str:
        """CESQL; empty for all events."""


class FaultDraft(Value):
    """What stands in the fields: texts as `typed_values` reads them."""

    node: str = EVERYWHERE
    kind: str = "status"
    value: str = "503"
    rate: str = "100 %"
    start: str = ""
    until: str = ""
    count: str = ""
    where: str = ""


class FaultWish(Value):
    """A fault that is to be.

    Args:
        node: Where it hits.
        said: What else `Simulation.fault` is called with, only what is not the default.
    """

    node: str
    said: Mapping[str, Any]


def draft_of_fault(fault: ShownFault) -> FaultDraft:
    """Give the texts that make a fault again."""
    return FaultDraft(
        node=fault.node,
        kind=fault.kind,
        value=fault.value,
        rate=f"{percent(fault.rate)} %",
        start=duration_text(fault.from_ns) if fault.from_ns else "",
        until="" if fault.until_ns is None else duration_text(fault.until_ns),
        count="" if fault.count is None else str(fault.count),
        where=fault.where,
    )


def percent(share: float) -> str:
    """Write a share of 1 in per cent, without the sign."""
    return f"{share * 100:.4f}".rstrip("0").rstrip(".")


def wish_of(
    draft: FaultDraft, nodes: Collection[str] = ()
) -> tuple[FaultWish | None, dict[str, str]]:
    """Make the fault, or say what is wrong: field of the draft -> reason.

    Args:
        draft: What stands in the fields.
        nodes: Those there are; empty: the node is not looked at.
    """
    wrong: dict[str, str] = {}

    def read(field: str, reader: Callable[[str], Any]) -> Any:
        try:
            return reader(getattr(draft, field))
        except ValueError as error:
            wrong[field] = str(error)
            return None

    node = read("node", lambda text: read_node(text, nodes))
    kind = read("kind", lambda text: read_kind(text, KINDS))
    readers = {"status": read_status, "latency": read_latency}
    value = read("value", readers[kind]) if kind in readers else True
    rate = read("rate", read_share)
    said = {
        "from_": read("start", read_instant),
        "until": read("until", lambda text: _later(text, draft.start)),
        "count": read("count", read_count),
        "where": read("where", read_cesql) or None,
        "rate": None if rate == 1 else rate,
    }
    if wrong:
        return None, wrong
    given = {name: each for name, each in said.items() if each is not None}
    return FaultWish(node=node, said={kind: value, **given}), {}


def _later(text: str, start: str) -> str | None:
    until = read_instant(text)
    try:
        from_ns = instant_ns(start)
    except ValueError:
        return until  # said at the other field
    if until is not None and instant_ns(text) <= from_ns:
        raise ValueError("expected an instant later than from")
    return until


def stepped(draft: FaultDraft, field: str, by: int) -> FaultDraft:
    """Give a draft one of whose fields has its next or previous value.

    Args:
        draft: As it is.
        field: A field of the draft; those that have no order stay as they are.
        by: 1 or -1.
    """
    step = _STEPS.get(field)
    try:
        return step(draft, by) if step else draft
    except ValueError:
        return draft  # a distribution, or what has still to be mended


def _next_kind(draft: FaultDraft, by: int) -> FaultDraft:
    names = list(KINDS)
    kind = names[(names.index(draft.kind) + by) % len(names)]
    return draft.replace(kind=kind, value=_DEFAULT_VALUES.get(kind, ""))


def _next_value(draft: FaultDraft, by: int) -> FaultDraft:
    if draft.kind == "status":
        status = max(STATUSES[0], min(read_status(draft.value) + by, STATUSES[-1]))
        return draft.replace(value=str(status))
    if draft.kind == "latency":
        ns = instant_ns(draft.value)
        return draft.replace(value=duration_text(ns * 2 if by > 0 else ns // 2 or ns))
    return draft


def _next_rate(draft: FaultDraft, by: int) -> FaultDraft:
    share = read_share(draft.rate) * 100 + by * _RATE_STEP
    return draft.replace(rate=f"{percent(max(0, min(100, share)) / 100)} %")


def _next_count(draft: FaultDraft, by: int) -> FaultDraft:
    count = (read_count(draft.count) or 0) + by
    return draft.replace(count=str(count) if count > 0 else "")


_STEPS: Mapping[str, Callable[[FaultDraft, int], FaultDraft]] = {
    "kind": _next_kind,
    "value": _next_value,
    "rate": _next_rate,
    "count": _next_count,
}
