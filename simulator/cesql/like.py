r"""LIKE patterns: ``%`` is any text, ``_`` one character, ``\%`` and ``\_`` themselves.

A backslash before anything else is a backslash.

Source: CloudEvents SQL 1.0, section 3.4.3 "Like operator".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.cesql.casting import to_string
from simulator.cesql.syntax import Kind, Term

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.cesql.code import Attributes, Code, Run

_SYMBOL = re.compile(r"\\[%_]|.", re.DOTALL)


def likeness(term: Term, operands: tuple[Code, ...]) -> Run:
    """LIKE or NOT LIKE: the operand, cast to String, fits the term's pattern."""
    run = operands[0].run
    fits = matcher(str(term.value))
    wanted = term.kind is Kind.LIKE

    def alike(attributes: Attributes) -> bool:
        return fits(to_string(run(attributes))) is wanted

    return alike


def matcher(pattern: str) -> Callable[[str], bool]:
    """A test whether a text fits *pattern*, in time linear in the text.

    Patterns with no wildcard, or one ``%`` at an end, need no regular expression.
    """
    symbols = _SYMBOL.findall(pattern)
    wild = [symbol for symbol in symbols if symbol in {"%", "_"}]
    literal = "".join(symbol[-1] for symbol in symbols if symbol not in {"%", "_"})
    if not wild:
        return literal.__eq__
    if wild == ["%"] and symbols[-1] == "%":
        return lambda text: text.startswith(literal)
    if wild == ["%"] and symbols[0] == "%":
        return lambda text: text.endswith(literal)
    expression = re.compile(_regular_expression(symbols), re.DOTALL)
    return lambda text: expression.fullmatch(text) is not None


def example_of(pattern: str, *, one: str = "a", many: str = "") -> str:
    """A text that fits *pattern*, with *one* for each ``_`` and *many* for each ``%``."""
    wild = {"%": many, "_": one}
    return "".join(wild.get(x, x[-1]) for x in _SYMBOL.findall(pattern))


def literal_head(pattern: str) -> tuple[str, bool]:
    """The text before the first wildcard of *pattern*, and whether that is all of it."""
    head = ""
    for symbol in _SYMBOL.findall(pattern):
        if symbol in {"%", "_"}:
            return head, False
        head += symbol[-1]
    return head, True


def _regular_expression(symbols: list[str]) -> str:
    """Each ``%`` but the last takes as little as it can and never reconsiders.

    That finds a match whenever there is one, because a later start never helps the
    parts that follow; without atomic groups, n wildcards could take n-th power time.
    """
    parts = [""]
    for symbol in symbols:
        if symbol == "%":
            parts.append("")
        else:
            parts[-1] += "." if symbol == "_" else re.escape(symbol[-1])
    if len(parts) == 1:
        return parts[0]
    first, *middle, last = parts
    return first + "".join(f"(?>.*?{part})" for part in middle if part) + ".*" + last
