"""One run of a topology: the kernel driven, the services called, the questions answered.

`simulation`: `Simulation`, the front door; all that it does is done by its parts:

* `deployment`: what runs. `blueprint`: a topology made ready, by `prepare`; `engine`: the kernel with what answers and
  what sends by itself (`sources`, as `emitted` says). `run`: what services share.
* `sending`: what a caller sends. * `driver`: how time goes on; `pending`: handlers that really wait.
* `interceptors`: `faults` and `breakpoints`, who look at each request first. * `approvals`: what waits for a decision.
* `facts`: what a run has come to, as `views` show it and `why` explains it; `expectation`: what a test expects of it.
* `journal`: what a caller did; `forks`: the same done again; `recording`, `replaying`: the same from a trace.

What answers for a service: `described_service` by description, `approver` when somebody has decided, `functions` in
Python, which `handlers` loads; `failures`: what goes wrong there.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from simulator.session.simulation import Simulation

if TYPE_CHECKING:
    from simulator.session.approvals import Approval
    from simulator.session.breakpoints import Breakpoint, Held
    from simulator.session.failures import HandlerFailure
    from simulator.session.faults import InjectedFault
    from simulator.session.why import Why

__all__ = [
    "Approval",
    "Breakpoint",
    "HandlerFailure",
    "Held",
    "InjectedFault",
    "Simulation",
    "Why",
]

# What a run hands out; imported when it is first asked for by name.
_HOMES = {
    "Approval": "simulator.session.approvals",
    "Breakpoint": "simulator.session.breakpoints",
    "HandlerFailure": "simulator.session.failures",
    "Held": "simulator.session.breakpoints",
    "InjectedFault": "simulator.session.faults",
    "Why": "simulator.session.why",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)
