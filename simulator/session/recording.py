"""What a trace says of its run, so that the run can be had again from it alone.

In a trace file that is the line ``run``, and the lines ``input``; see the reference.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError, with_article
from simulator.event import Event
from simulator.profiles import Profile
from simulator.subscribers.played import code_of
from simulator.topology import Topology
from simulator.trace.redaction import WORD, redaction_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.session.blueprint import Blueprint
    from simulator.session.journal import Journal, Progress
    from simulator.subscribers.played import Played
    from simulator.trace.redaction import Redaction

END, ADDED = "end", "added"
"""Inputs that are none: where the run stood; an answer that a later run has heard."""
_SECRETS = (
    "api-key", "authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key",
    "x-auth-token",
)  # fmt: skip
_USER = re.compile(r"(?<=//)[^/?#@]*@")
_VALUE = re.compile(r"(?<==)[^&#]+")
_ON = ("defaults", "validate")  # unless given; the others are not
_LEFT_OUT = (
    "handlers",
    "keep",
    "most",
    "journal",
    "raise_assertions",
    "seed",
    "folder",
)


class SimulationRecording:
    """Tells a trace of one run; see `simulator.trace.recorded.Recording`."""

    def __init__(
        self,
        blueprint: Blueprint,
        seed: int,
        options: Mapping[str, Any],
        given: Mapping[str, Played],
        journal: Journal,
    ) -> None:
        self._blueprint = blueprint
        self._seed = seed
        self._options = options
        self._given = given
        self._journal = journal
        self._next = 0

    @property
    def run(self) -> Mapping[str, Any]:
        """How it was made; options that are as they are unless given are left out."""
        told: dict[str, Any] = {"seed": self._seed}
        for name, value in {**self._options, **self._blueprint.options}.items():
            if name not in _LEFT_OUT and bool(value) != (name in _ON):
                told[name] = _option(value)
        if any(spec.replay for spec in self._blueprint.prepared.spec.sources.values()):
            told["folder"] = self._options["folder"]
        if self._given:
            told["python"] = {n: _place(each) for n, each in self._given.items()}
        topology, systems = self._blueprint.topology, self._blueprint.prepared.systems
        topology = topology if systems is None else systems.located(topology)
        told["topology"] = told_value(topology)["$topology"]
        return told

    def news(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Give what was done to the run since the last call, each with the records before."""
        inputs = self._journal.inputs
        while self._next < len(inputs):
            each = inputs[self._next]
            self._next += 1
            line: dict[str, Any] = {"input": each.name, "place": _told(each.reached)}
            try:
                for name in ("args", "kwargs"):
                    if value := getattr(each, name):
                        line[name] = told_value(self._redacted(each.name, value))
                if self._options["live"]:
                    _leave_out_secrets(line)
            except NotToldError as error:
                line = {"input": each.name, "place": line["place"], "lost": str(error)}
            yield each.reached.records, line
        if self._journal.forgets:
            self._next = 0
            inputs.clear()

    def _redacted(self, name: str, given: Any) -> Any:
        paths = self._options["redact"]
        if not paths or name not in ("answer", "post", "send"):
            return given
        redaction = redaction_of(tuple(paths))
        if not isinstance(given, Mapping):
            return (
                [_redacted(each, redaction) for each in given]
                if name == "send"
                else given
            )
        found = dict(given)
        if found.get("data") is not None:
            found["data"] = _redacted(found["data"], redaction)
        if "body" in found:
            body, headers = found["body"], found.get("headers") or {}
            sent = (
                body.encode("utf-8", "surrogateescape")
                if isinstance(body, str)
                else body
            )
            kept = redaction.message(headers, sent)
            if kept != sent:
                found["body"] = kept.decode()
        return found

    def end(self) -> Mapping[str, Any] | None:
        """Tell where the run stands; None when a notice was broken off."""
        if self._journal.broken:
            return None
        return {"input": END, "place": _told(self._journal.progress())}


def _leave_out_secrets(line: dict[str, Any]) -> None:
    """Take out of what came from outside what nobody else may see.

    Source: knative-runtime, "What each hop adds": Knative drops these headers, too.
    """
    headers = line.get("kwargs", {}).get("headers", {})
    for name in _SECRETS:
        headers.pop(name, None)
    if "location" in headers:
        headers["location"] = _without_secrets(headers["location"])
    if line["input"] == "post" and line.get("args"):
        line["args"][0] = _without_secrets(line["args"][0])


def _without_secrets(url: str) -> str:
    """Give a URL without a user, and without the values in its query."""
    before, mark, query = _USER.sub("", url).partition("?")
    return before + mark + _VALUE.sub(WORD, query)


def _redacted(given: Any, redaction: Redaction) -> Any:
    if isinstance(given, bytes):
        return redaction.body(given)
    if isinstance(given, str):
        return redaction.body(given.encode("utf-8", "surrogateescape")).decode(
            "utf-8", "surrogateescape"
        )
    if isinstance(given, Event):
        return redaction.event(given)
    if isinstance(given, Mapping | list):
        return json.loads(redaction.body(json.dumps(given).encode()))
    from simulator.event.sdk import event_of, is_cloud_event  # the SDK

    return redaction.event(event_of(given)) if is_cloud_event(given) else given


def _told(reached: Progress) -> list[int]:
    return [reached.notices, reached.now_ns, int(reached.settled), reached.records]


def _option(value: object) -> Any:
    if isinstance(value, Profile):
        return value.name
    # It may be a chooser, which somebody made.
    if not isinstance(value, str | int | Mapping | tuple):
        return repr(type(value).__name__)
    return told_value(value)


def _place(played: Played) -> str:
    code = code_of(played.function)
    return "" if code is None else f"{code.co_filename}:{code.co_firstlineno}"


# -- arguments of inputs: what JSON has no word for is a mapping with one name, ``$…``


class NotToldError(Exception):
    """A trace cannot hold this; the message says what it is."""


def told_value(value: object) -> Any:
    """Give a value as JSON has it; NotToldError for a function and the like."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list | tuple):
        return [told_value(each) for each in value]
    if isinstance(value, Mapping):
        if any(not isinstance(n, str) or n.startswith("$") for n in value):
            raise NotToldError("a mapping with names that are no text")
        return {name: told_value(each) for name, each in value.items()}
    return _tagged(value)


def _tagged(value: object) -> dict[str, Any]:
    match value:
        case bytes():
            return {"$bytes": b64encode(value).decode()}
        case datetime():
            return {"$time": value.isoformat()}
        case timedelta():
            return {"$seconds": value.total_seconds()}
        case Topology():
            return {"$topology": [dict(each.manifest) for each in value.resources]}
        case Event():
            return {"$event": [value.attributes, _told_body(value.body)]}
    return _told_cloud_event(value)


def _told_body(body: bytes | None) -> Any:
    try:
        return None if body is None else body.decode()
    except UnicodeDecodeError:
        return _tagged(body)


def _told_cloud_event(value: object) -> dict[str, Any]:
    from simulator.event.sdk import event_of, is_cloud_event  # the SDK

    if is_cloud_event(value):
        return {"$cloudevent": told_value(event_of(value))["$event"]}
    raise NotToldError(with_article(type(value).__name__))


def read_value(told: Any) -> Any:
    """Give the value of what `told_value` made; UsageError for anything else."""
    if isinstance(told, list):
        return [read_value(each) for each in told]
    if not isinstance(told, dict):
        return told
    name = next(iter(told), "")
    if not name.startswith("$"):
        return {name: read_value(each) for name, each in told.items()}
    try:
        return _READERS[name](told[name])
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"expected a value of an input, found {told!r}") from error


def _event(told: Any) -> Event:
    attributes, body = told
    read = read_value(body)
    return Event(dict(attributes), read.encode() if isinstance(read, str) else read)


def _cloud_event(told: Any) -> object:
    from simulator.event.sdk import cloud_event  # the SDK

    event = _event(told)
    return cloud_event(event.attributes, event.body)


_READERS: dict[str, Callable[[Any], object]] = {
    "$bytes": b64decode,
    "$time": datetime.fromisoformat,
    "$seconds": lambda seconds: timedelta(seconds=seconds),
    "$event": _event,
    "$cloudevent": _cloud_event,
    "$topology": lambda manifests: Topology.of(*manifests),
}
