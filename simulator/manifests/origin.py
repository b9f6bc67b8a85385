"""The position of a field is found when somebody asks, by parsing its document again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from yaml import MappingNode, Node, ScalarNode, SequenceNode, YAMLError

from simulator.digits import whole
from simulator.errors import Position
from simulator.manifests.construct import compose
from simulator.manifests.scalars import NULL, STR, ScalarError, key_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Step: TypeAlias = "str | int"
_KEPT_TREES = 4
_STEP = r"\[([^\]]*)\]|([^.\[\]]+)"


def steps_of(path: str) -> tuple[Step, ...]:
    """Split ``spec.filters[0].exact`` or ``annotations[a.b/c]`` into its steps."""
    return tuple(
        whole(inner) if inner.isdecimal() else inner or name
        for inner, name in re.findall(_STEP, path)
    )


def path_of(steps: Sequence[Step]) -> str:
    """Join steps to a field path; a name with a dot stands in brackets."""
    path = ""
    for step in steps:
        if isinstance(step, int) or "." in step or not step:
            path += f"[{step}]"
        else:
            path += f".{step}" if path else step
    return path


class _Tree:
    __slots__ = ("_fields", "root")

    def __init__(self, root: Node) -> None:
        self.root = root
        self._fields: dict[int, dict[str, tuple[Node, Node]]] = {}

    def step(self, node: Node, step: Step) -> tuple[Node, Node] | None:
        """Go one step down: the node to point at, and the node to go on from."""
        if isinstance(node, SequenceNode) and isinstance(step, int):
            item = node.value[step] if 0 <= step < len(node.value) else None
            return None if item is None else (item, item)
        if not isinstance(node, MappingNode):
            return None
        fields = self._fields.get(id(node))
        if fields is None:
            fields = self._fields[id(node)] = {}
            for key, value in node.value:
                if isinstance(key, ScalarNode):
                    fields.setdefault(_name_of(key), (key, value))
                    # As the short form takes it.
                    fields.setdefault(key.value, (key, value))
        return fields.get(str(step))


def _name_of(key: ScalarNode) -> str:
    try:
        return key_text(key.tag, key.value)
    except ScalarError:
        return str(key.value)


class Trees:
    """The trees of the documents that were asked last.

    A tree takes fifty times the memory of its text, so that those of thousands of
    documents are not kept; questions come in the order of the documents, mostly.
    """

    __slots__ = ("_documents", "_kept")

    def __init__(self) -> None:
        self._documents = 0
        self._kept: dict[int, _Tree | None] = {}

    def number(self) -> int:
        self._documents += 1
        return self._documents

    def of(self, number: int, compose_root: Callable[[], Node | None]) -> _Tree | None:
        if number in self._kept:
            tree = self._kept.pop(number)
        else:
            root = compose_root()
            tree = None if root is None else _Tree(root)
        self._kept[number] = tree
        if len(self._kept) > _KEPT_TREES:
            del self._kept[next(iter(self._kept))]
        return tree


class Document:
    __slots__ = (
        "_column", "_end", "_file", "_line", "_number", "_start", "_text", "_text_line",
        "_trees",
    )  # fmt: skip

    def __init__(
        self, *, file: str, text: str, root: Node, first_line: int, trees: Trees
    ) -> None:
        mark = root.start_mark
        self._file = file
        self._text_line = first_line
        self._line = first_line + mark.line
        self._column = mark.column + 1
        self._text = text
        self._start = mark.index - mark.column
        self._end = root.end_mark.index
        self._trees = trees
        self._number = trees.number()

    def node_position(self, node: Node) -> Position:
        return self._place(node, self._text_line)

    def position(self, steps: Sequence[Step], *, skip: bool = False) -> Position:
        """Find the nearest written field along *steps*; *skip* those not written."""
        tree = self._trees.of(self._number, self._root) if steps else None
        if tree is None:
            return Position(file=self._file, line=self._line, column=self._column)
        node = place = tree.root
        for step in steps:
            found = tree.step(node, step)
            if found is not None:
                place, node = found
            elif not skip:
                break
        return self._place(place, self._line)

    def reading(self, steps: Sequence[Step], *, skip: bool = False) -> str:
        tree = self._trees.of(self._number, self._root) if steps else None
        if tree is None:
            return ""
        node, keys = tree.root, []
        for step in steps:
            found = tree.step(node, step)
            if found is not None:
                keys.append(found[0])
                node = found[1]
        # In the short form, which skips steps, keys are as they look.
        doubtful = [node] if skip else [*keys, node]
        return "; ".join(dict.fromkeys(filter(None, map(surprise, doubtful))))

    def _place(self, node: Node, first_line: int) -> Position:
        mark = node.start_mark
        line = first_line + mark.line
        return Position(file=self._file, line=line, column=mark.column + 1)

    def _root(self) -> Node | None:
        text = self._text[self._start : self._end]
        text = re.sub(r"\A---(?=\s)", "   ", text)
        try:
            return next(compose(text), None)
        except YAMLError:  # its %TAG directives stood before it
            return None


def surprise(node: Node) -> str:
    if not isinstance(node, ScalarNode) or node.tag == STR:
        return ""
    value = _name_of(node) if node.tag != NULL else node.value
    if value == node.value:
        return ""
    return f"{node.value} is {value} in YAML 1.1: write it in quotes"


class WrittenAt:
    __slots__ = ("_base", "_document")

    _skips: ClassVar[bool] = False  # steps that are not written

    def __init__(self, document: Document, base: tuple[Step, ...] = ()) -> None:
        self._document = document
        self._base = base

    def position(self, path: str = "") -> Position:
        steps = (*self._base, *steps_of(path))
        return self._document.position(steps, skip=self._skips)

    def reading(self, path: str) -> str:
        steps = (*self._base, *steps_of(path))
        return self._document.reading(steps, skip=self._skips)


class WrittenShort(WrittenAt):
    """The origin of a resource in the short form, asked with Knative's field paths.

    The short form leaves steps out (``spec``, ``metadata``, ``attributes``), so steps
    that are not written are passed over.

    Attributes:
        misread: Whether there are faults in what is written there.
    """

    __slots__ = ("misread",)

    _skips = True

    def __init__(
        self, document: Document, base: tuple[Step, ...], *, misread: bool
    ) -> None:
        super().__init__(document, base)
        self.misread = misread
