"""Texts become resources; all their faults are told together, in document order."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from yaml import MarkedYAMLError
from yaml.reader import ReaderError

from simulator.collector import collector_resting
from simulator.errors import Fault, Position, in_document_order
from simulator.manifests.construct import Constructor, compose
from simulator.manifests.documents import DocumentReader
from simulator.manifests.files import Text, texts_of
from simulator.manifests.origin import Document, Trees
from simulator.value import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    from yaml import Node

    from simulator.manifests.comments import Ignore
    from simulator.manifests.scalars import Plain
    from simulator.manifests.sections import ShortForm
    from simulator.resource import Resource

_IGNORE = "kn-sim:"
_MUTATION = "KN_SIM_MUTATION"  # as simulator.manifests.mutant has it
MOST_SYNTAX_FAULTS = 20
"""Of one text; after them it is rather no YAML at all."""


class Contents(NamedTuple):
    """What files hold.

    Attributes:
        left_out: What lies in a folder among the manifests and is none.
        replaced: What is written again later, and otherwise.
        faults: What cannot be read, in document order; the resources are what is left.
        ignores: The comments that say which findings are meant so.
    """

    resources: tuple[Resource, ...]
    left_out: tuple[Fault, ...]
    replaced: tuple[Fault, ...]
    faults: tuple[Fault, ...]
    files: tuple[str, ...]
    ignores: tuple[Ignore, ...] = ()


def read(
    sources: tuple[str | os.PathLike[str], ...],
    form: ShortForm,
    stdin: TextIO | None = None,
    namespace: str | None = None,
) -> Contents:
    found = read_texts(texts_of(sources, stdin), form, namespace=namespace)
    if found.resources or found.faults:
        return found
    where = Position(file=", ".join(str(source) for source in sources))
    return found._replace(faults=(Fault("holds no manifest", where),))


def read_texts(
    texts: Iterable[Text | Fault],
    form: ShortForm,
    *,
    may_be_empty: bool = False,
    namespace: str | None = None,
) -> Contents:
    reading = _Reading(form, namespace)
    folder = os.environ.get(_MUTATION)
    if folder:
        texts = tuple(texts)
    with collector_resting():
        for text in texts:
            if isinstance(text, Fault):
                reading.refuse(text)
            else:
                reading.add(text, may_be_empty=may_be_empty)
    found = reading.contents()
    if folder:
        from simulator.manifests.mutant import as_ordered  # only tests of mutants

        changed = as_ordered(found.resources, texts, folder)
        return found._replace(resources=tuple(changed))
    return found


def read_text(text: str, name: str, form: ShortForm) -> Contents:
    found: Text | Fault = Text(name=name, text=text)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        from simulator.manifests.syntax import half_pair  # only a fault pays

        found = half_pair(name, text, error.start)
    return read_texts([found], form, may_be_empty=True)


def read_values(path: str) -> tuple[list[tuple[Plain, Document]], list[Fault]]:
    faults: list[Fault] = []
    found: list[tuple[Plain, Document]] = []
    for text in texts_of((path,), None):
        if isinstance(text, Fault):
            faults.append(text)
            continue
        constructor = Constructor()
        for document, root in _composed(text, faults, Trees()):
            value, wrong = constructor.document(root)
            faults += [Fault(why, document.node_position(node)) for node, why in wrong]
            if value is not None and not wrong:
                found.append((value, document))
            if constructor.exhausted:
                break
    return found, faults


class _Reading:
    def __init__(self, form: ShortForm, namespace: str | None) -> None:
        self._faults: list[Fault] = []
        self._files: list[str] = []
        self._ignores: list[Ignore] = []
        self._documents = DocumentReader(form, namespace)
        self._trees = Trees()

    def contents(self) -> Contents:
        read = self._documents
        return Contents(
            resources=tuple(read.resources),
            left_out=tuple(read.left_out),
            replaced=tuple(read.replaced),
            faults=tuple(in_document_order(self._faults, self._files)),
            files=tuple(self._files),
            ignores=tuple(self._ignores),
        )

    def refuse(self, fault: Fault) -> None:
        self._faults.append(fault)
        if fault.position is not None:
            self._files.append(fault.position.file)

    def add(self, text: Text, *, may_be_empty: bool = False) -> None:
        faults: list[Fault] = []
        constructor = Constructor()
        documents, before = 0, len(self._documents.resources)
        self._files.append(text.name)
        if _IGNORE in text.text:
            from simulator.manifests.comments import ignores_in  # few files have any

            self._ignores += ignores_in(text)
        for document, root in _composed(text, faults, self._trees):
            value, wrong = constructor.document(root)
            documents += value is not None or bool(wrong)
            if wrong:
                faults += [
                    Fault(reason, document.node_position(node))
                    for node, reason in wrong
                ]
            else:
                faults += self._documents.read(value, document, named=text.named)
            if constructor.exhausted:
                break
        if not documents and not faults and text.named and not may_be_empty:
            faults.append(Fault("holds no document", Position(file=text.name)))
        if faults and not text.named and _is_other_json(text):
            first = faults[0].position
            reason = "left out: is no JSON, and no Kubernetes manifest (no apiVersion)"
            self._documents.left_out.append(Fault(reason, first))
        elif faults:
            template = _template(faults, text)
            if template is not None:
                self._documents.forget(before)
            self._faults += faults if template is None else [template]


def _is_other_json(text: Text) -> bool:
    """Tell what other programs have written: JSON with comments, or with a last comma."""
    return text.name.endswith(".json") and '"apiVersion"' not in text.text


def _template(faults: list[Fault], text: Text) -> Fault | None:
    from simulator.manifests.syntax import template_fault  # only a fault pays

    lines = [fault.position.line for fault in faults if fault.position]
    return template_fault(text.name, text.text, lines)


def _composed(
    text: Text, faults: list[Fault], trees: Trees
) -> Iterator[tuple[Document, Node]]:
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
