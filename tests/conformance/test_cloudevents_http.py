"""What the HTTP binding of CloudEvents says, sent through broker and channel over sockets.

Sources: CloudEvents 1.0.2, HTTP Protocol Binding 3.1 to 3.3, JSON Event Format 2 and 3; for
what Knative makes of it, knative-runtime, "Ingress" and "What each hop adds".
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, NamedTuple

import pytest

from simulator import Topology
from simulator.bridge import serve
from tests.conformance.over_sockets import OF_HTTP, read_message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.bridge.live import Live

TOPOLOGY = """
topology: vectors
brokers: {{default: {{}}}}
triggers: {{all: {{subscriber: sink}}}}
channels: {{c: {{}}}}
subscriptions: {{all: {{channel: c, subscriber: sink}}}}
services: {{sink: {{url: "http://127.0.0.1:{port}"}}}}
"""
REQUIRED = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s", "ce-type": "t"}
JSON = {"content-type": "application/json"}
STRUCTURED = {"content-type": "application/cloudevents+json"}
START = b'{"specversion":"1.0","id":"1","source":"/s","type":"t"'


class Vector(NamedTuple):
    """What is sent, and what comes of it.

    Args:
        sent: The headers, in order.
        body: The body.
        got: The headers that are delivered, but for those of HTTP and of the hub; None
            where the sender is answered 400.
        data: The body that is delivered; None for the one that is sent.
    """

    sent: Mapping[str, str] | list[tuple[str, str]]
    body: bytes = b""
    got: Mapping[str, str] | None = None
    data: bytes | None = None


DELIVERED = {
    "binary, as small as can be": Vector(REQUIRED, b"", REQUIRED),
    "binary, JSON": Vector({**REQUIRED, **JSON}, b'{"a": 1}', {**REQUIRED, **JSON}),
    "binary, a body without a type": Vector(REQUIRED, b"\x00\xff", REQUIRED),
    "binary, bytes": Vector(
        {**REQUIRED, "content-type": "application/octet-stream"}, b"\x00\xff",
        {**REQUIRED, "content-type": "application/octet-stream"},
    ),
    "binary, another charset": Vector(
        {**REQUIRED, "content-type": "text/plain; charset=iso-8859-1"}, b"\xdc",
        {**REQUIRED, "content-type": "text/plain; charset=iso-8859-1"},
    ),
    "binary, all optional attributes": Vector(
        {**REQUIRED, "ce-subject": "a/b", "ce-dataschema": "http://a/b", "ce-time": "2026-01-01T01:00:00.5+01:00"}, b"",
        {**REQUIRED, "ce-subject": "a/b", "ce-dataschema": "http://a/b", "ce-time": "2026-01-01T00:00:00.5Z"},
    ),
    "binary, extensions of all types": Vector(
        {**REQUIRED, "ce-flag": "true", "ce-count": "5", "ce-when": "2026-01-01T01:00:00+01:00"}, b"",
        {**REQUIRED, "ce-flag": "true", "ce-count": "5", "ce-when": "2026-01-01T01:00:00+01:00"},
    ),
    "binary, names in any case": Vector(
        {"CE-SpecVersion": "1.0", "Ce-Id": "1", "cE-sOURCE": "/s", "CE-TYPE": "t", "Ce-MyExt": "X"}, b"",
        {**REQUIRED, "ce-myext": "X"},
    ),
    "binary, percent-encoding stays as it is": Vector(
        {**REQUIRED, "ce-subject": "Euro%20%E2%82%AC%25"}, b"",
        {**REQUIRED, "ce-subject": "Euro%20%E2%82%AC%25"},
    ),
    "binary, UTF-8, spaces and quotes as they are": Vector(
        {**REQUIRED, "ce-subject": 'Ü "a" \\b €'}, b"",
        {**REQUIRED, "ce-subject": 'Ü "a" \\b €'},
    ),
    "binary, of a header twice the first": Vector(
        [*REQUIRED.items(), ("ce-subject", "a"), ("ce-subject", "b")], b"",
        {**REQUIRED, "ce-subject": "a"},
    ),
    "binary, of version 0.3": Vector(
        {**REQUIRED, "ce-specversion": "0.3"}, b"", {**REQUIRED, "ce-specversion": "0.3"}
    ),
    "binary, a longer name than the specification advises": Vector(
        {**REQUIRED, "ce-averyveryverylongextension": "x"}, b"",
        {**REQUIRED, "ce-averyveryverylongextension": "x"},
    ),
    "structured, as small as can be": Vector(STRUCTURED, START + b"}", REQUIRED),
    "structured, with a charset": Vector(
        {"content-type": "application/cloudevents+json; charset=UTF-8"}, START + b"}", REQUIRED
    ),
    "structured, JSON is not spelled anew": Vector(
        STRUCTURED, START + b',"datacontenttype":"application/json","data":{"n": 1.50, "n":2, "e":"\\u00fc"}}',
        {**REQUIRED, **JSON}, b'{"n": 1.50, "n":2, "e":"\\u00fc"}',
    ),
    "structured, data without a type": Vector(STRUCTURED, START + b',"data":[1, 2]}', REQUIRED, b"[1, 2]"),
    "structured, a text": Vector(
        STRUCTURED, START + b',"datacontenttype":"text/plain","data":"a \\"b\\""}',
        {**REQUIRED, "content-type": "text/plain"}, b'a "b"',
    ),
    "structured, bytes": Vector(
        STRUCTURED, START + b',"datacontenttype":"application/octet-stream","data_base64":"AP8="}',
        {**REQUIRED, "content-type": "application/octet-stream"}, b"\x00\xff",
    ),
    "structured, extensions become text": Vector(
        STRUCTURED, START + b',"flag":true,"count":-5,"name":"x"}',
        {**REQUIRED, "ce-flag": "true", "ce-count": "-5", "ce-name": "x"}, b"",
    ),
    "structured, whatever stands in headers beside it": Vector(
        {**STRUCTURED, "ce-id": "2", "ce-other": "x"}, START + b"}", REQUIRED
    ),
}  # fmt: skip
REFUSED = {
    "no event": Vector(JSON, b"{}"),
    "a batch": Vector({"content-type": "application/cloudevents-batch+json"}, b"[" + START + b"}]"),
    "an unknown format": Vector({"content-type": "application/cloudevents+xml"}, b"<event/>"),
    "structured, no JSON": Vector(STRUCTURED, START),
    "structured, no object": Vector(STRUCTURED, b"[]"),
    "structured, an id that is a number": Vector(STRUCTURED, START.replace(b'"id":"1"', b'"id":1') + b"}"),
    "structured, an extension that is an object": Vector(STRUCTURED, START + b',"a":{}}'),
    "structured, no base64": Vector(STRUCTURED, START + b',"data_base64":"%"}'),
    "another version": Vector({**REQUIRED, "ce-specversion": "2.0"}),
    "a name with an underscore": Vector({**REQUIRED, "ce-my_ext": "x"}),
    "a time that is none": Vector({**REQUIRED, "ce-time": "yesterday"}),
    "a schema that is no URI": Vector({**REQUIRED, "ce-dataschema": "a"}),
    "a content type that is none": Vector({**REQUIRED, "content-type": "text/"}),
    **{f"no {name}": Vector({n: v for n, v in REQUIRED.items() if n != name}) for name in REQUIRED},
    **{f"an empty {name}": Vector({**REQUIRED, name: ""}) for name in REQUIRED},
}  # fmt: skip
OF_THE_HUB = {
    "broker": {"kn-namespace": "default", "prefer": "reply", "ce-knativearrivaltime": "<time>"},
    "channel": {"kn-namespace": "default", "prefer": "reply"},
}  # fmt: skip
ADDRESSES = {"broker": "broker/default", "channel": "channel/c"}
Got = tuple[int, list[tuple[dict[str, str], bytes]]]


async def _exchanged() -> dict[tuple[str, str], Got]:
    """Send all vectors, one after the other, and give what came of each."""
    received: list[tuple[dict[str, str], bytes]] = []

    async def sink(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (message := await read_message(reader)) is not None:
            head, body = message
            assert len({n.lower() for n, _ in head.headers}) == len(head.headers)
            received.append(({n.lower(): v for n, v in head.headers}, body))
            writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    found = {}
    server = await asyncio.start_server(sink, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with serve(Topology.parse(TOPOLOGY.format(port=port))) as live:
        for hub, address in ADDRESSES.items():
            for name, vector in {**DELIVERED, **REFUSED}.items():
                received.clear()
                status = await _sent(live, live.url(address), vector)
                found[hub, name] = status, list(received)
    server.close()
    return found


async def _sent(live: Live, url: str, vector: Vector) -> int:
    path = url.partition(live.authority)[2]
    sent = vector.sent.items() if not isinstance(vector.sent, list) else vector.sent
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {live.authority}",
        f"Content-Length: {len(vector.body)}",
        *(f"{name}: {value}" for name, value in sent),
    ]
    reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + vector.body)
    answer = await read_message(reader)
    writer.close()
    assert answer is not None
    assert answer[1] == b""
    return int(answer[0].line.split()[1])


@pytest.fixture(scope="module")
def exchanged() -> dict[tuple[str, str], Got]:
    return asyncio.run(_exchanged())


@pytest.mark.parametrize("hub", ADDRESSES)
@pytest.mark.parametrize("name", DELIVERED)
def test_an_event_is_delivered_as_knative_delivers_it(
    name: str, hub: str, exchanged: dict[tuple[str, str], Got]
) -> None:
    vector = DELIVERED[name]
    expected = vector.body if vector.data is None else vector.data
    if vector.data is None and "structured" in name:
        expected = b""

    status, ((headers, body),) = exchanged[hub, name]

    assert status == 202
    kept = {n: _fixed(n, v) for n, v in headers.items() if n not in OF_HTTP}
    assert kept == {**OF_THE_HUB[hub], **(vector.got or {})}
    assert body == expected
    assert headers["user-agent"] == "Go-http-client/1.1"
    assert headers["content-length"] == str(len(expected))


def _fixed(name: str, value: str) -> str:
    if name != "ce-knativearrivaltime":
        return value
    return re.sub(r"\d{4}(-\d\d){2}T(\d\d:){2}\d\d(\.\d{1,9})?Z", "<time>", value)


@pytest.mark.parametrize("hub", ADDRESSES)
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_event_is_refused_and_delivered_to_nobody(
    name: str, hub: str, exchanged: dict[tuple[str, str], Got]
) -> None:
    status, received = exchanged[hub, name]

    assert (status, received) == (400, [])
