"""A compiled expression: for each event a value with at most one error, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from simulator.cesql.compiler import ALWAYS_PRESENT, compile_root
from simulator.cesql.conjuncts import Conjunct, conjuncts
from simulator.cesql.errors import EvaluationError
from simulator.cesql.functions import Function, FunctionSet, missing_text
from simulator.cesql.syntax import Kind, Term

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.cesql.code import Attributes, Code
    from simulator.cesql.errors import Span
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


class Result(NamedTuple):
    """What an expression is worth on one event.

    Attributes:
        value: Also set if there is an error: then mostly the zero value of the
            expression's type (false, 0 or the empty String).
        error: The first error; None if there was none.
    """

    value: Value
    error: EvaluationError | None


# most results are one of these two, and need not be built
_TRUE = Result(value=True, error=None)
_FALSE = Result(value=False, error=None)
# what nearly every expression can call, and need not have a set of its own for
_BUILT_IN = FunctionSet()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A CESQL expression, made by `compile_expression`; equal if the text is.

    Attributes:
        text: As it was given.
        attributes: Lower-case names of the attributes on which the result can depend,
            by value or by presence, each once, in the order of the text.
    """

    text: str
    attributes: tuple[str, ...]
    _functions: FunctionSet = field(repr=False, compare=False)
    _code: Code = field(repr=False, compare=False)

    @property
    def is_boolean(self) -> bool:
        """Whether the value is a Boolean for every event; False if that is not plain."""
        return self._code.type is bool

    @property
    def is_never_boolean(self) -> bool:
        """Whether it is a number or a String for every event."""
        return self._code.type in (int, str)

    @property
    def missing_functions(self) -> tuple[str, ...]:
        """What is called and not there, each in a clause: to call it is an error."""
        functions = self._functions
        return tuple(
            missing_text(term, functions)
            for term in self._code.term.walk()
            if term.kind is Kind.CALL
            and functions.resolve(str(term.value), len(term.operands)) is None
        )

    @property
    def outcomes(self) -> frozenset[object]:
        from simulator.cesql.certainty import outcomes  # only a topology that is read

        return frozenset(outcomes(self._code.term, self._functions) or ())

    @property
    def never_true(self) -> tuple[str, ...]:
        from simulator.cesql.certainty import never_true

        return tuple(
            " AND ".join(self.text[slice(*part.span)] for part in parts)
            for parts in never_true(self._code.term, self._functions)
        )

    @property
    def conjuncts(self) -> tuple[Conjunct, ...]:
        return tuple(conjuncts(self._code.term))

    @property
    def examples(self) -> dict[str, tuple[str, ...]]:
        from simulator.cesql.conjuncts import examples  # only who asks why needs them

        return examples(self._code.term)

    def evaluate(self, attributes: Attributes) -> Result:
        """Evaluate for one event, given by its context attributes.

        The result depends on nothing else, and no event makes this raise.

        Args:
            attributes: By lower-case name; a time is a String, and what an event
                lacks is absent. Integers are within 32 bits.

        Source: CloudEvents SQL 1.0, sections 3.3 and 4.1: the mode is fail-fast, so
            the first error ends the evaluation.
        """
        code = self._code
        try:
            value = code.run(attributes)
        except EvaluationError as error:
            return Result(code.value_despite(error), error.with_traceback(None))
        if value is True:
            return _TRUE
        return _FALSE if value is False else Result(value, None)

    def explain(self, attributes: Attributes) -> Node:
        """The value of each part of the expression for one event.

        The root has the value and the error of `evaluate`. This compiles the
        expression again, and takes time in proportion to its length and depth.
        """
        return explain(self._code.term, self.text, self._functions, attributes)


@lru_cache(maxsize=16)
def _with(added: tuple[Function, ...]) -> FunctionSet:
    """Make the set once for all expressions that can call the same."""
    return FunctionSet(added)


def compile_expression(text: str, functions: Iterable[Function] = ()) -> Expression:
    """Compile a CESQL expression, once for any number of events.

    Args:
        text: The expression; keywords, attributes and functions in any case.
        functions: Functions that the expression can call beside the built-in ones.

    Raises:
        ParseError: *text* is no CESQL expression, or is too long or too deep.
        ValueError: Two functions of one name take the same number of arguments.

    Source: CloudEvents SQL 1.0. Where Knative's implementation, sdk-go, differs from
        the specification, this follows the specification.
    """
    return _compiled(text, tuple(functions))


# Whoever admits a filter, looks for contradictions in it, routes by it and explains it
# asks for the same expression, and a reload asks for all of them again.
@lru_cache(maxsize=16_384)
def _compiled(text: str, added: tuple[Function, ...]) -> Expression:
    from simulator.cesql.parser import parse  # lark costs 50 ms

    root = parse(text)
    function_set = _with(added) if added else _BUILT_IN
    return Expression(
        text=text,
        attributes=tuple(dict.fromkeys(_attribute_names(root))),
        _functions=function_set,
        _code=compile_root(root, function_set),
    )


def _attribute_names(root: Term) -> Iterable[str]:
    for term in root.walk():
        name = str(term.value)
        asked = term.kind is Kind.EXISTS and name not in ALWAYS_PRESENT
        if asked or term.kind is Kind.ATTRIBUTE:
            yield name
