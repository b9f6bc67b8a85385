"""A RequestReply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control import features
from simulator.control.delivery_rules import A_DURATION, check_delivery
from simulator.control.faults import Fault, disallowed, invalid, via
from simulator.control.go_types import STRING, pointer, text, value
from simulator.control.kind import Kind, Webhook
from simulator.control.naming import BROKER_LABEL, EVENTING, system_url
from simulator.control.origins import from_webhook
from simulator.control.references import check_reference
from simulator.control.types_duck import DELIVERY_SPEC, K_REFERENCE, knative_object
from simulator.delivery import PeriodError, parse_period

if TYPE_CHECKING:
    from simulator.control.defaulting import Defaulting
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking
    from simulator.resource import ResourceKey

_ATTRIBUTE_DEFAULTS = {
    "correlationAttribute": "correlationid",
    "replyAttribute": "replyid",
}
# "course" stands where "source" was meant; Knative refuses the one, not the other.
_REFUSED_NAMES = ("", "id", "course", "specversion", "type")


def set_defaults(request: Fields, defaulting: Defaulting) -> None:
    """Fill in label, timeout and the two attribute names.

    Source: knative-resources 6.6; knative/eventing requestreply_defaults.go.
    """
    spec = request["spec"]
    origin = from_webhook("name of the broker")
    defaulting.label(request, BROKER_LABEL, spec["brokerRef"]["name"], origin)
    if not spec.get("timeout"):
        flag = features.REQUEST_REPLY_TIMEOUT
        origin = defaulting.from_config(features.CONFIG_MAP, flag)
        defaulting.put(spec, "spec.timeout", defaulting.config.flags[flag], origin)
    for name, default in _ATTRIBUTE_DEFAULTS.items():
        if not spec.get(name):
            defaulting.put(
                spec, f"spec.{name}", default, from_webhook("its usual name")
            )


def validate(request: Fields, checking: Checking) -> list[Fault]:
    """Check the broker, the attribute names, delivery and timeout.

    Source: knative-resources 6.6; knative/eventing requestreply_validation.go.
    """
    spec = request["spec"]
    own = checking.replace(own_namespace=request["metadata"]["namespace"])
    broker = spec["brokerRef"]
    found = check_reference(broker, own)
    if broker["kind"].lower() != "broker":
        found.append(invalid(broker["kind"], "kind", "brokerRef kind must be Broker"))
    if broker.get("namespace"):
        found.append(disallowed("namespace"))
    faults = via(found, "brokerRef")
    faults += via(check_delivery(spec.get("delivery"), own), "delivery")
    faults += _check_timeout(spec["timeout"])
    for name in ("correlationAttribute", "replyAttribute"):
        if spec[name] in _REFUSED_NAMES:
            path = name.lower()
            why = (
                f"{path} must be non-empty and cannot be a core cloudevent attribute "
                "(id, type, specversion, source)"
            )
            faults.append(invalid(spec[name], path, why))
    return via(faults, "spec")


def _check_timeout(text: str) -> list[Fault]:
    """Check the timeout; the details say what the parser, or the webhook, has against it."""
    try:
        if parse_period(text) > 0:
            return []
    except PeriodError as error:
        return [invalid(text, "timeout", str(error), ours=A_DURATION)]
    why = "timeout must be a positive duration"
    return [invalid(text, "timeout", why, ours=A_DURATION)]


def stub_url(key: ResourceKey) -> str:
    """Give its address.

    Source: knative-resources 2.3.
    """
    return system_url("request-reply", key.name, key.namespace)


KIND: Final = Kind(
    group=EVENTING,
    name="RequestReply",
    webhooks={
        "v1alpha1": Webhook(
            type=knative_object(
                "v1alpha1",
                "RequestReply",
                value("brokerRef", K_REFERENCE),
                text("correlationAttribute"),
                text("replyAttribute"),
                pointer("timeout", STRING),
                pointer("delivery", DELIVERY_SPEC),
            ),
            set_defaults=set_defaults,
            validate=validate,
        )
    },
    stub_url=stub_url,
)
