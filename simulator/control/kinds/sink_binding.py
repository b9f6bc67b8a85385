"""A SinkBinding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from simulator.control.faults import Fault, both_of, invalid, missing, neither_of, via
from simulator.control.go_types import Struct, embed, pointer, text, value
from simulator.control.kind import Kind, Phase, Webhook
from simulator.control.naming import SOURCES
from simulator.control.references import check_source
from simulator.control.sources import NO_SINK, silent_source
from simulator.control.types_duck import LABEL_SELECTOR, SOURCE_SPEC, knative_object

if TYPE_CHECKING:
    from simulator.control.defaulting import Defaulting
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking


_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")


_LABEL_LENGTH = 63


_LABEL_RULE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or "
    "'-', and must start and end with an alphanumeric character (e.g. 'my-name',  or "
    "'123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)


def set_defaults(binding: Fields, defaulting: Defaulting) -> None:
    """Fill in the namespaces of subject and sink.

    Source: knative-resources 2.1 and 6.15; knative/eventing sinkbinding_defaults.go.
    """
    spec = binding["spec"]
    defaulting.reference(spec["subject"], "spec.subject")
    defaulting.destination(spec["sink"], "spec.sink")


def validate(binding: Fields, checking: Checking) -> list[Fault]:
    """Check subject, sink and overrides.

    Source: knative-resources 6.15; knative/eventing sinkbinding_validation.go.
    """
    spec = binding["spec"]
    subject, namespace = spec["subject"], binding["metadata"]["namespace"]
    faults = _check_subject(subject)
    if subject.get("namespace") != namespace:
        faults.append(
            invalid(
                subject.get("namespace", ""), "namespace", ours=f"expected {namespace}"
            )
        )
    return via([*via(faults, "subject"), *check_source(spec, checking)], "spec")


def _check_subject(subject: Fields) -> list[Fault]:
    absent = [name for name in ("apiVersion", "kind") if not subject.get(name)]
    faults = [missing(name) for name in absent]
    if subject.get("apiVersion", "").count("/") > 1:
        faults.append(invalid(subject["apiVersion"], "apiVersion"))
    name, selector = subject.get("name", ""), subject.get("selector")
    if not name and selector is None:
        faults.append(neither_of("selector", "name"))
    elif name and selector is not None:
        faults.append(both_of("selector", "name"))
    elif name and len(name) > _LABEL_LENGTH:
        faults.append(
            invalid(f"must be no more than {_LABEL_LENGTH} characters", "name")
        )
    elif name and not _LABEL.fullmatch(name):
        faults.append(invalid(_LABEL_RULE, "name"))
    return faults


_SUBJECT = Struct(
    name="tracker.Reference",
    fields=(
        text("apiVersion"),
        text("kind"),
        text("namespace"),
        text("name"),
        pointer("selector", LABEL_SELECTOR),
    ),
)


_BINDING_SPEC = Struct(name="v1.BindingSpec", fields=(value("subject", _SUBJECT),))


KIND: Final = Kind(
    group=SOURCES,
    name="SinkBinding",
    webhooks={
        "v1": Webhook(
            type=knative_object(
                "v1", "SinkBinding", *embed(SOURCE_SPEC, _BINDING_SPEC)
            ),
            set_defaults=set_defaults,
            validate=validate,
        )
    },
    reconcile={Phase.SOURCES: silent_source},
    means=NO_SINK,
)
