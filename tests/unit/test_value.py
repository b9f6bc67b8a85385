"""Values: frozen, keyword-only, equal by their fields."""

import copy
import pickle
from typing import Any, ClassVar

import pytest

from simulator.value import Value, made


class Point(Value):
    """Two fields, one with a default."""

    x: int
    y: int = 0


class Place(Point):
    """Adds a default of its own and one that is made anew."""

    y: int = 5
    name: str = ""
    tags: list[str] = made(default_factory=list)


class Noted(Value):
    """One field does not count."""

    _uncompared: ClassVar[tuple[str, ...]] = ("note",)

    x: int
    note: str = ""


class Positive(Value):
    """Refuses what makes no sense."""

    x: int

    def _check(self) -> None:
        if self.x < 0:
            raise ValueError(f"{self.x} is below 0")


def anything(kind: Any) -> Any:
    """Let a test give what a type checker would refuse."""
    return kind


def test_fields_are_given_by_keyword_and_others_have_their_default() -> None:
    point = Point(x=1)

    assert (point.x, point.y) == (1, 0)
    with pytest.raises(TypeError):
        anything(Point)(1, 2)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({}, "Point needs x", id="a field is missing"),
        pytest.param({"x": 1, "z": 2}, "Point has no field z", id="one too many"),
        pytest.param({"z": 2}, "Point has no field z", id="another in its place"),
        pytest.param(
            {"replace": 1}, "Point has no field replace", id="the name of a method"
        ),
        pytest.param(
            {"x": 1, "w": 2, "z": 3}, "Point has no field w, z", id="all at once"
        ),
    ],
)
def test_missing_and_unknown_fields_are_named(given: dict[str, int], said: str) -> None:
    with pytest.raises(TypeError, match=rf"^{said}$"):
        anything(Point)(**given)


def test_a_subclass_has_the_fields_of_its_base_first_and_may_change_their_defaults() -> (
    None
):
    place = Place(x=1)

    assert repr(place) == "Place(x=1, y=5, name='', tags=[])"


def test_a_made_default_is_not_shared() -> None:
    first, second = Place(x=1), Place(x=1)

    first.tags.append("a")

    assert (first.tags, second.tags) == (["a"], [])


def test_values_are_equal_when_class_and_fields_are() -> None:
    assert Point(x=1, y=2) == Point(y=2, x=1)
    assert hash(Point(x=1, y=2)) == hash(Point(y=2, x=1))
    assert Point(x=1) != Point(x=2)
    assert Positive(x=1) != Noted(x=1)
    assert Point(x=1) != (1, 0)


def test_uncompared_fields_play_no_part_in_equality() -> None:
    assert Noted(x=1, note="a") == Noted(x=1, note="b")
    assert hash(Noted(x=1, note="a")) == hash(Noted(x=1, note="b"))
    assert Noted(x=1, note="a") != Noted(x=2, note="a")


def test_a_value_never_changes() -> None:
    point = anything(Point(x=1))

    with pytest.raises(AttributeError, match=r"^Point is immutable$"):
        point.x = 2
    with pytest.raises(AttributeError, match=r"^Point is immutable$"):
        del point.x
    with pytest.raises(AttributeError, match=r"^Point is immutable$"):
        point.z = 2
    assert point == Point(x=1)


def test_replacing_gives_another_value_and_checks_it() -> None:
    point = Point(x=1, y=2)

    assert point.replace(y=3) == Point(x=1, y=3)
    assert point == Point(x=1, y=2)
    with pytest.raises(TypeError, match="has no field z"):
        point.replace(z=1)
    with pytest.raises(ValueError, match="-1 is below 0"):
        Positive(x=1).replace(x=-1)


@pytest.mark.parametrize(
    "twin",
    [
        pytest.param(copy.copy, id="copied"),
        pytest.param(copy.deepcopy, id="copied deep"),
        pytest.param(
            lambda value: pickle.loads(pickle.dumps(value)),  # noqa: S301 - our own
            id="pickled",
        ),
    ],
)
def test_a_twin_is_equal(twin: Any) -> None:
    place = Place(x=1, tags=["a"])

    other = twin(place)

    assert other == place
    assert other is not place
