"""What roles among the manifests let a service account read, and what they do not.

Others may let it read more: so nothing here says that it cannot, only that these do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.resource import mappings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simulator.control.given import Admitted

_GROUP = "rbac.authorization.k8s.io"
_READING = ("get", "list", "watch")
_ROLES = {"Role": "RoleBinding", "ClusterRole": "ClusterRoleBinding"}


class Account(NamedTuple):
    namespace: str
    name: str

    @property
    def user(self) -> str:
        return f"system:serviceaccount:{self.namespace}:{self.name}"

    def is_meant(self, subject: Mapping[str, Any], namespace: str) -> bool:
        kind, name = subject.get("kind"), subject.get("name")
        if kind == "ServiceAccount":
            place = subject.get("namespace") or namespace
            return (place, name) == self
        if kind == "Group":
            groups = ("system:serviceaccounts", "system:authenticated")
            return name in (*groups, f"system:serviceaccounts:{self.namespace}")
        return kind == "User" and name == self.user


class _Grant(NamedTuple):
    """Rules, and the one namespace that they are for; empty for all."""

    namespace: str
    rules: list[Any]


def not_permitted(
    account: Account,
    wanted: Iterable[tuple[str, str, str]],
    manifests: Iterable[Admitted],
) -> Iterator[str]:
    """Name what an account cannot read by the roles that are bound to it.

    Args:
        account: Who reads.
        wanted: Group, resource and namespace of what is read.
        manifests: All that there are.

    Returns:
        Nothing where no role among them is bound to it, or one that is not there or is
        put together by the cluster: then nobody knows.

    Source: Kubernetes, Using RBAC Authorization; the words are those of
        E:pkg/reconciler/apiserversource (read), runAccessCheck.
    """
    grants = _grants(account, [each for each in manifests if each.key.group == _GROUP])
    for group, resource, namespace in wanted if grants else ():
        absent = [
            verb
            for verb in _READING
            if not any(
                grant.namespace in ("", namespace)
                and _lets(rule, group, resource, verb)
                for grant in grants
                for rule in grant.rules
            )
        ]
        if absent:
            yield (
                f'{", ".join(absent)} resource "{resource}" in API group "{group}" in '
                f'Namespace "{namespace}"'
            )


def _grants(account: Account, rbac: list[Admitted]) -> list[_Grant]:
    roles = {each.key[1:]: each for each in rbac}
    grants = []
    for each in rbac:
        if each.key.kind not in _ROLES.values():
            continue
        subjects = mappings(each.manifest.get("subjects"))
        if not any(account.is_meant(subject, each.namespace) for subject in subjects):
            continue
        (reference,) = mappings([each.manifest.get("roleRef")]) or ({},)
        kind, name = reference.get("kind"), reference.get("name")
        # What has no namespace is kept under that of whatever names none.
        role = next(
            (
                found
                for key, found in roles.items()
                if (key[0], key[2]) == (kind, name)
                and (kind == "ClusterRole" or key[1] == each.namespace)
            ),
            None,
        )
        if role is None or role.manifest.get("aggregationRule"):
            return []
        everywhere = each.key.kind == _ROLES["ClusterRole"]
        rules = mappings(role.manifest.get("rules"))
        grants.append(_Grant("" if everywhere else each.namespace, rules))
    return grants


def _lets(rule: Mapping[str, Any], group: str, resource: str, verb: str) -> bool:
    if rule.get("resourceNames"):
        return False  # no list of all of them
    return all(
        isinstance(rule.get(name), list) and not {"*", value}.isdisjoint(rule[name])
        for name, value in (
            ("apiGroups", group),
            ("resources", resource),
            ("verbs", verb),
        )
    )
