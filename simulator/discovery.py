"""What the API server knows of kinds: the names of their resources, and their scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DEFINITION: Final = ("apiextensions.k8s.io", "CustomResourceDefinition")
"""Group and kind of what tells the API server of a kind."""

NAME_LABEL: Final = "kubernetes.io/metadata.name"
"""The label that each namespace has with its name, written or not."""

# Source: kubectl api-resources; cert-manager and Gateway API for the last two.
OF_NO_NAMESPACE: Final = (
    "Namespace", "Node", "PersistentVolume", "ComponentStatus", "APIService",
    "CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding", "StorageClass",
    "VolumeAttachment", "CSIDriver", "CSINode", "PriorityClass", "RuntimeClass",
    "IngressClass", "CertificateSigningRequest", "FlowSchema",
    "PriorityLevelConfiguration", "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration", "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding", "ClusterIssuer", "GatewayClass",
)  # fmt: skip
"""Kinds of the cluster as a whole."""

# Of widely used kinds, those whose plural nobody can guess. Source: their definitions.
_PLURALS: Final = {
    ("gateway.networking.k8s.io", "Gateway"): "gateways",
    ("networking.istio.io", "Gateway"): "gateways",
    ("elasticsearch.k8s.elastic.co", "Elasticsearch"): "elasticsearches",
}
_HISSING = ("x", "z", "ch", "sh")
_VOWELS = "aeiou"


def guessed_plural(kind: str) -> str:
    """Guess the name of a resource by its kind, as Knative and kubectl do.

    Source: k8s.io/apimachinery meta.UnsafeGuessKindToResource.
    """
    singular = kind.lower()
    if singular.endswith("endpoints"):
        return singular
    if singular.endswith("s"):
        return f"{singular}es"
    return f"{singular[:-1]}ies" if singular.endswith("y") else f"{singular}s"


def usual_plural(kind: str) -> str:
    """Give the plural that generators of definitions write for a kind.

    Source: github.com/gobuffalo/flect, Pluralize, which kubebuilder calls.
    """
    singular = kind.lower()
    if singular.endswith(_HISSING):
        return f"{singular}es"
    if singular.endswith("y") and singular[-2:-1] in _VOWELS:
        return f"{singular}s"
    return guessed_plural(kind)


class Discovery:
    def __init__(self, manifests: Iterable[Mapping[str, Any]]) -> None:
        self._plurals = dict(_PLURALS)
        self._scopes: dict[tuple[str, str], bool] = {}
        for each in manifests:
            if each.get("kind") == DEFINITION[1]:
                self._define(each.get("spec"))

    def _define(self, spec: object) -> None:
        names = spec.get("names") if isinstance(spec, dict) else None
        if not isinstance(spec, dict) or not isinstance(names, dict):
            return
        key = str(spec.get("group") or ""), str(names.get("kind") or "")
        if isinstance(names.get("plural"), str):
            self._plurals[key] = names["plural"]
        self._scopes[key] = spec.get("scope") != "Cluster"

    def knows(self, group: str, kind: str) -> bool:
        """Say whether the plural of a kind is known, and not guessed."""
        return (group, kind) in self._plurals

    def plural(self, group: str, kind: str) -> str:
        return self._plurals.get((group, kind)) or guessed_plural(kind)

    def has_namespaces(self, group: str, kind: str) -> bool:
        return self._scopes.get((group, kind), kind not in OF_NO_NAMESPACE)
