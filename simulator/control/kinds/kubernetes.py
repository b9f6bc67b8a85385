"""Kinds of Kubernetes and of Serving that are accepted and not simulated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.kind import Kind
from simulator.control.naming import SERVING, service_url

if TYPE_CHECKING:
    from simulator.control.given import Admitted
    from simulator.resource import ResourceKey

_DESCRIBE = "describe what it answers under services: of a Simulation"
_WORKLOAD = f"a workload plays no part; where a Service stands for it, {_DESCRIBE}"
_PERMISSION = "permissions are not simulated"
_NOBODY_SENDS = f"nothing sends to it; to call it yourself, {_DESCRIBE}"
_RBAC = "rbac.authorization.k8s.io"
_READ_ELSEWHERE = (
    "config-sugar", "config-kreference-mapping", "config-imc-event-dispatcher",
    "config-leader-election", "config-logging", "config-observability",
    "config-tracing",
)  # fmt: skip


def _of_route(key: ResourceKey) -> str:
    return service_url(key.name, key.namespace)


def _of_domain(key: ResourceKey) -> str:
    return f"http://{key.name}"


def _config_map(admitted: Admitted) -> str:
    if admitted.name in _READ_ELSEWHERE:
        return "what it sets is not simulated"
    return "no Broker and no webhook reads it: those read by name, in knative-eventing"


# Source of the addresses: knative/serving pkg/apis/serving, RouteStatus and
# DomainMappingStatus.
KINDS: Final = (
    Kind(group=SERVING, name="Route", guessed_url=_of_route),
    Kind(group=SERVING, name="DomainMapping", guessed_url=_of_domain),
    *(Kind(group=SERVING, name=name) for name in ("Configuration", "Revision")),
    *(
        Kind(group=group, name=name, means=means)
        for group, name, means in (
            ("apps", "Deployment", _WORKLOAD),
            ("apps", "StatefulSet", _WORKLOAD),
            ("apps", "DaemonSet", _WORKLOAD),
            ("apps", "ReplicaSet", _WORKLOAD),
            ("batch", "Job", _WORKLOAD),
            ("batch", "CronJob", _WORKLOAD),
            ("", "Pod", _WORKLOAD),
            ("", "ConfigMap", _config_map),
            ("", "Secret", "secrets are not read"),
            ("", "Namespace", "namespaces need not be declared"),
            ("", "ServiceAccount", _PERMISSION),
            ("", "Service", _NOBODY_SENDS),
            (SERVING, "Service", _NOBODY_SENDS),
            (_RBAC, "Role", _PERMISSION),
            (_RBAC, "RoleBinding", _PERMISSION),
            (_RBAC, "ClusterRole", _PERMISSION),
            (_RBAC, "ClusterRoleBinding", _PERMISSION),
        )
    ),
)
