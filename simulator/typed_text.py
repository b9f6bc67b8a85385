"""Text that was no text: what an attribute was before HTTP made text of it."""

from __future__ import annotations


class TypedText(str):
    """An attribute that a structured event has as a JSON number or boolean.

    It is the text that it becomes on the wire, and equal to that; only who keeps types
    asks whether it is one of these.
    """

    __slots__ = ()
