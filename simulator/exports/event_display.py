"""Events in the log of ``event_display``, the program that Knative's documentation shows.

Source: cloudevents/sdk-go v2, event/event.go and eventcontext_v1_writer.go, String(): a
    heading for each part, two spaces before what stands in it; knative/eventing,
    cmd/event_display, which writes a line ``☁️  cloudevents.Event`` before each.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

from simulator.errors import EventError
from simulator.event import Event, UnparsableEventError, faults, read_json

MARK = "cloudevents.Event"
_CONTEXT, _EXTENSIONS = "Context Attributes,", "Extensions,"
_DATA, _BINARY = "Data,", "Data (binary),"
_PAIR = re.compile(r"  ([a-z0-9]+): (.*)")


def read_display(content: str, name: str) -> list[Event]:
    """Read events in a log, other lines passed over; an EventError names all faults."""
    found: list[Event] = []
    wrong: list[str] = []
    for line, members in _blocks(content.splitlines()):
        try:
            event = read_json(members)
        except UnparsableEventError as error:
            wrong.append(f"{name}:{line}: no valid CloudEvent: {error}")
            continue
        wrong += [f"{name}:{line}: no valid CloudEvent: {x}" for x in faults(event)]
        found.append(event)
    if wrong:
        raise EventError("\n".join(wrong))
    return found


def _blocks(lines: list[str]) -> list[tuple[int, dict[str, Any]]]:
    found: list[tuple[int, dict[str, Any]]] = []
    part, data = "", list[str]()
    for number, line in enumerate(lines, 1):
        if line.endswith(MARK):
            found.append((number, {}))
            part, data = "", []
        elif not found:
            continue
        elif line in (_CONTEXT, _EXTENSIONS, _DATA, _BINARY):
            part = line
        elif part in (_CONTEXT, _EXTENSIONS) and (pair := _PAIR.fullmatch(line)):
            found[-1][1][pair[1]] = pair[2]
        elif part == _DATA and line.startswith("  "):
            data.append(line[2:])
            found[-1][1]["data"] = "\n".join(data)
        elif line.strip():
            part = ""
    for _, members in found:
        _parse_data(members)
    return found


def _parse_data(members: dict[str, Any]) -> None:
    """Read data that is JSON, as its content type says; other data stay text."""
    kind = members.get("datacontenttype", "application/json").partition(";")[0]
    if "data" in members and kind.endswith(("/json", "+json")):
        with suppress(ValueError, RecursionError):
            members["data"] = json.loads(members["data"])
