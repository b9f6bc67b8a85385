"""Runs of a topology that go otherwise: other orders, and requests that go wrong.

A **plan** says what is run, what goes in, what must hold, and how far the search goes. It
is data, pickles small, and makes the same runs in every process.

A **piece** is work: some choices to run with, or some seeds. It is named by what it is
made of, a few dozen bytes a run, never by a simulation.

`work(plan, piece)` makes the runs of a piece and gives an **outcome**: how many they were,
the first that failed, and the choices that are to be tried after these. It is pure: the
same piece has the same outcome wherever and whenever it is worked on. The blueprint of a
plan is made once in each process.

A **search** hands out the pieces and takes the outcomes. It goes breadth first: the run as
it is, then all with one departure from it, with two, …; then seeds. Outcomes may come in
any order: they are merged in that of their pieces, and the next pieces follow from what is
merged. So what is found, and after how many runs, is the same however many work on it.

    search = Search(plan)
    while pieces := search.pieces():
        for piece in pieces:
            search.take(work(plan, piece))

* `plan`: what is searched. * `checks`: what must hold. * `running`: one run.
* `working`: a piece of them. * `commuting`: orders that make no difference.
* `search`: what comes next, and what came of it. * `shrinking`: less that fails as well.
* `driving`: a search carried out, by `workers`: this process, a `pool` of them, or a
  `cluster`. * `campaign`: the file that keeps what was found out.
* `exploring`: `explore`, which does it all.
"""

from simulator.explore.either import explore
from simulator.explore.exploring import Exploration
from simulator.explore.plan import Plan
from simulator.explore.search import Search
from simulator.explore.working import Found, Outcome, Piece, WorkersError, work

__all__ = [
    "Exploration",
    "Found",
    "Outcome",
    "Piece",
    "Plan",
    "Search",
    "WorkersError",
    "explore",
    "work",
]
