"""One change to an event, told so that its sender can make it."""

from __future__ import annotations

from simulator.value import Value


class Change(Value):
    """What one attribute would have to be.

    Attributes:
        attribute: Its name; for CESQL all that the expression reads, by commas.
        actual: What it is; None if absent, or if the expression reads not just one.
        wanted: The condition, such as ``exactly 'order.paid'``.
        example: A value that meets this and every other condition of the same
            nearest miss on the attribute; None if that takes more than text.
        text: The whole sentence.
    """

    attribute: str
    actual: str | None
    wanted: str
    example: str | None
    text: str

    def __str__(self) -> str:
        return self.text

    def to_json(self) -> dict[str, str | None]:
        """Give the change as JSON-able data."""
        return {
            "attribute": self.attribute,
            "actual": self.actual,
            "wanted": self.wanted,
            "example": self.example,
            "text": self.text,
        }
