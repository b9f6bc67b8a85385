"""Which events something is about: a CESQL expression that must be true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from simulator.filters import Verdict
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.subscribers.fields import Fields


class Condition(Value):
    """A CESQL expression over an event's attributes.

    An error while evaluating, or a result that is no boolean, counts as false.
    """

    text: str
    compiled: Any

    _uncompared: ClassVar[tuple[str, ...]] = ("compiled",)

    def holds(self, attributes: Mapping[str, str]) -> bool:
        verdict: Verdict = self.compiled.verdict(attributes)
        return verdict is Verdict.PASS


def condition(text: str) -> Condition:
    """Compile an expression; ValueError says what is wrong with it, and where."""
    from simulator.cesql import ParseError  # only who uses it pays
    from simulator.filters.cesql import cesql

    try:
        return Condition(text=text, compiled=cesql(text))
    except ParseError as error:
        place = f"line {error.line}, column {error.column}"
        raise ValueError(f"is no CESQL: {error.message} ({place})") from error


def parse_condition(fields: Fields, name: str) -> Condition | None:
    text = fields.text(name)
    if not text:
        return None
    try:
        return condition(text)
    except ValueError as error:
        fields.fault(name, str(error))
        return None
