"""YAML text becomes a tree of nodes, bounded in depth and number, and that plain values; each fault is named."""

from __future__ import annotations

import re
from sys import intern
from typing import TYPE_CHECKING, Any, TypeAlias

from yaml import MappingNode, MarkedYAMLError, Node, ScalarNode, SequenceNode
from yaml._yaml import CParser

from simulator.manifests.scalars import (
    BOOL,
    FLOAT,
    INT,
    MAX_DEPTH,
    MERGE,
    STR,
    ScalarError,
    key_text,
    plain_tag,
    scalar_value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.manifests.scalars import Plain, PlainMapping

MAX_NODES = 2_000_000
"""Of one text; 2,000 manifests have about 100,000."""

TOO_DEEP = f"the document is nested more than {MAX_DEPTH} levels deep"

_MAPPING = "tag:yaml.org,2002:map"
_SEQUENCE = "tag:yaml.org,2002:seq"
_ESCAPE = r"\\(?:u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|.)"


class BoundError(MarkedYAMLError):
    """The text is nested too deeply or holds too many values."""


class _Composer(CParser):
    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        self._depth = 0
        self._left = MAX_NODES

    def resolve(self, kind: type[Node], value: str, implicit: tuple[bool, bool]) -> str:
        if kind is ScalarNode:
            return plain_tag(value) if implicit[0] else STR
        return _MAPPING if kind is MappingNode else _SEQUENCE

    def descend_resolver(self, parent: Node | None, index: object) -> None:
        self._depth += 1
        self._left -= 1
        if self._depth > MAX_DEPTH + 1 or self._left < 0:
            reason = (
                f"the text holds more than {MAX_NODES:,} values"
                if self._left < 0
                else TOO_DEEP
            )
            mark = parent.start_mark if parent is not None else None
            raise BoundError(None, None, reason, mark)

    def ascend_resolver(self) -> None:
        self._depth -= 1


def compose(text: str) -> Iterator[Node]:
    """Give the root node of each document, as it is parsed.

    Raises:
        yaml.YAMLError: Late, when the iterator reaches the fault.
    """
    composer = _Composer(_yaml_of_json(text))
    try:
        while composer.check_node():
            node = composer.get_node()
            if node is not None:
                yield node
    finally:
        composer.dispose()


def _yaml_of_json(text: str) -> str:
    r"""Rewrite JSON's surrogate pairs, ``\ud83d\ude00``, which YAML does not have."""
    if "\\ud" not in text.lower() or not text.lstrip().startswith(("{", "[")):
        return text
    return re.sub(_ESCAPE, _code_point, text, flags=re.IGNORECASE)


def _code_point(escape: re.Match[str]) -> str:
    if escape[1] is None:
        return escape[0]
    high, low = int(escape[1], 16), int(escape[2], 16)
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"


SHORT_FORM_KEY = "topology"
"""What a document of the short form has at its top."""

# In the short form, where names and attributes of events stand: text, however it looks.
# Not filters: there a word that Kubernetes would refuse is refused.
_TEXTS_AT_TOP = ("topology", "namespace")
_TEXTS = frozenset((
    "broker", "brokerRef", "channel", "config", "subscriber", "reply", "deadLetterSink", "sink",
    "ref", "for", "to", "name", "namespace", "event", "match",
    "handler", "refused",
))  # fmt: skip
# Beside the attributes of an event, what keeps its type.
_VALUES = frozenset(("data", "whenPreferred"))
# The sections of a Simulation and of tests; in the others, Knative's fields keep what was written.
_OURS = frozenset(("services", "sources", "jobs", "faults", "tests"))
WHOLE = "spec"
"""The key of an entry below which all is as Knative has it."""
_LISTS_OF_NAMES = frozenset(("steps", "hosts"))
# Attributes, or a flag; variables; attributes, which are a filter, or a name.
_TEXT_IF: Mapping[str, type[Node]] = {
    "echo": MappingNode, "env": MappingNode, "extensions": MappingNode, "filter": ScalarNode,
}  # fmt: skip
_TEXT_OF_OURS = ("echo", "env", "extensions")
_FIELDS_FROM = 3  # mappings deep; further up stand sections and names

MAX_EXPANDED = 2_000_000
"""Values of one text after its aliases are expanded; no YAML bomb gets through."""

NodeFault: TypeAlias = tuple[Node, str]
"""Where a fault stands, and what is wrong."""


class _RefusedError(Exception):
    """A document that cannot be expanded at all."""

    def __init__(self, node: Node, reason: str) -> None:
        self.node = node
        super().__init__(reason)


class Constructor:
    """Makes the values of the documents of one text and names their faults.

    Source: sigs.k8s.io/yaml, ``UnmarshalStrict``: a key written twice is an error.
    """

    __slots__ = ("_as_written", "_faulty", "_is_ours", "_is_whole", "_left", "_trail")

    def __init__(self) -> None:
        self._left = MAX_EXPANDED
        self._trail: list[Node] = []
        self._as_written = False
        self._is_ours = False  # whether it is in a section of a Simulation
        self._is_whole = False  # whether it is in a ``spec`` as Knative has it
        self._faulty: dict[int, NodeFault] = {}

    @property
    def exhausted(self) -> bool:
        return self._left < 0

    def document(self, root: Node) -> tuple[Plain, list[NodeFault]]:
        """Give the value of a document and its faults.

        The value counts only if there are none. Where a key of it is ``topology``, and
        none is ``kind``, it is the short form: keys, names and attributes of events are the text that is written: a
        trigger ``y`` is no ``true``.
        """
        self._trail = []
        self._faulty = {}
        pairs = root.value if type(root) is MappingNode else ()
        keys = [key.value for key, _ in pairs if type(key) is ScalarNode]
        self._as_written = SHORT_FORM_KEY in keys and "kind" not in keys
        try:
            value = self._value(root)
        except _RefusedError as error:
            return None, [(error.node, str(error))]
        return value, list(self._faulty.values())

    def _value(self, node: Node, *, text: bool = False, names: bool = False) -> Plain:
        """Give the value of a node.

        *text*: all below is text as it is written. *names*: what is listed is, but not
        what is in mappings.
        """
        if type(node) is ScalarNode:
            return self._scalar(node, text=text)
        self._enter(node)
        try:
            if type(node) is SequenceNode:
                return [
                    self._value(item, text=text or (names and type(item) is ScalarNode))
                    for item in node.value
                ]
            return self._mapping(node, text=text)
        finally:
            self._trail.pop()

    def _enter(self, node: Node) -> None:
        self._left -= len(node.value) + 1
        self._trail.append(node)
        if self._left < 0:
            reason = f"its aliases expand to more than {MAX_EXPANDED:,} values"
            raise _RefusedError(self._trail[0], reason)
        if len(self._trail) > MAX_DEPTH + 1:
            if len({id(n) for n in self._trail}) < len(self._trail):
                raise _RefusedError(node, "an alias stands inside what it names")
            reason = f"is nested more than {MAX_DEPTH} levels deep by its aliases"
            raise _RefusedError(self._trail[0], reason)

    def _fault(self, node: Node, reason: str) -> None:
        self._faulty.setdefault(id(node), (node, reason))

    def _scalar(self, node: ScalarNode, *, text: bool) -> Plain:
        written: str = node.value
        if node.tag == STR or (text and node.tag in (BOOL, INT, FLOAT)):
            return written
        try:
            return scalar_value(node.tag, written)
        except ScalarError as error:
            self._fault(node, str(error))
            return None

    def _mapping(self, node: Node, *, text: bool) -> PlainMapping:
        out: PlainMapping = {}
        merges: list[Node] = []
        key: Any  # None for one that is none
        for key_node, value_node in node.value:
            if type(key_node) is ScalarNode and key_node.tag == STR:
                key = intern(key_node.value)  # the same few in every document
            elif key_node.tag == MERGE:
                merges.append(value_node)
                continue
            else:
                key = self._key(key_node)
            if key in out:
                self._twice(node, key, key_node)
            elif type(value_node) is ScalarNode and value_node.tag == STR:
                out[key] = value_node.value
            elif key is not None and self._as_written:
                out[key] = self._short(key, value_node, text=text)
            elif key is not None:
                out[key] = self._value(value_node)
        for merge in merges:
            self._merge(merge, out, text=text)
        return out

    def _short(self, key: str, node: Node, *, text: bool) -> Plain:
        if text:
            return self._value(node, text=key not in _VALUES)
        if self._is_whole:
            return self._value(node)
        depth = len(self._trail)
        if depth == _FIELDS_FROM and key == WHOLE and not self._is_ours:
            self._is_whole = True
            try:
                return self._value(node)
            finally:
                self._is_whole = False
        if depth == 1:
            self._is_ours = key in _OURS
            return self._value(node, text=key in _TEXTS_AT_TOP)
        if depth < _FIELDS_FROM:
            return self._value(node)
        is_text = type(node) is _TEXT_IF.get(key) and (
            self._is_ours or key not in _TEXT_OF_OURS
        )
        # A name; of ours, an event may stand there, but not for "for".
        if key in _TEXTS:
            is_text = (self._is_ours and key != "for") or type(node) is ScalarNode
        return self._value(node, text=is_text, names=key in _LISTS_OF_NAMES)

    def _key(self, node: Node) -> str | None:
        if type(node) is not ScalarNode:
            self._fault(node, "a key must be a text, not a mapping or a list")
            return None
        if self._as_written and node.tag in (BOOL, INT, FLOAT):
            return str(node.value)
        try:
            return key_text(node.tag, node.value)
        except ScalarError as error:
            self._fault(node, str(error))
            return None

    def _twice(self, node: Node, key: str, again: Node) -> None:
        first = next(
            k
            for k, _ in node.value
            if key == (k.value if self._as_written else _text_of(k))
        )
        line = first.start_mark.line + 1
        self._fault(again, f"the key {key!r} is written twice, first in line {line}")

    def _merge(self, node: Node, out: PlainMapping, *, text: bool) -> None:
        """Add what ``<<`` names; keys that are written or merged before win."""
        for part in node.value if type(node) is SequenceNode else [node]:
            if type(part) is not MappingNode:
                self._fault(part, "'<<' takes a mapping or a list of mappings")
                continue
            self._enter(part)
            for key, value in self._mapping(part, text=text).items():
                out.setdefault(key, value)
            self._trail.pop()


def keeps_values(value: Plain) -> bool:
    """Tell whether an entry of Knative's is the same where its names are read as text."""
    if isinstance(value, list):
        return all(map(keeps_values, value))
    if not isinstance(value, dict):
        return True
    return all(
        key == WHOLE or (_is_kept(key, each) and keeps_values(each))
        for key, each in value.items()
    )


def _is_kept(key: str, value: Plain) -> bool:
    if key in _LISTS_OF_NAMES and isinstance(value, list):
        return not any(isinstance(item, int | float) for item in value)
    is_name = key in _TEXTS or key == "filter"
    return not (is_name and isinstance(value, int | float))


def _text_of(key: Node) -> str | None:
    if type(key) is not ScalarNode:
        return None
    try:
        return key_text(key.tag, key.value)
    except ScalarError:
        return None
