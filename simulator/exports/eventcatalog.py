"""A catalogue as files of EventCatalog: a domain, its services, events and channels.

Source: @eventcatalog/sdk 2.27, types Domain, Service, Event, Channel, and the folders that its
    writeDomain, writeService, writeEvent and writeChannel write to.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from simulator.exports.asyncapi import payload_of
from simulator.exports.catalogue import RECEIVE, SEND, keys_of
from simulator.manifests.writing import emit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.event import Event
    from simulator.exports.catalogue import Catalogue, Operation
    from simulator.wiring import Hub

VERSION = "0.0.0"
_FILE = "index.mdx"
_GRAPH = "<NodeGraph />\n"
_PLAIN = frozenset(" .,:/-()=")


def eventcatalog(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Give each file: its path in the folder of the catalogue, and its text."""
    return _Files(catalogue).all()


class _Files:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._channels = keys_of([hub.node for hub in catalogue.hubs])
        self._events = keys_of(catalogue.all_types)
        self._services = keys_of(catalogue.nodes)

    def all(self) -> Iterator[tuple[str, str]]:
        catalogue = self._catalogue
        [domain] = keys_of([catalogue.title]).values()
        members = [_pointer(key) for key in self._services.values()]
        front = {**_base(domain, catalogue.title), "services": members}
        said = "A topology of Knative Eventing, as kn-sim reads it.\n\n"
        yield f"domains/{domain}/{_FILE}", _mdx(front, said + _GRAPH)
        for node, key in self._services.items():
            yield f"services/{key}/{_FILE}", self._service(node, key)
        for type_, key in self._events.items():
            yield f"events/{key}/{_FILE}", self._event(type_, key)
        for hub in catalogue.hubs:
            key = self._channels[hub.node]
            yield f"channels/{key}/{_FILE}", self._channel(hub, key)

    def _service(self, node: str, key: str) -> str:
        mine = [each for each in self._catalogue.operations if each.node == node]
        front = {
            **_base(key, node),
            "sends": self._pointers(mine, SEND, "to"),
            "receives": self._pointers(mine, RECEIVE, "from"),
        }
        by = [
            f"- from {_text(each.hub)} by {_text(', '.join(each.by))}"
            for each in mine
            if each.action == RECEIVE and each.by
        ]
        body = "Receives\n\n" + "\n".join(by) + "\n\n" if by else ""
        return _mdx({n: v for n, v in front.items() if v}, body + _GRAPH)

    def _pointers(
        self, mine: list[Operation], action: str, word: str
    ) -> list[dict[str, Any]]:
        hubs: dict[str, dict[str, None]] = {}
        for each in mine:
            if each.action == action:
                for type_ in each.types:
                    hubs.setdefault(type_, {})[self._channels[each.hub]] = None
        return [
            {**_pointer(self._events[type_]), word: [_pointer(key) for key in channels]}
            for type_, channels in hubs.items()
        ]

    def _event(self, type_: str, key: str) -> str:
        channels = [
            _pointer(self._channels[hub])
            for hub, types in self._catalogue.types.items()
            if type_ in types
        ]
        examples = self._catalogue.examples.get(type_, ())
        body = "".join(_example(each) for each in examples)
        head = "## Examples\n\n" if examples else ""
        front = {**_base(key, type_), "channels": channels}
        return _mdx(front, f"{_GRAPH}\n{head}{body}")

    def _channel(self, hub: Hub, key: str) -> str:
        front = {**_base(key, hub.node), "address": hub.url, "protocols": ["http"]}
        return _mdx(front, _GRAPH)


def _base(key: str, name: str) -> dict[str, Any]:
    return {"id": key, "name": name, "version": VERSION}


def _pointer(key: str) -> dict[str, str]:
    return {"id": key, "version": VERSION}


def _mdx(front: dict[str, Any], body: str) -> str:
    return f"---\n{emit(front)}---\n\n{body}"


def _text(text: str) -> str:
    """Write a text so that it means nothing to Markdown or MDX."""
    return "".join(
        char if char.isalnum() or char in _PLAIN else f"&#{ord(char)};" for char in text
    )


def _example(event: Event) -> str:
    told: dict[str, Any] = dict(event.attributes)
    if event.body:
        told["data"] = payload_of(event)
    text = json.dumps(told, indent=2)
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}json\n{text}\n{fence}\n\n"
