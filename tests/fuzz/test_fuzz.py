"""A bounded part of the fuzzer: always the same cases, in a few seconds."""

import pytest
from hypothesis import settings

from tests.fuzz import corpus, expressions, traces
from tests.fuzz.cases import KINDS, case_of
from tests.fuzz.shrinking import shrunk
from tests.fuzz.trying import command, fault_of

# As many of each kind as examples of each law.
_CASES = settings().max_examples


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_brought_is_answered_or_refused_in_words(kind: str) -> None:
    for number in range(_CASES):
        case = case_of(0, number, kind)

        fault = case.fault()

        assert fault is None, f"{fault.trace}\nseed 0, number {number}: {case.parts}"


def test_a_case_is_made_of_its_seed_and_number_alone() -> None:
    assert case_of(3, 14) == case_of(3, 14)
    assert case_of(3, 14) != case_of(4, 14)


def test_a_fault_is_told_with_its_place() -> None:
    fault = fault_of(lambda: KINDS["nothing"])

    assert fault is not None
    assert fault.text == "KeyError: 'nothing'"


def test_a_hang_is_a_fault() -> None:
    def hang() -> None:
        while True:
            pass

    fault = fault_of(hang, longest_s=0.1)

    assert fault is not None
    assert fault.sort == "HangError"


def test_a_fault_is_made_small() -> None:
    parts = ("one\ntwo: [a, bug, c]\nthree\n" * 20, "run\nfault\n")

    small = shrunk(parts, lambda cut: "bug" in cut[0] and "fault" in cut[1])

    assert small == ("bug", "fault")


@pytest.mark.parametrize(
    "words",
    [
        "check -",
        "run - --send=type=a",
        "explain - --send=type=a",
        "timetable -",
        "graph -",
        "convert - --to knative",
        "check - --apply-order kapp",
        "inspect - --tree",
        "diff - topologies/orders.yaml",
    ],
)
def test_what_is_in_order_is_tried_to_the_end(words: str) -> None:
    text = "topology: t\nbrokers: {default: {}}\ntriggers: {t: {subscriber: s}}\n"

    assert command(words.split(), text.encode()) == 0


def test_kinds_of_case_begin_with_what_is_right() -> None:
    expressions.attempt(("type = 'a'", "cesql"))
    expressions.attempt(("{'type': 'b'}", "jsonata"))

    assert len(corpus.manifests()) > 400
    assert all(len(lines) > 5 for lines in traces.recorded())
