"""New events that a service posts to a sink when it is called.

Adapters work that way: they do not reply, they post (systems reference 1.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.subscribers.replies import Reply, events_of, parse_event
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.kernel import Request
    from simulator.subscribers.context import Surroundings
    from simulator.subscribers.fields import Fields, Table

EMISSION: Table = {
    "event": ("reply, required", "the event"),
    "to": ("text, required", "where to, such as broker/default"),
    "after": ("duration", "how long after the request"),
    "match": ("map of scalar", "only for requests with these attributes"),
}


class Emission(Value):
    """One further event.

    Args:
        event: How it is made from the request.
        to: The address: ``broker/default``, or a URL.
        after_ns: How long after the request.
        match: Only for requests whose attributes have these values.
    """

    event: Reply
    to: str
    after_ns: int
    match: Mapping[str, str]

    def emit(self, request: Request, service: Surroundings) -> None:
        """Post the event of one request, if it calls for it.

        Raises:
            ReplyFailedError: It could not be made.
        """
        self.posts(service)(request)

    def posts(self, service: Surroundings) -> Callable[[Request], None]:
        """Make what posts the events of one service; see `emit`."""
        event_of = events_of(self.event, service)
        wanted, to, after_ns = self.match.items(), self.to, self.after_ns

        def post(request: Request) -> None:
            if wanted:
                attributes = request.attributes
                if any(attributes.get(name) != value for name, value in wanted):
                    return
            event = event_of(request)
            if event is not None:
                service.emit(event, to, after_ns)

        return post


def parse_emissions(fields: Fields, name: str) -> tuple[Emission, ...]:
    """Read ``emit: [{event: {type: …}, to: broker/default, after: 2s}]``."""
    emissions = []
    for part in fields.children(name):
        part.only(EMISSION)
        if "event" not in part:
            part.fault("event", "is required: the event to emit")
        to = part.text("to")
        if not to:
            part.fault("to", "is required: where to, such as broker/default")
        emissions.append(
            Emission(
                event=parse_event(part.child("event")),
                to=to,
                after_ns=part.duration("after"),
                match=part.texts_by_name("match"),
            )
        )
    return tuple(emissions)
