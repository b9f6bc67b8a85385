"""The short form: sections, one for each kind, and words and notations of values.

Which sections and words there are, the kinds say; they are handed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from simulator.errors import nearest
from simulator.manifests.plain import called
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.manifests.origin import Step
    from simulator.manifests.plain import Plain, PlainMapping


class Section(Value):
    """How resources of one kind stand in the short form.

    Args:
        name: The section's key.
        api_version: What is meant when an entry names no ``apiVersion``.
        kind: The kind.
        fields: The fields an entry may have, in ``spec`` of the manifest;
            None where Kubernetes has too many to list.
        notations: Those of them that have a compact notation.
        usual: A field that need not be written -> its value then.
        instead: Such a field -> the one that may stand in its place.
        in_spec: Whether the fields belong in ``spec`` or beside ``metadata``.
        namespaced: Whether the topology's ``namespace`` applies.
    """

    name: str
    api_version: str
    kind: str
    fields: tuple[str, ...] | None = None
    notations: Mapping[str, Notation] = made(default_factory=dict)
    usual: Mapping[str, str] = made(default_factory=dict)
    instead: Mapping[str, str] = made(default_factory=dict)
    in_spec: bool = True
    namespaced: bool = True


class ShortForm(Protocol):
    """All sections, and all words before the slash of a reference."""

    @property
    def names(self) -> Sequence[str]:
        """The names of the sections, in the order in which they are written."""

    @property
    def words(self) -> Sequence[str]:
        """The words of references."""

    def section(self, name: str) -> Section | None:
        """Find a section by its name."""

    def section_of(self, group: str, kind: str) -> Section | None:
        """Find the section of a kind."""

    def target(self, word: str) -> tuple[str, str] | None:
        """Give the apiVersion and kind that a word stands for."""

    def word_for(self, target: tuple[object, object]) -> str | None:
        """Give the word that stands for an apiVersion and kind."""


class Cursor:
    """A field of a short form; the cursors of one document share their faults.

    Args:
        form: The sections and words that there are.
    """

    __slots__ = ("faults", "form", "steps")

    def __init__(
        self,
        form: ShortForm,
        steps: tuple[Step, ...] = (),
        faults: list[tuple[tuple[Step, ...], str]] | None = None,
    ) -> None:
        self.form = form
        self.steps = steps
        self.faults = [] if faults is None else faults

    def into(self, *steps: Step) -> Cursor:
        """Give the cursor of a field below."""
        return Cursor(self.form, (*self.steps, *steps), self.faults)

    def fault(self, reason: str) -> None:
        """Note that something is wrong here."""
        self.faults.append((self.steps, reason))

    def expect(self, what: str, found: Plain) -> None:
        """Note that a value has the wrong type."""
        self.fault(f"must be {what}, not {called(found)}")

    def unknown(self, what: str, key: str, valid: Sequence[str]) -> None:
        """Note that a key is none of the valid ones."""
        hint = nearest(key, valid) or f" (there are: {', '.join(valid)})"
        self.into(key).fault(f"unknown {what} {key!r}{hint}")

    def mapping(self, value: Plain) -> PlainMapping:
        """Give a mapping; nothing written is an empty one, all else a fault."""
        if value is None:
            return {}
        if isinstance(value, dict):
            return value
        self.expect("a mapping", value)
        return {}


class Notation(Protocol):
    """One compact notation."""

    def read(self, value: Plain, cursor: Cursor) -> Plain:
        """Give what Knative writes; what is no short notation stays as it is."""
        ...

    def write(self, value: Plain, form: ShortForm) -> Plain:
        """Give the compact form, or the value itself."""
        ...
