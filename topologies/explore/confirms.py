"""A service that confirms an order when two others have answered, if in the usual order."""

from __future__ import annotations

from simulator import CloudEvent, reply


class Confirm:
    """Confirms an order that is reserved and priced, when the price comes."""

    def __init__(self) -> None:
        self._reserved: set[str] = set()

    def __call__(self, event: CloudEvent) -> CloudEvent | None:
        """Note a reservation; answer a price."""
        order = event.get_subject() or ""
        if event.get_type() == "order.reserved":
            self._reserved.add(order)
            return None
        if order not in self._reserved:
            return None  # here it forgets an order that is priced first
        return reply(event, type="order.confirmed", subject=order)
