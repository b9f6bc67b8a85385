"""What is to be said of the circles that events can run in a topology."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.graph.circles import circles
from simulator.story.circles import Foreseen, circle_text
from simulator.wiring import Finding, HubKind, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.control import Admitted
    from simulator.graph.circles import Circle
    from simulator.graph.steps import Step, Steps
    from simulator.kernel import AddressBook
    from simulator.resource import ResourceKey

CODE = "loop"


def circle_findings(
    book: AddressBook,
    steps: Steps,
    admitted: Mapping[ResourceKey, Admitted],
    max_ttl: int | None,
) -> list[tuple[Circle, Finding]]:
    """Give a verdict on each circle; *max_ttl* is None for what implementations say."""
    found = circles(book.wiring.hubs, steps, max_ttl)
    return [
        (circle, _finding(circle, admitted[circle.first.resource])) for circle in found
    ]


def _finding(circle: Circle, about: Admitted) -> Finding:
    return Finding(
        severity=Severity.NOTE if _is_guessed(circle) else Severity.WARNING,
        code=CODE,
        subject=str(about.resource),
        message=f"{_text(circle)}; {_end(circle)}",
        where=str(about.resource.position("")),
        possible=not circle.sure,
    )


def foreseen(circles_: Iterable[Circle]) -> tuple[Foreseen, ...]:
    return tuple(
        Foreseen(
            text=_text(circle),
            nodes=tuple(dict.fromkeys(node for s in circle.steps for node in _on(s))),
            types=_types(circle),
            sure=circle.sure,
        )
        for circle in circles_
        if circle.passes is None or circle.too_many
    )


def _text(circle: Circle) -> str:
    go = "go" if circle.sure else "may go"
    return circle_text(go, _way(circle), _types(circle))


def _is_guessed(circle: Circle) -> bool:
    return any(step.event.opaque for step in circle.steps)


def _types(circle: Circle) -> tuple[str, ...]:
    types = dict.fromkeys(step.event.known.get("type") for step in circle.steps)
    return () if None in types else tuple(type_ for type_ in types if type_)


def _on(step: Step) -> tuple[str, ...]:
    return (*step.via, step.to.node)


def _way(circle: Circle) -> list[str]:
    parts = [circle.start.node]
    for step in circle.steps:
        by = " (dead letter)" if step.by == "dead letter" else ""
        *via, to = _on(step)
        parts += [*via, f"{to}{by}"]
    return parts


def _end(circle: Circle) -> str:
    if circle.passes is None:
        return f"nothing ends it: {_why_endless(circle)}"
    if circle.too_many:
        why = (
            "each retry of a reply runs the rest again"
            if circle.retried
            else "each pass makes several events of one"
        )
        return (
            f"its time to live would end it after {circle.passes} passes, but {why}: "
            "more requests than can be made"
        )
    counted = f"{circle.passes} passes"
    if circle.requests is not None:
        retries = ", retries included" if circle.retried else ""
        counted += f" ({circle.requests:,} requests{retries})"
    return f"its time to live ends it after {counted}"


def _why_endless(circle: Circle) -> str:
    """Say why no time to live does.

    Source: knative-runtime, "What each hop adds" and TTL: the filter takes it away, a
        channel does not count.
    """
    counting = [s for s in circle.steps if s.to.profile.door.hops is not None]
    if not counting:
        brokers = [s for s in circle.steps if s.to.kind is HubKind.BROKER]
        if brokers:
            return f"brokers of {brokers[0].to.profile.name} count no time to live"
        return "channels count no time to live"
    step = next(step for step in circle.steps if not step.counted)
    return f"the time to live starts anew where {_lost(step)}"


def _lost(step: Step) -> str:
    if step.by == "post":
        return f"{step.via[-1]} posts a new event"
    if step.by == "reply":
        return f"{step.via[-1]} replies to a channel"
    return f"{step.route.node} hands the event to {step.to.node}"
