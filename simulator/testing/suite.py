"""The tests of a topology: made ready, all faults told before any runs; then run."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from simulator.errors import (
    EventError,
    Fault,
    Position,
    RunStoppedError,
    SimulatorError,
    TopologyError,
    UsageError,
    in_document_order,
)
from simulator.resource import Resource
from simulator.session import Simulation
from simulator.session.blueprint import Blueprint
from simulator.session.failures import in_lines
from simulator.subscribers.parse import API_VERSION, KIND
from simulator.testing.case import cases_of
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from simulator.session.expectation import Expectation
    from simulator.session.views import Sent
    from simulator.testing.case import Case
    from simulator.topology import Topology

    Fits: TypeAlias = Callable[[str], bool]
_OF_A_RUN = {"seed": "seed", "start": "start", "maxTTL": "max_ttl"}
_OF_MANY = ("services", "sources", "jobs")  # what two documents may not describe


class Failure(NamedTuple):
    """Why a test failed: what stands at a place, a field of its document, was not so."""

    position: Position
    text: str
    path: str = ""


class Outcome(Value):
    case: Case
    simulation: Simulation
    failures: tuple[Failure, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.failures


class _Staged(NamedTuple):
    case: Case
    simulation: Simulation
    sent: list[Sent]
    asked: list[Expectation | None]


class Suite:
    """The tests of one topology. What they are given alike is made ready once.

    Args:
        topology: With its tests.
        options: Options of `Simulation`; a setting that a test is given wins.

    Raises:
        TopologyError: The topology or a test is faulty; every fault is named.
    """

    def __init__(
        self,
        topology: Topology,
        blueprint: Mapping[str, Any],
        options: Mapping[str, Any],
    ) -> None:
        self._topology = topology
        self._of_blueprint = blueprint
        self._options = options
        self._blueprints: dict[str, Blueprint] = {}
        self.cases, faults = cases_of(topology)
        faults = [*topology.faults, *faults]
        try:
            self.blueprint(None)
        except TopologyError as error:
            faults += [f for f in error.faults if isinstance(f, Fault)]
        if not faults:
            for case in self.cases:
                faults += self._stage(case)[1]
        if faults:
            raise TopologyError(in_document_order(faults, topology.files))

    def run(self, cases: Iterable[Case]) -> Iterator[Outcome]:
        for case in cases:
            staged, _ = self._stage(case)
            assert staged is not None, "it was staged before"
            yield _outcome(staged)

    def blueprint(self, case: Case | None) -> Blueprint:
        """Give what a test runs on; without one, what all have that are given nothing."""
        given = {} if case is None else case.given
        wired = {name: each for name, each in given.items() if name not in _OF_A_RUN}
        key = json.dumps(wired, sort_keys=True, default=str)
        found = self._blueprints.get(key)
        if found is None:
            topology = self._topology.replace(faults=())
            if case is not None and wired:
                topology = _with(topology, wired, case.resource)
            found = Blueprint(topology, **self._of_blueprint)
            self._blueprints[key] = found
        return found

    def _stage(self, case: Case) -> tuple[_Staged | None, list[Fault]]:
        sim, faults = self._simulation(case)
        if sim is None:
            return None, faults
        sent: list[Sent] = []
        for each in case.sent:
            try:
                sent.append(
                    sim.send(attributes=each.event, to=each.to, after=each.at,
                             as_=each.account, timeout=each.timeout)
                )  # fmt: skip
            except (UsageError, EventError) as error:
                faults.append(case.fault(each.path, str(error)))
        asked: list[Expectation | None] = []
        for each_expected in case.expected:
            try:
                asked.append(each_expected.of(sim))
            except UsageError as error:
                faults.append(case.fault(each_expected.path, str(error)))
        if sim.endless and case.until is None:
            names = ", ".join(sim.endless)
            reason = f"{names} would send for ever: say how long, such as for: 5m"
            faults.append(case.fault("spec.for", reason))
        return _Staged(case, sim, sent, asked), faults

    def _simulation(self, case: Case) -> tuple[Simulation | None, list[Fault]]:
        given = case.given
        own = {_OF_A_RUN[name]: given[name] for name in _OF_A_RUN if name in given}
        try:
            if case.choices:
                own["choices"] = case.choices
            sim = Simulation(self.blueprint(case), **{**self._options, **own})
            if case.choices:
                _ = sim.wiring  # to see whether there is what they are about
        except TopologyError as error:  # the topology itself was found to be in order
            return None, [f for f in error.faults if isinstance(f, Fault)]
        except SimulatorError as error:
            if case.choices and str(error).startswith("choices: "):
                return None, [case.fault("spec.choices", str(error))]
            # Of handlers, with its place, or a setting: of all tests alike, it is told once.
            return None, [Fault(str(error))]
        return sim, []


def _outcome(staged: _Staged) -> Outcome:
    case, sim = staged.case, staged.simulation
    failures = []
    try:
        sim.run(case.until)
    except (RunStoppedError, UsageError) as error:
        failures.append(Failure(case.resource.position(), str(error)))
    else:
        for expected, asked in zip(case.expected, staged.asked, strict=True):
            try:
                expected.judge(sim, asked, staged.sent)
            except (AssertionError, UsageError) as error:
                place = case.resource.position(expected.path)
                failures.append(Failure(place, str(error), expected.path))
    if sim.handler_errors:
        text = "\n".join(["a handler failed", *in_lines(sim.handler_errors)])
        failures.append(Failure(case.resource.position(), text))
    return Outcome(case=case, simulation=sim, failures=tuple(failures))


class _Given:
    def __init__(self, test: Resource) -> None:
        self._test = test

    def position(self, path: str = "") -> Position:
        """Find the place of a field of the Simulation that it stands for."""
        return self._test.position(f"spec.given{path.removeprefix('spec')}")

    def reading(self, path: str) -> str:
        """Say nothing: values were read before."""
        return ""


def _with(topology: Topology, given: Mapping[str, Any], test: Resource) -> Topology:
    resources = [_less(each, given) for each in topology.resources]
    manifest = {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": {"name": f"given to {test.name}"},
        "spec": dict(given),
    }
    added = Resource(manifest=manifest, origin=_Given(test))
    return topology.replace(resources=(*resources, added))


def _less(resource: Resource, given: Mapping[str, Any]) -> Resource:
    if (resource.api_version, resource.kind) != (API_VERSION, KIND):
        return resource
    spec = dict(resource.spec)
    for section in _OF_MANY:
        there = spec.get(section)
        if isinstance(there, dict):
            mine = given.get(section) or {}
            spec[section] = {n: v for n, v in there.items() if n not in mine}
    return resource.replace(manifest={**resource.manifest, "spec": spec})


_TOKEN = re.compile(r"\s*([()]|[^\s()]+)")
_WORDS = ("and", "or", "not", "(", ")")
_DEEPEST = 50  # brackets, and nots: each is a few calls deep


def keyword(text: str) -> Fits:
    """Compile an expression as pytest's ``-k`` has it; UsageError where it is none.

    Words side by side are one text: ``order and not refund``, ``paid order``; case does
    not matter.
    """
    reader = _Reader(_TOKEN.findall(text), text)
    fits = reader.either()
    if reader.tokens:
        raise reader.wrong(f"unexpected {reader.tokens[0]!r}")
    return fits


class _Reader:
    def __init__(self, tokens: list[str], text: str) -> None:
        self.tokens = tokens
        self._text = text
        self._depth = 0

    def wrong(self, what: str) -> UsageError:
        return UsageError(
            f"-k {self._text!r}: {what}; expected words with and, or, not and brackets"
        )

    def _takes(self, token: str) -> bool:
        if self.tokens[:1] != [token]:
            return False
        del self.tokens[0]
        return True

    def _deeper(self, read: Callable[[], Fits]) -> Fits:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self.wrong(f"is nested deeper than {_DEEPEST}")
        fits = read()
        self._depth -= 1
        return fits

    def either(self) -> Fits:
        fits = [self._all()]
        while self._takes("or"):
            fits.append(self._all())
        return lambda name: any(each(name) for each in fits)

    def _all(self) -> Fits:
        fits = [self._one()]
        while self._takes("and"):
            fits.append(self._one())
        return lambda name: all(each(name) for each in fits)

    def _one(self) -> Fits:
        if self._takes("not"):
            inner = self._deeper(self._one)
            return lambda name: not inner(name)
        if self._takes("("):
            inner = self._deeper(self.either)
            if not self._takes(")"):
                raise self.wrong("a bracket is not closed")
            return inner
        words: list[str] = []
        while self.tokens and self.tokens[0] not in _WORDS:
            words.append(self.tokens.pop(0))
        if not words:
            found = repr(self.tokens[0]) if self.tokens else "the end"
            raise self.wrong(f"unexpected {found}")
        wanted = " ".join(words).casefold()
        return lambda name: wanted in " ".join(name.split()).casefold()
