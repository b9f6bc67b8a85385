"""EventTypes that brokers, channels and routes make by themselves of what passes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

KIND = "EventType"


class EventTypes(Value):
    """What is made where eventtype-auto-create is on: one object a type and source.

    Source: knative-kinds 5; E:pkg/eventtype/eventtypes.go.
    """

    api_version: str
    kind: str
    namespace: str
    name: str
    there: tuple[str, ...] = ()

    def name_of(self, attributes: Mapping[str, str]) -> str:
        """Give the name of the object for an event; its schema plays no part."""
        from hashlib import md5  # loads OpenSSL; few clusters make any

        type_, source = attributes.get("type", ""), attributes.get("source", "")
        text = f"{type_}{source}{self.namespace}{self.name}"
        digest = md5(text.encode(errors="replace"), usedforsecurity=False).hexdigest()
        return f"et-{self.name}-{digest}".lower()

    def manifest(self, attributes: Mapping[str, str]) -> dict[str, Any]:
        """Give the object that is made of an event; its owner's UID is made up."""
        reference = {
            "apiVersion": self.api_version,
            "kind": self.kind,
            "name": self.name,
        }
        uid = f"uid-{self.kind.lower()}-{self.namespace}-{self.name}"
        values = {
            "type": attributes.get("type", ""),
            "source": attributes.get("source", ""),
            "schemadata": attributes.get("dataschema", ""),
            "specversion": attributes.get("specversion", ""),
            "id": "",
        }
        return {
            "apiVersion": "eventing.knative.dev/v1beta3",
            "kind": KIND,
            "metadata": {
                "name": self.name_of(attributes),
                "namespace": self.namespace,
                "ownerReferences": [{**reference, "uid": uid}],
            },
            "spec": {
                "reference": {**reference, "namespace": self.namespace},
                "description": "Event Type auto-created by controller",
                "attributes": [
                    {
                        "name": name,
                        "required": True,
                        **({"value": value} if value else {}),
                    }
                    for name, value in values.items()
                ],
            },
        }
