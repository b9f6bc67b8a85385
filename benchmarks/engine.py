"""A broker with triggers and one service, without anything around the kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.delivery import NO_RETRIES, Retries
from simulator.event import Event
from simulator.filters import compile_filters
from simulator.kernel import Answer, Kernel, Log, Program
from simulator.profiles import MT_CHANNEL
from simulator.resource import ResourceKey
from simulator.wiring import Endpoint, Hub, HubKind, Route, Wiring

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.filters import Filter
    from simulator.kernel import Request, Target

BROKER = "http://broker-ingress.knative-eventing.svc.cluster.local/default/default"
SERVICE = "http://one.default.svc.cluster.local"
DONE = Answer(200)
FAILED = Answer(503)
_KEY = ResourceKey("", "", "default", "")


def exact(value: str) -> Filter:
    """Give a filter on the exact type."""
    return compile_filters(None, {"type": value})


def prefix(value: str) -> Filter:
    """Give a filter on the beginning of the type."""
    return compile_filters([{"prefix": {"type": value}}], None)


def cesql(value: str) -> Filter:
    """Give a CESQL filter on the type."""
    return compile_filters([{"cesql": f"type LIKE '{value}%' AND EXISTS source"}], None)


def event(type_: str = "wanted", id_: str = "1") -> Event:
    """Give a valid event without data."""
    return Event({"specversion": "1.0", "id": id_, "source": "/bench", "type": type_})


def broker(
    filters: Sequence[Filter],
    subscriber: Callable[[Request], Answer | None] | Answer,
    retries: Retries = NO_RETRIES,
) -> Program:
    """Make one broker, a trigger for each filter, and one service behind them all."""
    routes = tuple(
        Route(
            node=f"trigger/t{number}",
            resource=_KEY,
            filter=filter_,
            subscriber=SERVICE,
            reply=BROKER,
            dead_letter=None,
            retries=retries,
        )
        for number, filter_ in enumerate(filters)
    )
    hub = Hub(
        node="broker/default",
        kind=HubKind.BROKER,
        resource=_KEY,
        namespace="default",
        name="default",
        url=BROKER,
        routes=routes,
    )
    endpoint = Endpoint(
        node="service/one",
        namespace="default",
        name="one",
        hosts=("one.default.svc.cluster.local",),
    )
    wiring = Wiring(
        hubs=(hub,),
        endpoints=(endpoint,),
        sources=(),
        addresses={},
        conditions={},
        not_simulated=(),
        findings=(),
        resources={},
    )
    program = Program(wiring, {"service/one": subscriber})
    program.link()
    return program


def fresh(program: Program) -> tuple[Kernel, Target]:
    """Begin a run that keeps every record; give it and the broker's address."""
    kernel = Kernel(program, MT_CHANNEL, Log(most=10**9), epoch_ns=0)
    return kernel, program.target(BROKER)
