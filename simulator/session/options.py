"""The types of the fixture `simulate`, and of whoever else hands options on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypedDict, Unpack

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from simulator.kernel import Chooser
    from simulator.profiles import Profile
    from simulator.session.blueprint import Blueprint
    from simulator.session.recorded_answers import GivenAnswers
    from simulator.session.simulation import Simulation
    from simulator.subscribers.played import Handler
    from simulator.topology import Topology

    Given: TypeAlias = str | os.PathLike[str] | Topology | Blueprint


class Options(TypedDict, total=False):
    """As `Simulation` takes them; see there."""

    seed: int | None
    profile: str | Profile | None
    start: str | None
    strict: bool
    max_ttl: int | None
    configmaps: Mapping[str, Mapping[str, str]] | None
    handlers: Sequence[Any]
    keep: int | None
    most: int
    defaults: bool
    validate: bool
    folder: str | os.PathLike[str]
    journal: bool
    choices: Mapping[str, int | str] | Chooser | None
    services: Mapping[str, Handler] | None
    raise_assertions: bool
    live: bool
    answers: GivenAnswers | None
    redact: Sequence[str]


class Simulate(Protocol):
    """The type of the pytest fixture `simulate`: ``simulate: simulator.Simulate``."""

    def __call__(self, topology: Given, /, **options: Unpack[Options]) -> Simulation:
        """Make a simulation; see the fixture."""
        ...
