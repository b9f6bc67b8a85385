"""CloudEvents as they travel between Knative's hops, and the one door to `cloudevents`.

* `Event`: the attributes and the body of the binary HTTP form, shared, never changed.
* `http`: from HTTP headers and body to an `Event`. * `writing`: and back.
* `text`: how sdk-go spells and checks attribute values.
* `sdk`: from and to the `CloudEvent` of the Python SDK that handlers work with.
"""

from simulator.event.event import Event
from simulator.event.http import (
    NotAnEventError,
    UnparsableEventError,
    UnreadEvent,
    read_http,
    read_json,
    read_written,
    take_http,
)
from simulator.event.rules import faults, valid_event
from simulator.event.writing import write_file, write_json

__all__ = [
    "Event",
    "NotAnEventError",
    "UnparsableEventError",
    "UnreadEvent",
    "faults",
    "read_http",
    "read_json",
    "read_written",
    "take_http",
    "valid_event",
    "write_file",
    "write_json",
]
