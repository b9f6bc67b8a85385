"""Names, hosts and addresses that Knative gives to what it makes."""

from __future__ import annotations

import re

from simulator.discovery import guessed_plural
from simulator.value import NamedTuple


class Wrong(NamedTuple):
    """Something of an object's metadata that the API server refuses.

    Args:
        place: The path of what is wrong within it.
        unread: Nobody else can read it either.
    """

    path: str
    place: str
    what: str
    unread: bool = False


EVENTING = "eventing.knative.dev"
MESSAGING = "messaging.knative.dev"
FLOWS = "flows.knative.dev"
SOURCES = "sources.knative.dev"
SINKS = "sinks.knative.dev"
SERVING = "serving.knative.dev"
CAMEL = "camel.apache.org"

BROKER_CLASS = "eventing.knative.dev/broker.class"
BROKER_LABEL = "eventing.knative.dev/broker"
"""The label of what belongs to a broker, with the name of that."""

SYSTEM_NAMESPACE = "knative-eventing"
SUGAR_CONFIG_MAP = "config-sugar"
"""The ConfigMap that says for whom Knative makes Brokers."""
CLUSTER_DOMAIN = "cluster.local"
INGRESS_HOST = f"broker-ingress.{SYSTEM_NAMESPACE}.svc.{CLUSTER_DOMAIN}"

_LONGEST_NAME = 63
_MD5_LENGTH = 32
_HEAD = _LONGEST_NAME - _MD5_LENGTH
# Compiled when there is a URL, or a trigger without a filter.
_IN_CLUSTER = (
    r"(?P<name>[a-z0-9-]+)\.(?P<namespace>[a-z0-9-]+)"
    rf"(?P<svc>\.svc(?:\.{re.escape(CLUSTER_DOMAIN)})?)?\.?"
)


def child_name(parent: str, suffix: str) -> str:
    """Name an object that a controller makes, in at most 63 characters.

    Source: knative-resources 1.4; knative.dev/pkg kmeta/names.go, ChildName.
    """
    name = parent + suffix
    if len(name) <= _LONGEST_NAME:
        return name
    if len(suffix) >= _HEAD:
        name = parent[:_HEAD] + _md5(parent + suffix)
    else:
        name = parent[: _HEAD - len(suffix)] + _md5(parent) + suffix
    return re.sub(r"[^A-Za-z0-9]+$", "", name)


def _md5(text: str) -> str:
    from hashlib import md5  # loads OpenSSL; few names are so long

    return md5(text.encode(), usedforsecurity=False).hexdigest()


def service_url(name: str, namespace: str) -> str:
    return f"http://{name}.{namespace}.svc.{CLUSTER_DOMAIN}"


def service_hosts(name: str, namespace: str) -> tuple[str, ...]:
    """Give the host names under which the cluster's DNS knows a Service, in lower case."""
    short = f"{name}.{namespace}".lower()
    return (short, f"{short}.svc", f"{short}.svc.{CLUSTER_DOMAIN}")


def class_name(class_: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", class_.lower()).strip("-") or "unknown"


def channel_url(name: str, namespace: str, kind: str = "") -> str:
    """Give the address of a channel of a kind: in-memory or Kafka, or of NATS."""
    suffix = "-kn-jsm-channel" if kind == "NatsJetStreamChannel" else "-kn-channel"
    return service_url(child_name(name, suffix), namespace)


def system_url(service: str, name: str, namespace: str) -> str:
    return f"{service_url(service, SYSTEM_NAMESPACE)}/{namespace}/{name}"


def service_of_host(host: str) -> tuple[str, str, bool] | None:
    """Read a host name as that of a Service: name, namespace and whether it is sure.

    Only names with ``.svc`` are sure; ``example.com`` may be either.
    """
    match = re.fullmatch(_IN_CLUSTER, host)
    if match is None:
        return None
    return match["name"], match["namespace"], match["svc"] is not None


def resource_name(group: str, kind: str) -> str:
    """Name a kind as Kubernetes does in errors: ``brokers.eventing.knative.dev``.

    Source: k8s.io/apimachinery meta.UnsafeGuessKindToResource.
    """
    plural = guessed_plural(kind)
    return f"{plural}.{group}" if group else plural
