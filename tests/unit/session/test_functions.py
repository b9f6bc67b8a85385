"""Python functions as services."""

from collections.abc import Generator
from datetime import UTC, datetime
from functools import partial, wraps
from types import coroutine
from typing import Any

import pytest

from simulator import CloudEvent, Context, Simulation, reply
from simulator.errors import EventError, UsageError
from simulator.event import Event
from simulator.kernel import Chooser
from simulator.session.run import Run, Service
from simulator.subscribers.replies import Surroundings  # noqa: TC001 - run it, too
from tests.unit.session.hubs import kinds, one_service, replies


def answered(handler: Any, *, service: str = "{}") -> Simulation:
    """Run one event to a handler."""
    sim = one_service(service)
    sim.service("s", handler)
    sim.send(type="a", id="e1", data={"n": 1}, subject="x")
    sim.run()
    return sim


def status(sim: Simulation) -> int:
    (received,) = sim.received("s")
    return received.status


def detail(sim: Simulation) -> str:
    (record,) = sim.trace.select(kind="responded", node="service/s")
    return str(record.detail)


def test_a_handler_sees_the_event_and_its_reply_goes_back_to_the_broker() -> None:
    def handler(event: CloudEvent) -> CloudEvent:
        data: Any = event.get_data()
        return reply(event, type="b", data={"n": data["n"] + 1})

    sim = answered(handler)

    (event,) = replies(sim)
    assert (event.type, event.id, event.body) == ("b", "e1/b", b'{"n":2}')


def test_a_handler_may_answer_with_an_event_that_it_made_with_the_sdk() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    attributes = {"id": "9", "source": "/own", "type": "b", "time": at, "step": 2}

    sim = answered(lambda _: CloudEvent(attributes, {"n": 1}))

    assert replies(sim) == [
        Event(
            {
                "specversion": "1.0",
                "id": "9",
                "source": "/own",
                "type": "b",
                "time": "2026-01-01T00:00:00Z",
                "step": "2",
                "datacontenttype": "application/json",
            },
            b'{"n":1}',
        )
    ]


def test_a_handler_may_be_registered_by_a_decorator_and_stays_itself() -> None:
    sim = one_service()

    @sim.service("s")
    def handler(event: CloudEvent) -> int:
        return 418

    assert handler(CloudEvent({"id": "1", "source": "/", "type": "t"})) == 418


def test_nothing_is_a_200_and_a_number_is_that_status() -> None:
    assert status(answered(lambda _: None)) == 200
    assert status(answered(lambda _: 429)) == 429


@pytest.mark.parametrize(
    ("junk", "called"),
    [
        ("text", "'text'"),
        (42.0, "42.0"),
        (True, "True"),
        (99, "99"),
        (1_000, "1000"),
        ({"type": "b"}, "a dict"),
        (object(), "an object"),
    ],
)
def test_anything_else_is_a_500_that_says_so(junk: object, called: str) -> None:
    sim = answered(lambda _: junk)

    assert status(sim) == 500
    assert detail(sim) == (
        f"a handler returns a CloudEvent, a status or None, not {called}"
    )


def test_an_event_that_is_none_is_a_500_with_every_fault() -> None:
    def handler(event: CloudEvent) -> CloudEvent:
        made = reply(event, type="b")
        made.get_attributes().update(dataschema="x", type=" ")
        return made

    sim = answered(handler)

    assert status(sim) == 500
    assert detail(sim) == (
        "the handler's event is not valid: type: MUST be a non-empty string; "
        "dataschema: MUST be an absolute URI"
    )


def test_data_that_cannot_be_written_is_a_500() -> None:
    def handler(event: CloudEvent) -> CloudEvent:
        attributes = {"id": "1", "source": "/s", "type": "b"}
        return CloudEvent(attributes, {"x": object()})

    assert "the handler's event: data cannot be written" in detail(answered(handler))


def test_what_a_handler_raises_is_a_500_with_the_traceback_in_the_trace() -> None:
    def handler(event: CloudEvent) -> None:
        raise LookupError("no such order")

    sim = answered(handler)

    assert status(sim) == 500
    assert detail(sim).startswith("Traceback")
    assert 'raise LookupError("no such order")' in detail(sim)
    assert detail(sim).endswith("LookupError: no such order")


def test_a_failed_test_inside_a_handler_ends_the_run() -> None:
    def handler(event: CloudEvent) -> None:
        pytest.fail("inside")

    with pytest.raises(pytest.fail.Exception, match="inside"):
        answered(handler)


def test_a_handler_of_two_arguments_gets_a_context() -> None:
    seen: list[Context] = []

    def handler(event: CloudEvent, context: Context) -> int:
        seen.append(context)
        return 200

    sim = one_service()
    sim.service("s", handler)
    sim.send(type="a", after="90s", headers={"X-Request-Id": "r1"})

    sim.run()

    (context,) = seen
    assert context.service == "s"
    assert context.attempt == 1
    assert context.now == datetime(2026, 1, 1, 0, 1, 30, tzinfo=UTC)
    assert context.headers["x-request-id"] == "r1"
    assert context.headers["ce-type"] == "a"


def test_a_context_tells_when_its_handler_was_called_whenever_it_is_asked() -> None:
    told: list[tuple[str, str]] = []
    sim = one_service()

    async def handler(event: CloudEvent, context: Context) -> None:
        await sim.sleep("8m")
        told.append((context.now.isoformat(), context.headers["ce-type"]))

    sim.service("s", handler)
    sim.send(type="a", after="90s")

    sim.run()

    assert told == [("2026-01-01T00:01:30+00:00", "a")]


def test_a_context_is_shown_as_what_it_is_of_and_stays_it() -> None:
    seen: list[Context] = []
    sim = one_service()
    sim.service("s", lambda event, context: seen.append(context))
    sim.send(type="a")
    sim.run()

    shown = repr(seen[0])

    assert shown == "<Context of s, attempt 1>"
    with pytest.raises(AttributeError):
        setattr(seen[0], "attempt", 2)  # noqa: B010 - a type checker refuses it, too


def test_a_context_posts_further_events_now_and_later() -> None:
    def handler(event: CloudEvent, context: Context) -> None:
        context.emit(reply(event, type="b"), "broker/default", "3s")
        context.emit(reply(event, type="c"), "broker/default")

    sim = answered(handler)

    sent = sim.trace.select(kind="sent", node="service/s")
    assert [(r.event.type, r.at_ns) for r in sent] == [("c", 0), ("b", 3_000_000_000)]
    assert {sim.trace[r.cause or 0].kind for r in sent} == {"dispatched"}


def test_what_a_context_posts_is_checked_at_once() -> None:
    errors: list[EventError] = []

    def handler(event: CloudEvent, context: Context) -> None:
        wrong = reply(event, type="b")
        wrong.get_attributes()["type"] = ""
        try:
            context.emit(wrong, "broker/default")
        except EventError as error:
            errors.append(error)

    answered(handler)

    assert "type" in str(errors[0])


def test_events_sent_inside_a_handler_follow_from_its_request() -> None:
    sim = one_service()

    @sim.service("s")
    def handler(event: CloudEvent) -> None:
        sim.send(type="b", id="inner")

    sim.send(type="a")
    sim.run()

    (inner,) = sim.trace.select(kind="sent", id="inner")
    assert sim.trace[inner.cause or 0].target == "service/s"


class Playing:
    """A service with a state."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, event: CloudEvent) -> int:
        self.count += 1
        return 200 + self.count

    def method(self, event: CloudEvent, context: Context) -> int:
        return 250 + context.attempt


def test_objects_methods_partials_and_lambdas_are_handlers() -> None:
    def with_status(code: int, event: CloudEvent) -> int:
        return code

    assert status(answered(Playing())) == 201
    assert status(answered(Playing().method)) == 251
    assert status(answered(partial(with_status, 202))) == 202
    assert status(answered(lambda event, extra=3: 200 + extra)) == 203


@pytest.mark.parametrize(
    "handler",
    [lambda: None, lambda _a, _b, _c: None],
    ids=["no-argument", "three-arguments"],
)
def test_a_handler_with_other_arguments_is_refused_at_once(handler: Any) -> None:
    sim = one_service()

    with pytest.raises(
        UsageError, match="service 's': a handler takes an event, or an event and"
    ):
        sim.service("s", handler)


def test_a_handler_may_be_replaced_until_the_first_event_is_sent() -> None:
    sim = one_service()
    sim.service("s", lambda _: 201)
    assert sim.received("s") == []
    sim.service("s", lambda _: 203)
    sim.send(type="a")

    with pytest.raises(UsageError, match="before the first event is sent"):
        sim.service("s", lambda _: 204)
    sim.run()

    assert status(sim) == 203


def test_a_handler_may_play_a_service_that_the_topology_does_not_name() -> None:
    sim = one_service()
    sim.service("other", lambda _: 299)

    sent = sim.send(type="x", to="other")
    sim.run()

    assert sent.status == 299


def test_a_handler_takes_as_long_as_the_latency_of_its_service() -> None:
    sim = answered(lambda _: 201, service="{latency: 2s}")

    assert sim.now_ns == 2_000_000_000
    assert status(sim) == 201


def test_an_async_handler_without_await_needs_no_event_loop() -> None:
    async def handler(event: CloudEvent) -> int:
        return 207

    async def failing(event: CloudEvent) -> int:
        raise LookupError("gone")

    class Async:
        async def __call__(self, event: CloudEvent) -> int:
            return 208

    assert status(answered(handler)) == 207
    assert status(answered(Async())) == 208
    assert detail(answered(failing)).endswith("LookupError: gone")


def test_a_wrapped_async_handler_is_awaited() -> None:
    async def handler(event: CloudEvent) -> int:
        return 209

    @wraps(handler)
    def wrapper(event: CloudEvent) -> Any:
        return handler(event)

    sim = answered(wrapper)

    assert status(sim) == 209
    assert kinds(sim)[-2:] == ["responded", "answered"]


def test_a_coroutine_that_waits_although_nothing_in_it_says_so_is_a_500() -> None:
    @coroutine
    def waiting(event: CloudEvent) -> Generator[None, None, int]:
        yield
        return 200

    async def plain(event: CloudEvent) -> int:
        return 200

    class Odd:
        """Looks like a coroutine function without an await."""

        def __init__(self) -> None:
            self.__code__ = plain.__code__

        async def __call__(self, event: CloudEvent) -> object:
            return await waiting(event)

    assert "although nothing in it says so" in detail(answered(Odd()))


def test_a_service_is_what_its_answers_may_depend_on() -> None:
    sim = one_service()
    posted: list[str] = []
    run = Run(sim.log, Chooser(3), 0)
    surroundings: Surroundings = Service(
        sim.wiring.endpoints[0], run, lambda _event, to, _ns, _node: posted.append(to)
    )

    surroundings.emit(Event({}), "broker/default", 0)

    assert (surroundings.name, surroundings.node) == ("s", "service/s")
    assert surroundings.now_ms() == 0
    assert posted == ["broker/default"]
