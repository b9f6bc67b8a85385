"""CloudEvents SQL 1.0: compile an expression once, evaluate it for any event.

>>> expression = compile_expression("type LIKE 'order.%' AND NOT EXISTS dlq")
>>> expression.evaluate({"type": "order.placed"}).value
True

This package knows nothing else of the simulator.

Source: cloudevents/spec, tag cesql/v1.0.0, cesql/spec.md.
"""

from simulator.cesql.conjuncts import Conjunct
from simulator.cesql.errors import (
    CastError,
    CesqlError,
    EvaluationError,
    FunctionEvaluationError,
    MathError,
    MissingAttributeError,
    MissingFunctionError,
    ParseError,
)
from simulator.cesql.expression import Expression, Node, Result, compile_expression
from simulator.cesql.functions import Function, FunctionError

__all__ = [
    "CastError",
    "CesqlError",
    "Conjunct",
    "EvaluationError",
    "Expression",
    "Function",
    "FunctionError",
    "FunctionEvaluationError",
    "MathError",
    "MissingAttributeError",
    "MissingFunctionError",
    "Node",
    "ParseError",
    "Result",
    "compile_expression",
]
