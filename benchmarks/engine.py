"""A broker with triggers and one service, without anything around the kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.measure import timed
from simulator.delivery import NO_RETRIES, Retries
from simulator.event import Event
from simulator.filters import compile_filters
from simulator.kernel import AddressBook, Addresses, Answer, Kernel, Log
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


def suffix(**wanted: str) -> Filter:
    """Give a filter on the end of one attribute."""
    return compile_filters([{"suffix": wanted}], None)


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
) -> Addresses:
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
    addresses = Addresses(AddressBook(wiring), {"service/one": subscriber})
    addresses.link()
    return addresses


def delivered(addresses: Addresses, events: Sequence[Event]) -> float:
    """Send events, run to the end, and keep every record; give seconds per event."""
    kernel, target = fresh(addresses)

    def work() -> None:
        for sent in events:
            kernel.send(target, sent)
        kernel.run()

    return timed(work, len(events))


def fresh(addresses: Addresses) -> tuple[Kernel, Target]:
    """Begin a run that keeps every record; give it and the broker's address."""
    kernel = Kernel(addresses, Log(most=10**9), epoch_ns=0)
    return kernel, addresses.target(BROKER)
