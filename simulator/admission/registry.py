"""Every kind whose manifests go through a webhook of Knative Eventing.

Source: knative-resources 1.1; InMemoryChannel has a webhook of its own, EventType
v1beta3 is listed as in data/golden/validate.json.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from simulator.admission.broker import BROKER
from simulator.admission.channels import CHANNEL, IN_MEMORY_CHANNEL
from simulator.admission.event_policy import EVENT_POLICY
from simulator.admission.event_transform import EVENT_TRANSFORM
from simulator.admission.event_type import EVENT_TYPES
from simulator.admission.flows import PARALLEL, SEQUENCE
from simulator.admission.integrations import INTEGRATION_SINK, INTEGRATION_SOURCE
from simulator.admission.job_sink import JOB_SINK
from simulator.admission.ping_source import PING_SOURCES
from simulator.admission.request_reply import REQUEST_REPLY
from simulator.admission.sources import (
    API_SERVER_SOURCE,
    CONTAINER_SOURCE,
    SINK_BINDING,
)
from simulator.admission.subscription import SUBSCRIPTION
from simulator.admission.trigger import TRIGGER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.admission.kinds import Kind

_ALL = (
    BROKER,
    TRIGGER,
    CHANNEL,
    IN_MEMORY_CHANNEL,
    SUBSCRIPTION,
    SEQUENCE,
    PARALLEL,
    *PING_SOURCES,
    *EVENT_TYPES,
    API_SERVER_SOURCE,
    CONTAINER_SOURCE,
    SINK_BINDING,
    EVENT_POLICY,
    EVENT_TRANSFORM,
    REQUEST_REPLY,
    INTEGRATION_SOURCE,
    INTEGRATION_SINK,
    JOB_SINK,
)

KINDS: Final[Mapping[tuple[str, str], Kind]] = MappingProxyType(
    {(kind.api_version, kind.name): kind for kind in _ALL}
)
