"""What can go wrong with a CESQL expression, one class for each kind of error.

CesqlError
├── ParseError                 the author of the expression: it is no CESQL
└── EvaluationError            the event does not suit the expression
    ├── CastError
    ├── MathError
    ├── MissingAttributeError
    ├── MissingFunctionError
    └── FunctionEvaluationError

Source: CloudEvents SQL 1.0, section 3.3 "Errors".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from simulator.cesql.values import Value

Span = tuple[int, int]
"""Start and end of a part of the expression's text, as for slicing it."""

_CARET_CONTEXT = 60
"""Characters of a long line that are shown on either side of the caret."""


class CesqlError(Exception):
    """The root of the errors of this package; *kind* is the specification's name."""

    kind: ClassVar[str] = "generic"


class ParseError(CesqlError):
    """The text is no CESQL expression; *offset* counts its characters before that."""

    kind = "parse"

    def __init__(self, message: str, *, expression: str, offset: int) -> None:
        before = expression[:offset]
        self.message = message
        self.expression = expression
        self.offset = offset
        self.line = before.count("\n") + 1
        self.column = offset - (before.rfind("\n") + 1) + 1
        super().__init__(message)

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}"
        return f"{self.message} ({place})\n{self._excerpt()}"

    def _excerpt(self) -> str:
        at = self.column - 1
        start = max(at - _CARET_CONTEXT, 0)
        line = self.expression.split("\n")[self.line - 1]
        shown = line[start : at + _CARET_CONTEXT]
        # a tab stays a tab in the caret's line, so that the caret stands below its character
        indent = "".join("\t" if char == "\t" else " " for char in shown[: at - start])
        return f"  {shown}\n  {indent}^"


class EvaluationError(CesqlError):
    """An expression that parsed, but failed on this event.

    Args:
        message: One sentence that says what failed.
        span: The part of the expression that failed.
        fallback: What that part is worth all the same;
            None if it is the zero value of its type.
    """

    def __init__(
        self, message: str, *, span: Span, fallback: Value | None = None
    ) -> None:
        self.message = message
        self.span = span
        self.fallback = fallback
        super().__init__(message)

    @property
    def column(self) -> int:
        """Where the failing part begins; 1 is the expression's first character."""
        return self.span[0] + 1


class CastError(EvaluationError):
    """A value has no counterpart in the type that an operator or function wants."""

    kind = "cast"


class MathError(EvaluationError):
    """A division by zero, or the absolute value of the least Integer."""

    kind = "math"


class MissingAttributeError(EvaluationError):
    kind = "missing attribute"

    def __init__(self, attribute: str, *, span: Span) -> None:
        self.attribute = attribute
        super().__init__(f"the event has no attribute {attribute!r}", span=span)


class MissingFunctionError(EvaluationError):
    """No function has this name and takes this many arguments."""

    kind = "missing function"


class FunctionEvaluationError(EvaluationError):
    """A function rejects its arguments."""

    kind = "function evaluation"
