"""An EventPolicy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.faults import (
    Fault,
    both_of,
    generic,
    invalid,
    missing,
    neither_of,
    via,
)
from simulator.control.features import OIDC
from simulator.control.filter_rules import check_filters
from simulator.control.go_types import (
    STRING,
    ListOf,
    Struct,
    embed,
    pointer,
    text,
    value,
)
from simulator.control.kind import Kind, Webhook
from simulator.control.naming import EVENTING
from simulator.control.types_duck import (
    FILTER_LIST,
    LABEL_SELECTOR,
    TYPE_META,
    knative_object,
)

if TYPE_CHECKING:
    from simulator.control.defaulting import Defaulting
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking


def set_defaults(policy: Fields, defaulting: Defaulting) -> None:
    """Fill in the namespace of those who may send.

    Source: knative/eventing eventpolicy_defaults.go; data/golden/kinds.
    """
    for index, each in enumerate(policy["spec"].get("from") or []):
        defaulting.reference(each.get("ref"), f"spec.from[{index}].ref")


def validate(policy: Fields, checking: Checking) -> list[Fault]:
    """Refuse a new policy while OIDC is off; else check from, to and filters.

    Source: knative-kinds 8.8c and 9 (updates are admitted all the same);
        knative/eventing eventpolicy_validation.go.
    """
    spec = policy["spec"]
    if checking.old is None and not checking.config.enabled(OIDC):
        return [generic("oidc-authentication feature not enabled")]
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
    fields=(
        text("apiVersion"),
        text("kind", omit=False),
        text("name", omit=False),
    ),
)
_FROM = Struct(
    name="v1alpha1.EventPolicySpecFrom",
    fields=(pointer("ref", _FROM_REFERENCE), pointer("sub", STRING)),
)
_SELECTOR = Struct(
    name="v1alpha1.EventPolicySelector",
    fields=embed(LABEL_SELECTOR, TYPE_META),
)
_TO = Struct(
    name="v1alpha1.EventPolicySpecTo",
    fields=(pointer("ref", _TO_REFERENCE), pointer("selector", _SELECTOR)),
)


KIND: Final = Kind(
    group=EVENTING,
    name="EventPolicy",
    webhooks={
        "v1alpha1": Webhook(
            type=knative_object(
                "v1alpha1",
                "EventPolicy",
                value("to", ListOf(name="[]v1alpha1.EventPolicySpecTo", element=_TO)),
                value(
                    "from", ListOf(name="[]v1alpha1.EventPolicySpecFrom", element=_FROM)
                ),
                value("filters", FILTER_LIST),
            ),
            set_defaults=set_defaults,
            validate=validate,
        )
    },
    means="OIDC is off, so every sender is let in",
)
