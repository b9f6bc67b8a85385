"""Each simulated kind has one section of the short form; this is the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.manifests.shorthand import (
    Destination,
    Duration,
    Fields,
    Filter,
    ListOf,
    Notation,
    Reference,
)
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping

_DELIVERY = Fields(
    notations={
        "deadLetterSink": Destination(),
        "timeout": Duration(),
        "backoffDelay": Duration(),
        "retryAfterMax": Duration(),
    }
)
_DESTINATION = Destination()
_STEP = Fields(notations={"delivery": _DELIVERY}, whole=_DESTINATION)
_BRANCH = Fields(
    notations={
        "filter": _DESTINATION,
        "subscriber": _DESTINATION,
        "reply": _DESTINATION,
        "delivery": _DELIVERY,
    }
)


class Section(Value):
    """How resources of one kind stand in the short form.

    Args:
        name: The section's key.
        api_version: What is meant when an entry names no ``apiVersion``.
        kind: The kind.
        fields: The fields an entry may have, in ``spec`` of the manifest;
            None where Kubernetes has too many to list.
        notations: Those of them that have a compact notation.
        in_spec: Whether the fields belong in ``spec`` or beside ``metadata``.
        namespaced: Whether the topology's ``namespace`` applies.
    """

    name: str
    api_version: str
    kind: str
    fields: tuple[str, ...] | None = None
    notations: Mapping[str, Notation] = made(default_factory=dict)
    in_spec: bool = True
    namespaced: bool = True

    @property
    def group(self) -> str:
        """The API group; empty for the core group."""
        group, slash, _ = self.api_version.partition("/")
        return group if slash else ""


BROKERS = Section(
    name="brokers",
    api_version="eventing.knative.dev/v1",
    kind="Broker",
    fields=("config", "delivery"),
    notations={"config": Reference(bare="configmap"), "delivery": _DELIVERY},
)
TRIGGERS = Section(
    name="triggers",
    api_version="eventing.knative.dev/v1",
    kind="Trigger",
    fields=("broker", "brokerRef", "filter", "filters", "subscriber", "delivery"),
    notations={
        "brokerRef": Reference(bare="broker"),
        "filter": Filter(),
        "subscriber": _DESTINATION,
        "delivery": _DELIVERY,
    },
)
PING_SOURCES = Section(
    name="pingsources",
    api_version="sources.knative.dev/v1",
    kind="PingSource",
    fields=(
        *("schedule", "timezone", "contentType", "data", "dataBase64"),
        *("sink", "ceOverrides"),
    ),
    notations={"sink": _DESTINATION},
)
SECTIONS: tuple[Section, ...] = (
    Section(name="namespaces", api_version="v1", kind="Namespace", namespaced=False),
    Section(
        name="configmaps",
        api_version="v1",
        kind="ConfigMap",
        fields=("data", "binaryData", "immutable"),
        in_spec=False,
    ),
    PING_SOURCES,
    BROKERS,
    TRIGGERS,
    Section(
        name="channels",
        api_version="messaging.knative.dev/v1",
        kind="Channel",
        fields=("channelTemplate", "delivery", "subscribers"),
        notations={"delivery": _DELIVERY},
    ),
    Section(
        name="inmemorychannels",
        api_version="messaging.knative.dev/v1",
        kind="InMemoryChannel",
        fields=("delivery", "subscribers"),
        notations={"delivery": _DELIVERY},
    ),
    Section(
        name="subscriptions",
        api_version="messaging.knative.dev/v1",
        kind="Subscription",
        fields=("channel", "subscriber", "reply", "delivery"),
        notations={
            "channel": Reference(bare="channel"),
            "subscriber": _DESTINATION,
            "reply": _DESTINATION,
            "delivery": _DELIVERY,
        },
    ),
    Section(
        name="sequences",
        api_version="flows.knative.dev/v1",
        kind="Sequence",
        fields=("steps", "channelTemplate", "reply"),
        notations={"steps": ListOf(item=_STEP), "reply": _DESTINATION},
    ),
    Section(
        name="parallels",
        api_version="flows.knative.dev/v1",
        kind="Parallel",
        fields=("branches", "channelTemplate", "reply"),
        notations={"branches": ListOf(item=_BRANCH), "reply": _DESTINATION},
    ),
    Section(
        name="eventtypes",
        api_version="eventing.knative.dev/v1beta2",
        kind="EventType",
        fields=(
            *("type", "source", "schema", "schemaData", "broker"),
            *("reference", "description", "attributes"),
        ),
        notations={"reference": Reference(bare="broker")},
    ),
    Section(name="svcs", api_version="v1", kind="Service"),
    Section(name="ksvcs", api_version="serving.knative.dev/v1", kind="Service"),
)
"""In the order in which they are written."""

BY_NAME: Mapping[str, Section] = {s.name: s for s in SECTIONS}
BY_KIND: Mapping[tuple[str, str], Section] = {(s.group, s.kind): s for s in SECTIONS}
