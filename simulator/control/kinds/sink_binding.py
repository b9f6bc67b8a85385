"""A SinkBinding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from simulator.control.conditions import ConditionSet
from simulator.control.destinations import not_found
from simulator.control.faults import Fault, both_of, invalid, missing, neither_of, via
from simulator.control.generators import speaker
from simulator.control.go_types import Struct, embed, pointer, text, value
from simulator.control.kind import Kind, Phase, Reconciled, webhooks
from simulator.control.naming import SOURCES
from simulator.control.objects import overrides_text, variable
from simulator.control.shared_rules import check_source
from simulator.control.sources import source_of
from simulator.control.types_duck import LABEL_SELECTOR, SOURCE_SPEC
from simulator.manifests import shorthand
from simulator.manifests.sections import Short
from simulator.resource import ResourceKey, mapping, mappings
from simulator.selectors import SelectorError, selector_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.control.cluster import Cluster
    from simulator.control.defaulting import Defaulting
    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking
    from simulator.control.objects import Object
    from simulator.selectors import Selector

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
    """Source: knative-resources 6.15; knative/eventing sinkbinding_validation.go."""
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

_INJECTED = ("K_SINK", "K_CA_CERTS", "K_CE_OVERRIDES")
_JOB, _CRON_JOB = ("batch", "Job"), ("batch", "CronJob")
_CONTAINERS = ("initContainers", "containers")

_NOTHING = "; K_SINK is injected into nothing"


def reconcile(binding: Admitted, cluster: Cluster) -> Reconciled:
    """Wire what the containers of its subjects send to its sink.

    A subject by name that is not there is as good as there, unless references are strict.

    Source: knative-resources 6.15; knative-kinds 6; knative/pkg
        webhook/psbinding/reconciler.go, ReconcileSubject (read).
    """
    wired = source_of(binding, cluster, silent=True)
    conditions = ConditionSet(
        (
            "SinkBindingAvailable",
            "SinkProvided",
            "OIDCIdentityCreated",
            "OIDCTokenSecretCreated",
            "TrustBundlePropagated",
        )
    )
    cluster.authorization.mark_identity(conditions)
    conditions.true("OIDCTokenSecretCreated", "TrustBundlePropagated")
    if wired.sink is None:
        conditions.false("SinkProvided", "NoAddressable")
    else:
        conditions.true("SinkProvided")
    conditions.true("SinkBindingAvailable")
    named = _named(binding)
    if named.name and named not in cluster.resources:
        cluster.report_missing(binding, named, "spec.subject", _NOTHING)
        if cluster.strict:
            text = not_found(named)
            conditions.false("SinkBindingAvailable", "SubjectMissing", text)
    try:
        _selector(binding)
    except SelectorError as error:
        conditions.unknown("SinkBindingAvailable", "", str(error))
        path = "spec.subject.selector"
        cluster.findings.warn(binding, "unresolved", f"{error}{_NOTHING}", path)
        speakers = []
    else:
        speakers = _subjects(binding, cluster)
        _advise(binding, speakers, cluster)
    keys = [each.key for each in speakers] or [named]
    return Reconciled(
        conditions=conditions,
        source=wired.replace(speakers=tuple(speaker(key) for key in keys if key.name)),
    )


def _named(binding: Admitted) -> ResourceKey:
    subject = binding.spec.get("subject") or {}
    group = str(subject.get("apiVersion") or "").rpartition("/")[0]
    kind, name = str(subject.get("kind") or ""), str(subject.get("name") or "")
    return ResourceKey(group, kind, binding.namespace, name)


def _subjects(binding: Admitted, cluster: Cluster) -> list[Admitted]:
    """Give the resources that it names or selects, as far as they are known here.

    Jobs that a CronJob will make are selected by the labels of its template; the CronJob
    stands for them.
    """
    named = _named(binding)
    if named.name:
        found = cluster.resources.get(named)
        return [] if found is None else [found]
    try:
        selector = _selector(binding)
    except SelectorError:
        return []
    kinds = {named[:3]}
    if named[:2] == _JOB:
        kinds.add((*_CRON_JOB, named.namespace))
    return [
        each
        for key, each in cluster.resources.items()
        if key[:3] in kinds and selector.selects(_labels(each, named.kind))
    ]


def _selector(binding: Admitted) -> Selector:
    """Read its selector, or raise SelectorError."""
    return selector_of((binding.spec.get("subject") or {}).get("selector") or {})


def _labels(subject: Admitted, kind: str) -> Mapping[str, str]:
    metadata = subject.resource.metadata
    if subject.key.kind != kind:
        metadata = mapping(mapping(subject.spec.get("jobTemplate")).get("metadata"))
    return mapping(metadata.get("labels"))


def _advise(binding: Admitted, found: list[Admitted], cluster: Cluster) -> None:
    findings, key = cluster.findings, _named(binding)
    if not found and not key.name:
        text = f"it selects no {key.kind} here{_NOTHING}"
        findings.warn(binding, "unresolved", text, "spec.subject.selector")
    for each in found:
        if not _has_pods(each, binding):
            text = f"{each.resource} has no pods of its own at spec.template{_NOTHING}"
            findings.warn(binding, "no-effect", text, "spec.subject")
            continue
        for other in _before(binding, cluster):
            if each in _subjects(other, cluster) and _has_pods(each, other):
                text = (
                    f"{each.resource} is bound by {other.resource}, too; each puts its "
                    "own K_SINK in place of the other's, and which one stays is open"
                )
                also = other, "spec.subject"
                findings.warn(binding, "bound-twice", text, "spec.subject", also=also)


def _has_pods(subject: Admitted, binding: Admitted) -> bool:
    made_later = subject.key.kind != _named(binding).kind
    return made_later or not subject.spec or "template" in subject.spec


def _before(binding: Admitted, cluster: Cluster) -> Iterator[Admitted]:
    for key, each in cluster.resources.items():
        if each is binding:
            return
        if key[:3] == binding.key[:3]:
            yield each


def expand(binding: Admitted, cluster: Cluster) -> Iterator[Object]:
    """Give its subjects with what it injects.

    Source: knative-kinds 6; E:pkg/apis/sources/v1/sinkbinding_lifecycle.go, Do and Undo.
    """
    injected = _variables(binding, cluster)
    for subject in _subjects(binding, cluster):
        if not _has_pods(subject, binding):
            continue
        yield _bound(subject.manifest, injected)


def _variables(binding: Admitted, cluster: Cluster) -> list[Object]:
    sink = binding.spec.get("sink") or {}
    url = cluster.resolve(sink, binding, "spec.sink", dispatched=False).url
    if url is None:
        return []
    certificates = sink.get("CACerts")
    overrides = binding.spec.get("ceOverrides")
    text = "" if overrides is None else overrides_text(overrides)
    return [
        variable("K_SINK", url),
        *([variable("K_CA_CERTS", certificates)] if certificates else []),
        variable("K_CE_OVERRIDES", text),
    ]


def _bound(workload: Mapping[str, Any], injected: list[Object]) -> Object:
    spec = mapping(workload.get("spec"))
    if "jobTemplate" in spec:
        job = _bound(mapping(spec["jobTemplate"]), injected)
        return {**workload, "spec": {**spec, "jobTemplate": job}}
    template = mapping(spec.get("template"))
    pod = {**mapping(template.get("spec"))}
    for name in _CONTAINERS:
        if name in pod:
            pod[name] = [_injected(each, injected) for each in mappings(pod[name])]
    return {**workload, "spec": {**spec, "template": {**template, "spec": pod}}}


def _injected(container: Mapping[str, Any], injected: list[Object]) -> Object:
    own = [e for e in mappings(container.get("env")) if e.get("name") not in _INJECTED]
    env = [*own, *injected]
    return {**container, "env": env} if env else {**container}


KIND: Final = Kind(
    group=SOURCES,
    name="SinkBinding",
    webhooks=webhooks(
        "SinkBinding",
        ("v1",),
        *embed(SOURCE_SPEC, _BINDING_SPEC),
        set_defaults=set_defaults,
        validate=validate,
    ),
    reconcile={Phase.SOURCES: reconcile},
    sends=True,
    expand=expand,
    short=Short(
        fields=("subject", "sink", "ceOverrides"),
        notations={"sink": shorthand.DESTINATION},
    ),
)
