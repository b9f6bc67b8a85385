"""The filter of a trigger in one line of a picture."""

import pytest

from simulator.graph.build import filter_text


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({}, ""),
        ({"filter": {"attributes": {}}}, ""),
        ({"filter": {"attributes": {"type": "a", "source": ""}}}, "type=a, source="),
        ({"filters": [{"exact": {"type": "a", "source": "/s"}}]}, "type=a, source=/s"),
        ({"filters": [{"prefix": {"type": "a."}}]}, "type=a.*"),
        (
            {"filters": [{"suffix": {"type": ".b"}}, {"cesql": "x > 1"}]},
            "type=*.b, x > 1",
        ),
        (
            {"filters": [{"any": [{"exact": {"a": "1"}}, {"exact": {"a": "2"}}]}]},
            "(a=1 or a=2)",
        ),
        (
            {"filters": [{"not": {"all": [{"exact": {"a": "1"}}]}}]},
            "not (a=1)",
        ),
    ],
)
def test_a_filter_is_one_line_that_a_person_reads(
    spec: dict[str, object], text: str
) -> None:
    assert filter_text(spec) == text


def test_a_filters_list_comes_before_the_filter() -> None:
    both = {"filters": [{"cesql": "TRUE"}], "filter": {"attributes": {"type": "a"}}}

    assert filter_text(both) == "TRUE"


def test_a_long_filter_is_cut() -> None:
    text = filter_text({"filters": [{"cesql": "x" * 99}]})

    assert text == "x" * 59 + "…"
