"""The names that users import."""

from importlib import import_module
from types import FunctionType

import pytest

import simulator
from simulator import strategies


def test_the_public_names_are_these() -> None:
    assert simulator.__all__ == [
        "Blueprint",
        "CloudEvent",
        "Context",
        "EventView",
        "Received",
        "Record",
        "Sent",
        "Simulate",
        "Simulation",
        "SimulatorError",
        "SimulatorWarning",
        "Topology",
        "TopologyError",
        "Trace",
        "reply",
    ]


def test_the_public_strategies_are_these() -> None:
    names = ["deliveries", "events", "faults", "invalid_requests", "sends"]

    assert strategies.__all__ == names
    assert all(getattr(strategies, name).__doc__ for name in names)


def test_every_public_name_can_be_imported_and_has_a_docstring() -> None:
    undocumented = [
        name for name in simulator.__all__ if not getattr(simulator, name).__doc__
    ]

    assert undocumented == []


def test_every_method_and_property_of_a_public_name_has_a_docstring() -> None:
    undocumented = [
        f"{made.__name__}.{member}"
        for public in map(simulator.__getattr__, simulator.__all__)
        for made in getattr(public, "__mro__", ())
        if made.__module__.startswith("simulator.")
        for member, what in vars(made).items()
        if isinstance(what, FunctionType | classmethod | staticmethod | property)
        if not member.startswith("_") and not what.__doc__
    ]

    assert undocumented == []


def test_every_public_name_is_known_where_it_is_imported_from() -> None:
    homes = {name: simulator._HOMES[name] for name in simulator.__all__}

    assert list(simulator._HOMES) == simulator.__all__
    assert all(home.startswith("simulator.") for home in homes.values())


def test_all_names_are_listed_and_others_are_attribute_errors() -> None:
    assert set(simulator.__all__) <= set(dir(simulator))
    with pytest.raises(AttributeError, match="has no attribute 'Simulator'"):
        simulator.Simulator  # noqa: B018 - it is looked up


@pytest.mark.parametrize("name", simulator._MOVED)
def test_a_name_of_0_1_can_be_imported_for_one_more_release(name: str) -> None:
    home = import_module(simulator._MOVED[name])

    with pytest.warns(
        DeprecationWarning, match=f"is {home.__name__}.{name} now"
    ) as told:
        old = getattr(simulator, name)

    assert old is getattr(home, name)
    assert name in home.__dict__.get("__all__", [name])
    assert told[0].filename == __file__
    assert name not in simulator.__all__
