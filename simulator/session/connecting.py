"""What the connector of an IntegrationSink answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.kernel import Answer

if TYPE_CHECKING:
    from simulator.kernel import Request

_TAKEN, _UNKNOWN, _OTHER_METHOD = Answer(204), Answer(404), Answer(405)


def connected(request: Request) -> Answer:
    """Take whatever is posted to the root, be it an event or not.

    What comes of it outside is not in the answer: it is 204 also where that fails.

    Source: knative-resources 4.7 and knative-kinds 6 (204, no filter, no reply);
        camel-knative KnativeHttpConsumer (read: one route, and what it answers); that
        Vert.x answers 404 and 405 besides is read.
    """
    if (request.target.path or "/") != "/":
        return _UNKNOWN
    return _TAKEN if request.method == "POST" else _OTHER_METHOD
