"""Two records side by side, attribute by attribute, and counters side by side; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from simulator.duration import duration_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.trace import Record


class ShownTally(Protocol):
    """How often something is in two traces."""

    @property
    def name(self) -> str:
        """Of the kind or node."""

    @property
    def first(self) -> int:
        """In the first."""

    @property
    def second(self) -> int:
        """In the second."""


class ShownComparison(Protocol):
    """Two traces, as `simulator.trace.compare` sees them."""

    @property
    def common(self) -> int:
        """How many records they share at their beginnings."""

    @property
    def first(self) -> Record | None:
        """The first record that the first does not share."""

    @property
    def second(self) -> Record | None:
        """The first record that the second does not share."""

    @property
    def kinds(self) -> Sequence[ShownTally]:
        """By kind of record."""

    @property
    def nodes(self) -> Sequence[ShownTally]:
        """By node."""


class Pair(NamedTuple):
    """One line: what is compared, and how it is in both."""

    name: str
    first: str
    second: str

    @property
    def differs(self) -> bool:
        """Whether the two are not the same."""
        return self.first != self.second


def pairs_of(comparison: ShownComparison) -> tuple[Pair, ...]:
    """Write the first records that are not shared, line by line.

    What neither of them says is left out.

    Returns:
        Nothing where both traces are equal.
    """
    if comparison.first is None and comparison.second is None:
        return ()
    first, second = _lines(comparison.first), _lines(comparison.second)
    names = dict.fromkeys((*first, *second))
    return tuple(
        Pair(name, first.get(name, ""), second.get(name, "")) for name in names
    )


def summary(comparison: ShownComparison, names: tuple[str, str]) -> str:
    """Say in a sentence how far two traces are equal.

    Args:
        comparison: Of both.
        names: What they are called.
    """
    common = comparison.common
    shared = f"{common} record{'' if common == 1 else 's'} in common"
    records = (comparison.first, comparison.second)
    if records == (None, None):
        return f"equal: {shared}, no difference"
    for record, name, other in zip(records, names, names[::-1], strict=True):
        if record is None:
            return f"{shared}; then {name} ends, and {other} goes on"
    assert comparison.first is not None, "both go on"
    return f"{shared}; they part at {duration_text(comparison.first.at_ns)}"


def difference_text(tally: ShownTally) -> str:
    """Write how many more the second has: ``+3``, ``-1``, empty for as many."""
    return f"{tally.second - tally.first:+d}" if tally.second != tally.first else ""


def _lines(record: Record | None) -> dict[str, str]:
    if record is None:
        return {"record": "none: it ends here"}
    attributes = record.event.attributes
    lines = {
        "record": f"#{record.serial}",
        "at": duration_text(record.at_ns),
        "kind": str(record.kind),
        "from": record.source,
        "to": record.target,
        "attempt": str(record.attempt or ""),
        "status": str(record.status or ""),
        "detail": "" if record.detail is None else str(record.detail).splitlines()[0],
        "cause": "" if record.cause is None else f"#{record.cause}",
        "type": attributes.get("type", ""),
        "id": attributes.get("id", ""),
    }
    more = sorted(set(attributes) - {"type", "id", "specversion"})
    lines |= {name: attributes[name] for name in more}
    body = record.event.body
    lines["data"] = (
        "" if body is None else " ".join(body.decode("utf-8", "replace").split())
    )
    return {name: text for name, text in lines.items() if text}
