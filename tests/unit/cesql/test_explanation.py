"""An explanation shows each part's value, and where the evaluation did not come."""

from __future__ import annotations

import pytest

from simulator.cesql import Node, compile_expression


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
