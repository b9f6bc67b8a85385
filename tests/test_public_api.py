"""The names that users import."""

import pytest

import simulator


def test_the_public_names_are_these() -> None:
    assert simulator.__all__ == [
        "Approval",
        "Blueprint",
        "Breakpoint",
        "CloudEvent",
        "Context",
        "EventError",
        "EventView",
        "HandlerError",
        "HandlerFailure",
        "Held",
        "InjectedFault",
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
        "UsageError",
        "Why",
        "reply",
    ]


def test_every_public_name_can_be_imported_and_has_a_docstring() -> None:
    undocumented = [
        name for name in simulator.__all__ if not getattr(simulator, name).__doc__
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
