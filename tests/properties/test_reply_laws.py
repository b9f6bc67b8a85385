"""A reply that is made once answers each event as one that is made for it alone."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from hypothesis import example, given
from hypothesis import strategies as st

from simulator.event import (
    Event,
    UnparsableEventError,
    faults,
    read_http,
    read_json,
    take_http,
)
from simulator.event.ids import reply_id
from simulator.event.text import STRUCTURED
from simulator.kernel import Envelope, Request, Target
from simulator.subscribers.replies import (
    MODES,
    ReplyFailedError,
    StaticReply,
    answers_of,
    events_of,
    responses_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from simulator.kernel import Answer

texts = st.text(st.characters() | st.just("\ud83d"), max_size=4) | st.sampled_from(
    ["a", "b.c", " padded\t", "\x1c", "\u2003", "a1/b", "a1/b.2", "ä", "1%3Ab é"]
)
members = st.dictionaries(
    st.sampled_from(["id", "ID", "source", "type", "Type", "subject", "ext", "time", "specversion"]),
    st.none() | texts | st.integers() | st.sampled_from(["0.3", "1.0"]),
    max_size=4,
) | st.fixed_dictionaries(
    {},
    optional={
        "type": texts, "source": texts, "ext": texts, "knativebrokerttl": st.just("3"),
        "data": st.none() | texts | st.lists(st.integers(), max_size=2),
        "data_base64": st.sampled_from(["", "AAEC"]),
        "datacontenttype": st.sampled_from(["text/plain", "a/b/c", STRUCTURED]),
    },
)  # fmt: skip
answered_events = st.lists(
    st.builds(
        lambda id_, type_: Event({"id": id_, "source": "/s", "type": type_}),
        texts,
        texts,
    )
    | st.just(Event({})),
    min_size=1,
    max_size=4,
)


class Pricing:
    """The service that replies."""

    name = "pricing"
    node = "service/pricing"

    @property
    def random(self) -> Random:
        raise AssertionError("a static reply draws nothing")

    def now_ms(self) -> int:
        return 1_767_225_600_000

    def emit(self, event: Event, to: str, after_ns: int) -> None:
        raise AssertionError("it only replies")


def filled_in(members: Mapping[str, Any], answered: Event) -> Event:
    """Make one reply from its description, all of it."""
    type_ = str(members.get("type") or answered.type)
    filled = {
        "id": reply_id(answered.id, type_),
        "source": "/pricing",
        "type": type_,
        **members,
    }
    if filled.get("data") is not None and "datacontenttype" not in filled:
        filled["datacontenttype"] = "application/json"
    return read_json(filled)


def request_for(answered: Event) -> Request:
    target = Target("service/pricing", "http://pricing.default.svc.cluster.local")
    return Request(Envelope(answered), target, None, 0)


def shown(make: Callable[[], Event | None]) -> object:
    """Give an event as traces show it, attributes in order, or why there is none."""
    try:
        event = make()
    except (ReplyFailedError, UnparsableEventError) as error:
        return str(error).removeprefix("the reply is no event: ")
    assert event is not None, "a static reply is one"
    return list(event.attributes.items()), event.body


def found_in(answer: Answer) -> object:
    """Give the event that a broker and a channel find in an answer, or both findings."""
    if answer.reply is not None:
        return shown(lambda: answer.reply)
    found = [
        shown(partial(read, answer.headers, answer.body))
        for read in (read_http, take_http)
    ]
    return found[0] if found[0] == found[1] else found


@given(members, answered_events)
@example({}, [Event({"id": "1", "type": "a"}), Event({"id": "2", "type": " b "})])
@example({"type": "b"}, [Event({"id": "1"}), Event({"id": "\ud800"})])
@example({"type": None}, [Event({"id": "1", "type": "a"})] * 2)
@example({"ID": "x", "Type": "y"}, [Event({"id": "1", "type": "a"})] * 2)
@example({"id": None, "type": "b"}, [Event({"id": "1"})] * 2)
def test_each_reply_is_the_event_that_its_description_and_the_answered_event_make(
    description: dict[str, Any], answered: list[Event]
) -> None:
    make = events_of(StaticReply(members=description), Pricing())

    made = [shown(partial(make, request_for(event))) for event in answered]

    assert made == [shown(partial(filled_in, description, event)) for event in answered]


@given(members, answered_events)
def test_a_reply_that_is_not_looked_at_again_is_valid(
    description: dict[str, Any], answered: list[Event]
) -> None:
    make = events_of(StaticReply(members=description), Pricing())
    made = []
    for event in answered:
        with suppress(ReplyFailedError):
            made.append(make(request_for(event)))

    known = [event for event in made if event is not None and event.checked]

    assert [faults(event) for event in known] == [()] * len(known)
    assert [e.plain for e in known] == [
        "knativebrokerttl" not in e.attributes for e in known
    ]


@given(members, answered_events, st.sampled_from(MODES))
@example({"type": "b", "source": "1%3Ab é"}, [Event({"id": "1"})] * 2, "binary")
@example({"type": "b", "data_base64": ""}, [Event({"id": "1"})] * 2, "binary")
@example({"type": "b", "data_base64": "AAEC"}, [Event({"id": "1"})] * 2, "binary")
def test_a_reply_that_is_handed_over_at_once_is_what_is_found_in_the_response(
    description: dict[str, Any], answered: list[Event], mode: str
) -> None:
    reply = StaticReply(members=description, mode=mode)
    at_once, travelling = answers_of(reply, Pricing()), responses_of(reply, Pricing())

    for event in answered:
        try:
            answers = [
                answering(request_for(event)) for answering in (at_once, travelling)
            ]
        except ReplyFailedError:
            continue
        assert found_in(answers[0]) == found_in(answers[1])
