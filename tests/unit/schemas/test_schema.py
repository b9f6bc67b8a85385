"""What editors are told of our documents is what is read."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from simulator.control.registry import SHORT_FORM
from simulator.manifests.reading import read_values
from simulator.schemas import SCHEMAS, schema
from simulator.schemas.ours import TABLES
from simulator.testing.case import TEST_FIELDS

ROOT = Path(__file__).parents[3]
WRITTEN = sorted(
    each
    for folder in ("topologies", "examples", "benchmarks")
    for each in (ROOT / folder).rglob("*.yaml")
)


def documents(path: Path) -> list[tuple[str, Any]]:
    """Give the documents of a file that a schema is for, each with its schema's name."""
    found = [value for value, _ in read_values(str(path))[0] if isinstance(value, dict)]
    return [
        (name, value)
        for value in found
        for name in [
            str(value.get("kind", "short" if "topology" in value else "")).lower()
        ]
        if name in SCHEMAS
    ]


VALIDATORS = {name: Draft7Validator(schema(name)) for name in SCHEMAS}


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set[str]()
        return own.union(*map(references, value.values()))
    return (
        set[str]().union(*map(references, value)) if isinstance(value, list) else set()
    )


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_and_refers_to_nothing_that_it_lacks(name: str) -> None:
    made = schema(name)

    Draft7Validator.check_schema(made)
    there = {f"#/definitions/{each}" for each in made["definitions"]}
    assert references(made) <= there


def test_what_is_written_in_this_repository_is_as_the_schemas_say() -> None:
    found = [(path, *each) for path in WRITTEN for each in documents(path)]

    wrong = [
        f"{path}: {error.json_path}: {error.message}"
        for path, name, value in found
        for error in VALIDATORS[name].iter_errors(value)
    ]

    assert wrong == []
    assert {name for _, name, _ in found} >= {"short", "simulation"}


@pytest.mark.parametrize(
    ("short", "path"),
    [
        ({"triger": {}}, "$"),
        ({"triggers": {"t": {"borker": "x"}}}, "$.triggers.t"),
        ({"triggers": {"t": {"subscriber": "serivce/x"}}}, "$.triggers.t.subscriber"),
        ({"brokers": {"b": {"delivery": {"retries": 3}}}}, "$.brokers.b.delivery"),
        (
            {"brokers": {"b": {"delivery": {"retry": "3"}}}},
            "$.brokers.b.delivery.retry",
        ),
        ({"services": {"s": {"respones": [503]}}}, "$.services.s"),
        ({"services": {"s": {"errors": "500"}}}, "$.services.s.errors"),
        ({"faults": [{"status": 503}]}, "$.faults"),
        ({"sources": {"s": {"every": 5}}}, "$.sources.s.every"),
        ({"sources": {"s": {"schedule": "@daily", "evry": "5s"}}}, "$.sources.s"),
        ({"profile": "kafak"}, "$.profile"),
        ({"tests": {"t": {"expect": [{"receives": "s"}]}}}, "$.tests.t.expect"),
        ({"tests": {"t": {"sent": {"event": {"type": "a"}}}}}, "$.tests.t"),
    ],
)
def test_what_is_wrong_is_underlined_where_it_stands(
    short: dict[str, Any], path: str
) -> None:
    found = list(VALIDATORS["short"].iter_errors({"topology": "t", **short}))

    assert [error.json_path for error in found] == [path]


def test_each_member_says_what_it_is() -> None:
    silent = [
        f"{word}.{name}"
        for word, table in TABLES.items()
        for name, (_, what) in table.items()
        if not what
    ]

    assert silent == []


def test_a_test_has_the_same_members_in_both_forms() -> None:
    section = SHORT_FORM.section("tests")

    assert section is not None
    assert section.short.fields == tuple(TEST_FIELDS)
