"""The sans-IO simulation.

* `kernel`: the calendar, hubs and senders. * `process`: who waits for what.
* `hops`: the rules of one delivery. * `judge`: what an answer means.
* `program`: the wiring, every address looked up; of `lane`s, which lead to `target`s.
* `router`: which routes match.
* `guard`: what happens to requests on their way. * `duplicate`: one that comes twice.
* `brake`: stops the run. * `envelope`, `request`, `answer`: what travels. * `log`: the records.
* `awaiting`: how long somebody waits for an answer.
* `asking`: whom what is under way asks when another program has taken over.
"""

from simulator.kernel.answer import Answer, Fault
from simulator.kernel.envelope import Envelope
from simulator.kernel.kernel import Kernel
from simulator.kernel.log import WIDTH, Kind, Log, RunawayError
from simulator.kernel.posting import Posting
from simulator.kernel.program import Program
from simulator.kernel.request import Request, Role
from simulator.kernel.target import Target

__all__ = [
    "WIDTH",
    "Answer",
    "Envelope",
    "Fault",
    "Kernel",
    "Kind",
    "Log",
    "Posting",
    "Program",
    "Request",
    "Role",
    "RunawayError",
    "Target",
]
