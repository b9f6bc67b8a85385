"""The rules that kinds share: for references, destinations, deliveries and channel templates."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from typing import TYPE_CHECKING

from simulator.control.config import (
    CROSS_NAMESPACE,
    DELIVERY_RETRY_AFTER,
    DELIVERY_TIMEOUT,
)
from simulator.control.faults import (
    Fault,
    disallowed,
    generic,
    invalid,
    invalid_key,
    missing,
    via,
)
from simulator.delivery import PeriodError, parse_period
from simulator.quoting import go_quote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking

_IDENTITY = "[apiVersion, kind, name]"
# Compiled when there is a certificate, or an extension: most topologies have neither.
_PEM = r"-----BEGIN ([A-Z0-9 ]+)-----\s*\n([A-Za-z0-9+/=\s]*?)-----END \1-----"
_ALPHANUMERIC = r"[a-zA-Z0-9]+"
_DER_SEQUENCE = b"\x30"
# Source: X.690, 8.1.3.5: from here on, the number of octets that hold the length.
_LONG_LENGTH = 0x80


def check_reference(reference: Fields, checking: Checking) -> list[Fault]:
    """Source: knative-resources 2.1; knative/pkg apis/duck/v1/knative_reference.go."""
    faults = [] if reference.get("name") else [missing("name")]
    faults += _check_group(reference, checking)
    if not reference.get("kind"):
        faults.append(missing("kind"))
    namespace = reference.get("namespace")
    own = checking.own_namespace
    if namespace and own and namespace != own:
        details = (
            f"parent namespace: {go_quote(own)} "
            f"does not match ref: {go_quote(namespace)}"
        )
        faults.append(generic("mismatched namespaces", "namespace", details=details))
    return faults


def check_link(obj: Fields, reference: Fields, checking: Checking) -> list[Fault]:
    """Check that the user may link to what is in another namespace.

    Source: knative-kinds 8.8j; knative/eventing pkg/crossnamespace/validation.go
        CheckNamespace, which asks the API server.
    """
    namespace, own = reference.get("namespace"), obj["metadata"]["namespace"]
    allowed = checking.stranger is None or not checking.config.enabled(CROSS_NAMESPACE)
    if allowed or not namespace or namespace == own:
        return []
    message = (
        f"user {checking.stranger} is not authorized to get target resource in "
        f"namespace: {namespace}"
    )
    return [generic(message, f"spec.{reference['kind']}Namespace")]


def check_no_namespace(reference: Fields, checking: Checking) -> list[Fault]:
    """Source: knative/eventing trigger_validation.go, subscription_validation.go."""
    if not reference.get("namespace") or checking.config.enabled(CROSS_NAMESPACE):
        return []
    details = (
        "only name, apiVersion and kind are supported fields when "
        "feature.CrossNamespaceEventLinks is disabled"
    )
    return [disallowed("namespace", details=details)]


def _check_group(reference: Fields, checking: Checking) -> list[Fault]:
    version, group = reference.get("apiVersion", ""), reference.get("group", "")
    if not checking.group_allowed:
        faults = [disallowed("group")] if group else []
        return faults if version else [*faults, missing("apiVersion")]
    if not version and not group:
        return [missing("apiVersion"), missing("group")]
    if version and group and version.rpartition("/")[0] != group:
        message = (
            "both apiVersion and group are specified "
            "and they refer to different API groups"
        )
        details = "Only one of them must be specified"
        return [generic(message, "apiVersion", "group", details=details)]
    return []


def check_destination(destination: Fields | None, checking: Checking) -> list[Fault]:
    """Check a Destination; an absent one is fine.

    With a relative URI beside it the reference is not looked at.

    Source: knative-resources 2.1; knative/pkg apis/duck/v1/destination.go.
    """
    if destination is None:
        return []
    reference, uri = destination.get("ref"), destination.get("uri")
    if uri is None:
        if reference is None:
            return [generic("expected at least one, got none", "ref", "uri")]
        return via(check_reference(reference, checking), "ref")
    from simulator.go_url import parse_url  # most destinations are references

    url = parse_url(uri)
    if reference is not None and url.scheme:
        message = f"Absolute URI is not allowed when Ref or {_IDENTITY} is present"
        return [generic(message, _IDENTITY, "ref", "uri")]
    if reference is None and not (url.scheme and url.host):
        why = f"Relative URI is not allowed when Ref and {_IDENTITY} is absent"
        return [invalid(why, "uri")]
    certificates = destination.get("CACerts")
    return [] if certificates is None else _check_certificates(certificates)


def _check_certificates(text: str) -> list[Fault]:
    # Go parses the whole X.509 structure; here the outer DER sequence must be whole.
    wrong = [invalid("CA Cert provided is invalid", "caCert")]
    block = re.search(_PEM, text)
    if block is None:
        return wrong
    if block[1] != "CERTIFICATE":
        return [invalid("CA Cert provided is not a certificate", "caCert")]
    try:
        der = b64decode("".join(block[2].split()), validate=True)
    except Base64Error:
        return wrong
    return [] if _is_der_sequence(der) else wrong


def _is_der_sequence(der: bytes) -> bool:
    tag, length, rest = der[:1], der[1:2], der[2:]
    if tag != _DER_SEQUENCE or not length:
        return False
    if length[0] < _LONG_LENGTH:
        return len(rest) == length[0]
    size = length[0] - _LONG_LENGTH
    return len(rest) == size + int.from_bytes(rest[:size], "big")


def check_source(spec: Fields, checking: Checking) -> list[Fault]:
    """Check the sink and the overrides that every source has.

    Source: knative-resources 6.12 to 6.15; knative/pkg apis/duck/v1/source_types.go.
    """
    faults = via(check_destination(spec["sink"], checking), "sink")
    overrides = spec.get("ceOverrides")
    if overrides is not None:
        found = check_extensions(overrides.get("extensions") or {})
        faults += via(found, "ceOverrides.extensions")
    return faults


def check_extensions(extensions: Mapping[str, str]) -> list[Fault]:
    for name in extensions:
        if not name:
            return [invalid_key(name, "", "keys MUST NOT be empty")]
        if not re.fullmatch(_ALPHANUMERIC, name):
            return [invalid_key(name, "", "keys are expected to be alphanumeric")]
    return []


A_DURATION = "expected an ISO 8601 duration such as PT0.5S"
_TOO_SHORT = {
    "timeout": "expected PT0.1S or longer, in which Knative counts; without it, no limit",
    "retryAfterMax": "expected PT0S or longer",
}
_CHOICES = {"backoffPolicy": ("exponential", "linear"), "format": ("binary", "json")}


def check_delivery(delivery: Fields | None, checking: Checking) -> list[Fault]:
    """Check a DeliverySpec; an absent one is fine.

    Source: knative-resources 3; knative/eventing pkg/apis/duck/v1/delivery_types.go.
    """
    if not delivery:
        return []
    sink = delivery.get("deadLetterSink")
    faults = via(check_destination(sink, checking), "deadLetterSink")
    if delivery.get("retry", 0) < 0:
        faults.append(invalid(delivery["retry"], "retry", ours="expected 0 or more"))
    for name, allowed in _CHOICES.items():
        if name in delivery and delivery[name] not in allowed:
            ours = f"expected {' or '.join(allowed)}"
            faults.append(invalid(delivery[name], name, ours=ours))
    faults += _check_period(delivery, "backoffDelay", lambda _: True)
    config = checking.config
    if config.enabled(DELIVERY_TIMEOUT):
        faults += _check_period(delivery, "timeout", lambda length: length != 0)
    elif "timeout" in delivery:
        faults.append(disallowed("timeout"))
    if config.enabled(DELIVERY_RETRY_AFTER):
        faults += _check_period(delivery, "retryAfterMax", lambda length: length >= 0)
    elif "retryAfterMax" in delivery:
        faults.append(disallowed("retryAfterMax"))
    return faults


def _check_period(
    delivery: Fields, name: str, allowed: Callable[[int], bool]
) -> list[Fault]:
    text = delivery.get(name)
    if text is None:
        return []
    try:
        if allowed(parse_period(text)):
            return []
    except PeriodError:
        return [invalid(text, name, ours=A_DURATION)]
    return [invalid(text, name, ours=_TOO_SHORT[name])]


def check_template(template: Fields | None) -> list[Fault]:
    """Check a channel template that defaulting should have set.

    Source: knative-resources 6.7; messaging/v1 channel_validation.go,
        IsValidChannelTemplate.
    """
    if template is None:
        return [missing("channelTemplate")]
    absent = [name for name in ("kind", "apiVersion") if not template.get(name)]
    return via([missing(name) for name in absent], "channelTemplate")
