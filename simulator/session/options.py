"""The options of a simulation, for the types of whoever hands them on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.kernel import Chooser
    from simulator.profiles import Profile


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
    folder: str
    journal: bool
    choices: Mapping[str, int | str] | Chooser | None
    raise_assertions: bool
