"""An explanation shows the value of every part of an expression, reached or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.cesql.compiler import compile_root

if TYPE_CHECKING:
    from simulator.cesql.code import Attributes, Code
    from simulator.cesql.errors import EvaluationError, Span
    from simulator.cesql.functions import FunctionSet
    from simulator.cesql.syntax import Term
    from simulator.cesql.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A part of an expression and what it is worth on one event.

    Attributes:
        kind: "literal", "attribute", "call", "negate", or the operator's symbol in
            upper case, such as "NOT IN".
        text: The part as it was written.
        value: Its value by itself, also if the evaluation does not need it.
        error: What went wrong in it; None if nothing did.
        reached: The evaluation of the whole expression came here. It stops at the
            first error, and AND, OR and IN stop at the operand that decides.
        children: Its operands from left to right.
    """

    kind: str
    text: str
    value: Value
    error: EvaluationError | None
    reached: bool
    children: tuple[Node, ...]


def explain(
    root: Term, text: str, functions: FunctionSet, attributes: Attributes
) -> Node:
    """The values of *root*, which was parsed from *text*, and of all its parts.

    Which parts are reached is not calculated but watched.
    """
    spans: list[Span] = []
    code = compile_root(root, functions, lambda term: spans.append(term.span))
    code.settle(attributes)
    # no two terms have the same span; the root counts even if it is refused unseen
    reached = frozenset((root.span, *spans))
    return _node(code, text, attributes, reached)


def _node(
    code: Code, text: str, attributes: Attributes, reached: frozenset[Span]
) -> Node:
    term = code.term
    value, error = code.settle(attributes)
    return Node(
        kind=term.kind.value,
        text=text[slice(*term.span)],
        value=value,
        error=error,
        reached=term.span in reached,
        children=tuple(
            _node(operand, text, attributes, reached) for operand in code.operands
        ),
    )
