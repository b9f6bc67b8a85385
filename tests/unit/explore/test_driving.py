from __future__ import annotations

import multiprocessing
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from distributed import Client, LocalCluster

from simulator.errors import UsageError
from simulator.explore import Search, WorkersError
from simulator.explore.cluster import Cluster
from simulator.explore.driving import carry_out

from .test_search import plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulator.explore import Found, Plan

KILLS_ONCE = """
import os, signal

def kills(sim):
    try:
        os.close(os.open({mark!r}, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
"""
KILLS = """
import os, signal

def kills(sim):
    os.kill(os.getpid(), signal.SIGKILL)
"""


class Came(NamedTuple):
    """What a search came to."""

    runs: int
    deliveries: int
    known: int
    found: Found | None
    digests: set[str]


def came(plan: Plan, **how: Any) -> Came:
    search = Search(plan)
    carry_out(search, plan, **how)
    return Came(
        search.runs, search.deliveries, search.known, search.found, search.digests
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "checks.py"


@pytest.fixture
def client() -> Iterator[Client]:
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as two,
        Client(two, set_as_default=False) as client,
    ):
        yield client


@pytest.mark.parametrize(
    "searched", [plan(faults=2, gathers=True), plan(faults=0, seeds=800)]
)
def test_as_many_workers_as_one_likes_come_to_the_same(searched: Plan) -> None:
    alone = came(searched)

    assert [came(searched, jobs=jobs) for jobs in (2, 3)] == [alone, alone]


def test_a_process_that_dies_is_made_up_for(file: Path, tmp_path: Path) -> None:
    file.write_text(KILLS_ONCE.format(mark=str(tmp_path / "mark")))
    searched = plan(predicate=f"{file}:kills", faults=1, gathers=True)

    with_one_that_died = came(searched, jobs=2)

    assert (tmp_path / "mark").exists()
    assert with_one_that_died == came(searched)


def test_processes_that_die_of_the_same_work_again_and_again_end_it(file: Path) -> None:
    file.write_text(KILLS)
    searched = plan(predicate=f"{file}:kills")

    with pytest.raises(WorkersError, match="died 3 times at the same work"):
        came(searched, jobs=2)


def test_no_process_is_left_when_a_search_is_interrupted() -> None:
    before = multiprocessing.active_children()

    def interrupt(_: Search) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        came(plan(faults=2, gathers=True), jobs=2, stops=interrupt)

    assert multiprocessing.active_children() == before


def test_a_worker_of_a_cluster_that_dies_is_made_up_for(
    file: Path, tmp_path: Path, client: Client
) -> None:
    file.write_text(KILLS_ONCE.format(mark=str(tmp_path / "mark")))
    searched = plan(predicate=f"{file}:kills", faults=1, gathers=True)

    with_one_that_died = came(searched, on=client)

    assert (tmp_path / "mark").exists()
    assert with_one_that_died == came(searched)


class OtherVersions:
    """A client of a cluster whose workers run something else."""

    def submit(self, *_: object, **__: object) -> None: ...

    def wait_for_workers(self, *_: object, **__: object) -> None: ...

    def get_versions(self, packages: list[str]) -> dict[str, Any]:
        here = {"packages": {"kn-sim": "0.1.0", "python": "3.11.7.final.0"}}
        there = {"packages": {"kn-sim": None, "python": "3.13.0.final.0"}}
        return {"client": here, "workers": {"tcp://b:2": there, "tcp://a:1": here}}


def test_workers_with_other_versions_are_not_asked() -> None:
    client: Any = OtherVersions()

    with pytest.raises(WorkersError) as refused:
        Cluster(plan(), client)

    assert str(refused.value) == (
        "worker tcp://b:2 has no kn-sim, Python 3.13; here is kn-sim 0.1.0, Python 3.11"
    )


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("tcp://127.0.0.1:1", "no Dask scheduler listens there: "),
        ("tcp://127.0.0.1", "expected tcp://HOST:PORT of a Dask scheduler"),
        ("http://127.0.0.1:8787", "expected tcp://HOST:PORT of a Dask scheduler"),
    ],
)
def test_an_address_where_no_scheduler_listens_is_named(
    address: str, message: str
) -> None:
    with pytest.raises(UsageError, match=f"^--on {address}: {message}"):
        came(plan(), on=address)


def test_a_cluster_needs_an_extra_that_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(UsageError, match=r"pip install 'kn-sim\[cluster\]'"):
        came(plan(), on="tcp://127.0.0.1:8786")
