"""A catalogue as a document of AsyncAPI 3.0.

Source: AsyncAPI specification 3.0.0; CloudEvents HTTP protocol binding 1.0, 3.1 (headers of
    the binary content mode).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from simulator.exports.catalogue import RECEIVE, keys_of

if TYPE_CHECKING:
    from simulator.event import Event
    from simulator.exports.catalogue import Catalogue, Operation
    from simulator.wiring import Hub

_REQUIRED = ("specversion", "type", "source", "id")


def asyncapi(catalogue: Catalogue) -> dict[str, Any]:
    return _Document(catalogue).whole()


class _Document:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._channels = keys_of([hub.node for hub in catalogue.hubs])
        self._messages = keys_of(catalogue.all_types)
        self._servers = keys_of([*dict.fromkeys(map(_host, catalogue.hubs))])

    def whole(self) -> dict[str, Any]:
        catalogue = self._catalogue
        operations = catalogue.operations
        keys = keys_of([f"{x.node}.{x.action}.{x.hub}" for x in operations])
        return {
            "asyncapi": "3.0.0",
            "info": {
                "title": catalogue.title,
                "version": "0.0.0",
                "description": "Brokers and channels of Knative Eventing, and who sends to "
                "them and receives from them. Events are CloudEvents over HTTP.",
            },
            "defaultContentType": "application/json",
            "servers": {
                key: {"host": host, "protocol": "http"}
                for host, key in self._servers.items()
            },
            "channels": {
                self._channels[hub.node]: self._channel(hub) for hub in catalogue.hubs
            },
            "operations": {
                keys[f"{each.node}.{each.action}.{each.hub}"]: self._operation(each)
                for each in operations
            },
            "components": {
                "messages": {
                    key: self._message(type_) for type_, key in self._messages.items()
                },
                "schemas": {"CloudEventHeaders": _HEADERS},
            },
        }

    def _channel(self, hub: Hub) -> dict[str, Any]:
        messages = [self._messages[type_] for type_ in self._catalogue.types[hub.node]]
        return {
            "title": hub.node,
            "address": urlsplit(hub.url).path or "/",
            "servers": [_ref("servers", self._servers[_host(hub)])],
            "messages": {key: _ref("components", "messages", key) for key in messages},
        }

    def _operation(self, operation: Operation) -> dict[str, Any]:
        channel = self._channels[operation.hub]
        whole: dict[str, Any] = {
            "action": operation.action,
            "channel": _ref("channels", channel),
            "title": f"{operation.node} {operation.action}s",
            "tags": [{"name": operation.node}],
        }
        if operation.action == RECEIVE and operation.by:
            whole["summary"] = f"By {', '.join(operation.by)}"
        if operation.types:
            whole["messages"] = [
                _ref("channels", channel, "messages", self._messages[type_])
                for type_ in operation.types
            ]
        return whole

    def _message(self, type_: str) -> dict[str, Any]:
        message: dict[str, Any] = {
            "name": type_,
            "title": type_,
            "headers": {
                "allOf": [
                    _ref("components", "schemas", "CloudEventHeaders"),
                    {"properties": {"ce-type": {"const": type_}}},
                ]
            },
            "payload": {},
        }
        examples = self._catalogue.examples.get(type_, ())
        if examples:
            content_type = examples[0].attributes.get("datacontenttype")
            if content_type:
                message["contentType"] = content_type
            message["examples"] = [_example(each) for each in examples]
        return message


_HEADERS: dict[str, Any] = {
    "type": "object",
    "required": [f"ce-{name}" for name in _REQUIRED],
    "properties": {
        **{f"ce-{name}": {"type": "string"} for name in _REQUIRED},
        "ce-subject": {"type": "string"},
        "ce-time": {"type": "string", "format": "date-time"},
    },
}


def _example(event: Event) -> dict[str, Any]:
    headers = {
        f"ce-{name}": text
        for name, text in event.attributes.items()
        if name != "datacontenttype" and not name.startswith("knative")
    }
    example: dict[str, Any] = {"name": event.id or event.type, "headers": headers}
    if event.body:
        example["payload"] = payload_of(event)
    return example


def payload_of(event: Event) -> Any:
    """Give the data of an event: of JSON as it stands, else as text."""
    text = (event.body or b"").decode("utf-8", "replace")
    try:
        return json.loads(text)
    except ValueError:
        return text


def _host(hub: Hub) -> str:
    return urlsplit(hub.url).netloc


def _ref(*path: str) -> dict[str, str]:
    return {"$ref": f"#/{'/'.join(path)}"}
