"""A topology is all resources of a simulation, as written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.errors import Fault, TopologyError, UsageError
from simulator.resource import (
    DEFAULT_NAMESPACE,
    Resource,
    ResourceKey,
    counted,
    written_twice,
)
from simulator.value import Value

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping
    from typing import TextIO

    from simulator.manifests.comments import Ignore
    from simulator.manifests.reading import Contents


class Topology(Value):
    """Resources in the order in which they were written.

    Two topologies are equal when they hold the same resources in the same order within
    each kind: the order of triggers is that of dispatch, the order of kinds means
    nothing.

    Args:
        resources: No two with the same key.
        left_out: The documents that lie in a folder among the manifests and are none.
        replaced: The resources that are written again, and otherwise: the later one
            counts.
        faults: What could not be read, where the topology was loaded with *partly*.
        files: The names of what was read, in order.
        ignores: The comments that say which findings are meant so.
    """

    resources: tuple[Resource, ...] = ()
    left_out: tuple[Fault, ...] = ()
    replaced: tuple[Fault, ...] = ()
    faults: tuple[Fault, ...] = ()
    files: tuple[str, ...] = ()
    ignores: tuple[Ignore, ...] = ()

    def __repr__(self) -> str:
        kinds: dict[str, int] = {}
        for resource in self.resources:
            kinds[resource.kind] = kinds.get(resource.kind, 0) + 1
        each = ", ".join(counted(number, kind) for kind, number in kinds.items())
        return f"<Topology: {each or 'empty'}>"

    def _check(self) -> None:
        seen: dict[ResourceKey, Resource] = {}
        faults = []
        for each in self.resources:
            first = seen.setdefault(each.key, each)
            if first is not each:
                text = f"{each} {written_twice(first)}"
                faults.append(Fault(text, each.position(), subject=str(each)))
        if faults:
            raise TopologyError(faults)

    @classmethod
    def load(
        cls,
        *sources: str | os.PathLike[str],
        stdin: TextIO | None = None,
        partly: bool = False,
        namespace: str | None = None,
    ) -> Topology:
        """Read files and folders, ``-`` for standard input.

        Args:
            *sources: Folders are read with all ``.yaml``, ``.yml`` and ``.json`` files
                below them, sorted by path.
            stdin: Read for ``-`` instead of the process's own standard input.
            partly: Whether to give what can be read, and its `faults`, where some is
                faulty: `Simulation` raises them with those that it finds itself.
            namespace: Of the resources that name none, as ``kubectl apply -n``.

        Raises:
            TopologyError: Anything in them is faulty; it names every fault.
            UsageError: No source is given, or one that is no path.
        """
        if not sources:
            raise UsageError(
                "name at least one file or folder, or - for standard input"
            )
        import os

        for source in sources:
            if not isinstance(source, str | os.PathLike):
                raise UsageError(f"expected a file or a folder, found {source!r}")
        from simulator.control.registry import SHORT_FORM
        from simulator.manifests.reading import read  # yaml costs 37 ms

        return cls._of(read(sources, SHORT_FORM, stdin, namespace), partly=partly)

    @classmethod
    def parse(
        cls, text: str, name: str = "<text>", *, partly: bool = False
    ) -> Topology:
        """Read YAML from a string.

        Args:
            text: Any number of documents, in either form.
            name: What positions call it.
            partly: See `load`.

        Raises:
            TopologyError: Anything in it is faulty; it names every fault.
            UsageError: It is no text.
        """
        for given, what in ((text, "YAML as text"), (name, "a name as text")):
            if not isinstance(given, str):
                raise UsageError(f"expected {what}, found {given!r}")
        from simulator.control.registry import SHORT_FORM
        from simulator.manifests.reading import read_text  # as in load

        own = str(text)  # YAML's scanner takes no subclass of it
        return cls._of(read_text(own, name, SHORT_FORM), partly=partly)

    @classmethod
    def _of(cls, contents: Contents, *, partly: bool) -> Topology:
        if contents.faults and not partly:
            raise TopologyError(contents.faults)
        return cls(**contents._asdict())

    @classmethod
    def of(cls, *manifests: Mapping[str, Any]) -> Topology:
        """Take manifests made in Python; they are copied.

        Raises:
            TopologyError: One is no manifest; it names every fault.
        """
        # As in load.
        from simulator.manifests.documents import manifest_faults
        from simulator.manifests.scalars import NotPlainError, plain

        resources: list[Resource] = []
        faults: list[str] = []
        for index, manifest in enumerate(manifests):
            where = f"manifest {index + 1}"
            try:
                copied = plain(manifest)
            except NotPlainError as error:
                faults.append(f"{where}: {error}")
                continue
            if not isinstance(copied, dict):
                faults.append(f"{where}: a manifest is a mapping")
                continue
            wrong = manifest_faults(copied)
            faults += [f"{where}: {reason}" for _, reason in wrong]
            if not wrong:
                resources.append(Resource(manifest=copied))
        if faults:
            raise TopologyError(faults)
        return cls(resources=tuple(resources))

    def get(
        self, kind: str, name: str, namespace: str = DEFAULT_NAMESPACE
    ) -> Resource | None:
        """Find the first resource with a kind and a name, None when there is none."""
        wanted = (kind, namespace, name)
        return next((r for r in self.resources if r.key[1:] == wanted), None)

    def of_kind(self, kind: str) -> tuple[Resource, ...]:
        """Give the resources of one kind, of whatever API group."""
        return tuple(r for r in self.resources if r.kind == kind)

    def to_knative(self) -> str:
        """Write Knative manifests; `parse` reads them as an equal topology."""
        from simulator.manifests.writing import write_knative  # rare

        return write_knative(self.resources)

    def to_short(self) -> str:
        """Write the short form; `parse` reads it as an equal topology.

        What the short form cannot express follows it as Knative manifests.
        """
        from simulator.control.registry import SHORT_FORM
        from simulator.manifests.writing import write_short  # rare

        return write_short(self.resources, SHORT_FORM)

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources)

    def __len__(self) -> int:
        return len(self.resources)

    def __add__(self, other: Topology) -> Topology:
        """Join two topologies.

        Raises:
            TopologyError: A resource stands in both.
        """
        if not isinstance(other, Topology):
            return NotImplemented
        return Topology(
            resources=self.resources + other.resources,
            left_out=self.left_out + other.left_out,
            replaced=self.replaced + other.replaced,
            faults=self.faults + other.faults,
            files=self.files + other.files,
            ignores=self.ignores + other.ignores,
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Topology):
            return NotImplemented
        return _by_kind(self.resources) == _by_kind(other.resources)

    def __hash__(self) -> int:
        return hash(tuple(sorted(resource.key for resource in self.resources)))


def _by_kind(resources: Iterable[Resource]) -> dict[tuple[str, str], list[Resource]]:
    kinds: dict[tuple[str, str], list[Resource]] = {}
    for resource in resources:
        kinds.setdefault((resource.group, resource.kind), []).append(resource)
    return kinds
