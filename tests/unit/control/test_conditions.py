from simulator.control.conditions import ConditionSet
from simulator.wiring import Condition, Truth


def test_nothing_marked_is_unknown() -> None:
    conditions = ConditionSet(("B", "A"))

    assert conditions.finished() == (
        Condition(type="A", status=Truth.UNKNOWN),
        Condition(type="B", status=Truth.UNKNOWN),
        Condition(type="Ready", status=Truth.UNKNOWN),
    )


def test_ready_needs_every_dependent() -> None:
    conditions = ConditionSet(("A", "B"))

    conditions.true("A")

    assert conditions.ready == Condition(type="Ready", status=Truth.UNKNOWN)


def test_false_beats_a_later_unknown() -> None:
    conditions = ConditionSet(("A", "B"))

    conditions.false("A", "Broken", "it is")
    conditions.unknown("B", "Waiting")

    assert conditions.ready == Condition(
        type="Ready", status=Truth.FALSE, reason="Broken", message="it is"
    )


def test_of_two_false_ones_the_last_counts() -> None:
    conditions = ConditionSet(("A", "B"))

    conditions.false("B", "First")
    conditions.false("A", "Second")
    conditions.false("B", "Third")

    assert conditions.ready.reason == "Third"


def test_an_informational_condition_does_not_count() -> None:
    conditions = ConditionSet(("A",), ("Extra",))

    conditions.true("A")
    conditions.false("Extra", "Broken")

    assert conditions.is_ready


def test_a_copied_true_condition_loses_its_reason() -> None:
    conditions = ConditionSet(("A",))

    conditions.copy(
        "A", Condition(type="Ready", status=Truth.TRUE, reason="Because", message="x")
    )

    assert conditions.finished()[0] == Condition(type="A", status=Truth.TRUE)
