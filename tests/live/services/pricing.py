"""A service of somebody else's: Flask, and the SDK of CloudEvents for Python."""

import os

from cloudevents.core.bindings.http import (
    HTTPMessage,
    from_http_event,
    to_binary_event,
)
from cloudevents.core.v1.event import CloudEvent
from flask import Flask, Response, request

app = Flask("pricing")


@app.get("/health")
def health() -> str:
    """Say that it is there."""
    return "ok"


@app.post("/")
def price() -> Response:
    """Answer an order with its price."""
    order = from_http_event(HTTPMessage(dict(request.headers), request.get_data()))
    data = order.get_data()
    assert isinstance(data, dict), "an order is JSON"
    priced = CloudEvent(
        {
            "id": f"{order.get_id()}-priced",
            "source": os.environ["K_SERVICE"],
            "type": "order.priced",
            "datacontenttype": "application/json",
        },
        {"id": data["id"], "price": 10 * data["quantity"]},
    )
    message = to_binary_event(priced)
    return Response(message.body, 200, dict(message.headers))


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]))
