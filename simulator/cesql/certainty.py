"""What an expression comes to whatever the event is, where that can be decided.

It is tried out: for each attribute with texts of which one stands for all others, as far
as the expression can tell them apart. Where the expression compares attributes with each
other, or puts them into functions that make new texts, nothing is said.
"""

from __future__ import annotations

import re
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from simulator.cesql.compiler import ALWAYS_PRESENT, compile_root
from simulator.cesql.errors import EvaluationError
from simulator.cesql.operators import example_of
from simulator.cesql.syntax import Kind, Term

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.cesql.functions import FunctionSet
    from simulator.cesql.values import Value

_LOGIC = (Kind.AND, Kind.OR, Kind.XOR, Kind.NOT)
_COMPARING = (
    Kind.EQUAL, Kind.NOT_EQUAL, Kind.LESS, Kind.LESS_OR_EQUAL, Kind.GREATER,
    Kind.GREATER_OR_EQUAL, Kind.IN, Kind.NOT_IN,
)  # fmt: skip
_LIKE = (Kind.LIKE, Kind.NOT_LIKE)
_LENGTH = "LENGTH"
_MEASURING = (_LENGTH, "INT", "BOOL", "STRING", "IS_INT", "IS_BOOL")
# Source: CloudEvents 1.0, specversion; knative-runtime: 0.3 events are taken, too.
_VERSIONS = ("1.0", "0.3")
_USUAL = ("true", "false", "True", "0", "1")
_NUMBER = r"[+-]?[0-9]{1,10}"
_LONGEST = 1_000
_MOST_TRIES = 2_000
ERROR, NO_BOOLEAN = "error", "no boolean"


class _UndecidedError(Exception):
    """There is more in it than can be tried out."""


class _Texts:
    __slots__ = ("lengths", "numbers", "patterns", "texts")

    def __init__(self) -> None:
        self.texts: dict[str, None] = {}
        self.numbers: dict[int, None] = {}
        self.lengths: dict[int, None] = {}
        self.patterns: dict[str, None] = {}

    def tried(self, name: str) -> tuple[str | None, ...]:
        """Give texts of which one meets what any meets, or raise _UndecidedError."""
        if name == "specversion":
            return _VERSIONS
        if len(self.patterns) > bool(not self.lengths and not self.numbers):
            raise _UndecidedError
        texts = dict.fromkeys((*self.texts, *_USUAL))
        for number in self.numbers:
            for near in (number - 1, number, number + 1):
                texts |= dict.fromkeys((str(near), f"{near:+}", f"{near:+03}"))
        mentioned = {*"".join(texts), *"".join(self.patterns)}
        fresh = next(x for x in map(chr, range(ord("a"), 0x3000)) if x not in mentioned)
        texts[fresh] = None
        for pattern in self.patterns:
            texts[example_of(pattern)] = None
            texts[example_of(pattern, one=fresh, many=fresh)] = None
        for length in self.lengths:
            if length > _LONGEST:
                raise _UndecidedError
            for near in (length - 1, length, length + 1):
                texts[fresh * max(near, 0)] = None
        if name in ALWAYS_PRESENT:
            return tuple(text for text in texts if text)
        return (None, "", *texts)


def outcomes(root: Term, functions: FunctionSet) -> set[object] | None:
    """Give what an expression comes to: True, False, `ERROR`, `NO_BOOLEAN`, or None.

    None where it is not decided.
    """
    found: dict[str, _Texts] = {}
    try:
        _read(root, functions, found)
        spaces = [texts.tried(name) for name, texts in found.items()]
    except _UndecidedError:
        return None
    if prod(map(len, spaces)) > _MOST_TRIES:
        return None
    run = compile_root(root, functions).run
    seen: set[object] = set()
    for texts in product(*spaces):
        pairs = zip(found, texts, strict=True)
        attributes = {name: text for name, text in pairs if text is not None}
        try:
            value = run(attributes)
        except EvaluationError:
            seen.add(ERROR)
        else:
            seen.add(value if isinstance(value, bool) else NO_BOOLEAN)
    return seen


def never_true(root: Term, functions: FunctionSet) -> Iterator[tuple[Term, ...]]:
    """Give what has to be TRUE, and is for no event: a part, or parts that exclude each other.

    Comparisons of attributes with texts that exclude each other are told from
    `conjuncts`, and are not given.
    """
    parts = root.operands if root.kind is Kind.AND else (root,)
    about: dict[str, list[Term]] = {}
    for part in parts:
        names = {
            str(term.value)
            for term in part.walk()
            if term.kind in (Kind.ATTRIBUTE, Kind.EXISTS)
        }
        whole = part if part is root else _joined(root, [part])
        if _is_never_true(whole, functions):
            yield (part,)
        elif len(names) == 1:
            about.setdefault(names.pop(), []).append(part)
    for together in about.values():
        is_told = len(together) == 1 or all(_is_plain(part) for part in together)
        if not is_told and _is_never_true(_joined(root, together), functions):
            yield tuple(together)


def _is_never_true(term: Term, functions: FunctionSet) -> bool:
    found = outcomes(term, functions)
    return found is not None and True not in found and NO_BOOLEAN not in found


def _is_plain(part: Term) -> bool:
    from simulator.cesql.conjuncts import conjuncts

    return any(conjuncts(part))


def _joined(root: Term, parts: Sequence[Term]) -> Term:
    depth = 1 + max(part.depth for part in parts)
    operands = (*parts, parts[-1])  # it takes two, and is the same for one twice
    return Term(kind=Kind.AND, span=root.span, operands=operands, depth=depth)


def _read(term: Term, functions: FunctionSet, found: dict[str, _Texts]) -> None:
    if term.kind in _LOGIC:
        for operand in term.operands:
            _read(operand, functions, found)
    elif term.kind is Kind.EXISTS or term.kind is Kind.ATTRIBUTE:
        found.setdefault(str(term.value), _Texts())
    elif term.kind in _LIKE and term.operands[0].kind is Kind.ATTRIBUTE:
        texts = found.setdefault(str(term.operands[0].value), _Texts())
        texts.patterns[str(term.value)] = None
    elif term.kind in _COMPARING:
        _read_comparison(term, functions, found)
    elif term.kind is Kind.CALL and _measured(term) is not None:
        found.setdefault(str(term.operands[0].value), _Texts())
    elif not _is_constant(term):
        raise _UndecidedError


def _read_comparison(
    term: Term, functions: FunctionSet, found: dict[str, _Texts]
) -> None:
    measured = [part for part in term.operands if not _is_constant(part)]
    if not measured:
        return
    name = _measured(measured[0])
    in_set = term.kind in (Kind.IN, Kind.NOT_IN)
    misplaced = in_set and measured[0] is not term.operands[0]
    if name is None or len(measured) > 1 or misplaced:
        raise _UndecidedError
    texts = found.setdefault(name, _Texts())
    for part in term.operands:
        if part is measured[0]:
            continue
        value = _value(part, functions)
        number = (
            value if isinstance(value, int) and not isinstance(value, bool) else None
        )
        if measured[0].value == _LENGTH and measured[0].kind is Kind.CALL:
            if number is None:
                raise _UndecidedError
            texts.lengths[number] = None
        elif number is not None:
            texts.numbers[number] = None
        elif isinstance(value, str):
            texts.texts[value] = None
            if re.fullmatch(_NUMBER, value):  # an order is one of numbers
                texts.numbers[int(value)] = None


def _measured(term: Term) -> str | None:
    if term.kind is Kind.ATTRIBUTE:
        return str(term.value)
    if term.kind is Kind.CALL and term.value in _MEASURING and len(term.operands) == 1:
        (operand,) = term.operands
        return str(operand.value) if operand.kind is Kind.ATTRIBUTE else None
    return None


def _is_constant(term: Term) -> bool:
    return not any(each.kind in (Kind.ATTRIBUTE, Kind.EXISTS) for each in term.walk())


def _value(term: Term, functions: FunctionSet) -> Value | None:
    try:
        return compile_root(term, functions).run({})
    except EvaluationError:
        return None
