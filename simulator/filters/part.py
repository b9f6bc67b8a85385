"""One part of a filter and its verdict on one event, with the parts below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters.verdict import Verdict
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.cesql import Node


class Part(Value):
    """What one dialect object says to one event.

    Attributes:
        dialect: exact, prefix, suffix, all, any, not, cesql, attributes, or none.
        verdict: The answer of this part.
        reason: One line; empty where the parts below say it all.
        attribute: The name that is compared, None for what compares no single one.
        wanted: The text or the CESQL expression that the filter asks for.
        actual: What the event has there; None if nothing, and for CESQL.
        hint: What was probably meant, or an empty string.
        reads: For what compares: the attributes of the event that it reads.
        dropped: Knative skips this part.
        children: The parts, in written order.
        expression: The CESQL expression's own tree.
    """

    dialect: str
    verdict: Verdict
    reason: str = ""
    attribute: str | None = None
    wanted: str | None = None
    actual: str | None = None
    hint: str = ""
    reads: tuple[str, ...] = ()
    dropped: bool = False
    children: tuple[Part, ...] = ()
    expression: Node | None = None

    @property
    def passes(self) -> bool:
        """Whether the verdict is `PASS`."""
        return self.verdict is Verdict.PASS

    def leaves(self) -> Iterator[Part]:
        """Give the parts that compare something, in written order."""
        if self.attribute is not None or self.dialect == "cesql":
            yield self
        for child in self.children:
            yield from child.leaves()
