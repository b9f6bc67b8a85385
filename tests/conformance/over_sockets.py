"""Plays a recorded scenario over real sockets: `serve`, a real subscriber, a real sender.

    python -m tests.conformance.over_sockets DIR_OR_FILE...

plays a few at once, by the clock on the wall, again those that were late, and prints what
differs. The subscriber is a
server of a hundred lines that parses HTTP itself, so that it sees what is really sent.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import re
import socket
import struct
import sys
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from simulator import Topology
from simulator.bridge import serve
from tests.conformance import scenario as virtual
from tests.conformance.golden import fault_of, read_scenario, scenario_files
from tests.conformance.recordings import differences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.bridge.live import Live

Json = dict[str, Any]
# Beside the headers of an event, those that are passed on, and the trace context.
OF_HTTP = {"host", "user-agent", "accept-encoding", "content-length"}
_PASSED = re.compile(
    r"ce-.*|knative-.*|x-b3-.*|x-request-id|retry-after|traceparent|tracestate"
    r"|baggage|prefer|kn-namespace|content-type"
)
_QUIET_S, _PATIENCE_S = 0.15, 5.0
_AT_ONCE = 2  # more would wait for each other, and be late


@dataclass
class Head:
    """The beginning of a message: its first line, and its headers as they were sent."""

    line: str
    headers: list[tuple[str, str]]

    def get(self, name: str) -> str:
        return next((v for n, v in self.headers if n.lower() == name), "")


async def read_message(reader: asyncio.StreamReader) -> tuple[Head, bytes] | None:
    """Read a request or an answer; None where the connection is over."""
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
        first, *rest = raw[:-4].decode("utf-8", "surrogateescape").split("\r\n")
        pairs = (line.partition(":") for line in rest)
        head = Head(first, [(name, value.strip(" ")) for name, _, value in pairs])
        body = b""
        if head.get("transfer-encoding") == "chunked":
            while size := int(await reader.readline(), 16):
                body += (await reader.readexactly(size + 2))[:-2]
            await reader.readline()
        elif head.get("content-length"):
            body = await reader.readexactly(int(head.get("content-length")))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return head, body


@dataclass
class Subscribers:
    """All services of a scenario, told apart by Host; they note what they are sent."""

    scenario: Json
    answered: int = 0
    requests: list[Json] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    since: float = 0.0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def now_ms(self) -> float:
        return (asyncio.get_running_loop().time() - self.since) * 1_000

    async def connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer the requests of one connection."""
        try:
            while (message := await read_message(reader)) is not None:
                if not await self._answer(*message, reader, writer):
                    return
        finally:
            writer.close()

    async def _answer(
        self,
        head: Head,
        body: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bool:
        """Answer one request by the script; False where the connection is over."""
        method, path, _ = head.line.split(" ")
        host = head.get("host").removesuffix(".svc.cluster.local")
        service, _, namespace = host.partition(".")
        headers = {name.lower(): value for name, value in head.headers}
        self.strange += [
            f"{service}: {name}: {value}"
            for name, value in head.headers
            if name.lower() not in OF_HTTP and not _PASSED.fullmatch(name.lower())
        ]
        event = _event(headers, body)
        request = {
            "service": service, "atMs": self.now_ms(), "after": self.answered,
            "method": method, "path": path, **event,
            "headers": {
                n: v for n, v in headers.items()
                if n in virtual._KEPT or n.startswith(virtual._KEPT_PREFIXES)
            },
        }  # fmt: skip
        self.requests.append(request)
        self.changed.set()
        response = self._response(service, namespace, event["ce"])
        gone = asyncio.create_task(reader.read(1))
        lasts_s = None if response.get("hang") else response.get("delayMs", 0) / 1_000
        if lasts_s is None or lasts_s:
            await asyncio.wait((gone,), timeout=lasts_s)
        fault = next((f for f in ("reset", "close", "hang") if response.get(f)), None)
        if gone.done():
            fault = virtual._GONE
        if fault is not None:
            request["answer"] = {"fault": fault}
            if fault == "reset":
                raw = writer.get_extra_info("socket")
                raw.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                )
            gone.cancel()
            return False
        gone.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gone
        status, named, content = _written(response, event, body)
        request["answer"] = {"status": status}
        lines = [f"HTTP/1.1 {status} X", *(f"{n}: {v}" for n, v in named.items())]
        if status not in (204, 304):
            lines.append(f"Content-Length: {len(content)}")
        raw_head = "\r\n".join(lines).encode("utf-8", "surrogateescape")
        writer.write(
            raw_head + b"\r\n\r\n" + (content if status not in (204, 304) else b"")
        )
        await writer.drain()
        return True

    def _response(self, service: str, namespace: str, event: Json) -> Json:
        """Choose the response of the script, as the recorder does."""
        (found,) = (
            each
            for each in self.scenario["services"]
            if (each["name"], each.get("namespace", "default")) == (service, namespace)
        )
        for number, rule in enumerate(found.get("rules", [])):
            wanted = {k: virtual._text(v) for k, v in rule["match"].items()}
            if all(event.get(k) == v for k, v in wanted.items()):
                return self._next(f"{namespace}/{service}#{number}", rule["responses"])
        return self._next(f"{namespace}/{service}", found.get("responses") or [{}])

    def _next(self, of: str, responses: list[Json]) -> Json:
        number = self.counts[of] = self.counts.get(of, -1) + 1
        return responses[min(number, len(responses) - 1)]


def _event(headers: dict[str, str], body: bytes) -> Json:
    """Give what the recorder notes of a request beside its place and time."""
    content_type = headers.get("content-type", "")
    ce = {n[3:]: v for n, v in headers.items() if n.startswith("ce-")}
    mode = "binary" if ce.get("specversion") else "none"
    if content_type.startswith("application/cloudevents-batch+json"):
        mode = "batch"
    elif content_type.startswith("application/cloudevents+json"):
        # As Go reads JSON: what is no UTF-8 is replaced.
        mode, text = "structured", body.decode("utf-8", "replace")
        ce = virtual._structured(text.encode())
    elif mode == "binary" and content_type:
        ce["datacontenttype"] = content_type
    found: Json = {"mode": mode, "ce": ce}
    try:
        found["body"] = body.decode()
    except UnicodeDecodeError:
        found["bodyBase64"] = base64.b64encode(body).decode()
    return found


def _written(
    response: Json, event: Json, body: bytes
) -> tuple[int, dict[str, str], bytes]:
    """Write an answer: status, headers, body."""
    status, own = response.get("status", 200), response.get("headers", {})
    mode = response.get("mode", "binary")
    if "echo" in response:
        changes = response["echo"] or {}
        attributes = {**event["ce"], **changes.get("set", {})}
        for name in changes.get("remove", ()):
            attributes.pop(name, None)
        if "data" not in attributes:
            content_type = attributes.get("datacontenttype", "")
            text = body.decode("utf-8", "surrogateescape")
            if "json" in content_type and body:
                attributes["data"] = json.loads(body)
            elif body:
                attributes["data"] = text
        headers, content = virtual.encode(attributes, mode)
    elif "event" in response:
        headers, content = virtual.encode(response["event"], mode)
    elif "bodyBase64" in response:
        headers, content = {}, base64.b64decode(response["bodyBase64"])
    else:
        headers, content = {}, str(response.get("body", "")).encode()
    return status, {**headers, **own}, content


async def send(
    live: Live, event: Json, *, timeout_s: float | None = None
) -> int | None:
    """Send an event as a sender in the cluster would, and give the status; None for none.

    A host that is not there, whose name a cluster does not find, kn-sim answers with 502.
    """
    headers, body = virtual._message(event)
    url = urlsplit(virtual._url(event["to"], live.simulation.wiring.addresses))
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    sent = {"host": url.netloc, "content-length": str(len(body)), **headers}
    lines = [
        f"{event.get('method', 'POST')} {path} HTTP/1.1",
        *(f"{n}: {v}" for n, v in sent.items()),
    ]
    reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
    try:
        writer.write(
            "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body
        )
        async with asyncio.timeout(timeout_s):
            message = await read_message(reader)
    except TimeoutError:
        return None
    finally:
        writer.close()
    if message is None or message[1].startswith(
        b"nothing in this topology has the host"
    ):
        return None
    return int(message[0].line.split(" ")[1])


def topology(scenario: Json, port: int, closed: int) -> Topology:
    """Give the topology of a scenario, whose services are real."""
    services = {}
    for each in scenario.get("services", []):
        name = each["name"]
        if each.get("namespace", "default") != "default":
            name = f"{each['namespace']}/{name}"
        at = closed if each.get("unreachable") else port
        services[name] = {"url": f"http://127.0.0.1:{at}", "host": "cluster"}
    document = virtual._services({**scenario, "services": []})
    document["spec"]["services"] = services
    return Topology.of(*virtual._resources(scenario), document)


async def play(scenario: Json, wanted: int) -> tuple[Json, list[str]]:
    """Play a scenario, until as many requests as are wanted have come, and no more come.

    Returns:
        What FORMAT.md calls `expected`; and headers that nobody should have sent.
    """
    there = Subscribers({"services": [], **scenario})
    server = await asyncio.start_server(there.connected, "127.0.0.1", 0)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        ports = server.sockets[0].getsockname()[1], closed.getsockname()[1]
        async with serve(
            topology(scenario, *ports),
            strict=True,
            max_ttl=scenario.get("maxTTL"),
            configmaps=scenario.get("configmaps"),
            defaults=scenario.get("defaults", True),
            validate=False,
        ) as live:
            there.since = asyncio.get_running_loop().time()
            senders = await _send_all(live, scenario, there)
            await _quiet(scenario, there, wanted)
    server.close()
    return {"senders": senders, "requests": there.requests}, there.strange


async def _quiet(scenario: Json, there: Subscribers, wanted: int) -> None:
    """Wait until nothing has come for a time, a longer one while some are missing."""
    quiet_s = scenario.get("quietMs", _QUIET_S * 1_000) / 1_000
    with contextlib.suppress(TimeoutError):
        while True:
            there.changed.clear()
            missing = len(there.requests) < wanted
            async with asyncio.timeout(_PATIENCE_S if missing else quiet_s):
                await there.changed.wait()


async def _send_all(live: Live, scenario: Json, there: Subscribers) -> list[Json]:
    """Send timed events at their time, each other when the one before is answered."""
    events = scenario["events"]
    deadline_ms = scenario.get("deadlineMs")
    untimed = [i for i, event in enumerate(events) if "atMs" not in event]
    following = dict(pairwise(untimed))
    senders: dict[int, Json] = {}

    async def one(number: int) -> None:
        event = events[number]
        limit = event.get("timeoutMs")
        status = await send(live, event, timeout_s=limit and limit / 1_000)
        there.answered += 1
        told: Json = {"error": "no answer"} if status is None else {"status": status}
        senders[number] = {
            "index": number,
            "to": event["to"],
            "doneMs": there.now_ms(),
            **told,
        }
        if number in following:
            await one(following[number])

    async def timed(number: int) -> None:
        await asyncio.sleep(events[number]["atMs"] / 1_000)
        await one(number)

    tasks = [timed(i) for i, e in enumerate(events) if "atMs" in e]
    tasks += [one(untimed[0])] if untimed else []
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(deadline_ms and deadline_ms / 1_000):
            await asyncio.gather(*tasks)
    for number, event in enumerate(events):
        senders.setdefault(
            number,
            {
                "index": number,
                "to": event["to"],
                "error": "no answer",
                "doneMs": deadline_ms or 0,
            },
        )
    return [senders[number] for number in sorted(senders)]


async def judged(document: Json, tolerance_ms: int | None = None) -> list[str]:
    """Play a scenario and say in which points it is not as recorded."""
    expected = dict(document["expected"])
    found, strange = await play(document["scenario"], len(expected["requests"]))
    if tolerance_ms is not None:
        expected["toleranceMs"] = tolerance_ms
    return [*differences(expected, found), *strange]


async def judged_all(
    documents: Mapping[str, Json], at_once: int, tolerance_ms: int | None = None
) -> dict[str, list[str]]:
    """Play scenarios, so many at once; say of each in which points it is not as recorded."""
    places = asyncio.Semaphore(at_once)

    async def in_turn(document: Json) -> list[str]:
        async with places:
            return await judged(document, tolerance_ms)

    found = await asyncio.gather(*map(in_turn, documents.values()))
    return dict(zip(documents, found, strict=True))


def scenarios(*places: Path) -> dict[str, Json]:
    """Read the scenarios in files and folders but for those in which Knative crashed."""
    files = [file for each in places for file in scenario_files(each)]
    documents = {file.stem: read_scenario(file) for file in files}
    assert not any(map(fault_of, documents.values())), "they are recordings"
    return {n: d for n, d in documents.items() if not d["expected"].get("crashed")}


async def main(arguments: Sequence[str]) -> int:
    """Play the scenarios of all arguments, again alone what was late; return the exit code."""
    documents = scenarios(*map(Path, arguments))
    found = await judged_all(documents, _AT_ONCE)
    again = {name: documents[name] for name, lines in found.items() if lines}
    found |= await judged_all(again, 1)
    for name, lines in found.items():
        for line in lines:
            sys.stdout.write(f"{name}: {line}\n")
    failed = sum(map(bool, found.values()))
    sys.stdout.write(f"{len(found) - failed} as recorded, {failed} not\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
