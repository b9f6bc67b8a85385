"""A stock that remembers what it gave away, in one run."""

from __future__ import annotations

from simulator import CloudEvent, reply


class Stock:
    """Answers an order with what became of it."""

    def __init__(self) -> None:
        self._left = {"chair": 2}

    def __call__(self, event: CloudEvent) -> CloudEvent:
        """Reserve one of what the event's subject names."""
        item = event.get_subject() or ""
        left = self._left.get(item, 0)
        if left == 0:
            return reply(event, type="stock.exhausted", subject=item)
        self._left[item] = left - 1
        return reply(
            event, type="stock.reserved", subject=item, data={"left": left - 1}
        )
