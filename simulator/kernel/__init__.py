"""The sans-IO simulation; read it from the top of this list, each knows those above it.

* `answer`, `envelope`, `log`: what is answered, what travels, what is written down.
* `chooser`: what chance or somebody else decides. * `calendar`: what is due when. * `request`: one HTTP request, as its receiver sees it.
* `router`: which filters take an event. * `routes`: targets, routes and hubs, ready to run.
* `address_book`: where a URL leads, by name; `addresses`: in one run.
* `exchange`: one request until it is answered; `judge`: what the answer comes to.
* `attempts`: a request that is tried again; `delivery`: what follows, the reply or the dead letter.
* `sender`: what senders send. * `kernel`: hubs take events and hand them on.
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
