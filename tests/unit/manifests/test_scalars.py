import pytest

from simulator.manifests.scalars import Plain
from simulator.topology import Topology


def value_of(scalar: str) -> Plain:
    text = f"apiVersion: v1\nkind: X\nmetadata: {{name: x}}\nspec:\n  a: {scalar}\n"
    (resource,) = Topology.parse(text)
    value: Plain = resource.spec["a"]
    return value


@pytest.mark.parametrize("word", ["y", "Yes", "true", "TRUE", "on", "!!bool yes"])
def test_words_of_yaml_1_1_are_true(word: str) -> None:
    assert value_of(word) is True


@pytest.mark.parametrize("word", ["n", "No", "false", "off"])
def test_words_of_yaml_1_1_are_false(word: str) -> None:
    assert value_of(word) is False


@pytest.mark.parametrize("word", ["", "~", "null", "!!null ''"])
def test_nothing_is_null(word: str) -> None:
    assert value_of(word) is None


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12", 12),
        ("-0x1F", -31),
        ("0o17", 15),
        ("017", 15),
        ("0b101", 5),
        ("1_000", 1000),
        ("08", 8),
        ("1.0", 1),
        ("1e3", 1000),
        (".5", 0.5),
        ("+2.5e-1", 0.25),
        ("!!float 2", 2),
        ("!!int '3'", 3),
        ("9223372036854775807", 9223372036854775807),
    ],
)
def test_numbers_are_those_of_go(written: str, number: float) -> None:
    value = value_of(written)

    assert value == number
    assert type(value) is type(number)


def test_an_integer_beyond_int64_is_a_float() -> None:
    value = value_of("9223372036854775808")

    assert isinstance(value, float)


@pytest.mark.parametrize(
    "text",
    [
        *("2021-06-19", "2001-12-14T21:59:43.10Z", "1:30", "1e400", "0x", "1" * 300),
        *("'yes'", '"12"', "!!str 12", "!custom 12", "!!timestamp 2021-06-19", "="),
    ],
)
def test_all_else_is_a_text_as_written(text: str) -> None:
    assert value_of(text) == text.rpartition(" ")[2].strip("'\"")


def test_binary_is_the_text_that_it_encodes() -> None:
    assert value_of("!!binary aGk=") == "hi"


def test_keys_are_texts() -> None:
    text = (
        "apiVersion: v1\nkind: X\nmetadata: {name: x}\n"
        "spec: {1: a, 1.5: b, on: c, off: d, 2021-01-01: e}"
    )

    (resource,) = Topology.parse(text)

    assert list(resource.spec) == ["1", "1.5", "true", "false", "2021-01-01"]


def test_json_may_hold_surrogate_pairs() -> None:
    text = (
        '{"apiVersion": "v1", "kind": "X",\n\t"metadata": {"name": "x"},\n'
        r'"spec": {"a": "\ud83d\ude00", "b": "\\ud83d\\ude00"}}'
    )

    (resource,) = Topology.parse(text)

    assert resource.spec == {"a": "😀", "b": r"\ud83d\ude00"}
