"""Which kinds there are; each is imported when its first manifest comes.

Most runs meet two or three.

Source: knative-resources 1.1 (E:cmd/webhook/main.go, and the webhook of the
    InMemoryChannel).
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from simulator.control.naming import (
    CAMEL,
    EVENTING,
    FLOWS,
    MESSAGING,
    SERVING,
    SINKS,
    SOURCES,
)
from simulator.errors import nearest
from simulator.manifests.sections import Section
from simulator.value import NamedTuple

if TYPE_CHECKING:
    from simulator.control.kind import Kind, Webhook
    from simulator.manifests.sections import ShortForm

_KINDS = "simulator.control.kinds"


class Line(NamedTuple):
    """A file in `simulator.control.kinds`, and by what the short form knows it."""

    file: str
    section: str
    word: str = ""


# One line for each kind, in the order in which the short form is written.
LINES = {
    ("", "Namespace"): Line("namespace", "namespaces"),
    ("", "ConfigMap"): Line("config_map", "configmaps", "configmap"),
    (SOURCES, "PingSource"): Line("ping_source", "pingsources", "pingsource"),
    (SOURCES, "KafkaSource"): Line("kafka_source", "kafkasources", "kafkasource"),
    (EVENTING, "KafkaSink"): Line("kafka_sink", "kafkasinks", "kafkasink"),
    (EVENTING, "Broker"): Line("broker", "brokers", "broker"),
    (EVENTING, "Trigger"): Line("trigger", "triggers", "trigger"),
    (MESSAGING, "Channel"): Line("channel", "channels", "channel"),
    (MESSAGING, "InMemoryChannel"): Line("in_memory_channel", "inmemorychannels", "inmemorychannel"),
    (MESSAGING, "KafkaChannel"): Line("kafka_channel", "kafkachannels", "kafkachannel"),
    (MESSAGING, "Subscription"): Line("subscription", "subscriptions", "subscription"),
    (FLOWS, "Sequence"): Line("sequence", "sequences", "sequence"),
    (FLOWS, "Parallel"): Line("parallel", "parallels", "parallel"),
    (EVENTING, "EventType"): Line("event_type", "eventtypes"),
    (EVENTING, "EventPolicy"): Line("event_policy", "eventpolicies"),
    (EVENTING, "EventTransform"): Line("event_transform", "transforms", "transform"),
    (EVENTING, "RequestReply"): Line("request_reply", "requestreplies", "requestreply"),
    (SOURCES, "ApiServerSource"): Line("api_server_source", "apiserversources", "apiserversource"),
    (SOURCES, "ContainerSource"): Line("container_source", "containersources", "containersource"),
    (SOURCES, "SinkBinding"): Line("sink_binding", "sinkbindings", "sinkbinding"),
    (SOURCES, "IntegrationSource"): Line("integration_source", "integrationsources", "integrationsource"),
    (SINKS, "IntegrationSink"): Line("integration_sink", "integrationsinks", "integrationsink"),
    (SINKS, "JobSink"): Line("job_sink", "jobsinks", "jobsink"),
    (CAMEL, "Pipe"): Line("pipe", "pipes"),
    (CAMEL, "KameletBinding"): Line("kamelet_binding", "kameletbindings"),
    ("", "Service"): Line("service", "svcs", "service"),
    (SERVING, "Service"): Line("knative_service", "ksvcs", "ksvc"),
    ("simulator", "Test"): Line("test", "tests"),
}  # fmt: skip
# Kinds that are only accepted, and that no word is lost about, stand in one file.
_ACCEPTED = {
    "": ("Pod", "Secret", "ServiceAccount"),
    SERVING: ("Configuration", "DomainMapping", "Revision", "Route"),
    "apps": ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"),
    "batch": ("CronJob", "Job"),
    "rbac.authorization.k8s.io": (
        "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding",
    ),
}  # fmt: skip


@cache
def kind_of(group: str, name: str) -> Kind:
    line = LINES.get((group, name))
    if line is not None:
        return cast("Kind", import_module(f"{_KINDS}.{line.file}").KIND)
    if name in _ACCEPTED.get(group, ()):
        accepted = cast("tuple[Kind, ...]", import_module(f"{_KINDS}.kubernetes").KINDS)
        return next(k for k in accepted if (k.group, k.name) == (group, name))
    from simulator.control.foreign import foreign_kind  # few topologies have one

    return foreign_kind(group, name)


def names_in(group: str) -> tuple[str, ...]:
    files = [name for of, name in LINES if of == group]
    return (*files, *_ACCEPTED.get(group, ()))


def versions_of(group: str, name: str) -> tuple[str, ...]:
    return kind_of(group, name).versions


def webhook_of(api_version: str, name: str) -> Webhook | None:
    group, _, version = api_version.rpartition("/")
    return kind_of(group, name).webhooks.get(version)


_ALMOST = 0.85
# Source: config/core/resources of knative/eventing, and its Kafka extension.
_EXTENSIONS = {MESSAGING: ("NatsJetStreamChannel",), SOURCES: ("RabbitmqSource",)}
_KNOWN = {
    group: (*names_in(group), *_EXTENSIONS.get(group, ()))
    for group in (EVENTING, MESSAGING, FLOWS, SOURCES, SINKS)
}
_HOMES = {kind: group for group, kinds in _KNOWN.items() for kind in kinds}
# Of other groups, those that a topology has most; their kinds are all the group has.
_BESIDE = {group: names_in(group) for group in ("", SERVING)}
_GROUPS = (*_KNOWN, *filter(None, _BESIDE))
# Groups that are not open to kinds of others. Knative's own are: NatssChannel.
_CLOSED = ("", "apps", "batch", SERVING)


def no_such_kind(api_version: str, kind: str) -> tuple[str, str] | None:
    """Say what is wrong with a kind that is almost one of Knative's.

    Almost, since others add kinds of their own to Knative's groups.
    """
    group = api_version.rpartition("/")[0]
    kinds = _KNOWN.get(group) or _BESIDE.get(group, ())
    if kind in kinds:
        return None
    if group not in _GROUPS and group.lower() in _GROUPS:
        return "apiVersion", (
            f"groups are written in lower case: {group.lower()}, not {group}"
        )
    home = _HOMES.get(kind)
    if home is not None:
        if group not in _KNOWN and group not in _CLOSED:
            return None  # somebody else's Trigger, or Channel
        right = " or ".join(versions_of(home, kind)) or f"{home}/…"
        return "apiVersion", f"{api_version} has no kind {kind}; expected {right}"
    same = [each for each in kinds if each.casefold() == kind.casefold()]
    close = f"; did you mean {same[0]!r}?" if same else nearest(kind, kinds, _ALMOST)
    whose = "Knative" if group else "Kubernetes"
    return ("kind", f"{whose} has no kind {kind!r}{close}") if close else None


_BY_NAME = {line.section: key for key, line in LINES.items()}
_BY_WORD = {line.word: key for key, line in LINES.items() if line.word}


class _ShortForm:
    __slots__ = ()

    names = tuple(_BY_NAME)
    words = tuple(_BY_WORD)

    def section(self, name: str) -> Section | None:
        return self.section_of(*_BY_NAME[name]) if name in _BY_NAME else None

    def section_of(self, group: str, kind: str) -> Section | None:
        line = LINES.get((group, kind))
        if line is None:
            return None
        known = kind_of(group, kind)
        return Section(line.section, known.api_version, kind, known.short)

    def target(self, word: str) -> tuple[str, str] | None:
        key = _BY_WORD.get(word)
        return None if key is None else (kind_of(*key).api_version, key[1])

    def word_for(self, target: tuple[object, object]) -> str | None:
        if not all(isinstance(each, str) for each in target):
            return None
        return _words().get(target)


@cache
def _words() -> dict[tuple[object, object] | None, str]:
    return {SHORT_FORM.target(word): word for word in _BY_WORD}


SHORT_FORM: Final[ShortForm] = _ShortForm()
