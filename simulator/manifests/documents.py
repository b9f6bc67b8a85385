"""A document is a Knative manifest, a List of them, or the short form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.discovery import OF_NO_NAMESPACE
from simulator.errors import Fault
from simulator.manifests.construct import SHORT_FORM_KEY
from simulator.manifests.origin import Document, Step, WrittenAt, path_of, steps_of
from simulator.manifests.scalars import called
from simulator.resource import Resource, written_twice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.manifests.scalars import Plain, PlainMapping
    from simulator.manifests.sections import ShortForm
    from simulator.resource import ResourceKey

_KUSTOMIZATION = (
    "a Kustomization is no manifest; build it first: "
    "kubectl kustomize FOLDER | kn-sim run -"
)
_KUSTOMIZATION_FILES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_OF_CHARTS = ("/Chart.yaml", "/Chart.yml")
_KUSTOMIZE = "kustomize.config.k8s.io/"
_KAPP = "kapp.k14s.io/"


class DocumentReader:
    """Gathers the resources of documents.

    One that is written twice counts as it was written last, at the place of the first,
    as `kubectl apply` takes it. Within one document of the short form it is a fault, and
    so is a second Simulation or Test of one name: no `kubectl` applies those.

        namespace: Of resources that name none; they are changed so. None leaves them.

    Attributes:
        resources: In the order in which they were written.
        left_out: What lies in a folder among the manifests and is none.
        replaced: What is written again, and otherwise, with both places.
    """

    def __init__(self, form: ShortForm, namespace: str | None = None) -> None:
        self._form = form
        self._namespace = namespace
        self.resources: list[Resource] = []
        self.left_out: list[Fault] = []
        self.replaced: list[Fault] = []
        self._places: dict[ResourceKey, int] = {}

    def forget(self, count: int) -> None:
        del self.resources[count:]
        self._places = {k: n for k, n in self._places.items() if n < count}

    def read(self, value: Plain, document: Document, *, named: bool) -> list[Fault]:
        """Take the resources of one document and give its faults.

        Without *named*, somebody asked only for the folder: what has nothing of a
        manifest is left out, not refused.
        """
        if value is None:
            return []
        file = document.position(()).file
        # Told by the name, as kustomize does: in most of them, no `kind` is written.
        if file.rpartition("/")[2] in _KUSTOMIZATION_FILES:
            return [_fault(document, (), _KUSTOMIZATION)]
        if not named and (_is_foreign(value) or file.endswith(_OF_CHARTS)):
            reason = "left out: is no Kubernetes manifest (no apiVersion, no kind)"
            if file.endswith(_OF_CHARTS):
                reason = "left out: is no manifest (it describes a Helm chart)"
            self.left_out.append(_fault(document, (), reason))
            return []
        if isinstance(value, dict) and _is_short(value):
            # The short form costs nothing where nobody writes it.
            from simulator.manifests.short_reading import read_short

            resources, faults = read_short(value, document, self._form)
            if faults:
                resources = [r for r in resources if not manifest_faults(r.manifest)]
            return faults + self._add(resources)
        return self._knative(value, document, ())

    def _knative(
        self, value: Plain, document: Document, base: tuple[Step, ...]
    ) -> list[Fault]:
        if not isinstance(value, dict):
            reason = f"a manifest is a mapping, this is {called(value)}"
            return [_fault(document, base, reason)]
        items = value.get("items")
        if isinstance(items, list) and str(value.get("kind")).endswith("List"):
            return [
                fault
                for index, item in enumerate(items)
                for fault in self._knative(item, document, (*base, "items", index))
            ]
        wrong = manifest_faults(value)
        if wrong:
            return [_fault(document, base, reason, field) for field, reason in wrong]
        resource = Resource(manifest=value, origin=WrittenAt(document, base))
        return self._add([resource])

    def _add(self, resources: list[Resource]) -> list[Fault]:
        if self._namespace:
            resources = [in_namespace(r, self._namespace) for r in resources]
        faults = []
        before = len(self.resources)
        for resource in resources:
            place = self._places.setdefault(resource.key, len(self.resources))
            if place == len(self.resources):
                self.resources.append(resource)
                continue
            first = self.resources[place]
            reason, subject = written_twice(first), str(resource)
            position = resource.position()
            if place >= before or (first != resource and _is_ours(resource)):
                faults.append(Fault(f"{subject} {reason}", position, subject=subject))
            elif first != resource:
                reason = f"{reason}; the later one counts, as with kubectl apply"
                self.replaced.append(Fault(reason, position, subject=subject))
                self.resources[place] = resource
        return faults


def in_namespace(resource: Resource, namespace: str) -> Resource:
    metadata = resource.manifest.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("namespace"):
        return resource
    if resource.kind in OF_NO_NAMESPACE:
        return resource
    placed = {**metadata, "namespace": namespace}
    manifest = {**resource.manifest, "metadata": placed}
    spec = manifest.get("spec")
    if not _is_ours(resource) or not isinstance(spec, dict):
        return resource.replace(manifest=manifest)
    sources = spec.get("sources")
    if isinstance(sources, dict):
        inside = {
            name: {"namespace": namespace, **source}
            if isinstance(source, dict)
            else source
            for name, source in sources.items()
        }
        manifest["spec"] = {**spec, "sources": inside}
    return resource.replace(manifest=manifest)


def manifest_faults(value: Mapping[str, Any]) -> list[tuple[str, str]]:
    missing = [key for key in ("apiVersion", "kind") if not _filled(value.get(key))]
    if missing:
        return [("", f"a manifest needs {' and '.join(missing)}{_instead(value)}")]
    if not (value["apiVersion"] + value["kind"]).isascii():
        from simulator.manifests.syntax import lookalike  # only a fault pays

        return [
            (key, f"{key} {value[key]!r} has {lookalike(value[key])}")
            for key in ("apiVersion", "kind")
            if not value[key].isascii()
        ]
    if _is_kustomization(value):
        return [("kind", _KUSTOMIZATION)]
    if value["kind"] == "Config" and value["apiVersion"].startswith(_KAPP):
        return []  # what kapp itself is told: it has no name, and no cluster sees it
    metadata = value.get("metadata")
    if not isinstance(metadata, dict):
        return [("metadata", f"{value['kind']}: metadata.name is missing")]
    wrong = []
    name = metadata.get("name")
    if not _filled(name):
        reason = f"{value['kind']}: {_name_reason(name, metadata)}"
        wrong.append(("metadata.name", reason))
    elif "{{" in str(name):
        from simulator.manifests.syntax import TEMPLATE_REASON  # only a fault pays

        wrong.append(("metadata.name", TEMPLATE_REASON))
    namespace = metadata.get("namespace")
    if namespace is not None and not isinstance(namespace, str):
        found = f"must be a string, not {called(namespace)}"
        reason = f"{value['kind']}: metadata.namespace {found}"
        wrong.append(("metadata.namespace", reason))
    return wrong


def _is_ours(resource: Resource) -> bool:
    return resource.group == "simulator" and resource.kind in ("Simulation", "Test")


def _filled(value: Plain) -> bool:
    return isinstance(value, str) and bool(value)


def _name_reason(name: Plain, metadata: PlainMapping) -> str:
    if name is None and "generateName" in metadata:
        return "metadata.name is missing; generateName needs a cluster"
    if name is None or name == "":
        return "metadata.name is missing"
    return f"metadata.name must be a string, not {called(name)}; write it in quotes"


def _instead(value: Mapping[str, Any]) -> str:
    if "specversion" in value:
        return "; this looks like a CloudEvent: send it, do not load it"
    if "resources" in value and isinstance(value["resources"], list):
        return "; if this is a kustomization: kubectl kustomize FOLDER | kn-sim run -"
    if not {"apiVersion", "kind"} & value.keys():
        return f"; the short form starts with the key {SHORT_FORM_KEY!r}"
    return ""


def _is_foreign(value: Plain) -> bool:
    marks = ("apiVersion", "kind", SHORT_FORM_KEY)
    return not isinstance(value, dict) or not any(mark in value for mark in marks)


def _is_short(value: PlainMapping) -> bool:
    return SHORT_FORM_KEY in value and "kind" not in value


def _is_kustomization(value: Mapping[str, Any]) -> bool:
    api_version = str(value.get("apiVersion"))
    return value.get("kind") == "Kustomization" and api_version.startswith(_KUSTOMIZE)


def _fault(
    document: Document, base: tuple[Step, ...], reason: str, field: str = ""
) -> Fault:
    path = path_of(base)
    return Fault(
        f"{path}: {reason}" if path else reason,
        document.position((*base, *steps_of(field))),
        path=field,
    )
