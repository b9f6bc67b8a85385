"""YAML text becomes a tree of nodes, bounded in depth and in number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yaml import MappingNode, MarkedYAMLError, Node, ScalarNode
from yaml._yaml import CParser

from simulator.manifests.plain import MAX_DEPTH
from simulator.manifests.scalars import STR, plain_tag

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_NODES = 2_000_000
"""Of one text; 2,000 manifests have about 100,000."""

TOO_DEEP = f"the document is nested more than {MAX_DEPTH} levels deep"

_MAPPING = "tag:yaml.org,2002:map"
_SEQUENCE = "tag:yaml.org,2002:seq"
_ESCAPE = r"\\(?:u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|.)"


class BoundError(MarkedYAMLError):
    """The text is nested too deeply or holds too many values."""


class _Composer(CParser):
    """libyaml's parser; it asks us for the tag of each scalar."""

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
