"""Label selectors select as Kubernetes does, and are spelt as there."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.selectors import SelectorError, selector_of


@pytest.mark.parametrize(
    ("expression", "selected", "not_selected"),
    [
        ({"key": "a", "operator": "In", "values": ["x", "y"]}, [{"a": "y"}], [{}]),
        ({"key": "a", "operator": "NotIn", "values": ["x"]}, [{}], [{"a": "x"}]),
        ({"key": "a", "operator": "Exists"}, [{"a": ""}], [{"b": "x"}]),
        ({"key": "a", "operator": "DoesNotExist"}, [{"b": "x"}], [{"a": ""}]),
    ],
)
def test_each_operator_selects_by_one_label(
    expression: Any, selected: list[Any], not_selected: list[Any]
) -> None:
    selector = selector_of({"matchExpressions": [expression]})

    assert all(selector.selects(labels) for labels in selected)
    assert not any(selector.selects(labels) for labels in not_selected)


def test_all_that_is_wanted_must_hold() -> None:
    exists = {"key": "app", "operator": "Exists"}

    selector = selector_of({"matchLabels": {"a": "b"}, "matchExpressions": [exists]})

    assert selector.selects({"a": "b", "app": ""})
    assert not selector.selects({"a": "b"})
    assert not selector.selects({"a": "c", "app": ""})


def test_an_empty_selector_selects_everything() -> None:
    assert selector_of({}).selects({})
    assert str(selector_of({})) == ""


def test_a_selector_is_spelt_sorted_by_label() -> None:
    written = {
        "matchLabels": {"z": "1", "b": "2"},
        "matchExpressions": [
            {"key": "k", "operator": "In", "values": ["y", "x"]},
            {"key": "n", "operator": "NotIn", "values": ["v"]},
            {"key": "e", "operator": "Exists"},
            {"key": "d", "operator": "DoesNotExist"},
        ],
    }

    assert str(selector_of(written)) == "b=2,!d,e,k in (x,y),n notin (v),z=1"


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ({"key": "a", "operator": "in", "values": ["x"]}, '"in" is not a valid label'),
        ({"key": "a", "operator": "In"}, "values set can't be empty"),
        ({"key": "a", "operator": "Exists", "values": ["x"]}, "must be empty"),
    ],
)
def test_what_is_no_selector_is_refused(expression: Any, said: str) -> None:
    with pytest.raises(SelectorError, match=said):
        selector_of({"matchExpressions": [expression]})
