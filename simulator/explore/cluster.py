"""Workers of a Dask cluster."""

from __future__ import annotations

import logging
import socket
import threading
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError
from simulator.explore.working import (
    VERSIONS,
    Trouble,
    WorkersError,
    attempted,
    ground_of,
    outcome_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from distributed import Client

    from simulator.explore.plan import Plan
    from simulator.explore.working import Outcome, Piece

_AHEAD = 3  # pieces for each thread of a worker
_FEWEST = 8  # pieces under way while few workers are known of
_PATIENCE_S = 10
_COME_S = 60  # a pod with a worker is there by then
_TCP = "tcp://"
_DISTRIBUTION = "kn-sim"
_one_at_a_time = threading.Lock()  # handlers expect it, and threads would gain nothing


class Cluster:
    """The workers of a cluster, those that come later among them.

    What a worker that dies leaves undone, its scheduler gives to others.

    Raises:
        SimulatorError: The plan cannot be run.
        WorkersError: No worker comes, or the versions of one are others than those here.
    """

    def __init__(self, plan: Plan, client: Client) -> None:
        from distributed import as_completed

        ground_of(plan)
        self._client: Any = client
        # The outcome of a task, unlike data that is scattered, is made again when the
        # worker is lost that has it.
        self._plan = client.submit(_same, plan, pure=False)
        try:  # what waits to be done lets some clusters start workers
            client.wait_for_workers(1, timeout=_COME_S)
        except TimeoutError as error:
            raise WorkersError(
                f"no worker came to the scheduler within {_COME_S} s: dask worker ADDRESS"
            ) from error
        _check_versions(client)
        self._under_way = as_completed(loop=self._client.loop)
        self._futures: set[Any] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let the cluster forget what is not done."""
        self._client.cancel([self._plan, *self._futures])

    @property
    def most(self) -> int:
        """How many pieces keep the workers busy that are there now."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        threads: int = sum(each["nthreads"] for each in workers)
        return max(_FEWEST, _AHEAD * threads)

    def start(self, piece: Piece) -> None:
        """Let a worker begin with a piece."""
        future = self._client.submit(_work, self._plan, piece, VERSIONS, pure=False)
        self._futures.add(future)
        self._under_way.add(future)

    def next(self) -> Outcome:
        """Wait for the next outcome.

        Raises:
            WorkersError: There will be none.
        """
        future = next(self._under_way)
        self._futures.discard(future)
        if future.status == "error":
            raise WorkersError(f"the cluster cannot run this: {future.exception()}")
        if future.status != "finished":
            raise WorkersError(
                f"the scheduler at {self._client.scheduler.address} is gone"
            )
        return outcome_of(future.result())


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """Connect to a scheduler.

    Raises:
        UsageError: The address is none, or there is nobody there, or the extra is not
            installed.
    """
    try:
        from distributed import Client
        from distributed.versions import VersionMismatchWarning
    except ModuleNotFoundError as error:
        if error.name != "distributed":
            raise
        raise UsageError(
            f"--on {address} needs an extra: pip install 'kn-sim[cluster]'"
        ) from error
    _see_who_answers(address)
    with warnings.catch_warnings():
        # What counts is checked.
        warnings.simplefilter("ignore", VersionMismatchWarning)
        try:
            client = Client(address, timeout=_PATIENCE_S, set_as_default=False)
        except (OSError, ValueError) as error:
            raise UsageError(
                f"--on {address}: no Dask scheduler answers there: {error}"
            ) from error
    # It would tell with stack traces that the scheduler is gone; `next` does, in a line.
    log = logging.getLogger("distributed.client")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        with client:
            yield client
    finally:
        log.setLevel(before)


def _see_who_answers(address: str) -> None:
    """See that a scheduler listens: one speaks first, and a client waits for that for ever.

    Raises:
        UsageError: None does.
    """
    host, _, port = address.removeprefix(_TCP).rpartition(":")
    if not (address.startswith(_TCP) and host and port.isdecimal()):
        raise UsageError(
            f"--on {address}: expected tcp://HOST:PORT of a Dask scheduler"
        )
    try:
        there = host.strip("[]"), int(port)
        with socket.create_connection(there, _PATIENCE_S) as connection:
            said = connection.recv(1)
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"--on {address}: no Dask scheduler listens there: {error}"
        ) from error
    if not said:
        raise UsageError(f"--on {address}: what listens there is no Dask scheduler")


def _check_versions(client: Client) -> None:
    versions: Any = client.get_versions(packages=[_DISTRIBUTION])
    here = _told(versions["client"])
    for worker, found in sorted(versions["workers"].items()):
        if (there := _told(found)) != here:
            raise WorkersError(f"worker {worker} has {there}; here is {here}")


def _told(versions: dict[str, Any]) -> str:
    packages = versions["packages"]
    python = ".".join(packages["python"].split(".")[:2])
    kn_sim = packages[_DISTRIBUTION]
    return f"{f'kn-sim {kn_sim}' if kn_sim else 'no kn-sim'}, Python {python}"


def _same(plan: Plan) -> Plan:
    return plan


def _work(plan: Plan, piece: Piece, versions: str) -> Outcome | Trouble:
    if versions != VERSIONS:  # of a worker that came later
        return Trouble(f"it has {VERSIONS}; {versions} is asked for")
    with _one_at_a_time:
        return attempted(plan, piece)
