"""The dialect `cesql`: a CloudEvents SQL expression that must be true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cesql import MissingAttributeError, compile_expression
from simulator.cesql.certainty import ERROR, NO_BOOLEAN
from simulator.cesql.sdk_go import SDK_GO
from simulator.filters.explanation import Explanation
from simulator.filters.filter import Filter, Needs, joint
from simulator.filters.hints import absence_hint
from simulator.filters.rendering import cesql_text, culprit_of, one_line, read_text
from simulator.filters.verdict import Judge, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simulator.cesql import Conjunct, Expression, Node


def cesql(text: str, *, casts: bool = False) -> Filter:
    """Compile ``cesql: expression``.

    *casts*: a result that is no boolean is cast to one; otherwise it panics.

    Raises:
        simulator.cesql.ParseError: It is no expression.

    Source: knative-runtime, "Filters": an error while evaluating is a Fail; a result
        that is no boolean panics. Where sdk-go and the specification disagree on a
        value, we follow the specification.
    """
    expression = compile_expression(text, SDK_GO)
    judge = _judge_cast(expression) if casts else _judge(expression)

    def explain(attributes: Mapping[str, str]) -> Explanation:
        verdict = judge(attributes)
        node = expression.explain(attributes)
        return Explanation(
            dialect="cesql",
            verdict=verdict,
            reason=_reason(node, verdict),
            hint=_hint(node, attributes),
            wanted=text,
            actual=_only_value(expression, attributes),
            reads=expression.attributes,
            expression=node,
        )

    return Filter(
        verdict=judge,
        explain=explain,
        reads=expression.attributes,
        needs=_needs(expression.conjuncts),
        may_panic=not (casts or expression.is_boolean),
        doubts=tuple(_doubts(text, expression, casts=casts)),
        always=expression.outcomes == {True},
    )


def _doubts(text: str, expression: Expression, *, casts: bool) -> Iterator[str]:
    """Say what is wrong with it for every event.

    Source: knative-runtime, "Filters": an error while evaluating is a Fail; a result
        that is no boolean panics.
    """
    for missing in expression.missing_functions:
        yield f"no event passes where it is called: {missing}"
    if casts:
        return
    no_boolean = (
        f"{one_line(text)} is never a boolean: the filter panics on any value of it, and "
        "the delivery fails"
    )
    if expression.is_never_boolean:
        yield no_boolean
    elif expression.attributes and not expression.missing_functions:
        found = expression.outcomes
        if NO_BOOLEAN in found and found <= {NO_BOOLEAN, ERROR}:
            yield no_boolean
        for part in expression.never_true:
            yield f"{one_line(part)} is TRUE for no event"


def _needs(conjuncts: Sequence[Conjunct]) -> Needs:
    return joint(
        ((x.attribute, x.text) for x in conjuncts if x.whole),
        ((x.attribute, x.text) for x in conjuncts if not x.whole),
    )


def _judge(expression: Expression) -> Judge:
    passed, failed, panicked = Verdict.PASS, Verdict.FAIL, Verdict.PANIC
    evaluate = expression.evaluate

    def judge(attributes: Mapping[str, str]) -> Verdict:
        value, error = evaluate(attributes)
        if error is not None or value is False:
            return failed
        return passed if value is True else panicked

    return judge


def _judge_cast(expression: Expression) -> Judge:
    """Source: profiles 32; CeSqlFilterTest."""
    evaluate = expression.evaluate

    def judge(attributes: Mapping[str, str]) -> Verdict:
        value, error = evaluate(attributes)
        if isinstance(value, str):
            value = value.lower() == "true"
        passes = error is None and bool(value)
        return Verdict.PASS if passes else Verdict.FAIL

    return judge


def _only_value(expression: Expression, attributes: Mapping[str, str]) -> str | None:
    names = expression.attributes
    return attributes.get(names[0]) if len(names) == 1 else None


def _reason(node: Node, verdict: Verdict) -> str:
    whole = one_line(node.text)
    if verdict is Verdict.PASS:
        return f"{whole} is TRUE"
    if verdict is Verdict.PANIC:
        value = cesql_text(node.value)
        return f"{whole} is {value}, no boolean: the filter handler crashes on it"
    culprit = culprit_of(node)
    where = "" if culprit is node else f", because of {one_line(culprit.text)}"
    if culprit.error:
        return f"{whole} fails{where}: {culprit.error}"
    return f"{whole} is FALSE{where}{read_text(culprit)}"


def _hint(node: Node, attributes: Mapping[str, str]) -> str:
    if isinstance(node.error, MissingAttributeError):
        return absence_hint(node.error.attribute, attributes)
    return ""
