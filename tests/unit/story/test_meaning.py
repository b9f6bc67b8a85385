"""The one table of what records mean."""

from itertools import product

import pytest

from simulator.kernel.log import Kind
from simulator.story.meaning import MEANINGS, TABLE, Pending, Sense, sense_of
from simulator.story.phrases import PHRASES


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_record_has_its_row_and_its_phrase(
    kind: Kind,
) -> None:
    for again, well in product((False, True), repeat=2):
        assert TABLE[kind, again, well].row.kind is kind
    assert kind in PHRASES


def test_no_phrase_is_for_a_kind_that_is_none() -> None:
    assert list(PHRASES) == list(Kind)


def test_every_sense_has_a_row_and_no_two_rows_lead_to_one_record() -> None:
    keys = [
        (row.kind, again, well)
        for row in MEANINGS.values()
        for again, well in product((False, True), repeat=2)
        if row.kind and row.again in (None, again) and row.well in (None, well)
    ]

    assert list(MEANINGS) == sorted(Sense)
    assert len(keys) == len(set(keys)) == len(TABLE)


def test_what_one_record_opens_another_closes() -> None:
    opened = {row.opens for row in MEANINGS.values()}
    closed = {row.closes for row in MEANINGS.values()}

    assert opened == closed == {None, *Pending}


def test_an_answer_counts_otherwise_than_its_status_where_something_says_so() -> None:
    def sense(kind: Kind, status: int, *, ok: bool = True) -> Sense:
        return sense_of(kind, status=status, attempt=1, ok=ok)

    assert sense(Kind.RESPONDED, 200) is Sense.DELIVERED
    assert sense(Kind.RESPONDED, 200, ok=False) is Sense.FAILED
    assert sense(Kind.RESPONDED, 503) is Sense.FAILED
    assert sense(Kind.ANSWERED, 202, ok=False) is Sense.ANSWERED
    assert sense(Kind.ACCEPTED, 0) is Sense.UNMATCHED
    assert sense(Kind.ACCEPTED, 3) is Sense.ACCEPTED
