"""Plain values become YAML that people read and that reads back the same."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from yaml import CSafeDumper, MappingNode, Node, SafeDumper, ScalarNode, SequenceNode

from simulator.manifests.scalars import BOOL, FLOAT, INT, NULL, STR, plain_tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.manifests.plain import Plain

WIDTH = 100
"""Characters of the widest flow mapping, its line's indentation included."""

_MAPPING = "tag:yaml.org,2002:map"
_SEQUENCE = "tag:yaml.org,2002:seq"
_INDENT = 2
_NEVER_FOLD = 1_000_000


class _Emitter(CSafeDumper):
    """libyaml's emitter; it writes plain what `scalars` reads as the same value."""

    def resolve(self, kind: type[Node], value: str, implicit: tuple[bool, bool]) -> str:
        if kind is ScalarNode:
            return plain_tag(value) if implicit[0] else STR
        return _MAPPING if kind is MappingNode else _SEQUENCE


def emit(value: Mapping[str, Plain], *, flow_from: int | None = None) -> str:
    """Give one YAML document.

    Args:
        value: What to write; keys keep their order.
        flow_from: The level of nesting from which a collection that fits in the line
            is written as ``{…}`` or ``[…]``; None for block style throughout.
    """
    stream = io.StringIO()
    emitter = _Emitter(stream, width=_NEVER_FOLD, allow_unicode=True, indent=_INDENT)
    emitter.open()
    emitter.serialize(_Layout(flow_from).node(value, 0, 0))
    emitter.close()
    return stream.getvalue()


class _Layout:
    """Decides which collections stand in flow style."""

    def __init__(self, flow_from: int | None) -> None:
        self._flow_from = flow_from

    def node(self, value: object, level: int, before: int) -> Node:
        """Give the node of a value; *before* it, its line holds so many characters."""
        if isinstance(value, dict):
            flow = self._in_flow(value, level, before)
            pairs = [
                (_scalar(key), self.node(item, level + 1, self._indent(level, key)))
                for key, item in value.items()
            ]
            return MappingNode(_MAPPING, pairs, flow_style=flow)
        if isinstance(value, list):
            flow = self._in_flow(value, level, before)
            inner = self._indent(level, "")
            items = [self.node(item, level + 1, inner) for item in value]
            return SequenceNode(_SEQUENCE, items, flow_style=flow)
        return _scalar(value)

    @staticmethod
    def _indent(level: int, key: str) -> int:
        return level * _INDENT + len(key) + 2

    def _in_flow(self, value: object, level: int, before: int) -> bool:
        if not value:
            return True
        if self._flow_from is None or level < self._flow_from:
            return False
        return before + _flow_width(value, WIDTH - before) <= WIDTH


def _scalar(value: object) -> ScalarNode:
    if value is None:
        return ScalarNode(NULL, "null")
    if isinstance(value, bool):
        return ScalarNode(BOOL, "true" if value else "false")
    if isinstance(value, int):
        return ScalarNode(INT, str(value))
    if isinstance(value, float):
        return ScalarNode(FLOAT, repr(value))
    text = str(value)
    return ScalarNode(STR, text, style=_style(text))


def _style(text: str) -> str | None:
    """Choose ``|`` for lines, quotes for what other readers take for no text."""
    if not all(c.isprintable() or c == "\n" for c in text):
        return '"'
    if "\n" in text:
        lines = text.split("\n")
        blank = text[:1].isspace() or any(line != line.rstrip() for line in lines)
        return '"' if blank else "|"
    other = SafeDumper.yaml_implicit_resolvers.get(text[:1], [])
    if any(tag != STR and pattern.match(text) for tag, pattern in other):
        return "'"
    return None


def _flow_width(value: object, limit: int) -> int:
    """Estimate the width in flow style; more than *limit* once it is known to be."""
    if isinstance(value, dict):
        width = 0 if value else 2
        for key, item in value.items():
            width += len(key) + 4 + _flow_width(item, limit - width)
            if width > limit:
                break
        return width
    if isinstance(value, list):
        width = 0 if value else 2
        for item in value:
            width += 2 + _flow_width(item, limit - width)
            if width > limit:
                break
        return width
    text = str(value)
    return limit + 1 if "\n" in text else len(text)
