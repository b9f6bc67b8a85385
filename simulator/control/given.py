"""What reconciling starts from, and what the author of a topology should know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.resource import DEFAULT_NAMESPACE, Resource, mapping
from simulator.value import NamedTuple, Value, made
from simulator.wiring import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.profiles.resending import Resending
    from simulator.resource import ResourceKey


class Refusal(NamedTuple):
    text: str
    faults: Sequence[tuple[str, str]]


class Admitted:
    """A resource that admission let in.

    Args:
        resource: As somebody wrote it.
        manifest: The same with its defaults set.
        origins: Field path -> where its value comes from, for values that nobody
            wrote: ``spec.delivery`` -> ``config-br-defaults (as shipped)``.
        refused: Part that its controller makes an object of -> why a webhook refuses it.

    Attributes:
        key: What tells it from all others.
        defaulted: The resource with its defaults, at the place of the written one.
    """

    __slots__ = ("defaulted", "key", "manifest", "origins", "refused", "resource")

    def __init__(
        self,
        *,
        resource: Resource,
        manifest: Mapping[str, Any],
        origins: Mapping[str, str] | None = None,
        refused: Mapping[str, Refusal] | None = None,
    ) -> None:
        self.resource = resource
        self.manifest = manifest
        self.origins = origins or {}
        self.refused = refused or {}
        # Asked for some twenty times a resource, and not cheap to work out.
        self.key: ResourceKey = resource.key
        self.defaulted = (
            resource
            if manifest is resource.manifest
            else Resource(manifest=manifest, origin=resource.origin)
        )

    @property
    def namespace(self) -> str:
        return self.key.namespace

    @property
    def name(self) -> str:
        return self.key.name

    @property
    def spec(self) -> Mapping[str, Any]:
        """`spec` with its defaults, empty when absent or no mapping."""
        return mapping(self.manifest.get("spec"))

    @property
    def annotations(self) -> Mapping[str, str]:
        return self.defaulted.annotations

    def origin_of(self, path: str) -> str | None:
        """Say where the value at *path* comes from; None when it was written."""
        while path:
            if path in self.origins:
                return self.origins[path]
            path = path.rpartition(".")[0]
        return None


class ServiceDescription(Value):
    """What a Simulation says about a service, as far as wiring needs it.

    Args:
        unreachable: Its name resolves, but connections are refused.
        replies: It may answer with an event; None when nobody can tell.
        emits: The addresses that it posts further events to.
        when_preferred: It replies only to requests that prefer a reply.
        starts_ns: How long a pod of it takes, at least and at most; None for no pods.
        refusals: Of Jobs: see `simulator.processes.JobTemplate`.
        reconciled: Of what makes them, likewise.
        stub: A stub stands in for what is described, which is real, and not here.
    """

    hosts: tuple[str, ...] = ()
    unreachable: bool = False
    replies: bool | None = None
    emits: tuple[str, ...] = ()
    when_preferred: bool = False
    starts_ns: tuple[int, int] | None = None
    refusals: tuple[str, ...] = ()
    reconciled: bool = True
    stub: bool = False


class GeneratorDescription(Value):
    """A source of a Simulation.

    Args:
        sink: ``broker/default``, a bare service name, a URL, or a Destination; None
            takes the sink of *for_resource*.
        for_resource: The third-party source it stands for, ``KafkaSource/orders``.
        topic: That it writes records to, empty for the first that there is; None for
            one that sends events.
        where: Where it is written, for findings: ``orders.yaml:12:3``.
        account: In whose name it sends; empty for that of *for_resource*.
        resending: How it sends again what failed; None if not.
        silent: It sends nothing here: a program does, in `kn-sim serve`.
        overrides: Extensions that it sets, over those of *for_resource*.
    """

    sink: str | Mapping[str, Any] | None = None
    for_resource: str | None = None
    namespace: str = DEFAULT_NAMESPACE
    topic: str | None = None
    where: str = ""
    event: Mapping[str, Any] = made(default_factory=dict)
    account: str = ""
    resending: Resending | None = None
    silent: bool = False
    overrides: Mapping[str, str] = made(default_factory=dict)


Place = tuple["Admitted", str]
"""A resource, and the path of a field of it."""


class Findings:
    """The findings, each kept once, in the order of resources; others come last."""

    __slots__ = ("_found", "_order")

    def __init__(self, admitted: Sequence[Admitted]) -> None:
        self._order = {each.key: at for at, each in enumerate(admitted)}
        self._found: dict[Finding, int] = {}

    def warn(
        self,
        about: Admitted,
        code: str,
        message: str,
        path: str = "",
        *,
        also: Place | None = None,
    ) -> None:
        self._add(Severity.WARNING, about, code, message, path, also=also)

    def note(
        self,
        about: Admitted,
        code: str,
        message: str,
        path: str = "",
        *,
        also: Place | None = None,
    ) -> None:
        self._add(Severity.NOTE, about, code, message, path, also=also)

    def fault(self, about: Admitted, code: str, message: str, path: str = "") -> None:
        self._add(Severity.FAULT, about, code, message, path)

    def collected(self) -> tuple[Finding, ...]:
        return tuple(sorted(self._found, key=self._found.__getitem__))

    def _add(
        self,
        severity: Severity,
        about: Admitted,
        code: str,
        message: str,
        path: str,
        *,
        also: Place | None = None,
    ) -> None:
        finding = Finding(
            severity=severity,
            code=code,
            subject=str(about.resource),
            message=message,
            where=str(about.resource.position(path)),
            path=path,
            also=() if also is None else (_shown(about, *also),),
        )
        self._found.setdefault(finding, self._order.get(about.key, len(self._order)))


def _shown(about: Admitted, other: Admitted, path: str) -> tuple[str, str]:
    what = path if other is about else str(other.resource)
    return str(other.resource.position(path)), what
