"""Circles that events can run, before any event does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters.form import ANY
from simulator.value import Value
from simulator.wiring import HubKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from simulator.filters.form import Form
    from simulator.graph.steps import Step, Steps
    from simulator.wiring import Hub, Route

    State = tuple[str, tuple[object, ...]]
    Ways = Mapping[State, Sequence[tuple[Step, State]]]

# Forms of events at hubs that are followed; beyond them nothing is said.
_MOST_STATES = 20_000
# Of what is counted in full: passes by states, and digits.
_MOST_COUNTED = 200_000
_MOST_DIGITS = 15


class Circle(Value):
    """A way on which events come back to a hub as they were there.

    Attributes:
        steps: From hub to hub; the last leads to where the first begins.
        event: What is known of the events that run it.
        sure: Whether every such event runs it; otherwise some may.
        passes: How many hubs that count see the event before its time to live ends it;
            None where nothing does.
        requests: How many requests to subscribers that makes, at most; None where
            nothing ends it, where dead letters run it, and for too many.
        too_many: So many that no run comes to its end.
        retried: Whether retries are among them.
    """

    steps: tuple[Step, ...]
    start: Hub
    event: Form
    sure: bool
    passes: int | None
    requests: int | None
    too_many: bool
    retried: bool

    @property
    def first(self) -> Route:
        return self.steps[0].route


def circles(hubs: Sequence[Hub], steps: Steps, max_ttl: int | None) -> list[Circle]:
    """Find the circles that events can run, in the order of their first routes.

    For each way on that is part of any, the shortest circle through it is given; one
    that events run for sure rather than one that they may run.
    """
    ways = _explored(hubs, steps)
    order = {
        route.node: number
        for number, route in enumerate(route for hub in hubs for route in hub.routes)
    }
    by_node = {hub.node: hub for hub in hubs}
    found: list[Circle] = []
    told: dict[tuple[object, ...], None] = {}
    for sure in (True, False):
        starts = [(c, state) for c in _components(ways, sure=sure) for state in c]
        starts.sort(key=lambda each: _order(each[1], each[0][each[1]], order))
        leaving = [(c, state, *way) for c, state in starts for way in c[state]]
        leaving.sort(key=lambda each: each[1] != each[3])  # those back at once first
        for component, state, step, to in leaving:
            if _name(step) not in told:
                way = [(step, to), *_back(component, to, state)]
                told.update(dict.fromkeys(_name(each) for each, _ in way))
                found.append(
                    _circle(by_node, component, state, way, max_ttl, sure=sure)
                )
    return sorted(found, key=lambda circle: order[circle.first.node])


def _name(step: Step) -> tuple[object, ...]:
    return (step.by, step.via, step.to.node)


def _order(
    state: State, ways: Sequence[tuple[Step, State]], order: Mapping[str, int]
) -> tuple[int, int]:
    """Put first what leaves by the first route, and of that what is about most events."""
    known = state[1][0]
    assert isinstance(known, tuple), "the first part of a form's key"
    return (min(order[step.route.node] for step, _ in ways), len(known))


def _explored(hubs: Sequence[Hub], steps: Steps) -> Ways:
    """Follow every event from every hub on, and what follows from it.

    Anything may be sent to any hub; what its filters let through, and what services
    make of it, is followed with all that is known of it.
    """
    waiting = [(hub, ANY) for hub in hubs if hub.routes]
    ways: dict[State, list[tuple[Step, State]]] = {
        (hub.node, event.key): [] for hub, event in waiting
    }
    for hub, event in waiting:  # grows
        leaving = ways[hub.node, event.key]
        for step in steps.of(hub, event):
            to = (step.to.node, step.event.key)
            leaving.append((step, to))
            if to not in ways and len(ways) < _MOST_STATES:
                ways[to] = []
                waiting.append((step.to, step.event))
    return ways


def _components(ways: Ways, *, sure: bool) -> Iterator[Ways]:
    """Give the parts of which every state can be reached from every other."""
    kept = {
        state: [(step, to) for step, to in leaving if (step.sure or not sure)]
        for state, leaving in ways.items()
    }
    kept = _not_ending(kept)
    if not kept:
        return  # nearly always: then nobody pays for networkx
    from simulator.graph.walks import rings

    after = {state: [to for _, to in leaving] for state, leaving in kept.items()}
    for states in rings(after):
        component = {
            state: [(step, to) for step, to in leaving if to in states]
            for state, leaving in kept.items()
            if state in states
        }
        if all(component.values()):
            yield component


def _not_ending(ways: Ways) -> dict[State, list[tuple[Step, State]]]:
    """Leave out the states from which every way ends."""
    arriving: dict[State, list[State]] = {state: [] for state in ways}
    left = dict.fromkeys(ways, 0)
    for state, leaving in ways.items():
        for _, to in leaving:
            if to in arriving:
                arriving[to].append(state)
                left[state] += 1
    ended = [state for state, count in left.items() if not count]
    for state in ended:  # grows
        del left[state]
        for before in arriving[state]:
            left[before] -= 1
            if not left[before]:
                ended.append(before)
    return {
        state: [(step, to) for step, to in ways[state] if to in left] for state in left
    }


def _back(component: Ways, start: State, goal: State) -> list[tuple[Step, State]]:
    before: dict[State, tuple[State, tuple[Step, State]]] = {}
    waiting = [start]
    for here in waiting:  # grows
        if here == goal:
            break
        for each in component[here]:
            if each[1] not in before and each[1] != start:
                before[each[1]] = (here, each)
                waiting.append(each[1])
    way: list[tuple[Step, State]] = []
    here = goal
    while here != start:
        here, each = before[here]
        way.append(each)
    return way[::-1]


def _circle(
    hubs: Mapping[str, Hub],
    component: Ways,
    start: State,
    way: Sequence[tuple[Step, State]],
    max_ttl: int | None,
    *,
    sure: bool,
) -> Circle:
    steps = tuple(step for step, _ in way)
    passes = _passes(steps, max_ttl)
    requests, too_many, retried = None, False, False
    if passes is not None and _are_replies(
        step for leaving in component.values() for step, _ in leaving
    ):
        requests, retried = _requests(component, start, passes)
        too_many = requests is None
    return Circle(
        steps=steps,
        start=hubs[start[0]],
        event=steps[-1].event,
        sure=sure,
        passes=passes,
        requests=requests,
        too_many=too_many,
        retried=retried,
    )


def _passes(steps: Sequence[Step], max_ttl: int | None) -> int | None:
    """Count the passes after which the time to live ends a circle; None for never.

    Source: knative-runtime, TTL: the ingress counts; a channel does not.
    """
    hops = [step.to.profile.door.hops for step in steps]
    counting = [hops_ for hops_ in hops if hops_ is not None]
    if not counting or not all(step.counted for step in steps):
        return None
    return min(counting) if max_ttl is None else max_ttl


def _are_replies(steps: Iterable[Step]) -> bool:
    return all(
        step.by == "reply" and step.route.reply and step.to.kind is HubKind.BROKER
        for step in steps
    )


def _requests(component: Ways, start: State, passes: int) -> tuple[int | None, bool]:
    """Count the requests to subscribers until the time to live has ended everything.

    None for more than is counted; and whether a retry is among them.

    Source: knative-runtime, TTL: the refusal (400) is not retried, but the 500s above
        it are, each with the rest of the circle; a dead letter sink ends that.
    """
    if passes * len(component) > _MOST_COUNTED:
        return None, False
    made = dict.fromkeys(component, 0)
    failed = dict.fromkeys(component, True)
    retried = False
    for left in range(passes):
        next_made, next_failed = {}, {}
        for state, leaving in component.items():
            count, fails = 0, False
            for step, to in leaving:
                again = step.retries if failed[to] and left else 0
                retried = retried or again > 0
                count += 1 + (1 + again) * made[to]
                fails = fails or (failed[to] and not step.buried)
            next_made[state], next_failed[state] = count, fails
        made, failed = next_made, next_failed
        if max(made.values()) >= 10**_MOST_DIGITS:
            return None, retried
    return made[start], retried
