"""What a hop adds to an event: time to live, arrival time, headers, error attributes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from simulator.event.text import instant_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.event import Event

NO_HEADERS: Final[Mapping[str, str]] = {}
TTL: Final = "knativebrokerttl"
ARRIVAL: Final = "knativearrivaltime"
_PASSED = ("x-request-id", "retry-after")
_PASSED_PREFIXES = ("knative-", "x-b3-")
_NUMBER = r"(?a)[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?"
_MOST = 2**31 - 1
_TRACE = ("traceparent", "tracestate", "baggage")


class Envelope:
    """One event on its way through one hub, shared by all its deliveries there.

    Args:
        event: As it came, without the broker's own attributes.
        ttl: What `knativebrokerttl` is worth; None outside brokers.
        arrival_ns: When the ingress took it, nanoseconds since 1970; None outside
            brokers.
        headers: The HTTP headers that are passed on.
        errors: The `knativeerror*` attributes of a dead letter, or None.
    """

    __slots__ = ("arrival_ns", "errors", "event", "headers", "ttl")

    def __init__(
        self,
        event: Event,
        ttl: int | None = None,
        arrival_ns: int | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
        errors: Mapping[str, str] | None = None,
    ) -> None:
        self.event = event
        self.ttl = ttl
        self.arrival_ns = arrival_ns
        self.headers = headers
        self.errors = errors

    def attributes(self, *, with_ttl: bool = False) -> dict[str, str]:
        """Give the attributes as the next hop's request carries them.

        Source: knative-runtime, "What each hop adds": the subscriber sees
            ``knativearrivaltime``; ``knativebrokerttl`` is on replies and dead
            letters only.
        """
        return {**self.event.attributes, **self.added(with_ttl=with_ttl)}

    def added(self, *, with_ttl: bool = False) -> dict[str, str]:
        """Give those of them that are the hop's, some in the place of the event's own."""
        added: dict[str, str] = {}
        if self.arrival_ns is not None:
            added[ARRIVAL] = instant_text(self.arrival_ns)
        if self.errors is not None:
            own = self.event.attributes
            added.update((n, v) for n, v in self.errors.items() if n not in own)
        if with_ttl and self.ttl is not None:
            added[TTL] = str(self.ttl)
        return added


def passed_on(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Keep the headers that cross every hop, trace context included.

    Source: knative-runtime, "What each hop adds" (pass-through set, traceparent).
    """
    if not headers:
        return NO_HEADERS
    return {
        name: value
        for name, value in headers.items()
        if name in _PASSED or name in _TRACE or name.startswith(_PASSED_PREFIXES)
    }


def reply_headers(
    response: Mapping[str, str], request: Mapping[str, str]
) -> Mapping[str, str]:
    """Give the headers of a reply: the response's own, the request's trace context.

    Source: knative-runtime, "What each hop adds": the response's set replaces the
        request's; a reply carries the request's trace context.
    """
    if not response and not request:
        return NO_HEADERS
    kept = {n: v for n, v in passed_on(response).items() if n not in _TRACE}
    kept.update({n: v for n, v in request.items() if n in _TRACE})
    return kept


def next_ttl(text: str, most: int) -> int:
    """Give the time to live after one more pass; 0 or less means refused.

    Args:
        text: Of the attribute.
        most: What it is where the text is no number.

    Source: knative-runtime, TTL: present -> one less, "5" as text counts, not a
        number -> the maximum, 2.5 -> 1. To sdk-go's types.ToInteger nothing beyond
        int32 is a number.
    """
    number = float(text) if re.fullmatch(_NUMBER, text) else _MOST + 1
    return int(number) - 1 if abs(number) <= _MOST else most


def known_valid(event: Event) -> Event:
    """Note on an event that it was found valid, so that no hub looks again; give it back."""
    event.checked = True
    event.plain = TTL not in event.attributes
    return event
