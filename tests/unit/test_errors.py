"""Every error says in one sentence what is wrong, where, and what was meant."""

from __future__ import annotations

import pickle

import pytest

from simulator.cli.parser import WrongWordsError
from simulator.errors import (
    EXIT_WRONG_USE,
    EventError,
    Fault,
    HandlerError,
    Position,
    SimulatorError,
    TopologyError,
    UnknownAddressError,
    Unreadable,
    UsageError,
    nearest,
    with_article,
)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("broker/defalt", "; did you mean 'broker/default'?"),
        ("chanel/audit", "; did you mean 'channel/audit'?"),
        ("zzz", ""),
    ],
)
def test_the_nearest_valid_name_ends_the_sentence(name: str, said: str) -> None:
    assert nearest(name, ["broker/default", "channel/audit"]) == said


def test_a_topology_error_names_every_fault_in_a_line() -> None:
    error = TopologyError(["a.yaml:1:1: spec: no", "a.yaml:2:1: spec: no"])

    assert error.faults == ("a.yaml:1:1: spec: no", "a.yaml:2:1: spec: no")
    assert str(error) == "a.yaml:1:1: spec: no\na.yaml:2:1: spec: no"


def test_an_event_error_says_where_when_that_is_known() -> None:
    assert str(EventError("no id")) == "no id"
    assert str(EventError("no id", where="e.json")) == "e.json: no id"
    assert EventError("no id", where="e.json").reason == "no id"


def test_an_unknown_address_names_the_nearest_and_those_there_are() -> None:
    error = UnknownAddressError("broker/defalt", ["broker/default", "service/a"])

    assert (error.address, error.valid) == (
        "broker/defalt",
        ("broker/default", "service/a"),
    )
    assert str(error) == (
        "nothing has the address 'broker/defalt'; did you mean 'broker/default'? "
        "(there are: broker/default, service/a)"
    )


@pytest.mark.parametrize(
    "error",
    [
        UsageError("no"),
        EventError("no id", where="e.json"),
        UnknownAddressError("broker/defalt", ["broker/default"], "it is not Ready"),
        WrongWordsError("kn-sim run", "unknown option --sned"),
        TopologyError(
            [
                Fault("no", Position("a.yaml", 1, 2), "spec.filter", "Trigger a"),
                Unreadable("is none"),
            ]
        ),
    ],
    ids=lambda error: type(error).__name__,
)
def test_another_process_gets_an_error_as_it_is(error: SimulatorError) -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        got = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301 - our own

        assert (type(got), str(got)) == (type(error), str(error))
        assert vars(got) == vars(error)
        for one, other in zip(
            getattr(got, "faults", ()), getattr(error, "faults", ()), strict=True
        ):
            assert [getattr(one, name) for name in Fault.__slots__] == [
                getattr(other, name) for name in Fault.__slots__
            ]


def test_an_unknown_address_where_there_is_none_says_so() -> None:
    assert str(UnknownAddressError("x", [])) == (
        "nothing has the address 'x' (there are: none)"
    )


@pytest.mark.parametrize(
    "error",
    [
        TopologyError(["x"]),
        EventError("x"),
        UsageError("x"),
        UnknownAddressError("x", []),
        HandlerError("x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_error_is_one_of_ours_and_ends_the_command_with_2(
    error: SimulatorError,
) -> None:
    assert isinstance(error, SimulatorError)
    assert error.exit_code == EXIT_WRONG_USE == 2


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("Broker", "a Broker"),
        ("async_generator", "an async_generator"),
        ("APIService", "an APIService"),
    ],
)
def test_a_word_gets_its_article(word: str, told: str) -> None:
    assert with_article(word) == told
