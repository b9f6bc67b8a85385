"""Text becomes a syntax tree here; only this module knows lark.

Importing it imports lark and builds the parser's tables, some 70 ms: it is imported
when the first expression is compiled.

Two rules of the language are easily missed. A sign belongs to the digits behind it,
so that ``a -1`` is no subtraction. And NOT binds tighter than all that follows:
``NOT a LIKE 'x'`` is ``(NOT a) LIKE 'x'``.

Source: CloudEvents SQL 1.0, sections 2 "Language syntax", 3.4 (precedence) and 3.6
(left to right); the tokens are those of cloudevents/spec, cesql/CESQLLexer.g4.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from simulator.cesql.errors import ParseError
from simulator.cesql.syntax import Kind, Term
from simulator.cesql.values import integer_or_none

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from simulator.cesql.errors import Span
    from simulator.cesql.values import Value

MAX_LENGTH = 65_536
"""Characters of the longest expression: far more than one writes, and parsed within a second."""

MAX_DEPTH = 100
"""Terms within terms; compiling takes a few Python frames each, of the 1,000 there are."""

_GRAMMAR = r"""
?start: logic
?logic: comparison
    | comparison ((AND | OR | XOR) comparison)+ -> chain
?comparison: sum
    | comparison (EQUAL | NOT_EQUAL | LESS | LESS_OR_EQUAL | GREATER | GREATER_OR_EQUAL) sum -> binary
?sum: product
    | sum (PLUS | MINUS) product -> binary
?product: match
    | product (STAR | SLASH | PERCENT) match -> binary
?match: unary
    | match NOT? LIKE STRING -> like
    | match NOT? IN LPAR logic (COMMA logic)* RPAR -> membership
?unary: atom
    | NOT unary -> inverse
    | MINUS unary -> negative
    | EXISTS (NAME | NAME_WITH_DIGIT) -> exists
?atom: (TRUE | FALSE) -> boolean
    | INTEGER -> integer
    | STRING -> string
    | (NAME | NAME_WITH_DIGIT) -> attribute
    | (NAME | FUNCTION) LPAR (logic (COMMA logic)*)? RPAR -> call
    | LPAR logic RPAR -> group

%declare AND OR XOR NOT LIKE IN EXISTS TRUE FALSE
EQUAL: "="
NOT_EQUAL: "!=" | "<>"
LESS: "<"
LESS_OR_EQUAL: "<="
GREATER: ">"
GREATER_OR_EQUAL: ">="
PLUS: "+"
MINUS: "-"
STAR: "*"
SLASH: "/"
PERCENT: "%"
LPAR: "("
RPAR: ")"
COMMA: ","
INTEGER.1: /[+-][0-9]+|[0-9]+(?![A-Za-z0-9])/
STRING: /'(?:\\(?s:.)|''|[^'\\])*'|"(?:\\(?s:.)|""|[^"\\])*"/
NAME: /[A-Za-z]+(?![A-Za-z0-9_])/
NAME_WITH_DIGIT: /(?=[0-9]*[A-Za-z])[A-Za-z]*[0-9][A-Za-z0-9]*/
FUNCTION: /[A-Za-z]+_[A-Za-z_]*/
%ignore /[ \t\r\n]+/
"""

_SHOWN = 40
"""Characters of a token that a message quotes."""

_KEYWORDS = frozenset(
    {"AND", "OR", "XOR", "NOT", "LIKE", "IN", "EXISTS", "TRUE", "FALSE"}
)
_WANTED = (
    (frozenset({"INTEGER"}), "a literal, an attribute, a function or '('"),
    (frozenset({"STAR", "$END"}), "an operator or the end of the expression"),
    (frozenset({"STAR", "COMMA"}), "an operator, ',' or ')'"),
    (frozenset({"STAR"}), "an operator or ')'"),
    (frozenset({"LIKE", "IN"}), "LIKE or IN"),
    (frozenset({"STRING"}), "a quoted pattern"),
    (frozenset({"LPAR"}), "'('"),
)
"""What a place wants, if these tokens could stand there; the first that fits holds."""

_HINTS = (
    ("==", "; CESQL writes '=' for equality"),
    ("&&", "; CESQL writes AND"),
    ("||", "; CESQL writes OR"),
    ("!", "; CESQL writes NOT"),
)


@lru_cache(maxsize=16_384)  # with other functions it is the same tree
def parse(text: str) -> Term:
    """The syntax tree of an expression.

    Raises:
        ParseError: *text* is no CESQL, longer than MAX_LENGTH, or nested deeper than
            MAX_DEPTH.
    """
    if len(text) > MAX_LENGTH:
        raise ParseError(
            f"the expression has {len(text)} characters, more than {MAX_LENGTH}",
            expression=text,
            offset=MAX_LENGTH,
        )
    try:
        # lark's stubs know nothing of the transformer, which makes terms
        return cast("Term", _PARSER.parse(text))
    except UnexpectedCharacters as fault:
        offset = fault.pos_in_stream or 0
        raise _parse_error(_unknown_symbol(text, offset), text, offset) from None
    except UnexpectedToken as fault:
        offset = len(text) if fault.token.type == "$END" else _start(fault.token)
        raise _parse_error(_unexpected(text, fault), text, offset) from None
    except _OutOfRangeError as fault:
        offset = fault.span[0]
        raise _parse_error(str(fault), text, offset) from None


def _parse_error(message: str, text: str, offset: int) -> ParseError:
    return ParseError(message, expression=text, offset=offset)


def _unknown_symbol(text: str, offset: int) -> str:
    if text[offset] in "'\"":
        return f"the string that opens with {text[offset]} is never closed"
    return f"CESQL has no symbol {text[offset]!r}{_hint(text, offset)}"


def _unexpected(text: str, fault: UnexpectedToken) -> str:
    token, accepted = fault.token, fault.accepts
    if token.type == "$END":
        found, hint = "the end of the expression", ""
    else:
        found, hint = _shown(token), _hint(text, _start(token))
    if token.type == "INTEGER" and token[0] in "+-" and "MINUS" in accepted:
        hint = f"; write '{token[0]} {token[1:]}' with a space to calculate"
    return f"unexpected {found}, expected {_wanted(accepted)}{hint}"


def _wanted(accepted: AbstractSet[str]) -> str:
    """What could stand where the fault is, by the names of tokens in the grammar."""
    for tokens, wanted in _WANTED:
        if accepted >= tokens:
            return wanted
    return "the name of an attribute"


def _shown(part: Token | Term) -> str:
    text = str(part)
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "...")


def _hint(text: str, offset: int) -> str:
    for symbol, hint in _HINTS:
        # of '==' the second sign is the unexpected one
        if symbol in (
            text[offset : offset + len(symbol)],
            text[offset - 1 : offset + 1],
        ):
            return hint
    return ""


class _OutOfRangeError(Exception):
    """A term that the grammar allows and the language does not."""

    def __init__(self, message: str, span: Span) -> None:
        self.span = span
        super().__init__(message)


def _start(part: Token | Term) -> int:
    if isinstance(part, Term):
        return part.span[0]
    return part.start_pos or 0


def _end(part: Token | Term) -> int:
    if isinstance(part, Term):
        return part.span[1]
    return part.end_pos or 0


def _term(kind: Kind, parts: list[Token | Term], *, value: Value = False) -> Term:
    operands = tuple(part for part in parts if isinstance(part, Term))
    return _spanning(kind, operands, (_start(parts[0]), _end(parts[-1])), value)


def _spanning(
    kind: Kind, operands: tuple[Term, ...], span: Span, value: Value = False
) -> Term:
    depth = 1 + max((operand.depth for operand in operands), default=0)
    if depth > MAX_DEPTH:
        message = f"the expression is nested deeper than {MAX_DEPTH} terms"
        raise _OutOfRangeError(message, span)
    return Term(kind=kind, span=span, operands=operands, value=value, depth=depth)


class _TermBuilder(Transformer[Token, Term]):
    def chain(self, parts: list[Token | Term]) -> Term:
        operands = [part for part in parts if isinstance(part, Term)]
        kinds = [Kind(str(part).upper()) for part in parts if isinstance(part, Token)]
        run = operands[:1]
        for kind, following, operand in zip(
            kinds, [*kinds[1:], None], operands[1:], strict=True
        ):
            run.append(operand)
            if following is not kind:
                span = (_start(run[0]), _end(run[-1]))
                run = [_spanning(kind, tuple(run), span)]
        return run[0]

    def binary(self, parts: list[Token | Term]) -> Term:
        symbol = str(parts[1])
        return _term(Kind("!=" if symbol == "<>" else symbol), parts)

    def like(self, parts: list[Token | Term]) -> Term:
        kind = Kind.NOT_LIKE if _is_negated(parts) else Kind.LIKE
        return _term(kind, parts, value=_unquoted(str(parts[-1])))

    def membership(self, parts: list[Token | Term]) -> Term:
        return _term(Kind.NOT_IN if _is_negated(parts) else Kind.IN, parts)

    def inverse(self, parts: list[Token | Term]) -> Term:
        return _term(Kind.NOT, parts)

    def negative(self, parts: list[Token | Term]) -> Term:
        return _term(Kind.NEGATE, parts)

    def exists(self, parts: list[Token | Term]) -> Term:
        return _term(Kind.EXISTS, parts, value=str(parts[1]).lower())

    def boolean(self, parts: list[Token | Term]) -> Term:
        return _term(Kind.LITERAL, parts, value=str(parts[0]).upper() == "TRUE")

    def integer(self, parts: list[Token | Term]) -> Term:
        number = integer_or_none(str(parts[0]))
        if number is None:
            message = f"the Integer {_shown(parts[0])} needs more than 32 bits"
            raise _OutOfRangeError(message, (_start(parts[0]), _end(parts[0])))
        return _term(Kind.LITERAL, parts, value=number)

    def string(self, parts: list[Token | Term]) -> Term:
        return _term(Kind.LITERAL, parts, value=_unquoted(str(parts[0])))

    def attribute(self, parts: list[Token | Term]) -> Term:
        return _term(Kind.ATTRIBUTE, parts, value=str(parts[0]).lower())

    def call(self, parts: list[Token | Term]) -> Term:
        return _term(Kind.CALL, parts, value=str(parts[0]).upper())

    def group(self, parts: list[Token | Term]) -> Term:
        (inner,) = (part for part in parts if isinstance(part, Term))
        return replace(inner, span=(_start(parts[0]), _end(parts[2])))


def _is_negated(parts: list[Token | Term]) -> bool:
    operator = parts[1]
    return isinstance(operator, Token) and operator.type == "NOT"


def _unquoted(literal: str) -> str:
    """The text of a string literal: only its own quote is ever escaped."""
    quote = literal[0]
    return literal[1:-1].replace("\\" + quote, quote)


def _keyword(token: Token) -> Token:
    upper = token.upper()
    return Token.new_borrow_pos(upper, token, token) if upper in _KEYWORDS else token


_PARSER = Lark(
    _GRAMMAR,
    parser="lalr",
    lexer="basic",  # tokens do not depend on the context, and no keyword is a name
    lexer_callbacks={"NAME": _keyword},
    transformer=_TermBuilder(),
    keep_all_tokens=True,
    maybe_placeholders=False,
)
