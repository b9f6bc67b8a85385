"""An EventPolicy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.access import Policy
from simulator.control.authorization import Aim, Ruling, labels_of
from simulator.control.conditions import ConditionSet
from simulator.control.config import FEATURES, OIDC
from simulator.control.destinations import Reference, missing_object
from simulator.control.faults import (
    Fault,
    both_of,
    generic,
    invalid,
    missing,
    neither_of,
    via,
)
from simulator.control.filtering import check_filters
from simulator.control.flows import members
from simulator.control.go_types import (
    STRING,
    ListOf,
    Struct,
    embed,
    pointer,
    text,
    value,
)
from simulator.control.kind import Kind, Phase, Reconciled, webhooks
from simulator.control.naming import EVENTING, SYSTEM_NAMESPACE
from simulator.control.types_duck import FILTER_LIST, LABEL_SELECTOR, TYPE_META
from simulator.errors import with_article
from simulator.filters import compile_filters
from simulator.manifests import shorthand
from simulator.manifests.sections import Short
from simulator.selectors import SelectorError, selector_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.control.cluster import Cluster
    from simulator.control.defaulting import Defaulting
    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking
    from simulator.resource import ResourceKey
    from simulator.selectors import Selector


def set_defaults(policy: Fields, defaulting: Defaulting) -> None:
    """Source: knative/eventing eventpolicy_defaults.go; data/golden/kinds."""
    for index, each in enumerate(policy["spec"].get("from") or []):
        defaulting.reference(each.get("ref"), f"spec.from[{index}].ref")


_SWITCH = (
    f"{OIDC}: enabled in the ConfigMap {FEATURES} of namespace {SYSTEM_NAMESPACE} "
    "switches it on"
)


def validate(policy: Fields, checking: Checking) -> list[Fault]:
    """Refuse a new policy while OIDC is off; else check from, to and filters.

    Source: knative-kinds 8.8c and 9 (updates are admitted all the same);
        knative/eventing eventpolicy_validation.go.
    """
    spec = policy["spec"]
    if checking.old is None and not checking.config.enabled(OIDC):
        off = generic("oidc-authentication feature not enabled")
        return [off.replace(ours=_SWITCH)]
    faults: list[Fault] = []
    for index, each in enumerate(spec.get("from") or []):
        faults += via(_check_from(each), f"from[{index}]")
    for index, each in enumerate(spec.get("to") or []):
        faults += via(_check_to(each), f"to[{index}]")
    faults += via(check_filters(spec.get("filters") or []), "filters")
    return via(faults, "spec")


def _check_from(each: Fields) -> list[Fault]:
    reference, sub = each.get("ref"), each.get("sub")
    faults = _check_ref(reference)
    if reference is None and not sub:
        faults.append(neither_of("ref", "sub"))
    if reference is not None and sub is not None:
        faults.append(both_of("ref", "sub"))
    if sub and "*" in sub[:-1]:
        faults.append(invalid(sub, "sub", "'*' is only allowed as suffix"))
    return faults


def _check_to(each: Fields) -> list[Fault]:
    reference, selector = each.get("ref"), each.get("selector")
    faults = _check_ref(reference)
    if reference is None and selector is None:
        faults.append(neither_of("ref", "selector"))
    if reference is not None and selector is not None:
        faults.append(both_of("ref", "selector"))
    return faults


def _check_ref(reference: Fields | None) -> list[Fault]:
    if reference is None:
        return []
    names = ("kind", "apiVersion", "name")
    absent = [name for name in names if not reference.get(name)]
    return via([missing(name) for name in absent], "ref")


_FROM_REFERENCE = Struct(
    name="v1alpha1.EventPolicyFromReference",
    fields=(
        text("apiVersion"),
        text("kind", omit=False),
        text("name", omit=False),
        text("namespace"),
    ),
)
_TO_REFERENCE = Struct(
    name="v1alpha1.EventPolicyToReference",
    fields=(text("apiVersion"), text("kind", omit=False), text("name", omit=False)),
)
_FROM = Struct(
    name="v1alpha1.EventPolicySpecFrom",
    fields=(pointer("ref", _FROM_REFERENCE), pointer("sub", STRING)),
)
_SELECTOR = Struct(
    name="v1alpha1.EventPolicySelector", fields=embed(LABEL_SELECTOR, TYPE_META)
)
_TO = Struct(
    name="v1alpha1.EventPolicySpecTo",
    fields=(pointer("ref", _TO_REFERENCE), pointer("selector", _SELECTOR)),
)


def reconcile(policy: Admitted, cluster: Cluster) -> Reconciled:
    """Source: knative-kinds 4; knative-resources 6.4."""
    conditions = ConditionSet(("AuthenticationEnabled", "SubjectsResolved"))
    subjects, missing_key = _subjects(policy, cluster)
    if not cluster.authorization.on:
        conditions.false("AuthenticationEnabled", "OIDCAuthenticationDisabled")
    else:
        conditions.true("AuthenticationEnabled")
        if missing_key is None:
            conditions.true("SubjectsResolved")
        else:
            place = f"{missing_key.namespace}/{missing_key.name}"
            why = (
                "could not resolve subjects from reference: could not resolve auth "
                f"status: failed to get authenticatable {place}: "
                f"{missing_object(missing_key)}"
            )
            conditions.false("SubjectsResolved", "SubjectsNotResolved", why)
    filters = members(policy.spec.get("filters"))
    ruling = Ruling(
        namespace=policy.namespace,
        policy=Policy(
            name=policy.name,
            subjects=subjects,
            filter=compile_filters(filters, None) if filters else None,
        ),
        aims=tuple(_aims(policy)),
        ready=conditions.is_ready,
    )
    return Reconciled(conditions=conditions, ruling=ruling)


def _subjects(
    policy: Admitted, cluster: Cluster
) -> tuple[tuple[str, ...], ResourceKey | None]:
    """Give whom it names, in order, and the first that is not there.

    Source: E:pkg/auth/event_policy.go, ResolveSubjects: it ends at the first error.
    """
    subjects: list[str] = []
    for each in members(policy.spec.get("from")):
        ref = each.get("ref")
        if ref is None:
            subjects.append(str(each.get("sub") or ""))
            continue
        key = Reference.of(ref, policy.namespace).key
        named = cluster.resources.get(key)
        if named is None:
            return (), key
        subjects += cluster.authorization.subjects(named)
    return tuple(subjects), None


def _aims(policy: Admitted) -> Iterator[Aim]:
    """Source: knative-kinds 4 (a nil LabelSelector matches nothing)."""
    for each in members(policy.spec.get("to")):
        ref, selector = each.get("ref"), each.get("selector")
        what = ref or selector or {}
        group, _, _ = str(what.get("apiVersion") or "").rpartition("/")
        wanted = None
        if ref is None and any(name in what for name in _LABELS):
            wanted = _selector(what)
        yield Aim(
            group=group,
            kind=str(what.get("kind") or ""),
            name=str(ref.get("name") or "") if ref else "",
            selector=wanted,
        )


def _selector(written: Mapping[str, Any]) -> Selector | None:
    try:
        return selector_of(written)
    except SelectorError:  # the API server refuses it, if it is asked
        return None


def advise(policy: Admitted, cluster: Cluster) -> Reconciled:
    """Source: knative-kinds 4."""
    if not cluster.authorization.on:
        why = "authentication-oidc is off, so every sender is let in, and what it is for is never Ready"
        cluster.findings.warn(policy, "policy", why)
        return Reconciled()
    _advise_on_senders(policy, cluster)
    filters = members(policy.spec.get("filters"))
    for doubt in compile_filters(filters, None).doubts if filters else ():
        cluster.findings.warn(policy, "hopeless-filter", doubt, "spec.filters")
    for at, (aim, each) in enumerate(
        zip(_aims(policy), members(policy.spec.get("to")), strict=True)
    ):
        _advise_on_aim(policy, aim, f"spec.to[{at}]", each, cluster)
    return Reconciled()


def _advise_on_senders(policy: Admitted, cluster: Cluster) -> None:
    senders = members(policy.spec.get("from"))
    refused = "admits nobody: whoever sends to what it is for is refused with 403"
    if not senders:
        cluster.findings.warn(policy, "policy", f"it has no from, so it {refused}")
    named = 0
    for at, each in enumerate(senders):
        ref, path = each.get("ref"), f"spec.from[{at}]"
        if ref is None:
            named += 1
            _advise_on_subject(policy, str(each.get("sub") or ""), path, cluster)
            continue
        key = Reference.of(ref, policy.namespace).key
        there = cluster.resources.get(key)
        if there is None:
            effect = (
                "; so it is not Ready and does not count, and what it is for is not "
                "Ready, either: other policies decide, or default-authorization-mode"
            )
            cluster.report_missing(policy, key, f"{path}.ref", effect)
            return
        found = cluster.authorization.subjects(there)
        named += len(found)
        if not found:
            why = f"{with_article(key.kind)} has no identity of its own, so this names nobody"
            cluster.findings.warn(policy, "policy", why, f"{path}.ref")
    if senders and not named:
        cluster.findings.warn(policy, "policy", f"it {refused}", "spec.from")


def _advise_on_subject(policy: Admitted, sub: str, path: str, cluster: Cluster) -> None:
    begins = sub.removesuffix("*").lower()
    if begins.startswith(_ACCOUNTS) or _ACCOUNTS.startswith(begins):
        return
    why = (
        f"{sub!r} is the subject of no service account, which the cluster's tokens are for: "
        f"{_ACCOUNTS}NAMESPACE:NAME"
    )
    cluster.findings.warn(policy, "policy", why, f"{path}.sub")


_ACCOUNTS = "system:serviceaccount:"


def _advise_on_aim(
    policy: Admitted, aim: Aim, path: str, to: Mapping[str, Any], cluster: Cluster
) -> None:
    resources = cluster.resources.items()
    if any(
        key.namespace == policy.namespace and aim.meets(key, labels_of(each))
        for key, each in resources
    ):
        return
    if aim.name:
        reference = Reference.of(to["ref"], policy.namespace)
        cluster.report_missing(
            policy, reference.key, f"{path}.ref", "; so it protects nothing there"
        )
        return
    why = f"no {aim.kind} in namespace {policy.namespace!r} has such labels"
    if not any(name in (to.get("selector") or {}) for name in _LABELS):
        why = "a selector without matchLabels and matchExpressions selects nothing"
    cluster.findings.warn(policy, "policy", why, f"{path}.selector")


_LABELS = ("matchLabels", "matchExpressions")

KIND: Final = Kind(
    group=EVENTING,
    name="EventPolicy",
    webhooks=webhooks(
        "EventPolicy",
        ("v1alpha1",),
        value("to", ListOf(name="[]v1alpha1.EventPolicySpecTo", element=_TO)),
        value("from", ListOf(name="[]v1alpha1.EventPolicySpecFrom", element=_FROM)),
        value("filters", FILTER_LIST),
        set_defaults=set_defaults,
        validate=validate,
    ),
    reconcile={Phase.POLICIES: reconcile, Phase.ENDPOINTS: advise},
    short=Short(
        version="v1alpha1",
        fields=("to", "from", "filters"),
        notations={
            "to": shorthand.ListOf(item=shorthand.DESTINATION),
            "from": shorthand.ListOf(item=shorthand.Sender()),
        },
    ),
)
