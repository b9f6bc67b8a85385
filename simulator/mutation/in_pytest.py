"""What pytest does for `kn-sim mutate`; `kn_sim_pytest` registers it in such a run."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from simulator.manifests.mutant import CONTEXT, note, order
from simulator.mutation.recording import Recording, within

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path


class MutationPlugin:
    """Runs the tests that are asked for; without a mutant, notes what each comes across."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        asked = order(folder)
        self._tests: list[str] | None = asked.get("tests")
        baseline = asked.get("mutant") is None
        self._recording = Recording(folder) if baseline else None

    def pytest_ignore_collect(
        self, collection_path: Path, config: pytest.Config
    ) -> bool | None:
        """Do not even import a module in which no test is asked for."""
        path, root = collection_path, config.rootpath
        if self._tests is None or path == root or not path.is_relative_to(root):
            return None
        here = path.relative_to(root).as_posix()
        asked = within(here, self._tests) or any(within(e, [here]) for e in self._tests)
        return None if asked else True

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        if self._tests is None:
            return
        wanted = [item for item in items if within(item.nodeid, self._tests)]
        left = [item for item in items if item not in wanted]
        if left:
            config.hook.pytest_deselected(items=left)
            items[:] = wanted

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, Any, Any]:
        """What a module reads while it is imported, any of its tests may look at."""
        with _context(collector.nodeid):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, Any, Any]:
        """What a fixture of several tests reads or runs, any of them may look at."""
        if fixturedef.scope == "function":
            return (yield)
        with _context(request.node.nodeid):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Note what a test covers when it is over."""
        with _context(item.nodeid):
            result = yield
        if self._recording is not None:
            self._recording.count(item.nodeid)
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note which test has noticed a mutant, or how long each takes without any."""
        if self._recording is not None:
            note(self._folder, report.nodeid, "took", f"{report.duration:.3f}")
        elif report.failed:
            note(self._folder, report.nodeid, "failed")

    def pytest_sessionfinish(self) -> None:
        """Note what was covered by what several tests share."""
        if self._recording is not None:
            self._recording.count()


@contextmanager
def _context(name: str) -> Iterator[None]:
    before = os.environ.get(CONTEXT, "")
    os.environ[CONTEXT] = "" if name == "." else name
    try:
        yield
    finally:
        os.environ[CONTEXT] = before
