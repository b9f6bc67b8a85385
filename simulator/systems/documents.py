"""The files that systems read: each value of them knows where it stands."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from simulator.errors import Fault, TopologyError
from simulator.manifests.files import why_missing
from simulator.manifests.origin import steps_of
from simulator.manifests.reading import read_values
from simulator.subscribers.fields import Fields
from simulator.systems.system import OptionError

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.manifests.origin import Document


class SystemDocument:
    """One YAML document of a file, read by `Fields`."""

    def __init__(self, value: object, document: Document) -> None:
        self._document = document
        self._faults: list[Fault] = []
        self._warnings: list[Fault] = []
        self.fields = Fields(value, "", self._faults, self._warnings)

    @property
    def faults(self) -> list[Fault]:
        return self._placed(self._faults)

    @property
    def warnings(self) -> list[Fault]:
        """What the real system takes, and does nothing with; with places."""
        return self._placed(self._warnings)

    def _placed(self, found: list[Fault]) -> list[Fault]:
        return [
            Fault(
                each.reason.lstrip(".").removeprefix(": "),
                self._document.position(steps_of(each.path)),
                each.path.lstrip("."),
            )
            for each in found
        ]

    def check(self) -> None:
        """Raise TopologyError with all that was found wrong."""
        if self._faults:
            raise TopologyError(self.faults)


def read_documents(path: Path, option: str) -> list[SystemDocument]:
    """Read YAML that *option* names; OptionError for no file, TopologyError for no YAML."""
    name = os.fspath(path)
    if not os.path.exists(name):  # noqa: PTH110 - of a text
        raise OptionError(option, f"{name}: {why_missing(name)}")
    if os.path.isdir(name):  # noqa: PTH112 - likewise
        raise OptionError(option, f"{name}: is a folder; expected a file")
    found, faults = read_values(name)
    if faults:
        raise TopologyError(faults)
    return [SystemDocument(value, document) for value, document in found]


def read_document(path: Path, option: str) -> SystemDocument:
    """Read a file of one document.

    Raises:
        OptionError: There is no such file, or it holds none, or several.
        TopologyError: It is no YAML.
    """
    found = read_documents(path, option)
    if len(found) != 1:
        raise OptionError(option, f"{path}: holds {len(found)} documents; expected one")
    return found[0]
