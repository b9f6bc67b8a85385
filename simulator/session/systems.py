"""The systems that a topology names, each made once, with what ``with:`` says."""

from __future__ import annotations

import os
from copy import deepcopy
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.errors import Fault, TopologyError, in_document_order, nearest
from simulator.session.admitting import fault_at, placed
from simulator.subscribers.fields import Fields
from simulator.subscribers.service_spec import SYSTEM
from simulator.systems.registry import SYSTEMS, read_options, system_class
from simulator.systems.system import OptionError, System

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.resource import Resource
    from simulator.subscribers.service_spec import ServiceSpec
    from simulator.topology import Topology


class Described(NamedTuple):
    resource: Resource
    path: str
    spec: ServiceSpec

    def arguments(self, kind: Callable[..., Any]) -> dict[str, Any]:
        """Give the arguments of a class; a TopologyError names all that it refuses."""
        faults: list[Fault] = []
        fields = Fields(self.spec.options or {}, self.given_at, faults)
        file = self.resource.position(self.given_at).file
        folder = os.path.dirname(file)  # noqa: PTH120 - no cold start pays for pathlib
        options = read_options(kind, fields, folder)
        if faults:
            found = [placed(self.resource, each) for each in faults]
            raise TopologyError(in_document_order(found))
        return options

    def refused(self, error: OptionError) -> TopologyError:
        found = [
            fault_at(self.resource, f"{self.given_at}.{each.path}", each.message)
            for each in error.all
        ]
        return TopologyError(in_document_order(found))

    @property
    def given_at(self) -> str:
        return f"{self.path}.with"


class Systems(NamedTuple):
    """The systems of a topology.

    Args:
        described: Service -> where it is described, of these and of others' classes.
        files: Service -> the files that it has read, and what they held.
        paths: Service -> option -> the path that it names, from the current folder.
        warnings: What is wrong in the files and ignored, once each.
    """

    made: Mapping[str, System]
    described: Mapping[str, Described]
    files: Mapping[str, Mapping[str, bytes | None]]
    paths: Mapping[str, Mapping[str, str]]
    warnings: tuple[Fault, ...]

    def located(self, topology: Topology) -> Topology:
        """Give a topology that names its files from the current folder, not its own."""
        resources = []
        for resource in topology:
            manifest = dict(resource.manifest)
            for service, paths in self.paths.items():
                if paths and self.described[service].resource is resource:
                    manifest = deepcopy(manifest)
                    manifest["spec"]["services"][service]["with"].update(paths)
            resources.append(resource.replace(manifest=manifest))
        return topology.replace(resources=tuple(resources))

    def has_read(self, file: str) -> bool:
        path = os.path.realpath(file)
        return any(
            path == os.path.realpath(each)
            for files in self.files.values()
            for each in files
        )

    @property
    def stale(self) -> bool:
        return any(
            content != _content(path)
            for files in self.files.values()
            for path, content in files.items()
        )


def read_systems(described: Mapping[str, Described], faults: list[Fault]) -> Systems:
    made: dict[str, System] = {}
    files: dict[str, dict[str, bytes | None]] = {}
    paths: dict[str, dict[str, str]] = {}
    warnings: dict[Fault, None] = {}  # two may read one file
    for service, each in described.items():
        handler = each.spec.handler
        if not handler.startswith(SYSTEM):
            continue
        name = handler.removeprefix(SYSTEM)
        if name not in SYSTEMS:
            there_are = ", ".join(SYSTEM + each for each in SYSTEMS)
            near = nearest(handler, [SYSTEM + each for each in SYSTEMS])
            what = f"kn-sim brings no system {handler!r}{near} (there are: {there_are})"
            faults.append(fault_at(each.resource, f"{each.path}.handler", what))
            continue
        if any(fault.path == each.given_at for fault in faults):
            continue  # what is said is no mapping
        kind = system_class(name)
        try:
            given = each.arguments(kind)
            system = made[service] = kind(**given)
        except OptionError as error:
            faults += each.refused(error).faults
        except TopologyError as error:
            faults += error.faults
        else:
            warnings |= dict.fromkeys(system.warnings)
            files[service] = {path: _content(path) for path in system.files}
            named = {n: v for n, v in given.items() if isinstance(v, os.PathLike)}
            paths[service] = {name: os.fspath(path) for name, path in named.items()}
    return Systems(made, described, files, paths, tuple(in_document_order(warnings)))


def _content(path: str) -> bytes | None:
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - as above
            return stream.read()
    except OSError:
        return None
