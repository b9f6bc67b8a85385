"""What ``kn-sim diff`` says of events, as its user sees it."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from simulator.cli import main

OLD = """\
topology: shop
brokers: {default: {delivery: {retry: 2, backoffPolicy: linear, backoffDelay: 1s}}, eu: {}}
triggers:
  ship: {broker: default, filter: {type: order.placed}, subscriber: shipping}
  audit: {broker: default, filters: [{prefix: {type: order.}}], subscriber: audit}
services: {shipping: {reply: {type: order.shipped}}, audit: {}}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("old.yaml").write_text(OLD)
    return tmp_path


def edited(*edits: tuple[str, str]) -> None:
    text = OLD
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    Path("new.yaml").write_text(text)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Give the lines on events, behind their title."""
    main(["diff", "old.yaml", "new.yaml", "--only", "behaviour", *words])
    return capsys.readouterr().out.partition("\n\n")[2]


@pytest.mark.parametrize(
    ("edit", "lines"),
    [
        (
            ("type: order.placed}, subscriber", "type: order.paid}, subscriber"),
            ("1 event no longer reaches service/shipping by trigger/ship\n"
            "  e.g. type=order.placed to broker/default: type is 'order.placed', "
            "wanted exactly 'order.paid'\n"),
        ),
        (
            ("  ship: {", "  shipping: {"),
            ("1 event reaches service/shipping by trigger/shipping instead of trigger/ship\n"
            "  e.g. type=order.placed to broker/default\n\n"),
        ),
        (
            ("subscriber: shipping", "subscriber: audit"),
            ("1 event reaches service/audit instead of service/shipping by trigger/ship\n"
            "  e.g. type=order.placed to broker/default\n"),
        ),
        (
            ("ship: {broker: default", "ship: {broker: eu"),
            ("1 event no longer reaches service/shipping by trigger/ship\n"
            "  e.g. type=order.placed to broker/default: trigger/ship takes from "
            "broker/eu now\n"),
        ),
        (
            ("{type: order.shipped}", "{type: order.sent}"),
            ("replies to 1 event by trigger/ship have type order.sent instead of "
            "type order.shipped\n"),
        ),
        (
            (", eu: {}", ""),
            ("2 events are no longer sent to broker/eu\n"
            "  e.g. type=event to broker/eu: broker/eu is gone\n"),
        ),
        (
            ("  ship: {broker: default", "  ship: {broker: none"),
            ("1 event no longer reaches service/shipping by trigger/ship\n"
            "  e.g. type=order.placed to broker/default: trigger/ship is not Ready now: "
            "BrokerDoesNotExist"),
        ),
    ],
)  # fmt: skip
def test_events_that_go_another_way_are_told_with_the_reason(
    capsys: pytest.CaptureFixture[str], edit: tuple[str, str], lines: str
) -> None:
    # given
    edited(edit)

    # when
    out = told(capsys)

    # then
    assert lines.strip() in out, out


def test_a_trigger_that_is_only_renamed_changes_nothing_but_the_way(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # given
    edited(("  ship: {", "  shipping: {"))

    # when
    out = told(capsys)

    # then
    assert out.count("instead of") == 1
    assert "no longer" not in out
    assert "also" not in out


def test_a_change_of_retries_is_seen_in_the_timetable_and_where_a_service_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # given
    edited(("retry: 2", "retry: 3"))

    # when
    out = told(capsys, "--failing", "shipping", "--failing", "shipping=503x1")

    # then
    assert out == (
        "while service/shipping answers 503\n"
        "1 event to service/shipping by trigger/ship: lost after 3 attempts in 1s (503) "
        "→ lost after 4 attempts in 3s (503)\n"
        "  e.g. type=order.placed to broker/default: retry 2 → 3\n\n"
        "Timetables, where every attempt fails\n"
        "retries          trigger/audit, trigger/ship  2 → 3\n"
        "  retry 2 → 3\n"
        "time until lost  trigger/audit, trigger/ship  1s → 3s\n"
    )


def test_other_instants_of_as_many_attempts_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # given
    edited(("linear", "exponential"))

    # when
    out = told(capsys, "--failing", "shipping=timeout,audit=drop")

    # then
    assert "while service/shipping never answers and service/audit resets" in out
    assert "backoffPolicy linear → exponential" in out


def test_what_sources_send_is_sent_to_where_each_sends_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # given
    sources = (
        "sources: {web: {every: 1s, event: {type: order.placed}, sink: broker/%s}}\n"
    )
    Path("old.yaml").write_text(OLD + sources % "default")
    Path("new.yaml").write_text(OLD + sources % "eu")

    # when
    out = told(capsys, "--generate", "0")

    # then
    assert out.startswith(
        "1 event is sent to broker/eu instead of broker/default\n"
        "  e.g. order.placed of source/web\n"
    )


EVENTS = '{"type": "order.asked", "id": "Q7"}\n{"type": "order.placed", "id": "A1"}\n'


def test_events_of_a_file_are_named_by_their_ids(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # given
    edited(("prefix: {type: order.}", "prefix: {type: order.p}"))
    Path("events.jsonl").write_text(EVENTS)

    # when
    out = told(capsys, "--events", "events.jsonl")

    # then
    assert (
        "  e.g. order.asked Q7: type is 'order.asked', wanted something starting with "
        "'order.p'\n"
    ) in out


@pytest.mark.parametrize("piped", [False, True])
def test_all_that_a_trace_says_was_sent_is_sent(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *, piped: bool
) -> None:
    # given
    edited(("ship: {broker: default", "ship: {broker: eu"))
    words = ["run", "old.yaml", "--send", "type=order.placed,id=7", "--to", "broker/eu"]
    main([*words, "--trace", "run.jsonl", "-q"])
    capsys.readouterr()
    raw = io.BufferedReader(io.BytesIO(Path("run.jsonl").read_bytes()))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw))

    # when
    out = told(capsys, "--events", "-" if piped else "run.jsonl")

    # then
    assert out.startswith(
        "1 event now also reaches service/shipping by trigger/ship\n"
        "  e.g. order.placed 7: trigger/ship took from broker/default before\n"
    )


def test_what_a_file_says_means_nothing_in_markdown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # given
    edited(("{type: order.placed}", "{type: '`|<img src=x>`` @you'}"))

    # when
    out = told(capsys, "-o", "markdown")

    # then
    assert "wanted exactly '`|<img src=x>`` @you'```" in out


def test_json_has_the_behaviour_only_where_it_is_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # given
    edited(("retry: 2", "retry: 3"))
    words = ["diff", "old.yaml", "new.yaml", "-o", "json"]

    # when
    main(words)
    plain = json.loads(capsys.readouterr().out)
    main([*words, "--generate", "3"])
    asked = json.loads(capsys.readouterr().out)

    # then
    behaviour = asked.pop("Behaviour")
    assert asked == plain
    assert behaviour["events"] == {"sources": 0, "given": 0, "made": 3}


@pytest.mark.parametrize(
    ("edit", "code"), [(("retry: 2", "retry: 3"), 1), (("", ""), 0)]
)
def test_the_exit_code_tells_whether_anything_changes_for_events(
    capsys: pytest.CaptureFixture[str], edit: tuple[str, str], code: int
) -> None:
    # given
    edited(edit)

    # when
    ended = main(
        ["diff", "old.yaml", "new.yaml", "--only", "behaviour", "--exit-status"]
    )

    # then
    assert ended == code


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--failing", "shiping"], "--failing shiping: nothing has the address 'shiping'; did you mean 'shipping'? (there are: shipping, audit)"),
        (["--failing", "audit=200"], "--failing audit=200: expected a status from 400 to 599, timeout, drop, outage, with xN for the first N requests; found '200'"),
        (["--failing", "audit=503x0"], "--failing audit=503x0: expected 1 or more requests, found '503x0'"),
        (["--failing", "each=never"], "--failing each=never: expected a status from 400 to 599, timeout, drop, outage, with xN for the first N requests; found 'never'"),
        (["--events", "none.jsonl"], "--events none.jsonl: no such file"),
        (["--events", "wrong.jsonl"], "wrong.jsonl:2: no valid CloudEvent: it has no type"),
        (["--to", "broker/default"], "--to says where --events go; there is no --events"),
        (["--generate", "-1"], "--generate -1: expected 0 to 100,000"),
        (["--only", "resources", "--for", "1s"], "--for is about events, and --only resources leaves them out"),
        (["--only", "behaviour", "--summary"], "--summary is about resources, and --only behaviour leaves them out"),
        (["--events", "-", "--events", "-"], "stdin can be read once: there is more than one '-'"),
    ],
)  # fmt: skip
def test_wrong_words_are_told_in_one_line(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    # given
    edited(("retry: 2", "retry: 3"))
    Path("wrong.jsonl").write_text('{"type": "a"}\n{"id": "1"}\n')

    # when
    code = main(["diff", "old.yaml", "new.yaml", *words])

    # then
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert said in err.splitlines()[0]


def test_a_version_that_is_refused_is_not_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # given
    edited(("backoffDelay: 1s", "backoffDelay: soon"))

    # when
    code = main(["diff", "old.yaml", "new.yaml", "--only", "behaviour"])

    # then
    out, err = capsys.readouterr()
    assert (code, out) == (1, "")
    assert "backoffDelay" in err
    assert err.endswith("kn-sim: a cluster would refuse NEW\n")


@pytest.mark.parametrize("content", ["", "[]", '{"format":"kn-sim-trace/3"}\n'])
def test_a_file_without_an_event_is_no_reason_to_say_that_nothing_changes(
    capsys: pytest.CaptureFixture[str], content: str
) -> None:
    # given
    edited(("retry: 2", "retry: 3"))
    Path("events.jsonl").write_text(content)

    # when
    code = main(["diff", "old.yaml", "new.yaml", "--events", "events.jsonl"])

    # then
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


def test_a_request_that_a_broker_refuses_in_both_versions_is_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # given
    edited(("retry: 2", "retry: 3"))
    Path("events.jsonl").write_text('{"type": "a", "id": "1", "data": 1}\n')
    fault = "faults: [{at: broker/default, status: 403}]\n"
    for name in ("old.yaml", "new.yaml"):
        Path(name).write_text(Path(name).read_text() + fault)

    # when
    out = told(capsys, "--events", "events.jsonl")

    # then
    assert out.endswith(
        "! broker/default answers 403 in both versions to 1 of these events\n"
    )


def test_resources_are_compared_where_the_functions_of_services_are_not_at_hand(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # given
    edited(("retry: 2", "retry: 3"), ("audit: {}}", "audit: {handler: 'a.py:f'}}"))

    # when
    code = main(["diff", "old.yaml", "new.yaml"])

    # then
    out, err = capsys.readouterr()
    assert code == 0
    assert out.endswith("\n\nSucceeded\n")
    assert "what changes for events is not told: new.yaml:6:" in err


def test_what_a_sender_is_answered_is_not_why_an_event_is_not_taken(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # given
    refusing = OLD.replace("{reply: {type: order.shipped}}", "{responses: [404]}")
    Path("old.yaml").write_text(refusing)
    Path("new.yaml").write_text(
        refusing.replace("type: order.placed}, subscriber", "type: x}, subscriber")
    )

    # when
    out = told(capsys)

    # then
    assert "1 event sent to broker/default is answered 202 instead of 500" in out
    assert "e.g. type=order.placed to broker/default: type is 'order.placed'" in out
    assert "follows" not in out


def test_what_is_certain_is_told_of_runs_that_go_in_a_circle(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # given
    circle = """\
topology: circle
channels: {a: {}}
brokers: {default: {}}
subscriptions: {x: {channel: a, subscriber: s, reply: channel/a}}
triggers: {t: {subscriber: channel/a}%s}
services: {s: {reply: {type: more}}}
"""
    Path("old.yaml").write_text(circle % "")
    Path("new.yaml").write_text(circle % ", u: {subscriber: v}")

    # when
    out = told(capsys, "--generate", "1")

    # then
    assert out == (
        "1 event now also reaches service/v by trigger/u\n"
        "  e.g. type=event to broker/default: trigger/u is new\n"
        "! 1 event goes round so long that the run was stopped: what it did not come to "
        "is not compared\n"
    )


def test_what_a_service_sends_by_itself_is_not_sent_once_more(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # given
    emitting = "audit: {emit: [{event: {type: seen}, to: broker/eu}]}"
    edited(("retry: 2", "retry: 3"), ("audit: {}", emitting))
    main(["run", "new.yaml", "--send", "type=order.x", "--to", "broker/default",
          "--trace", "run.jsonl", "-q"])  # fmt: skip
    capsys.readouterr()

    # when
    main(["diff", "new.yaml", "new.yaml", "--events", "run.jsonl", "-o", "json"])

    # then
    shown = json.loads(capsys.readouterr().out)
    assert shown["Behaviour"]["events"]["given"] == 1
