"""Resources are let in one by one, as the API server and its webhooks would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.control import Admitted, ClusterConfig, Refusal, admit, versions_of
from simulator.control.faults import as_written
from simulator.control.naming import Wrong
from simulator.control.registry import kind_of
from simulator.control.service_registry import SERVED
from simulator.control.types_duck import IN_FEW_SCHEMAS
from simulator.errors import Fault
from simulator.resource import name_fault, namespace_fault
from simulator.wiring import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.control import Admission
    from simulator.control import Fault as Objection
    from simulator.control.misfits import Misfit
    from simulator.resource import Resource, ResourceKey

_KNATIVE = ".knative.dev"
_NAMED = (("", "Service"), ("", "ConfigMap"))
_NAMES = frozenset(("name", "namespace"))
_ONLY = {
    group: (f"{group}/v1".removeprefix("/"),)
    for group in ("", "apps", "batch", "rbac.authorization.k8s.io")
}
"""Groups that have one version left.

Source: Kubernetes, "Deprecated API Migration Guide", v1.16, v1.22 and v1.25.
"""
# Groups of Kubernetes itself; others write manifests for their tools, too.
_BUILT_IN = ("", "apps", "batch", "autoscaling", "policy", "rbac.authorization.k8s.io")


class Admitting:
    def __init__(
        self,
        config: ClusterConfig,
        faults: list[Fault],
        findings: list[Finding],
        *,
        defaults: bool,
        validate: bool,
        stored: Mapping[ResourceKey, Admitted],
    ) -> None:
        self._config = config
        self._faults = faults
        self._findings = findings
        self._defaults = defaults
        self._validate = validate
        self._stored = stored

    def note(self, resource: Resource, code: str, message: str) -> None:
        noted = _warning(resource, code, "", message)
        self._findings.append(noted.replace(severity=Severity.NOTE))

    def let_in(self, resource: Resource) -> Admitted | None:
        """Give what is stored of it: as before, if it was written so; None if refused."""
        stored = self._stored.get(resource.key)
        if stored is not None and stored.resource == resource:
            return Admitted(
                resource=resource,
                manifest=stored.manifest,
                origins=stored.origins,
                refused=stored.refused,
            )
        if not self._validate:
            return self._applied(resource)
        wrong = _wrong_in_metadata(resource)
        self._faults += [
            Fault(
                f"{resource}: {each.path}: {each.what}",
                resource.position(each.place),
                each.place,
            )
            for each in wrong
        ]
        if any(each.unread for each in wrong):
            return None
        admitted = self._applied(resource)
        return None if wrong else admitted

    def _applied(self, resource: Resource) -> Admitted | None:
        versions = versions_of(resource.group, resource.kind)
        if not versions:
            return self._without_webhook(resource)
        if resource.api_version not in versions:
            self._faults.append(_unserved(resource, versions))
            return None
        if not self._defaults:
            wrong = [each for each in _misfits(resource) if not each.is_unknown]
            self._faults += [_misfit_fault(resource, each) for each in wrong]
            return None if wrong else _as_written(resource)  # nobody could read it
        admission = admit(resource.manifest, config=self._config)
        self._findings += _warnings(resource, admission)
        misfits = _unread(resource, admission)
        fits = (admission.valid or not admission.is_asked) and not misfits
        if admission.defaulted is not None and (fits or not self._validate):
            return Admitted(
                resource=resource,
                manifest=admission.defaulted,
                origins={path: o.text for path, o in admission.origins.items()},
                refused=self._refused_children(resource, admission.defaulted),
            )
        self._faults += _refused(resource, admission, misfits, self._config)
        return None

    def _refused_children(
        self, resource: Resource, defaulted: Mapping[str, Any]
    ) -> dict[str, Refusal]:
        if "channelTemplate" not in defaulted["spec"]:
            return {}
        from simulator.control.children import (
            dropped_fields,
            refused_children,
            unserved_template,
        )

        unserved = unserved_template(defaulted)
        if unserved:
            path = "spec.channelTemplate.apiVersion"
            self._findings.append(_warning(resource, "unresolved", path, unserved))
        for path, hint in dropped_fields(defaulted):
            what = f"no channel has this field; the API server drops it{hint}"
            self._findings.append(_warning(resource, "field-ignored", path, what))
        return {
            part: Refusal(text, [(path, _in_words(what)) for path, what in faults])
            for part, text, faults in refused_children(defaulted, self._config)
        }

    def _without_webhook(self, resource: Resource) -> Admitted | None:
        # The quickstart has no such kind.
        from simulator.control.registry import no_such_kind

        wrong = no_such_kind(resource.api_version, resource.kind)
        if wrong is not None:
            path, what = wrong
            self._faults.append(fault_at(resource, path, what))
            return None
        served = SERVED.get(resource.key[:2], _ONLY.get(resource.group, ()))
        if served and resource.api_version not in served:
            self._faults.append(_unserved(resource, served))
            return None
        refuses = kind_of(resource.group, resource.kind).refuses
        found = []
        if refuses and self._validate:
            found = list(refuses(resource.manifest, self._config))
        self._faults += [placed(resource, Fault(why, path=at)) for at, why in found]
        return None if found else _as_written(resource)


def _unserved(resource: Resource, served: Sequence[str]) -> Fault:
    whose = "Knative" if resource.group.endswith(_KNATIVE) else "Kubernetes"
    what = f"{whose} serves no {resource.api_version}; expected {' or '.join(served)}"
    return fault_at(resource, "apiVersion", what)


def _wrong_in_metadata(resource: Resource) -> list[Wrong]:
    """List what the API server refuses of names and metadata.

    Kinds of others may have other rules for names: a ClusterRole is called
    ``system:node``.
    """
    group, kind, namespace, name = resource.key
    found: list[Wrong] = []
    is_knative = group.endswith(_KNATIVE)
    if is_knative or (group, kind) in _NAMED:
        names = {
            "metadata.name": name_fault(group, kind, name),
            "metadata.namespace": namespace_fault(namespace),
        }
        found += [Wrong(path, path, what) for path, what in names.items() if what]
    metadata = resource.metadata
    if (is_knative or group in _BUILT_IN) and not _NAMES.issuperset(metadata):
        from simulator.control.misfits import metadata_faults  # few have more

        found += metadata_faults(metadata)
    return found


def _as_written(resource: Resource) -> Admitted:
    return Admitted(resource=resource, manifest=resource.manifest)


def _unread(resource: Resource, admission: Admission) -> tuple[Misfit, ...]:
    """List what keeps a resource from being read: by its schema, or by the webhook."""
    found = _misfits(resource) if admission.stage == "decode" else ()
    if not admission.is_asked:
        from simulator.control.crd_schema import unnamed_attributes  # of one version

        found = (*found, *unnamed_attributes(resource.manifest))
    if _mentions(resource.manifest.get("spec"), IN_FEW_SCHEMAS):
        from simulator.control.crd_schema import beyond_schema  # hardly ever written

        found = (*found, *beyond_schema(resource.manifest))
    return found


def _mentions(item: object, names: frozenset[str]) -> bool:
    """Tell whether a mapping somewhere in a value has one of these keys."""
    if isinstance(item, dict):
        return not names.isdisjoint(item) or any(
            _mentions(each, names) for each in item.values()
        )
    return isinstance(item, list) and any(_mentions(each, names) for each in item)


def _refused(
    resource: Resource,
    admission: Admission,
    found: tuple[Misfit, ...],
    config: ClusterConfig,
) -> list[Fault]:
    """Say all that is wrong with a resource, also what the webhook would not get to.

    Where some of it could not be read, nothing is said to be missing.
    """
    from simulator.control.misfits import without  # only a fault pays
    from simulator.manifests.origin import WrittenShort

    if found:
        admission = admit(without(resource.manifest, found), config=config)
    objections = admission.faults if admission.is_asked else ()
    told = tuple(f"{misfit.path}{end}" for misfit in found for end in ".[,")
    unread = [f"{misfit.path}," for misfit in found]
    origin = resource.origin
    misread = isinstance(origin, WrittenShort) and origin.misread
    return [_misfit_fault(resource, each) for each in found] + [
        placed(resource, Fault(said(objection), path=as_written(path)))
        for objection in objections
        if not (objection.is_of_absence and (misread or _holds(objection, unread)))
        for path in objection.paths[:1] or (objection.place or "",)
        if not f"{path},".startswith(told)
    ]


def _holds(objection: Objection, unread: Sequence[str]) -> bool:
    """Tell whether what is said to be missing is there, and could not be read."""
    above = tuple(f"{path}{end}" for path in objection.paths for end in ".[,")
    return any(path.startswith(above) for path in unread)


def misfit_faults(resource: Resource) -> list[Fault]:
    return [_misfit_fault(resource, each) for each in _misfits(resource)]


def _misfit_fault(resource: Resource, misfit: Misfit) -> Fault:
    from simulator.manifests.origin import WrittenAt

    reading = ""
    if isinstance(resource.origin, WrittenAt):
        reading = resource.origin.reading(misfit.path)
    what = f"{misfit.message}; {reading}" if reading else misfit.message
    return fault_at(resource, misfit.path, what)


def _misfits(resource: Resource) -> tuple[Misfit, ...]:
    from simulator.control.misfits import misfits  # few topologies need it

    return misfits(resource.manifest)


def _warnings(resource: Resource, admission: Admission) -> list[Finding]:
    return [
        _warning(
            resource,
            "admission-warning",
            "",
            said(fault),
            at=fault.paths[0] if fault.paths else "",
        )
        for fault in admission.warnings
    ] + [
        _warning(
            resource,
            "admission-warning",
            "",
            f"{said(fault)}; the webhook is not asked about {resource.api_version}",
            at=fault.paths[0],
        )
        for fault in (() if admission.is_asked else admission.faults)
        if admission.stage == "validate"
    ]


def _warning(
    resource: Resource, code: str, path: str, what: str, *, at: str = ""
) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code=code,
        subject=str(resource),
        message=what,
        where=str(resource.position(path or at)),
        path=path,
    )


def _in_words(what: Objection | str) -> str:
    return what if isinstance(what, str) else said(what)


def said(objection: Objection) -> str:
    """Give Knative's text, then ours; one without a path ends in a colon there."""
    text = objection.text.removesuffix(": ")
    return f"{text} ({objection.ours})" if objection.ours else text


def fault_at(resource: Resource, path: str, what: str) -> Fault:
    return placed(resource, Fault(f"{path}: {what}", path=path))


def placed(resource: Resource, fault: Fault) -> Fault:
    subject, path = str(resource), fault.path
    return Fault(f"{subject}: {fault.reason}", resource.position(path), path, subject)
