"""What pytest does with ``--kn-cov``; `kn_sim_pytest` registers it, if that is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator.coverage.covered import Measuring
from simulator.coverage.formats import targets_of
from simulator.coverage.report import text_lines
from simulator.errors import SimulatorError, UsageError
from simulator.session.blueprint import Blueprint
from simulator.topology import Topology

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

_OUTPUT = "kn_sim_coverage"
_ALL = 100  # per cent


class CoveragePlugin:
    """Measures, joins what workers of xdist have measured, and reports.

    Args:
        reports: As `targets_of` reads them.
        fail_under: Per cent; None for no limit.

    Raises:
        pytest.UsageError: A topology or an option is refused.
    """

    def __init__(
        self,
        config: pytest.Config,
        files: Sequence[str],
        reports: Sequence[str],
        fail_under: float | None,
    ) -> None:
        self._config = config
        self._fail_under = fail_under
        self._folder = config.invocation_params.dir
        if wrong := _wrong(files, fail_under):
            raise pytest.UsageError(wrong)
        root = config.rootpath
        try:
            topologies = [Topology.load(root / file) for file in files]
            self.measuring = Measuring(map(Blueprint, topologies), root)
        except (SimulatorError, OSError) as error:
            raise pytest.UsageError(f"--kn-cov: {error}") from None
        try:
            read = [file for each in topologies for file in each.files]
            self._targets = targets_of(reports, self._folder, read)
        except UsageError as error:
            raise pytest.UsageError(f"--kn-cov-report: {error}") from None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(
        self, session: pytest.Session
    ) -> Generator[None, object, object]:
        """Fail the run where too little is covered; hand a worker's part over."""
        result = yield
        output: dict[str, Any] | None = getattr(self._config, "workeroutput", None)
        if output is not None:
            output[_OUTPUT] = sorted(self.measuring.coverage.covered)
        elif self._too_little and not self._config.option.collectonly:
            session.testsfailed += 1
        return result

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Take what a worker has covered; one that has crashed tells nothing."""
        self.measuring.add(getattr(node, "workeroutput", {}).get(_OUTPUT, ()))

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> None:
        """Show the coverage, or write it to a file."""
        if self._config.option.collectonly:
            return
        coverage, shown = self.measuring.coverage, terminalreporter
        shown.section("coverage of topologies")
        for target in self._targets:
            if target.form == "text":
                for line in text_lines(coverage):
                    shown.write_line(line)
                continue
            try:
                root = self._config.rootpath
                shown.write_line(target.write(coverage, self._folder, root))
            except OSError as error:
                pytest.exit(
                    f"--kn-cov-report: {target.path}: {error.strerror or error}",
                    pytest.ExitCode.USAGE_ERROR,
                )
        if self._fail_under is not None:
            reached = "not reached" if self._too_little else "reached"
            shown.write_line(
                f"{'FAIL ' if self._too_little else ''}Required coverage of "
                f"{self._fail_under:g}% {reached}. Total coverage: {coverage.percent:.2f}%"
            )

    @property
    def _too_little(self) -> bool:
        under = self._fail_under
        return under is not None and self.measuring.coverage.percent < under


def _wrong(files: Sequence[str], fail_under: float | None) -> str:
    """Say which option is wrong; nothing if all are right."""
    if not files:
        return "--kn-cov FILE: is missing, without which nothing is measured"
    if fail_under is not None and not 0 <= fail_under <= _ALL:
        return f"--kn-cov-fail-under: expected 0 to {_ALL}, found {fail_under:g}"
    return ""
