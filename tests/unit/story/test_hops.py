"""Requests paired with their answers."""

from simulator.kernel.log import Kind
from simulator.story.hops import Exchange, Exchanges, Family
from simulator.trace import Record
from tests.unit.story.test_flow import record

ASKED = record(2, Kind.DISPATCHED, "trigger/x", "service/y", cause=1)


def paired(*records: Record) -> tuple[Exchange, Exchanges]:
    """Pair records, the first of which is a request; give it, and what waits still."""
    exchanges = Exchanges()
    first = exchanges.add(records[0])
    assert first is not None
    for each in records[1:]:
        exchanges.add(each)
    return first, exchanges


def test_an_answer_is_that_of_the_request_it_follows_from() -> None:
    answer = record(3, Kind.RESPONDED, "service/y", "trigger/x", cause=2, status=200)

    asked, exchanges = paired(ASKED, answer)

    assert asked.answer is answer
    assert not exchanges.open


def test_a_request_that_a_breakpoint_held_waits_for_its_answer_once_it_goes_on() -> (
    None
):
    held = record(3, Kind.HELD, "trigger/x", "service/y", cause=2)

    asked, exchanges = paired(ASKED, held)
    before = asked.standing
    exchanges.add(record(4, Kind.RELEASED, "", "service/y", cause=3))

    assert before == "held at a breakpoint"
    assert asked.standing == "no answer yet"


def test_a_retry_waits_until_the_next_attempt_or_until_its_caller_goes() -> None:
    failed = record(3, Kind.RESPONDED, "service/y", "trigger/x", cause=2, status=503)
    retry = record(4, Kind.RETRY_SCHEDULED, "trigger/x", "service/y", cause=3)
    again = record(5, Kind.DISPATCHED, "trigger/x", "service/y", cause=4, attempt=2)
    cut = record(5, Kind.CUT, "trigger/x", cause=4)

    assert list(paired(ASKED, failed, retry)[1].retries) == [4]
    assert not paired(ASKED, failed, retry, again)[1].retries
    assert not paired(ASKED, failed, retry, cut)[1].retries


def test_an_approval_waits_until_it_is_decided() -> None:
    waiting = record(3, Kind.WAITING, "service/y", "trigger/x", cause=2)
    decided = record(4, Kind.WITHDRAWN, "", "service/y", cause=3)

    asked, exchanges = paired(ASKED, waiting)
    undecided = list(exchanges.approvals)
    exchanges.add(decided)

    assert asked.standing == "waits for an approval"
    assert undecided == [3]
    assert not exchanges.approvals


def test_all_attempts_of_a_delivery_are_one_hop_with_the_faults_that_hit_each() -> None:
    hit = record(3, Kind.FAULT_HIT, "trigger/x", "service/y", cause=2, detail="fault 1")
    failed = record(4, Kind.RESPONDED, "service/y", "trigger/x", cause=2, status=503)
    retry = record(5, Kind.RETRY_SCHEDULED, "trigger/x", "service/y", cause=4)
    again = record(6, Kind.DISPATCHED, "trigger/x", "service/y", cause=5, attempt=2)

    family = Family([ASKED, hit, failed, retry, again])

    [hop] = family.roots
    assert [len(each.hits) for each in hop.attempts] == [1, 0]
    assert (hop.word, hop.tries) == ("under way", 2)
