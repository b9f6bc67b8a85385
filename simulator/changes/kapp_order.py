"""In which order kapp creates resources: who waits for whom.

Source: carvel-dev/kapp pkg/kapp/config/default.go, changeGroupBindings and
    changeRuleBindings; pkg/kapp/diffgraph change.go, change_rule.go, change_graph.go;
    data/systems/kapp/order.txt (run): nothing orders what is Knative's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.changes.change_set import CLUSTER, description, is_config, namespace_of
from simulator.discovery import DEFINITION
from simulator.errors import Fault, nearest
from simulator.resource import mapping, mappings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from simulator.resource import Resource, ResourceKey

GROUP = "kapp.k14s.io/change-group"
RULE = "kapp.k14s.io/change-rule"
_NO_DEFAULTS = "kapp.k14s.io/disable-default-change-group-and-rules"
_PLACEHOLDER = re.compile(r"\{.+?\}")
_OWN = "change-groups.kapp.k14s.io/"
_RBAC = "rbac.authorization.k8s.io"
_ROLES = ("ClusterRole", "Role")
_BINDINGS = ("ClusterRoleBinding", "RoleBinding")
_STORAGE = ("PersistentVolume", "PersistentVolumeClaim")
# By version: a PodDisruptionBudget of policy/v1 is none of them.
_POD_RELATED = frozenset({
    ("networking.k8s.io/v1", "NetworkPolicy"), ("extensions/v1beta1", "NetworkPolicy"),
    ("v1", "ResourceQuota"), ("v1", "LimitRange"),
    ("policy/v1beta1", "PodSecurityPolicy"), ("extensions/v1beta1", "PodSecurityPolicy"),
    ("policy/v1beta1", "PodDisruptionBudget"), ("scheduling.k8s.io/v1", "PriorityClass"),
    ("scheduling.k8s.io/v1beta1", "PriorityClass"),
    ("scheduling.k8s.io/v1alpha1", "PriorityClass"),
    ("node.k8s.io/v1beta1", "RuntimeClass"), ("node.k8s.io/v1alpha1", "RuntimeClass"),
    ("v1", "ServiceAccount"), ("v1", "Secret"), ("v1", "ConfigMap"),
})  # fmt: skip
_ACTIONS, _ORDERS, _TARGETS = (
    ("upsert", "delete"), ("before", "after"), ("upserting", "deleting")
)  # fmt: skip
_SHAPE = "expected 'upsert after upserting GROUP', or before"


class Rule(NamedTuple):
    """What a resource has to do with a group when it is created.

    Args:
        after: Whether it waits for the group, or the group for it.
        yields: It does not count where it would close a circle.
    """

    after: bool
    group: str
    yields: bool = False


class Order(NamedTuple):
    """In which order resources are created; *waits*: each -> those directly before it."""

    waits: dict[ResourceKey, list[ResourceKey]]
    faults: tuple[Fault, ...] = ()

    def before(self, key: ResourceKey) -> set[ResourceKey]:
        """Give all that is certainly there before a resource is created."""
        found: set[ResourceKey] = set()
        waiting = [key]
        while waiting:
            for each in self.waits[waiting.pop()]:
                if each not in found:
                    found.add(each)
                    waiting.append(each)
        return found

    def waves(self) -> list[list[ResourceKey]]:
        left = dict(self.waits)
        waves: list[list[ResourceKey]] = []
        while left:
            wave = [key for key, each in left.items() if left.keys().isdisjoint(each)]
            if not wave:
                return [*waves, list(left)]  # a circle, which is a fault
            waves.append(wave)
            for key in wave:
                del left[key]
        return waves


def kapp_order(resources: Sequence[Resource]) -> Order:
    groups: dict[str, list[ResourceKey]] = {}
    for each in resources:
        for group in _groups(each):
            groups.setdefault(group, []).append(each.key)
    said = [(each.key, rule) for each in resources for rule in _rules(each)]
    rules = [(key, rule) for key, rule in said if isinstance(rule, Rule)]
    faults = [fault for _, fault in said if isinstance(fault, Fault)]
    faults += [fault for each in resources for fault in _misnamed(each)]
    order = Order({each.key: [] for each in resources})
    for key, rule in sorted(rules, key=lambda pair: pair[1].yields):
        for other in groups.get(rule.group, ()):
            late, early = (key, other) if rule.after else (other, key)
            closes = late == early or late in order.before(early)
            if not (rule.yields and closes):
                order.waits[late].append(early)
    circle = [each for each in resources if each.key in order.before(each.key)]
    if circle:
        named = " -> ".join(f"[{description(each)}]" for each in circle)
        reason = f"kapp refuses this: Detected cycle while ordering changes: {named}"
        faults.append(Fault(reason, circle[0].position("metadata.annotations")))
    return order._replace(faults=tuple(faults))


def unknown_groups(resources: Sequence[Resource]) -> Iterator[Fault]:
    """Tell of rules that name a group which no resource is in: kapp says nothing."""
    there = {group for each in resources for group in _groups(each)}
    own = [group for group in there if not group.startswith(_OWN)]
    for each in resources:
        for key, text in _annotated(each, RULE):
            group = _filled(text, each).rpartition(" ")[2]
            if group not in there and not group.startswith(_OWN):
                reason = f"{each}: {key}: no resource is in the group {group!r}"
                place = each.position("metadata.annotations")
                yield Fault(f"{reason}{nearest(group, own)}", place)


def _annotated(resource: Resource, name: str) -> Iterator[tuple[str, str]]:
    for key, text in resource.annotations.items():
        if key == name or key.startswith(f"{name}."):
            yield key, str(text)


def _filled(text: str, resource: Resource) -> str:
    for name, value in _placeholders(resource).items():
        text = text.replace(name, value)
    return text


def _placeholders(resource: Resource) -> dict[str, str]:
    """Give what stands for something in the names of groups, and for what.

    Source: carvel-dev/kapp pkg/kapp/diffgraph/change_group_name.go, AsString.
    """
    definition = (resource.group, resource.kind) == DEFINITION
    spec: dict[str, Any] = dict(resource.spec) if definition else {}
    space = namespace_of(resource)
    return {
        "{api-group}": resource.group,
        "{kind}": resource.kind,
        "{name}": resource.name,
        "{namespace}": "" if space == CLUSTER else space,
        "{crd-kind}": str(mapping(spec.get("names")).get("kind") or ""),
        "{crd-group}": str(spec.get("group") or ""),
    }


def _misnamed(resource: Resource) -> Iterator[Fault]:
    """Tell of placeholders in names of groups that kapp does not know, or has no value for."""
    known = _placeholders(resource)
    for name in (GROUP, RULE):
        for key, text in _annotated(resource, name):
            for each in _PLACEHOLDER.findall(text):
                if known.get(each):
                    continue
                what = f"placeholder {each} has no value for {resource.kind}"
                if each not in known:
                    hint = nearest(each, known)
                    there_are = ", ".join(known)
                    what = f"unknown placeholder {each}{hint} (there are: {there_are})"
                place = resource.position("metadata.annotations")
                yield Fault(f"{resource}: {key}: kapp refuses this: {what}", place)


def _groups(resource: Resource) -> Iterator[str]:
    for _, text in _annotated(resource, GROUP):
        yield _filled(text, resource)
    group, kind = resource.group, resource.kind
    if (group, kind) == DEFINITION:
        yield f"{_OWN}crds"
        yield _filled(f"{_OWN}crds-{{crd-group}}-{{crd-kind}}", resource)
    elif (group, kind) == ("", "Namespace"):
        yield f"{_OWN}namespaces"
        yield f"{_OWN}namespaces-{resource.name}"
    elif group == "" and kind in _STORAGE:
        yield f"{_OWN}storage"
    elif group == _RBAC and kind in (*_ROLES, *_BINDINGS):
        yield f"{_OWN}rbac"
        yield f"{_OWN}{'rbac-roles' if kind in _ROLES else 'rbac-role-bindings'}"
    elif (resource.api_version, kind) in _POD_RELATED:
        yield f"{_OWN}pod-related"
        if kind == "ServiceAccount":
            yield f"{_OWN}serviceaccount"


def _rules(resource: Resource) -> Iterator[Rule | Fault]:
    for key, text in _annotated(resource, RULE):
        rule = _read(_filled(text, resource))
        if isinstance(rule, str):
            place = resource.position("metadata.annotations")
            yield Fault(f"{resource}: {key}: {rule}", place)
        elif rule is not None:
            yield rule
    if _NO_DEFAULTS in resource.annotations:
        return
    kind = resource.kind
    yield Rule(after=True, group=f"{_OWN}crds-{resource.group}-{kind}")
    namespaced = namespace_of(resource) != CLUSTER
    if namespaced:
        yield Rule(after=True, group=f"{_OWN}namespaces-{resource.namespace}")
    if resource.group == _RBAC and kind in _BINDINGS:
        yield Rule(after=True, group=f"{_OWN}rbac-roles", yields=True)
    if namespaced and not any(each.startswith(_OWN) for each in _groups(resource)):
        for group in ("pod-related", "rbac", "storage"):
            yield Rule(after=True, group=f"{_OWN}{group}", yields=True)


def _read(text: str) -> Rule | str | None:
    """Read a rule: None for one about deletions, a sentence for one that is none."""
    match text.split(" "):
        case [action, order, target, group]:
            pass
        case words:
            return f"{_SHAPE}; found {len(words)} words: {text!r}"
    wanted = ((action, _ACTIONS), (order, _ORDERS), (target, _TARGETS))
    for word, known in wanted:
        if word not in known:
            return f"{_SHAPE}; found {word!r}{nearest(word, known)}"
    if (action, target) != ("upsert", "upserting"):
        return None
    return Rule(after=order == "after", group=group)


def waited_for(resources: Iterable[Resource]) -> set[tuple[str, str]]:
    """Give the apiVersion and kind of what a kapp Config waits for until it is Ready."""
    found = set()
    for each in resources:
        rules = each.manifest.get("waitRules") if is_config(each) else None
        for rule in mappings(rules):
            if _waits_for_ready(rule):
                found |= set(_matched(rule.get("resourceMatchers")))
    return found


def _waits_for_ready(rule: dict[str, Any]) -> bool:
    return any(
        (each.get("type"), each.get("status")) == ("Ready", "True")
        and each.get("success") is True
        for each in mappings(rule.get("conditionMatchers"))
    )


def _matched(matchers: object) -> Iterator[tuple[str, str]]:
    for each in mappings(matchers):
        kind = each.get("apiVersionKindMatcher")
        if isinstance(kind, dict):
            yield str(kind.get("apiVersion")), str(kind.get("kind"))
        inner = each.get("anyMatcher")
        if isinstance(inner, dict):
            yield from _matched(inner.get("matchers"))
