"""Handlers that fail: who is told, and what the caller of the handler sees."""

import traceback
from typing import Any
from unittest import SkipTest
from unittest.mock import AsyncMock, MagicMock, Mock, create_autospec

import anyio
import anyio.lowlevel
import pytest

from simulator import CloudEvent, Simulation, Topology
from simulator.errors import UsageError
from tests.unit.session.hubs import kinds, one_service

RETRIED = """
topology: retried
brokers: {default: {delivery: {retry: 1, deadLetterSink: parking}}}
triggers: {ship: {subscriber: shipping}}
services: {shipping: {}, parking: {}}
"""


def shipping(handler: Any, **options: Any) -> Simulation:
    """Give a run with one event on its way to a handler that is tried twice."""
    sim = Simulation(Topology.parse(RETRIED), journal=True)
    sim.service("shipping", handler, **options)
    sim.send(type="order.placed", id="o1")
    return sim


def fails(event: CloudEvent) -> None:
    assert event.get_subject() == "pallet", "wrong subject"


async def fails_later(event: CloudEvent) -> None:
    await anyio.lowlevel.checkpoint()
    fails(event)


def statuses(sim: Simulation) -> list[int]:
    return [received.status for received in sim.received("shipping")]


@pytest.mark.parametrize("handler", [fails, fails_later])
def test_a_failed_assertion_is_raised_by_run_where_it_failed(handler: Any) -> None:
    sim = shipping(handler)

    with pytest.raises(AssertionError, match="wrong subject") as caught:
        sim.run()

    frames = [frame.name for frame in traceback.extract_tb(caught.tb)]
    assert frames[-1] == "fails"
    assert caught.value.__context__ is None
    assert not {"subscriber", "_go_on"} & set(frames)


@pytest.mark.parametrize("handler", [fails, fails_later])
def test_after_a_failed_assertion_the_run_can_go_on_as_in_knative(handler: Any) -> None:
    sim = shipping(handler)

    for _ in range(2):
        with pytest.raises(AssertionError):
            sim.run()
    sim.run()

    assert statuses(sim) == [500, 500]
    assert len(sim.dead_letters) == 1
    assert sim.handler_errors == []


def test_a_step_raises_what_it_came_to() -> None:
    sim = shipping(fails)

    raised = []
    for _ in range(40):
        try:
            if not sim.step():
                break
        except AssertionError as error:
            raised.append(error)

    assert len(raised) == 2
    assert len(sim.dead_letters) == 1


@pytest.mark.parametrize("end", [pytest.fail.Exception("x"), SkipTest("x")])
def test_what_ends_a_test_is_raised_by_run_too(end: BaseException) -> None:
    def handler(event: CloudEvent) -> None:
        raise end

    sim = shipping(handler, errors=503)

    with pytest.raises(type(end)):
        sim.run()


def test_an_assertion_in_a_group_of_tasks_is_raised_too() -> None:
    async def handler(event: CloudEvent) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(fails_later, event)

    with pytest.raises(ExceptionGroup) as caught:
        shipping(handler).run()

    assert isinstance(caught.value.exceptions[0], AssertionError)


def test_other_errors_are_answered_retried_and_kept_with_their_place() -> None:
    def handler(event: CloudEvent) -> int:
        return {"a": 1}["b"]

    sim = shipping(handler)
    sim.run()

    first, second = sim.handler_errors
    line = handler.__code__.co_firstlineno + 1
    assert statuses(sim) == [500, 500]
    assert isinstance(first.exception, KeyError)
    assert (first.service, first.place) == ("service/shipping", f"{__file__}:{line}")
    assert (first.event.get_id(), first.attempt, second.attempt) == ("o1", 1, 2)
    assert sim.trace[first.serial].kind == "dispatched"
    assert str(second).startswith("service/shipping: KeyError: 'b' (")
    assert str(second).endswith(f":{line}; order.placed o1, attempt 2)")


@pytest.mark.parametrize("wrong", ["ok", {"a": 1}, (200, "x"), 42.0])
def test_a_wrong_return_value_is_an_error_of_the_handler(wrong: object) -> None:
    def handler(event: CloudEvent) -> Any:
        return wrong

    sim = shipping(handler, errors=503)
    sim.run()

    error = sim.handler_errors[0]
    assert error.what.startswith("a handler returns a CloudEvent, a status or None")
    assert error.place == f"{__file__}:{handler.__code__.co_firstlineno}"
    assert statuses(sim) == [500, 500]


@pytest.mark.parametrize("errors", [503, "503"])
@pytest.mark.parametrize("handler", [fails, fails_later])
def test_a_service_that_is_declared_to_fail_answers_with_its_status(
    handler: Any, errors: int | str
) -> None:
    sim = shipping(handler, errors=errors)

    sim.run()

    assert statuses(sim) == [503, 503]
    assert sim.handler_errors == []


def test_a_topology_declares_the_status_of_a_handler_that_may_fail() -> None:
    text = RETRIED.replace(
        "shipping: {}", "shipping: {handler: 'x:fails', errors: 422}"
    )
    module: Any = type(anyio)("x")
    module.fails = fails
    sim = Simulation(Topology.parse(text), handlers=[module])
    sim.send(type="order.placed")

    sim.run()

    assert statuses(sim) == [422]
    assert sim.handler_errors == []


@pytest.mark.parametrize("errors", [200, 99, 600, "x", True, 5.0])
def test_a_status_that_says_no_failure_is_refused(errors: Any) -> None:
    with pytest.raises(UsageError, match=r"errors: expected a status from 400 to 599"):
        one_service().service("s", fails, errors=errors)


def test_a_fork_does_what_failed_again_and_raises_nothing() -> None:
    sim = shipping(fails)
    for _ in range(2):
        with pytest.raises(AssertionError):
            sim.run()
    sim.run()

    fork = sim.fork()

    assert kinds(fork) == kinds(sim)
    assert fork.handler_errors == []


def test_assertions_can_be_recorded_only() -> None:
    sim = Simulation(Topology.parse(RETRIED), raise_assertions=False)
    sim.service("shipping", fails)
    sim.send(type="order.placed")

    sim.run()

    assert [e.what for e in sim.handler_errors] == ["AssertionError: wrong subject"] * 2


def takes(event: CloudEvent) -> int:
    return 200


@pytest.mark.parametrize(
    "handler",
    [
        Mock(return_value=201),
        MagicMock(return_value=201),
        AsyncMock(return_value=201),
        Mock(spec=takes, return_value=201),
        create_autospec(takes, return_value=201),
        lambda *_: 201,
        lambda *_, **__: 201,
    ],
)
def test_mocks_and_functions_of_any_arguments_are_handlers(handler: Any) -> None:
    sim = shipping(handler)

    sim.run()

    assert statuses(sim) == [201]


def test_a_mock_that_says_nothing_accepts() -> None:
    spy = Mock()
    sim = shipping(spy)

    sim.run()

    [call] = spy.call_args_list
    assert call.args[0].get_id() == "o1"
    assert statuses(sim) == [200]


def test_what_cannot_be_called_is_refused() -> None:
    with pytest.raises(UsageError, match="a handler is a function, found 503"):
        one_service().service("s", 503)  # type: ignore[call-overload]


def fails_as_a_group(event: CloudEvent) -> None:
    raise ExceptionGroup("two", [ValueError("a"), ExceptionGroup("b", [KeyError(1)])])


def fails_after_a_group(event: CloudEvent) -> None:
    try:
        fails_as_a_group(event)
    except* (ValueError, KeyError) as group:
        raise LookupError("later") from group


def fails_in_part_after_a_group(event: CloudEvent) -> None:
    try:
        fails_as_a_group(event)
    except* ValueError as group:
        raise LookupError("later") from group


def fails_as_a_group_later(event: CloudEvent) -> None:
    try:
        int(event.get_type())
    except ValueError as first:
        raise ExceptionGroup("after", [first]) from first


async def fails_in_a_task_group(event: CloudEvent) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(anyio.lowlevel.checkpoint)
        int(event.get_type())


def fails_after_a_group_of_one(event: CloudEvent) -> None:
    try:
        raise ExceptionGroup("one", [ValueError("a")])
    except* ValueError as group:
        raise LookupError("later") from group


def fails_as_a_group_after_a_group(event: CloudEvent) -> None:
    try:
        fails_after_a_group_of_one(event)
    except LookupError as error:
        raise ExceptionGroup("last", [KeyError(2)]) from error


def fails_as_a_group_of_a_group(event: CloudEvent) -> None:
    raise ExceptionGroup("a", [ExceptionGroup("b", [ValueError("c"), KeyError(1)])])


@pytest.mark.parametrize(
    ("handler", "what"),
    [
        (fails_in_a_task_group, "ValueError: invalid literal for int() with base 10: 'order.placed' (in an ExceptionGroup)"),
        (fails_after_a_group_of_one, "LookupError: later"),
        (fails_as_a_group_after_a_group, "KeyError: 2 (in an ExceptionGroup)"),
        (fails_as_a_group_of_a_group, "ExceptionGroup: a (1 sub-exception)"),
        (fails_as_a_group, "ExceptionGroup: two (2 sub-exceptions)"),
        (fails_after_a_group, "LookupError: later"),
        (fails_in_part_after_a_group, "ExceptionGroup:  (2 sub-exceptions)"),
        (fails_as_a_group_later, "ValueError: invalid literal for int() with base 10: 'order.placed' (in an ExceptionGroup)"),
    ],
)  # fmt: skip
def test_a_group_of_exceptions_is_told_by_its_name(handler: Any, what: str) -> None:
    sim = shipping(handler)

    sim.run()

    assert {failed.what for failed in sim.handler_errors} == {what}
