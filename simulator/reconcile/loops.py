"""Which channel routes lead back to where they start: events on channels have no TTL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.wiring import HubKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.wiring import Hub, Route

    Ways = Mapping[str, Sequence[tuple[Route, str]]]


def closing_routes(hubs: Sequence[Hub]) -> list[tuple[Hub, Route]]:
    """Give the routes of channels from which an event may come back to their channel.

    Both the subscriber and the reply of a route count as ways. Linear, but for routes
    that are in a loop: each costs a walk.
    """
    by_url = {hub.url: hub for hub in hubs if hub.kind is HubKind.CHANNEL}
    ways = {
        url: [
            (route, to)
            for route in hub.routes
            for to in (route.subscriber, route.reply)
            if to in by_url
        ]
        for url, hub in by_url.items()
    }
    live = _not_ending(ways)
    return [
        (by_url[start], route)
        for start in live
        for route, to in ways[start]
        if to in live and _reaches(ways, to, start)
    ]


def _not_ending(ways: Ways) -> dict[str, None]:
    """Give the hubs from which some way goes on for ever."""
    left = {url: len(leaving) for url, leaving in ways.items()}
    arriving: dict[str, list[str]] = {url: [] for url in ways}
    for url, leaving in ways.items():
        for _, to in leaving:
            arriving[to].append(url)
    ended = [url for url, count in left.items() if count == 0]
    while ended:
        url = ended.pop()
        del left[url]
        for before in arriving[url]:
            left[before] -= 1
            if left[before] == 0:
                ended.append(before)
    return dict.fromkeys(left)


def _reaches(ways: Ways, start: str, goal: str) -> bool:
    seen = {start: None}
    waiting = [start]
    while waiting:
        here = waiting.pop()
        if here == goal:
            return True
        for _, to in ways[here]:
            if to not in seen:
                seen[to] = None
                waiting.append(to)
    return False
