"""Texts become resources; all their faults are raised together, in document order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from yaml import MarkedYAMLError
from yaml.reader import ReaderError

from simulator.collector import collector_resting
from simulator.errors import TopologyError
from simulator.manifests.compose import compose
from simulator.manifests.construct import Constructor
from simulator.manifests.documents import DocumentReader
from simulator.manifests.faults import Fault, by_position
from simulator.manifests.files import Text, texts_of
from simulator.manifests.origin import Document, Trees
from simulator.resource import Position

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    from yaml import Node

    from simulator.resource import Resource

MOST_SYNTAX_FAULTS = 20
"""Of one text; after them it is rather no YAML at all."""


class Contents(NamedTuple):
    """What files hold.

    Attributes:
        resources: In the order in which they were written.
        left_out: What lies in a folder among the manifests and is none.
        replaced: What is written again later, and otherwise.
    """

    resources: tuple[Resource, ...]
    left_out: tuple[str, ...]
    replaced: tuple[str, ...]


def read(
    sources: tuple[str | os.PathLike[str], ...], stdin: TextIO | None = None
) -> Contents:
    """Read files and folders.

    Raises:
        TopologyError: Anything in them is faulty.
    """
    return read_texts(texts_of(sources, stdin))


def read_texts(
    texts: Iterable[Text | Fault], *, may_be_empty: bool = False
) -> Contents:
    """Read what files and folders hold.

    Args:
        texts: In their order.
        may_be_empty: Whether a text without any document is none of the faults.

    Raises:
        TopologyError: Anything in them is faulty.
    """
    reading = _Reading()
    with collector_resting():
        for text in texts:
            if isinstance(text, Fault):
                reading.faults.append(text)
            else:
                reading.add(text, may_be_empty=may_be_empty)
    return reading.contents()


def read_text(text: str, name: str) -> Contents:
    """Read the documents of one text.

    Raises:
        TopologyError: Anything in it is faulty.
    """
    return read_texts([Text(name=name, text=text)], may_be_empty=True)


class _Reading:
    """What the texts read so far have given."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._documents = DocumentReader()
        self._trees = Trees()

    def contents(self) -> Contents:
        if self.faults:
            raise TopologyError([str(fault) for fault in self.faults])
        read = self._documents
        return Contents(
            resources=tuple(read.resources),
            left_out=tuple(map(str, read.left_out)),
            replaced=tuple(map(str, read.replaced)),
        )

    def add(self, text: Text, *, may_be_empty: bool = False) -> None:
        faults: list[Fault] = []
        constructor = Constructor()
        documents = 0
        for document, root in _composed(text, faults, self._trees):
            documents += 1
            value, wrong = constructor.document(root)
            if wrong:
                faults += [
                    Fault(position=document.node_position(node), reason=reason)
                    for node, reason in wrong
                ]
            else:
                faults += self._documents.read(value, document, named=text.named)
            if constructor.exhausted:
                break
        if not documents and not faults and text.named and not may_be_empty:
            position = Position(file=text.name)
            faults.append(Fault(position=position, reason="holds no document"))
        if faults and not text.named and _is_other_json(text):
            position = faults[0].position
            reason = "is no JSON, and no Kubernetes manifest (no apiVersion)"
            self._documents.left_out.append(Fault(position=position, reason=reason))
        elif faults:
            self.faults.extend(_template_or(faults, text))


def _is_other_json(text: Text) -> bool:
    """Tell what other programs have written: JSON with comments, or with a last comma."""
    return text.name.endswith(".json") and '"apiVersion"' not in text.text


def _template_or(faults: list[Fault], text: Text) -> list[Fault]:
    """Give the faults of one text in order, or the one that they come from."""
    from simulator.manifests.syntax import template_fault  # only a fault pays

    lines = [fault.position.line for fault in faults]
    template = template_fault(text.name, text.text, lines)
    return by_position(faults) if template is None else [template]


def _composed(
    text: Text, faults: list[Fault], trees: Trees
) -> Iterator[tuple[Document, Node]]:
    """Give the documents of a text, going on behind one that is no YAML."""
    rest, first_line = text.text, 1
    while True:
        try:
            for node in compose(rest):
                document = Document(
                    file=text.name,
                    text=rest,
                    root=node,
                    first_line=first_line,
                    trees=trees,
                )
                yield document, node
        except (MarkedYAMLError, ReaderError) as error:
            from simulator.manifests.syntax import resume_index, syntax_fault

            faults.append(syntax_fault(text.name, rest, error, first_line))
            index = resume_index(rest, error)
            if index is None or len(faults) >= MOST_SYNTAX_FAULTS:
                return
            first_line += rest.count("\n", 0, index)
            rest = rest[index:]
        else:
            return
