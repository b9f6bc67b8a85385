"""The pytest plugin: the fixture `simulate`, and the flow of events of a failing test.

Loaded in every pytest run where kn-sim is installed, so it imports the simulator
only in tests that use it. It stands beside the package since a project may have a
`simulator` of its own, whose tests must run all the same.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import warnings
from argparse import ArgumentTypeError
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, Any, Unpack
from zlib import crc32

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from pathlib import Path

    from simulator.bridge.serving import LiveBroker, Serving
    from simulator.session.blueprint import Blueprint, BlueprintOptions, Blueprints
    from simulator.session.options import Given, Options, Simulate
    from simulator.session.simulation import Simulation
    from simulator.topology import Topology

_OPTION = "--kn-sim-seed"
_INI = "kn_sim_seed"
_TRACES = "--kn-sim-traces"
_TRACES_INI = "kn_sim_traces"
_COV = "--kn-cov"
_MUTATION = "KN_SIM_MUTATION"  # as simulator.manifests.mutant has it
_LONGEST_NAME = 80
_MOST_LINES = 200
_MAY_RAISE = "a service that may raise says so: sim.service(…, errors=500)"
_LARGEST_SEED = 2**63 - 1  # `simulator.subscribers.parse` says so, too
_NAME = "simulator"


_PASSED = pytest.StashKey[bool]()
_SIMULATIONS = pytest.StashKey[list["Simulation"]]()
_BLUEPRINTS: pytest.StashKey[Blueprints] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the seed from the command line or the configuration."""
    group = parser.getgroup("kn-sim", "simulations of Knative Eventing topologies")
    group.addoption(
        _OPTION,
        type=_seed,
        metavar="N",
        help="the seed of every simulation whose test does not set one",
    )
    parser.addini(_INI, f"the default of {_OPTION}", default="")
    group.addoption(
        _TRACES,
        metavar="FOLDER",
        help="where the traces of failing tests are kept (in the cache of pytest)",
    )
    parser.addini(_TRACES_INI, f"the default of {_TRACES}", default="")
    each = {"action": "append", "default": []}
    measured = "the topology, a file or a folder, of which to tell what tests cover"
    group.addoption(_COV, metavar="FILE", help=f"{measured}; repeatable", **each)
    report = "text (unless given), or json|lcov|cobertura|html:FILE; repeatable"
    group.addoption(f"{_COV}-report", metavar="TYPE", help=report, **each)
    under = "fail if less is covered, in per cent"
    group.addoption(f"{_COV}-fail-under", type=float, metavar="MIN", help=under)


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a seed that is none before any test runs."""
    _given_seed(config)
    how = [config.getoption(f"{_COV}{each}") for each in ("", "-report", "-fail-under")]
    if how != [[], [], None]:
        _need_simulator()
        from simulator.coverage.in_pytest import CoveragePlugin

        config.pluginmanager.register(CoveragePlugin(config, *how), _COV)
    if folder := os.environ.get(_MUTATION):
        _need_simulator()
        from simulator.mutation.in_pytest import MutationPlugin

        config.pluginmanager.register(MutationPlugin(folder), _MUTATION)


@pytest.fixture
def simulate(request: pytest.FixtureRequest) -> Generator[Simulate]:
    """Make simulations, any number in a test; a failing test shows what happened.

    A test that passed fails at its teardown when a handler raised what it must not, or an
    `expect` has no verb. It is warned of an event that was sent and never run, of what is due still, and of a service
    in Python that nothing sends to; with ``strict=True`` it fails.

    ``simulate(topology, **options)`` gives a `simulator.Simulation`. The topology is

    * a file or a folder, looked for beside the test's file, then in the root folder,
    * YAML as a string, in either form,
    * or a `simulator.Topology` or `simulator.Blueprint`.

    It is made ready once for all tests that name it with the same content; each gets a
    run of its own, which shares nothing with any other.

    The options are those of `simulator.Simulation`; a recording for ``answers`` is looked
    for as the topology is. The seed is that of the option
    ``seed=…``, of ``--kn-sim-seed``, of ``kn_sim_seed`` in the configuration, or of
    the topology, whichever comes first.
    """
    _need_simulator()
    made = request.node.stash.setdefault(_SIMULATIONS, [])
    seed = _given_seed(request.config)

    def simulate(topology: Given, /, **options: Unpack[Options]) -> Simulation:
        simulation = _made(topology, {"seed": seed, **options}, request)
        made.append(simulation)
        return simulation

    def forget() -> None:
        made.clear()
        if plugin := request.config.pluginmanager.get_plugin(_COV):
            plugin.measuring.forget()

    # `simulator.explore` makes many runs in one test, of which one is shown and measured.
    simulate.forget = forget  # type: ignore[attr-defined]
    yield simulate
    if plugin := request.config.pluginmanager.get_plugin(_COV):
        plugin.measuring.count()
    if request.node.stash.get(_PASSED, False):
        _judge(made)
        _warn(made, request.node)


@pytest.fixture
def live_broker(request: pytest.FixtureRequest) -> LiveBroker:
    """Serve topologies on this machine, for tests of real services.

    ``async with live_broker("shop.yaml") as live:`` in a test of pytest-asyncio or anyio,
    ``with`` in a plain one; ``live.url("broker/default")`` is where to post, and
    ``live.simulation`` is asked what came of it. The topology is found as by `simulate`; the
    options are those of `simulator.bridge.serve`. Needs ``pip install 'kn-sim[live]'``.
    """
    _need_simulator()

    def live_broker(topology: Given, /, **options: Any) -> Serving:
        from simulator.bridge import serve
        from simulator.session.blueprint import Blueprint, BlueprintOptions

        folder = request.path.parent
        if not isinstance(topology, Blueprint):
            given = BlueprintOptions()
            topology, folder = _blueprint(topology, given, request)
        return serve(topology.topology, **{"folder": str(folder), **options})

    return live_broker


def _made(
    topology: Given, options: dict[str, Any], request: pytest.FixtureRequest
) -> Simulation:
    from simulator.session.blueprint import Blueprint, BlueprintOptions
    from simulator.session.simulation import Simulation

    _check_options(options)
    folder = request.path.parent
    if not isinstance(topology, Blueprint):
        own = {n: options.pop(n) for n in BlueprintOptions._fields if n in options}
        topology, folder = _blueprint(topology, BlueprintOptions(**own), request)
    given = {"folder": str(folder), "journal": True, **options}
    if isinstance(given.get("answers"), str | os.PathLike):
        given["answers"] = _found(given["answers"], request)
    simulation = Simulation(topology, **given)
    if plugin := request.config.pluginmanager.get_plugin(_COV):
        plugin.measuring.watch(simulation, topology)
    return simulation


def _check_options(options: Iterable[str]) -> None:
    """Refuse an option that is none.

    Raises:
        UsageError: One is.
    """
    from simulator.errors import UsageError, nearest
    from simulator.session.options import Options as Known

    known = Known.__annotations__
    for name in options:
        if name not in known:
            raise UsageError(
                f"simulate: unknown option {name!r}{nearest(name, known)} "
                f"(there are: {', '.join(known)})"
            )


def _judge(simulations: list[Simulation]) -> None:
    """Fail a test that passed although it expected nothing, or a handler failed."""
    unjudged = [line for each in simulations for line in each.unjudged]
    if unjudged:
        pytest.fail("\n".join(unjudged), pytrace=False)
    errors = [error for each in simulations for error in each.handler_errors]
    if errors:
        from simulator.session.failures import in_lines
        from simulator.subscribers.played import WrongAnswerError

        lines = ["a handler failed", *in_lines(errors)]
        if not all(isinstance(e.exception, WrongAnswerError) for e in errors):
            lines.append(_MAY_RAISE)
        pytest.fail("\n".join(lines), pytrace=False)


def _warn(simulations: list[Simulation], item: pytest.Item) -> None:
    """Tell why a test that passed may have looked at the wrong thing.

    It fails for what is told of a strict simulation.
    """
    doubts = [(sim, doubt) for sim in simulations for doubt in sim.doubts]
    strict = [doubt for sim, doubt in doubts if sim.strict]
    if strict:
        pytest.fail("\n".join(strict), pytrace=False)
    errors = []
    for _, doubt in doubts:
        from simulator.errors import SimulatorWarning

        path, line, _ = item.reportinfo()
        try:
            warnings.warn_explicit(
                f"{item.name}: {doubt}", SimulatorWarning, str(path), (line or 0) + 1
            )
        except SimulatorWarning:  # as a filter makes it: `error::simulator.Simulator…`
            errors.append(doubt)
    if errors:
        pytest.fail("\n".join(errors), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add what happened in a failing test's simulations to its report."""
    if call.excinfo is not None and not item.config.getoption("fulltrace"):
        _end_in_the_test(call.excinfo.value)
    report = yield
    if report.when == "call":
        item.stash[_PASSED] = report.passed
    if report.failed:
        simulations = item.stash.get(_SIMULATIONS, [])
        for number, simulation in enumerate(simulations, 1):
            which = f" {number}" if len(simulations) > 1 else ""
            title = f"kn-sim: events of simulation{which} (seed {simulation.seed})"
            report.sections.append((title, _report(simulation, item, number)))
    if report.when == "teardown":
        # The item stays until the session ends, and may be run again.
        item.stash.get(_SIMULATIONS, []).clear()
    return report


def _end_in_the_test(error: BaseException) -> None:
    """Let the traceback of a wrong call end where it was made, as of one into C.

    That of any other error stays whole: it may be ours.
    """
    errors = sys.modules.get(f"{_NAME}.errors")
    if errors is None or not isinstance(error, getattr(errors, "SimulatorError", ())):
        return
    # Python's own come in between: contextlib calls what is decorated.
    ours = (__file__, os.path.dirname(str(errors.__file__)), contextlib.__file__)
    theirs = None
    frame = error.__traceback__
    while frame is not None:
        if not frame.tb_frame.f_code.co_filename.startswith(ours):
            theirs = frame
        frame = frame.tb_next
    if theirs is not None:
        theirs.tb_next = None
        error.__suppress_context__ = True


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Say of a conftest.py that cannot import what it wants why that may be."""
    try:
        return (yield)
    except Exception as error:
        cause = error.__cause__
        if cause is not None and (line := _mistaken(cause)):
            cause.add_note(line)
        raise


def pytest_exception_interact(
    call: pytest.CallInfo[object], report: pytest.CollectReport | pytest.TestReport
) -> None:
    """Say it of a module of tests and of a test, too."""
    if call.excinfo is not None and (line := _mistaken(call.excinfo.value)):
        report.sections.append(("kn-sim", line))


def _need_simulator() -> None:
    """Fail in one line where `simulator` is not the package of kn-sim."""
    try:
        from simulator.session.blueprint import Blueprints  # noqa: F401
    except ImportError:
        if line := _two_of_a_name():
            raise pytest.fail.Exception(line, pytrace=False) from None
        raise


def _mistaken(error: BaseException) -> str:
    """Give the line that tells of two modules, if an error may come of them."""
    causes = [error]
    while (cause := causes[-1].__cause__) is not None:
        causes.append(cause)
    return _two_of_a_name() if any(_is_of_the_name(each) for each in causes) else ""


def _is_of_the_name(error: BaseException) -> bool:
    if isinstance(error, AttributeError):
        return error.obj is sys.modules.get(_NAME, sys)
    name = error.name if isinstance(error, ImportError) else None
    return name is not None and name.partition(".")[0] == _NAME


def _two_of_a_name() -> str:
    """Say which of two modules called `simulator` hides the other, if there are two."""
    used = getattr(sys.modules.get(_NAME), "__file__", None)
    specs = [PathFinder.find_spec(_NAME, [folder]) for folder in sys.path]
    found = [used, *(spec.origin for spec in specs if spec is not None)]
    places = list(dict.fromkeys(os.path.realpath(file) for file in found if file))
    others = [file for file in places if not _is_of_kn_sim(file)]
    if not others:
        return ""
    if others[0] == places[0]:
        return (
            f"`{_NAME}` is {others[0]} here, and hides kn-sim's package of that name; "
            f"for `simulate` and `from {_NAME} import …`, rename it or keep its folder "
            "off the import path (pythonpath, sys.path, `python -m pytest`)"
        )
    return (
        f"`{_NAME}` is kn-sim's package here, and hides {others[0]}, which is later on "
        "the import path; rename that, or put its folder first (pythonpath)"
    )


def _is_of_kn_sim(file: str) -> bool:
    """Tell our package: this module stands beside it, in a wheel and a checkout."""
    beside = os.path.dirname(os.path.dirname(file))
    return os.path.isfile(os.path.join(beside, os.path.basename(__file__)))


def _report(simulation: Simulation, item: pytest.Item, number: int) -> str:
    """Show a run as the command does, and say where all of its records are."""
    from simulator.cli.show import report_lines

    if not len(simulation.trace):
        return "\n".join(simulation.doubts) or "nothing happened: was it run?"
    lines = report_lines(simulation, _MOST_LINES)
    told = "\n".join(lines)
    lines += [doubt for doubt in simulation.doubts if doubt not in told]
    path = _kept(simulation, item, number)
    if path is not None:
        lines.append(f"kn-sim ui --replay {path}")
    return "\n".join(lines)


def _kept(simulation: Simulation, item: pytest.Item, number: int) -> str | None:
    """Write the trace where a user finds it after the test run; None for nowhere."""
    from shlex import quote

    from simulator.trace.files import create_trace
    from simulator.trace.writing import TraceWriter

    config = item.config
    given = config.getoption(_TRACES) or config.getini(_TRACES_INI)
    if given:
        folder = config.rootpath / given
        folder.mkdir(parents=True, exist_ok=True)
    else:
        cache = getattr(config, "cache", None)  # of a plugin that may be off
        if cache is None:
            return None
        folder = cache.mkdir("kn-sim")
    # Short names of their own for tests whose names differ in what files cannot have.
    name = re.sub(r"[^\w.-]+", "-", item.nodeid)[-_LONGEST_NAME:].strip("-.")
    path = folder / f"{name}-{crc32(item.nodeid.encode()):08x}-{number}.jsonl"
    with create_trace(str(path)) as file:
        writer = TraceWriter(file, simulation.recording)
        writer.write(simulation.log)
        writer.finish()
    return quote(os.path.relpath(path, config.invocation_params.dir))


def _blueprint(
    topology: str | os.PathLike[str] | Topology,
    options: BlueprintOptions,
    request: pytest.FixtureRequest,
) -> tuple[Blueprint, Path]:
    """Give the blueprint, and the folder in which files that the topology names lie."""
    from simulator.errors import UsageError
    from simulator.session.blueprint import Blueprints
    from simulator.topology import Topology

    kept = request.config.stash.setdefault(_BLUEPRINTS, Blueprints())
    beside = request.path.parent
    if isinstance(topology, Topology):
        return kept.of(topology, options), beside
    if not isinstance(topology, str | os.PathLike) or not os.fspath(topology):
        raise UsageError(
            f"simulate({topology!r}): expected a file or a folder, YAML as text, a "
            "Topology or a Blueprint"
        )
    if isinstance(topology, str) and _is_yaml(topology):
        return kept.of_text(topology, "<simulate>", options), beside
    path = _found(topology, request)
    return kept.of_files(path, options), path if path.is_dir() else path.parent


def _found(name: str | os.PathLike[str], request: pytest.FixtureRequest) -> Path:
    """Look for a file or folder beside the test's file, then in the root folder."""
    from simulator.errors import UsageError

    folders = dict.fromkeys((request.path.parent, request.config.rootpath))
    candidates = [folder / name for folder in folders]
    for path in candidates:
        if path.exists():
            return path
    looked = " and no ".join(str(path) for path in candidates)
    raise UsageError(f"simulate({os.fspath(name)!r}): there is no {looked}")


def _is_yaml(text: str) -> bool:
    """Tell YAML from a path: it has several lines, or ``key: value`` in one."""
    return "\n" in text or ": " in text


def _given_seed(config: pytest.Config) -> int | None:
    seed: int | None = config.getoption(_OPTION)
    text = str(config.getini(_INI)).strip()
    if seed is not None or not text:
        return seed
    try:
        return _seed(text)
    except ArgumentTypeError as error:
        raise pytest.UsageError(f"{_INI}: {error}") from None


def _seed(text: str) -> int:
    seed = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= seed <= _LARGEST_SEED:
        raise ArgumentTypeError(
            f"expected a whole number from 0 to {_LARGEST_SEED}, found {text!r}"
        )
    return seed
