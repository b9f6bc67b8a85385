"""A manifest as Go programs write it: sorted keys, two spaces, no comments.

Source: sigs.k8s.io/yaml ``Marshal``, by way of JSON to ``goyaml.v2`` (yaml.v2 2.4.0):
    ``encode.go`` stringv and floatv, ``sorter.go`` keyList.Less; its emitter is libyaml's.
"""

from __future__ import annotations

import io
import re
from decimal import Decimal
from functools import cmp_to_key
from typing import TYPE_CHECKING

from yaml import CSafeDumper, MappingNode, Node, ScalarNode, SequenceNode

from simulator.manifests.scalars import STR, plain_tag

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAPPING = "tag:yaml.org,2002:map"
_SEQUENCE = "tag:yaml.org,2002:seq"
_BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_TIMESTAMP = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}"
    r"(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:[Zz]|[-+]\d\d:\d\d)"
    r"| \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?)?"
)


class _Emitter(CSafeDumper):
    """libyaml's emitter, told of each scalar how it stands."""

    def resolve(self, kind: type[Node], value: str, implicit: tuple[bool, bool]) -> str:
        if kind is ScalarNode:
            return STR
        return _MAPPING if kind is MappingNode else _SEQUENCE


def go_yaml(value: Mapping[str, object]) -> str:
    stream = io.StringIO()
    emitter = _Emitter(stream, allow_unicode=True, indent=2)
    emitter.open()
    emitter.serialize(_node(value))
    emitter.close()
    return stream.getvalue()


def _node(value: object) -> Node:
    if isinstance(value, dict):
        pairs = [
            (_text(key), _node(value[key]))
            for key in sorted(value, key=cmp_to_key(_order))
        ]
        return MappingNode(_MAPPING, pairs, flow_style=not value)
    if isinstance(value, list):
        items = [_node(each) for each in value]
        return SequenceNode(_SEQUENCE, items, flow_style=not value)
    if value is None:
        return ScalarNode(STR, "null")
    if isinstance(value, bool):
        return ScalarNode(STR, "true" if value else "false")
    if isinstance(value, int | float):
        return ScalarNode(STR, _number(value))
    return _text(str(value))


def _text(text: str) -> ScalarNode:
    if "\n" in text:
        return ScalarNode(STR, text, style="|")
    other = plain_tag(text) != STR and text != "<<"
    if other or _BASE_60.fullmatch(text) or _TIMESTAMP.fullmatch(text):
        return ScalarNode(STR, text, style='"')
    return ScalarNode(STR, text)


def _number(value: float) -> str:
    """Spell a number that was a float64 in between: an integer, else Go's ``%g``."""
    number = float(value)
    shortest = Decimal(repr(number)).normalize()
    if number.is_integer() and -(2**63) <= shortest < 2**64:
        return str(int(shortest))
    sign, digits, _ = shortest.as_tuple()
    power = shortest.adjusted()
    if -4 <= power < 6:  # noqa: PLR2004 - as %g of the shortest precision
        return f"{shortest:f}"
    first, *rest = map(str, digits)
    mantissa = f"{'-' * sign}{first}{'.' * bool(rest)}{''.join(rest)}"
    return f"{mantissa}e{'-' if power < 0 else '+'}{abs(power):02d}"


def _order(one: str, other: str) -> int:
    return -1 if _before(one, other) else int(_before(other, one))


def _before(one: str, other: str) -> bool:
    """Tell whether a key stands before another: numbers in them count as numbers."""
    for at, (left, right) in enumerate(zip(one, other, strict=False)):
        if left == right:
            continue
        if left.isalpha() and right.isalpha():
            return left < right
        if left.isalpha() or right.isalpha():
            return right.isalpha()
        first = "0" in (left, right) and _goes_on(one[:at])
        number, digits = _digits(one[at:], first=first)
        other_number, other_digits = _digits(other[at:], first=first)
        if number != other_number:
            return number < other_number
        return digits < other_digits if digits != other_digits else left < right
    return len(one) < len(other)


def _goes_on(text: str) -> bool:
    """Tell whether it ends in a number other than 0."""
    return text[len(text.rstrip("0123456789")) :].strip("0") != ""


def _digits(text: str, *, first: bool) -> tuple[int, int]:
    count = len(text) - len(text.lstrip("0123456789"))
    return int(("1" if first else "0") + text[:count]), count
