"""The sans-IO simulation; each of these files knows those below it.

* `kernel`: hubs take events and hand them on. `sender`, `raw_sender`: who sends them.
* `queues`, `storing`: hubs that store them. `door`: hubs that look at who sends.
* `delivery`: what follows, the reply or the dead letter. `attempts`: a request that is tried again.
* `judge`: what an answer comes to. `exchange`: one request until it is answered.
* `addresses`: where a URL leads in one run; `address_book`: in all of them, by name.
* `routes`: targets, routes and hubs, ready to run. `router`: which filters take an event.
* `request`: one HTTP request, as its receiver sees it.
* `calendar`: what is due when. `chooser`: what chance or somebody else decides.
* `answer`, `envelope`, `log`: what is answered, what travels, what is written down.
"""

from simulator.kernel.address_book import AddressBook
from simulator.kernel.addresses import Addresses
from simulator.kernel.answer import Answer, Failure
from simulator.kernel.calendar import EndOfTimeError
from simulator.kernel.chooser import Chooser
from simulator.kernel.envelope import Envelope
from simulator.kernel.kernel import Kernel
from simulator.kernel.log import WIDTH, Kind, Log, RunawayError
from simulator.kernel.request import Request, Role
from simulator.kernel.routes import Target
from simulator.kernel.sender import Sender

__all__ = [
    "WIDTH",
    "AddressBook",
    "Addresses",
    "Answer",
    "Chooser",
    "EndOfTimeError",
    "Envelope",
    "Failure",
    "Kernel",
    "Kind",
    "Log",
    "Request",
    "Role",
    "RunawayError",
    "Sender",
    "Target",
]
