"""What a compiled expression tells about itself and its errors."""

from __future__ import annotations

import subprocess
import sys

import pytest

from simulator import Simulation, Topology
from simulator.cesql import (
    CastError,
    EvaluationError,
    MissingAttributeError,
    Node,
    compile_expression,
)
from simulator.cesql.expression import _compiled


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("1 + 1", ()),
        ("b = 1 AND A IN (c, B) AND EXISTS d", ("b", "a", "c", "d")),
        ("EXISTS id", ()),
        ("EXISTS id AND id = 'x'", ("id",)),
        ("LENGTH(CONCAT(x1, y)) LIKE '%z%'", ("x1", "y")),
    ],
)
def test_an_expression_names_the_attributes_it_depends_on(
    text: str, names: tuple[str, ...]
) -> None:
    assert compile_expression(text).attributes == names


def error_of(text: str) -> EvaluationError:
    error = compile_expression(text).evaluate({"a": "x"}).error
    assert error is not None
    return error


def test_an_error_points_at_the_part_that_failed() -> None:
    error = error_of("TRUE AND (1 + a) > 2")

    assert isinstance(error, CastError)
    assert (error.column, error.span) == (15, (14, 15))
    assert str(error) == "the String 'x' cannot be cast to Integer"


def test_a_missing_attribute_is_named() -> None:
    error = error_of("TRUE AND MyExt")

    assert isinstance(error, MissingAttributeError)
    assert (error.attribute, error.column) == ("myext", 10)
    assert str(error) == "the event has no attribute 'myext'"


def test_a_division_by_zero_says_what_was_divided() -> None:
    assert str(error_of("7 % 0")) == "7 is divided by zero"


def test_a_kept_error_does_not_keep_the_evaluation_alive() -> None:
    assert error_of("missing").__traceback__ is None


def test_an_expression_shows_its_text_and_attributes() -> None:
    shown = repr(compile_expression("a = 1"))

    assert shown == "Expression(text='a = 1', attributes=('a',))"


def test_the_package_loads_neither_lark_nor_the_simulator_until_it_compiles() -> None:
    program = (
        "import sys, simulator.cesql;"
        "print([m for m in sys.modules if m == 'lark' or m.startswith('simulator.')"
        " and not m.startswith('simulator.cesql')])"
    )

    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"


ONCE = """
topology: once
brokers: {default: {}}
triggers:
  a: {filters: [{cesql: "type = 'compiled.once'"}], subscriber: shop}
  b: {filters: [{all: [{cesql: "type = 'compiled.once'"}, {exact: {source: /s}}]}], subscriber: shop}
services: {shop: {}}
"""


def test_a_filter_is_compiled_once_for_all_who_check_route_by_and_explain_it() -> None:
    _compiled.cache_clear()

    sim = Simulation(Topology.parse(ONCE))
    sent = sim.send(type="compiled.else", source="/s")
    sim.run()
    whys = sim.whys(sent)

    assert whys[0].remedy
    assert _compiled.cache_info().misses == 1


def lines(node: Node, depth: int = 0) -> list[str]:
    """A node a line: reached or not, its text, its value or the kind of its error."""
    mark = "+" if node.reached else "-"
    outcome = node.error.kind if node.error else repr(node.value)
    own = f"{'  ' * depth}{mark} {node.text} -> {outcome}"
    return [own, *(line for child in node.children for line in lines(child, depth + 1))]


def explained(text: str, **attributes: bool | int | str) -> list[str]:
    return lines(compile_expression(text).explain(attributes))


def test_the_part_behind_the_decision_is_shown_but_not_reached() -> None:
    assert explained("type = 'b' AND EXISTS foo AND TRUE", type="a") == [
        "+ type = 'b' AND EXISTS foo AND TRUE -> False",
        "  + type = 'b' -> False",
        "    + type -> 'a'",
        "    + 'b' -> 'b'",
        "  - EXISTS foo -> False",
        "  - TRUE -> True",
    ]


def test_an_error_stops_the_evaluation() -> None:
    assert explained("(foo = 1) OR 1 + 1 = 2") == [
        "+ (foo = 1) OR 1 + 1 = 2 -> missing attribute",
        "  + (foo = 1) -> missing attribute",
        "    + foo -> missing attribute",
        "    - 1 -> 1",
        "  - 1 + 1 = 2 -> True",
        "    - 1 + 1 -> 2",
        "      - 1 -> 1",
        "      - 1 -> 1",
        "    - 2 -> 2",
    ]


def test_elements_behind_the_equal_one_are_not_reached() -> None:
    assert explained("a NOT IN ('x', 'y', 'z')", a="y") == [
        "+ a NOT IN ('x', 'y', 'z') -> False",
        "  + a -> 'y'",
        "  + 'x' -> 'x'",
        "  + 'y' -> 'y'",
        "  - 'z' -> 'z'",
    ]


def test_the_arguments_of_a_missing_function_are_not_reached() -> None:
    assert explained("NOSUCH(1)") == [
        "+ NOSUCH(1) -> missing function",
        "  - 1 -> 1",
    ]


def test_a_part_shows_the_value_it_has_despite_its_error() -> None:
    node = compile_expression("LENGTH(LEFT('abc', -1))").explain({})

    (left,) = node.children
    assert (node.value, left.value) == (0, "abc")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1", "literal"),
        ("a", "attribute"),
        ("EXISTS a", "EXISTS"),
        ("- a", "negate"),
        ("a <> 1", "!="),
        ("a not like 'x'", "NOT LIKE"),
        ("ABS(1)", "call"),
    ],
)
def test_a_node_names_its_kind(text: str, kind: str) -> None:
    assert compile_expression(text).explain({"a": 1}).kind == kind


def test_a_refused_expression_is_explained_as_it_is_evaluated() -> None:
    node = compile_expression("NOT 10").explain({})

    assert node.value is True
    assert node.error is not None
    assert node.reached
