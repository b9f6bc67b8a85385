"""What roles among the manifests let the account of a source read."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import Blueprint, Topology

_RBAC = "rbac.authorization.k8s.io/v1"
_READING = ["get", "list", "watch"]
_ACCOUNT = {"kind": "ServiceAccount", "name": "watcher", "namespace": "default"}


def rbac(kind: str, **more: Any) -> dict[str, Any]:
    return {"apiVersion": _RBAC, "kind": kind, "metadata": {"name": "reads"}, **more}


def role(kind: str = "Role", **rule: Any) -> dict[str, Any]:
    whole = {"apiGroups": [""], "resources": ["pods"], "verbs": _READING, **rule}
    return rbac(kind, rules=[whole])


def binding(
    kind: str = "RoleBinding", to: str = "Role", **subject: Any
) -> dict[str, Any]:
    reference = {"kind": to, "name": "reads"}
    return rbac(kind, roleRef=reference, subjects=[{**_ACCOUNT, **subject}])


def warnings(*manifests: dict[str, Any], **spec: Any) -> list[str]:
    source = {
        "apiVersion": "sources.knative.dev/v1",
        "kind": "ApiServerSource",
        "metadata": {"name": "pods"},
        "spec": {
            "serviceAccountName": "watcher",
            "resources": [{"apiVersion": "v1", "kind": "Pod"}],
            "sink": {"uri": "http://sink.example.com"},
            **spec,
        },
    }
    findings = Blueprint(Topology.of(source, *manifests)).findings
    return [each.message for each in findings if each.code == "not-permitted"]


@pytest.mark.parametrize(
    "manifests",
    [
        [role(), binding()],
        [role(resources=["*"], verbs=["*"], apiGroups=["*"]), binding()],
        [role("ClusterRole"), binding(to="ClusterRole")],
        [role("ClusterRole"), binding("ClusterRoleBinding", "ClusterRole")],
        [role(), binding(kind="Group", name="system:serviceaccounts:default")],
        [role(), binding(kind="User", name="system:serviceaccount:default:watcher")],
    ],
)
def test_who_may_read_all_is_not_told_of(manifests: list[dict[str, Any]]) -> None:
    assert warnings(*manifests) == []


@pytest.mark.parametrize(
    "manifests",
    [
        [],
        [role(verbs=["get"])],
        [role(verbs=["get"]), binding(name="another")],
        [binding()],
        [rbac("ClusterRole", aggregationRule={"a": 1}), binding(to="ClusterRole")],
    ],
    ids=["none", "unbound", "of another", "role unknown", "aggregated"],
)
def test_who_may_be_allowed_elsewhere_is_not_told_of(
    manifests: list[dict[str, Any]],
) -> None:
    assert warnings(*manifests) == []


def test_what_the_roles_do_not_allow_is_told_in_the_words_of_knative() -> None:
    [told] = warnings(role(verbs=["get"]), binding())

    assert told == (
        "by the roles among the manifests, User system:serviceaccount:default:watcher "
        'cannot list, watch resource "pods" in API group "" in Namespace "default"; unless '
        "others let it, it is not Ready on a cluster, and sends nothing"
    )


@pytest.mark.parametrize(
    "rule",
    [{"resourceNames": ["web"]}, {"apiGroups": ["apps"]}, {"resources": ["pods/log"]}],
)
def test_a_rule_of_something_else_allows_nothing(rule: dict[str, Any]) -> None:
    [told] = warnings(role(**rule), binding())

    assert 'cannot get, list, watch resource "pods"' in told


def test_a_role_of_one_namespace_allows_nothing_in_another() -> None:
    shop = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
    selector = {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}

    [told] = warnings(role(), binding(), shop, namespaceSelector=selector)

    assert 'in Namespace "shop"' in told
