"""One Kubernetes object exactly as somebody wrote it, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from simulator.errors import Position
from simulator.quoting import go_quote
from simulator.value import NamedTuple, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_NAMESPACE = "default"

INJECTED = "eventing.knative.dev/injected"
"""The label of a Broker that the sugar controller made."""


class ResourceKey(NamedTuple):
    """What tells one resource from all others; the API version does not count.

    ``group`` is the part of ``apiVersion`` before the slash, empty for core ``v1``.
    """

    group: str
    kind: str
    namespace: str
    name: str


class Origin(Protocol):
    """Where a resource was read from; finds positions only when somebody asks."""

    def position(self, path: str = "") -> Position:
        """Find the place of a field, ``spec.filters[0].exact``, or of its nearest parent.

        An empty *path* is the resource itself.
        """
        ...


class Resource(Value):
    """A manifest as written.

    Two resources are equal when their manifests are, wherever they came from.

    Args:
        manifest: The object as JSON-like values; nobody changes it.
        origin: Where it stands, or None when it was made in Python.
    """

    manifest: Mapping[str, Any]
    origin: Origin | None = None

    _uncompared: ClassVar[tuple[str, ...]] = ("origin",)

    @property
    def api_version(self) -> str:
        """``group/version``, or ``version`` alone for the core group."""
        return str(self.manifest.get("apiVersion") or "")

    @property
    def group(self) -> str:
        """The API group; empty for the core group."""
        group, slash, _ = self.api_version.partition("/")
        return group if slash else ""

    @property
    def kind(self) -> str:
        return str(self.manifest.get("kind") or "")

    @property
    def metadata(self) -> Mapping[str, Any]:
        """``metadata`` as written, empty when absent or no mapping."""
        return mapping(self.manifest.get("metadata"))

    @property
    def name(self) -> str:
        """``metadata.name``, empty when absent."""
        return str(self.metadata.get("name") or "")

    @property
    def namespace(self) -> str:
        """``metadata.namespace``, ``default`` when absent."""
        return str(self.metadata.get("namespace") or DEFAULT_NAMESPACE)

    @property
    def annotations(self) -> Mapping[str, str]:
        """``metadata.annotations``, empty when absent."""
        return mapping(self.metadata.get("annotations"))

    @property
    def is_injected(self) -> bool:
        """Whether it is a Broker that the sugar controller made; see `control.injection`."""
        return mapping(self.metadata.get("labels")).get(INJECTED) == "true"

    @property
    def spec(self) -> Mapping[str, Any]:
        """``spec`` as written, empty when absent or no mapping."""
        return mapping(self.manifest.get("spec"))

    @property
    def key(self) -> ResourceKey:
        return ResourceKey(self.group, self.kind, self.namespace, self.name)

    def position(self, path: str = "") -> Position:
        """Find where a field stands; ``<python>`` when it was made in Python."""
        if self.origin is None:
            return Position(file="<python>")
        return self.origin.position(path)

    def __str__(self) -> str:
        """Give ``Broker default`` or, outside the default namespace, ``Broker team/b``."""
        name = self.name or "(no name)"
        if self.namespace != DEFAULT_NAMESPACE:
            name = f"{self.namespace}/{name}"
        return f"{self.kind} {name}"


def mapping(value: object) -> dict[str, Any]:
    """Give what is written as a mapping; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[dict[str, Any]]:
    """Give the mappings in what is written as a list; none for anything else."""
    members = value if isinstance(value, list) else []
    return [each for each in members if isinstance(each, dict)]


def written_twice(first: Resource) -> str:
    """Say of a resource that it has the key of one before it, as the end of a fault."""
    return f"is written twice, first at {first.position()}"


def counted(count: int, kind: str) -> str:
    """Give ``1 Broker``, ``2 Brokers``.

    Source: Kubernetes apimachinery, UnsafeGuessKindToResource.
    """
    if count == 1:
        return f"1 {kind}"
    if kind.endswith("s"):
        return f"{count} {kind}es"
    return f"{count} {kind[:-1]}ies" if kind.endswith("y") else f"{count} {kind}s"


# Source: k8s.io/apimachinery pkg/util/validation/validation.go. Its regular expressions,
# compiled, would cost a cold start half a millisecond.
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_LABEL_LENGTH, _SUBDOMAIN_LENGTH = 63, 253
_LABEL_RULE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or "
    "'-', and must start and end with an alphanumeric character"
)
_SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "
    "'-' or '.', and must start and end with an alphanumeric character"
)
_SERVICE_RULE = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start "
    "with an alphabetic character, and end with an alphanumeric character"
)
_LABELLED = ("serving.knative.dev", "")


def name_fault(group: str, kind: str, name: str) -> str | None:
    if kind == "Service" and group in _LABELLED:
        right = _is_label(name) and name[0].isalpha()
        return _fault(name, _LABEL_LENGTH, None if right else _SERVICE_RULE)
    wrong = subdomain_fault(name)
    return wrong and f"Invalid value: {go_quote(name)}: {wrong}"


def subdomain_fault(name: str) -> str | None:
    if len(name) > _SUBDOMAIN_LENGTH:
        return f"must be no more than {_SUBDOMAIN_LENGTH} characters"
    return None if all(map(_is_label, name.split("."))) else _SUBDOMAIN_RULE


def namespace_fault(name: str) -> str | None:
    return _fault(name, _LABEL_LENGTH, None if _is_label(name) else _LABEL_RULE)


def _is_label(text: str) -> bool:
    return _LETTERS.issuperset(text) and text[:1] != "-" != text[-1:] and bool(text)


def _fault(name: str, most: int, rule: str | None) -> str | None:
    if len(name) > most:
        return (
            f"Invalid value: {go_quote(name)}: must be no more than {most} characters"
        )
    return None if rule is None else f"Invalid value: {go_quote(name)}: {rule}"
