"""Tests that a command runs, such as pytest: each mutant in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING, Any

from simulator.manifests.mutant import CONTEXT, MUTATION, ORDER
from simulator.mutation.campaign import BaselineError, Found, Verdict
from simulator.mutation.recording import Notes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from simulator.mutation.campaign import Candidate

_TIMES, _SPARE_S = 5, 5.0  # of what the same tests take without a mutant; and more
_LINES = 30
_PYTEST = "PYTEST_ADDOPTS"
_NO_TESTS = 5
"""The exit code of pytest that has run none.

Source: pytest, reference, ExitCode.
"""


class Children:
    """Tests that a command runs; pytest, in whatever way it is called, notes more.

    Args:
        spare_s: How long a run may take besides five times what it takes without a mutant.
    """

    def __init__(
        self, words: Sequence[str], jobs: int = 1, spare_s: float = _SPARE_S
    ) -> None:
        self._words = words
        self._jobs = jobs
        self._spare_s = spare_s
        self._texts: list[str] = []
        self._notes: Notes | None = None
        self._start_s = 0.0
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._lock = Lock()
        self._stopped = False

    def baseline(self, texts: Iterable[str]) -> None:
        """Run them all; note what each comes across."""
        self._texts = list(texts)
        with TemporaryDirectory(prefix="kn-sim-") as folder:
            began = time.monotonic()
            code = self._run(Path(folder), None, None, None)
            took_s = time.monotonic() - began
            if code != 0:
                raise BaselineError(self._failed(Path(folder), code))
            self._notes = Notes(folder)
        self._start_s = max(0.0, took_s - self._notes.seconds([""]))

    def covering(self, candidate: Candidate) -> list[str]:
        assert self._notes is not None, "they were run"
        return self._notes.tests(candidate.text, candidate.effect.items)

    def attempts(
        self, candidates: Mapping[int, tuple[Candidate, list[str]]]
    ) -> Iterator[tuple[int, Found]]:
        """Try mutants, some at a time; an interruption ends those that run."""
        pool = ThreadPoolExecutor(self._jobs)
        futures = {
            pool.submit(self._attempt, candidate, names): number
            for number, (candidate, names) in candidates.items()
        }
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:
            self._stop()
            pool.shutdown(cancel_futures=True)

    def _attempt(self, candidate: Candidate, names: list[str]) -> Found:
        with TemporaryDirectory(prefix="kn-sim-") as folder:
            tests = None if names == [""] else names
            mutant = candidate.mutant
            resource = list(mutant.resource.key)
            order = {"resource": resource, "spec": mutant.spec, "text": candidate.text}
            code = self._run(Path(folder), order, tests, self._limit_s(names))
            by = Notes(folder).failed()
        if code is None:
            return Found(Verdict.TIMED_OUT)
        survives = code in (0, _NO_TESTS)
        return Found(Verdict.SURVIVED if survives else Verdict.KILLED, by)

    def _limit_s(self, names: list[str]) -> float:
        """Tell how long tests may take with a mutant, where others run at the same time."""
        assert self._notes is not None, "they were run"
        share = max(1.0, self._jobs / (os.cpu_count() or 1))
        took_s = self._start_s + self._notes.seconds(names)
        return _TIMES * took_s * share + self._spare_s

    def _run(
        self,
        folder: Path,
        mutant: dict[str, Any] | None,
        tests: list[str] | None,
        limit_s: float | None,
    ) -> int | None:
        """Run the command; give its exit code, None if its time was up."""
        order = {"texts": self._texts, "mutant": mutant, "tests": tests}
        (folder / ORDER).write_text(json.dumps(order), encoding="utf-8")
        first = "-x " if mutant is not None else ""
        options = f"{os.environ.get(_PYTEST, '')} {first}-p no:cacheprovider"
        environ = {k: v for k, v in os.environ.items() if k != CONTEXT}
        environ |= {MUTATION: str(folder), _PYTEST: options.strip()}
        with (folder / "output").open("wb") as output:
            with self._lock:
                if self._stopped:
                    return None
                child = subprocess.Popen(  # noqa: S603 - what the user asks for
                    list(self._words), env=environ, stdin=subprocess.DEVNULL,
                    stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
                )  # fmt: skip
                self._running[child.pid] = child
            try:
                return child.wait(limit_s)
            except subprocess.TimeoutExpired:
                return None
            finally:
                with self._lock:
                    del self._running[child.pid]
                if child.returncode is None:
                    _kill(child)

    def _failed(self, folder: Path, code: int | None) -> str:
        output = (folder / "output").read_text(encoding="utf-8", errors="replace")
        lines = output.rstrip().splitlines()[-_LINES:]
        shown = "".join(f"\n  {line}" for line in lines)
        return (
            f"{' '.join(self._words)}: exit code {code} without any mutant; let the tests "
            f"pass first{':' if lines else ''}{shown}"
        )

    def _stop(self) -> None:
        with self._lock:
            self._stopped = True
            for child in self._running.values():
                _kill(child)


def _kill(child: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
    else:
        child.kill()
    child.wait()
