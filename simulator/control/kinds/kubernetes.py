"""Kinds of Kubernetes and of Serving that are accepted and not simulated."""

from __future__ import annotations

from typing import Final

from simulator.control.kind import Kind
from simulator.control.naming import SERVING, service_url
from simulator.control.service_registry import DESCRIBE_IT

_WORKLOAD = f"a workload plays no part; where a Service stands for it, {DESCRIBE_IT}"
_PERMISSION = "permissions are not simulated"
_RBAC = "rbac.authorization.k8s.io"

# Source of the addresses: knative/serving pkg/apis/serving, RouteStatus and
# DomainMappingStatus.
KINDS: Final = (
    Kind(
        group=SERVING,
        name="Route",
        guessed_url=lambda key: service_url(key.name, key.namespace),
    ),
    Kind(
        group=SERVING,
        name="DomainMapping",
        guessed_url=lambda key: f"http://{key.name}",
    ),
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
            ("", "Secret", "secrets are not read"),
            ("", "ServiceAccount", _PERMISSION),
            (_RBAC, "Role", _PERMISSION),
            (_RBAC, "RoleBinding", _PERMISSION),
            (_RBAC, "ClusterRole", _PERMISSION),
            (_RBAC, "ClusterRoleBinding", _PERMISSION),
        )
    ),
)
