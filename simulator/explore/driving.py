"""A search, carried out by whoever there is.

What it finds does not depend on who works, nor on how many: pieces are named by what they
are made of, and the search merges their outcomes in order.
"""

from __future__ import annotations

from collections import deque
from contextlib import ExitStack
from typing import TYPE_CHECKING

from simulator.explore.working import Here

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from distributed import Client

    from simulator.explore.campaign import Campaign
    from simulator.explore.plan import Plan
    from simulator.explore.search import Search
    from simulator.explore.working import Piece, Workers


def carry_out(
    search: Search,
    plan: Plan,
    stops: Callable[[Search], bool] = lambda _: False,
    *,
    jobs: int = 1,
    on: Client | str | None = None,
    campaign: str | os.PathLike[str] | None = None,
) -> bool:
    """Carry a search out, or on.

    Args:
        search: Says what is to be done.
        plan: That it is of.
        stops: Is asked after each outcome whether that is enough.
        jobs: How many processes of this machine work; with one, it is this one.
        on: The Dask cluster that works instead, by its client or the address of its
            scheduler; None for none.
        campaign: The file that keeps what was found out, also by a search before that
            was interrupted; None for none.

    Returns:
        Whether it stopped.

    Raises:
        UsageError: The file is that of another search, or nobody listens at the address.
        WorkersError: Nobody is left who could work.
        OSError: The file cannot be read or written.
    """
    with ExitStack() as stack:
        kept: Campaign | None = None
        if campaign is not None:
            from simulator.explore.campaign import Campaign

            kept = stack.enter_context(Campaign(campaign, plan))
        workers: Workers
        if on is not None:
            from simulator.explore.cluster import Cluster, connected

            client = stack.enter_context(connected(on)) if isinstance(on, str) else on
            workers = stack.enter_context(Cluster(plan, client))
        elif jobs > 1:
            from simulator.explore.pool import Pool

            workers = stack.enter_context(Pool(plan, jobs))
        else:
            workers = Here(plan)
        return drive(search, workers, kept, stops)


def drive(
    search: Search,
    workers: Workers,
    campaign: Campaign | None,
    stops: Callable[[Search], bool],
) -> bool:
    """Hand pieces out, and take outcomes in.

    Args:
        search: Says what is to be done.
        workers: Do it.
        campaign: Knows outcomes of before, and keeps those of now.
        stops: Is asked after each outcome whether that is enough.

    Returns:
        Whether it was.

    Raises:
        WorkersError: There is nobody who can do it.
    """
    todo: deque[Piece] = deque()
    under_way = 0
    while not search.over:
        todo.extend(search.pieces())
        if todo and under_way < workers.most:
            piece = todo.popleft()
            if not search.wants(piece):
                continue
            outcome = None if campaign is None else campaign.outcome(piece)
            if outcome is None:
                workers.start(piece)
                under_way += 1
                continue
        else:
            outcome = workers.next()
            under_way -= 1
            if campaign is not None:
                campaign.keep(outcome)
        search.take(outcome)
        if not search.over and stops(search):
            return True
    return False
