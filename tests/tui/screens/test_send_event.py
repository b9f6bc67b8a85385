"""The dialog in which an event is written, by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import Simulation, Topology
from simulator.errors import UsageError
from simulator.event import Event
from simulator.tui.screens.draft import Draft, SendRequest, draft_of
from simulator.tui.screens.send_event import Purpose, SendEvent
from simulator.tui.screens.templates import SavedEvents, Templates
from tests.tui.screens.host import NOT_LEFT

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from tests.tui.screens.host import Play

TOPOLOGY = """
topology: shop
brokers: {default: {}, other: {}}
triggers:
  placed: {filter: {type: order.placed}, subscriber: a}
  all: {subscriber: a}
  elsewhere: {broker: other, filter: {type: x}, subscriber: a}
services: {a: {}}
"""
SIM = Simulation(Topology.parse(TOPOLOGY))
TYPES = ("order.placed", "order.paid")


def _screen(draft: Draft, **given: Any) -> SendEvent:
    usual = {
        "addresses": list(SIM.wiring.addresses),
        "types": TYPES,
        "whys": SIM.whys,
        "saved": SavedEvents(None),
    }
    return SendEvent(draft, **{**usual, **given})


def _event(body: bytes | None = None, **attributes: str) -> Event:
    return Event({"specversion": "1.0", **attributes}, body)


DRAFT = Draft(to="broker/default", data='{"a": 1}')


def test_where_an_event_may_go_is_told_while_it_is_not_said(play: Play) -> None:
    one = [each for each in SIM.wiring.addresses if each != "broker/other"]

    assert "the only broker" in play(_screen(Draft(), addresses=one)).text
    shown = play(_screen(Draft())).text
    assert "a broker, a channel, a service or a URL" in shown


def test_an_event_is_written_checked_and_sent(play: Play) -> None:
    keys = [
        "o",
        "r",
        "down",
        "enter",
        "tab",
        "tab",
        "c",
        "tab",
        *"e=1",
        "ctrl+s",
    ]

    played = play(_screen(DRAFT), *keys)

    assert played.result == SendRequest(
        event=_event(
            b'{"a":1}',
            type="order.placed",
            source="/kn-sim",
            subject="c",
            datacontenttype="application/json",
            e="1",
        ),
        to="broker/default",
    )


def test_the_filters_of_the_hub_answer_while_it_is_written(play: Play) -> None:
    played = play(_screen(DRAFT.replace(type="order.place")), "d")

    assert played.result is NOT_LEFT
    assert "would match  ✓ placed ✓ all" in played.text
    assert "event        ✓ valid CloudEvent 1.0" in played.text
    assert "ctrl+s send · ctrl+r repeat · ctrl+t templates" in played.text


def test_faults_stand_at_their_fields_and_the_cursor_goes_to_the_first(
    play: Play,
) -> None:
    played = play(_screen(DRAFT), "tab", "tab", "tab", "x", "ctrl+s")

    assert played.result is NOT_LEFT
    assert "MUST be a non-empty string" in played.text
    assert "column 1: 'x' has no value" in played.text
    assert played.focus == "type"


def test_an_event_is_repeated(play: Play) -> None:
    draft = DRAFT.replace(type="t", repeat="3")
    # Hidden, it is sent once; shown again, ten times.
    keys = ["ctrl+r", "ctrl+r", "0", "tab", "backspace", "backspace", *"2s", "ctrl+s"]

    sent = play(_screen(draft), *keys).result
    wrong = play(_screen(draft.replace(repeat="x")), "ctrl+s")

    assert isinstance(sent, SendRequest)
    assert (sent.repeat, sent.every_ns) == (10, 2_000_000_000)
    assert wrong.focus == "repeat"
    assert "'x' is no number from 1 to 10000" in wrong.text


def test_data_that_is_no_json_is_sent_only_when_somebody_insists(play: Play) -> None:
    draft = DRAFT.replace(type="t", data="{")

    told = play(_screen(draft), "ctrl+s")
    sent = play(_screen(draft), "ctrl+s", "ctrl+s").result

    assert told.result is NOT_LEFT
    assert "no JSON at line 1, column 2" in told.text
    assert "ctrl+s again to send it as it is" in told.text
    assert isinstance(sent, SendRequest)
    assert sent.event.body == b"{"


def test_it_fits_a_small_terminal(play: Play) -> None:
    screen = _screen(DRAFT.replace(type="order.placed"))

    played = play(screen, size=(60, 18), theme="kn-sim-light")

    assert all(
        word in played.text
        for word in ("to", "id", "data", "✓ placed", "ctrl+s send · ")
    )


def test_esc_closes_the_candidates_before_the_dialog(play: Play) -> None:
    assert play(_screen(DRAFT), "o", "escape").result is NOT_LEFT


def test_a_reply_has_a_fixed_way_and_keeps_its_id(play: Play) -> None:
    event = _event(b"\xff\x00", id="7", type="order.placed", source="/a")
    draft = draft_of(event, to="broker/default", anew=False)

    shown = play(_screen(draft, purpose=Purpose.REPLY), "ctrl+r", "ctrl+o")
    sent = play(_screen(draft, purpose=Purpose.REPLY), "ctrl+s").result

    assert "edit reply · to broker/default" in shown.text
    assert "2 bytes that are no text stay as they are" in shown.text
    assert "its data is no text" in shown.text
    assert sent == SendRequest(event=event, to="broker/default")


def test_trying_an_event_shows_every_filter_and_sends_nothing(play: Play) -> None:
    screen = _screen(DRAFT.replace(type="order.plac"), purpose=Purpose.TRY)

    played = play(screen, "e", "ctrl+s", size=(80, 24))

    assert played.result is NOT_LEFT
    assert "· none: no filter, every event passes" in played.text
    assert "type: wanted 'order.placed', got 'order.place'" in played.text
    assert "nothing is sent from here" in played.text


def test_an_event_is_edited_outside(play: Play) -> None:
    def edit(text: str) -> str:
        return text.replace("order.placed", "order.paid")

    screen = _screen(DRAFT.replace(type="order.placed", repeat="2"), edit=edit)

    sent = play(screen, "ctrl+o", "ctrl+s").result

    assert isinstance(sent, SendRequest)
    assert (sent.event.type, sent.to, sent.repeat) == (
        "order.paid",
        "broker/default",
        2,
    )


def test_what_goes_wrong_outside_is_told(play: Play) -> None:
    def fail(text: str) -> str:
        raise UsageError("the editor 'ed' ended with 1")

    failed = play(_screen(DRAFT, edit=fail), "ctrl+o")
    fixed = play(_screen(DRAFT, edit=str), "ctrl+o", suspends=False)

    assert "the editor 'ed' ended with 1" in failed.text
    assert "this terminal cannot make room for an editor" in fixed.text


def test_a_template_is_saved_and_taken(play: Play) -> None:
    draft = DRAFT.replace(type="order.placed")
    saved = SavedEvents(None)
    save = ["ctrl+t", *"usual", "enter", "escape"]
    change = ["x", "ctrl+t", "enter"]

    sent = play(_screen(draft, saved=saved), *save, *change, "ctrl+s").result
    kept = dict(saved.all)
    play(_screen(draft, saved=saved), "ctrl+t", "delete", "escape")

    assert [(name, each.type) for name, each in kept.items()] == [
        ("usual", "order.placed")
    ]
    assert isinstance(sent, SendRequest)
    assert sent.event.type == "order.placed"
    assert not saved.all


def test_a_template_needs_a_name_and_a_place(play: Play, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    full = SavedEvents(tmp_path / "file")

    nameless = play(Templates(SavedEvents(None), DRAFT), "enter")
    failed = play(Templates(full, DRAFT), "a", "enter")

    assert "a template needs a name" in nameless.text
    assert "a could not be saved: " in failed.text


def test_arrows_go_from_field_to_field(play: Play) -> None:
    draft = DRAFT.replace(type="t")

    # The subject has nothing to choose from, the source neither.
    played = play(_screen(draft), "tab", "tab", "up", "down", "down")

    assert played.focus == "extensions"
