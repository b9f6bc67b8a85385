"""A filter answers with one of four verdicts, part by part; only `FAIL` blocks an event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.cesql import Node


class Verdict(Enum):
    """What the broker's filter handler decides about one event and one trigger.

    Source: knative-resources 5, "Three-valued result: Pass, Fail, NoFilter; only
        Fail blocks"; knative-runtime, "Filters", for the panic.
    """

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    NO_FILTER = "noFilter"  # nothing to judge: delivered as with PASS
    PANIC = "panic"  # the real handler crashes: the connection drops, the hop retries

    @property
    def delivers(self) -> bool:
        return self in (Verdict.PASS, Verdict.NO_FILTER)


Judge: TypeAlias = Callable[[Mapping[str, str]], Verdict]

_NO_FILTER = Verdict.NO_FILTER  # looking up a member costs more than the call


def no_filter(_attributes: Mapping[str, str]) -> Verdict:
    return _NO_FILTER


class Part(Value):
    """What one dialect object says to one event.

    Attributes:
        dialect: exact, prefix, suffix, all, any, not, cesql, attributes, or none.
        reason: One line; empty where the parts below say it all.
        attribute: The name that is compared, None for what compares no single one.
        wanted: The text or the CESQL expression that the filter asks for.
        actual: What the event has there; None if nothing, and for CESQL.
        hint: What was probably meant, or an empty string.
        reads: For what compares: the attributes of the event that it reads.
        dropped: Knative skips this part.
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
        return self.verdict is Verdict.PASS

    def leaves(self) -> Iterator[Part]:
        if self.attribute is not None or self.dialect == "cesql":
            yield self
        for child in self.children:
            yield from child.leaves()


class Change(Value):
    """What one attribute would have to be.

    Attributes:
        attribute: Its name; for CESQL all that the expression reads, by commas.
        actual: What it is; None if absent, or if the expression reads not just one.
        wanted: The condition, such as ``exactly 'order.paid'``.
        example: A value that meets this and every other condition of the same
            nearest miss on the attribute; None if that takes more than text.
    """

    attribute: str
    actual: str | None
    wanted: str
    example: str | None
    text: str

    def __str__(self) -> str:
        return self.text

    def to_json(self) -> dict[str, str | None]:
        return {
            "attribute": self.attribute,
            "actual": self.actual,
            "wanted": self.wanted,
            "example": self.example,
            "text": self.text,
        }
