"""What a trace says of its run, so that the run can be had again from it alone.

In a trace file that is the line ``run``, and the lines ``input``; see the reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.profiles import Profile
from simulator.session.told_values import NotToldError, told_value
from simulator.subscribers.played import code_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.session.blueprint import Blueprint
    from simulator.session.journal import Journal, Place
    from simulator.subscribers.played import Played

END = "end"
_ON = ("defaults", "validate")  # unless given; the others are not
_LEFT_OUT = (
    "handlers",
    "keep",
    "most",
    "journal",
    "raise_assertions",
    "seed",
    "folder",
)


class SimulationRecording:
    """Tells a trace of one run; see `simulator.trace.recorded.Recording`.

    Args:
        blueprint: What the run began with.
        seed: Of the run.
        options: As they were given to it.
        given: Services that functions of the caller play.
        journal: Of the run.
    """

    def __init__(
        self,
        blueprint: Blueprint,
        seed: int,
        options: Mapping[str, Any],
        given: Mapping[str, Played],
        journal: Journal,
    ) -> None:
        self._blueprint = blueprint
        self._seed = seed
        self._options = options
        self._given = given
        self._journal = journal
        self._next = 0

    @property
    def run(self) -> Mapping[str, Any]:
        """How it was made; options that are as they are unless given are left out."""
        told: dict[str, Any] = {"seed": self._seed}
        for name, value in {**self._options, **self._blueprint.options}.items():
            if name not in _LEFT_OUT and bool(value) != (name in _ON):
                told[name] = _option(value)
        if any(spec.replay for spec in self._blueprint.prepared.spec.sources.values()):
            told["folder"] = self._options["folder"]
        if self._given:
            told["python"] = {n: _place(each) for n, each in self._given.items()}
        told["topology"] = told_value(self._blueprint.topology)["$topology"]
        return told

    def news(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Give what was done to the run since the last call, each with the records before."""
        inputs = self._journal.inputs
        while self._next < len(inputs):
            each = inputs[self._next]
            self._next += 1
            line: dict[str, Any] = {"input": each.name, "place": _told(each.place)}
            try:
                for name in ("args", "kwargs"):
                    if value := getattr(each, name):
                        line[name] = told_value(value)
            except NotToldError as error:
                line = {"input": each.name, "place": line["place"], "lost": str(error)}
            yield each.place.records, line

    def end(self) -> Mapping[str, Any] | None:
        """Tell where the run stands; None when a notice was broken off."""
        if self._journal.broken:
            return None
        return {"input": END, "place": _told(self._journal.place())}


def _told(place: Place) -> list[int]:
    return [place.notices, place.now_ns, int(place.settled), place.records]


def _option(value: object) -> Any:
    if isinstance(value, Profile):
        return value.name
    if not isinstance(value, str | int | Mapping):  # a chooser, which somebody made
        return repr(type(value).__name__)
    return told_value(value)


def _place(played: Played) -> str:
    code = code_of(played.function)
    return "" if code is None else f"{code.co_filename}:{code.co_firstlineno}"
